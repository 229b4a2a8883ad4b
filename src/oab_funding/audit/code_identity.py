"""Which code and which machine: the identity of the installed package and of what it ran on.

What this does not prove: that this code did the calculation. The package hashes its own files, and files
that lie would say the same of themselves; computing every step again with code one trusts is the check.
"""

from __future__ import annotations

import hashlib
import platform
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from pydantic import ConfigDict

from oab_funding._version import __version__
from oab_funding.audit.exact_json import canonical
from oab_funding.audit.record import Hash

PACKAGE = Path(__file__).resolve().parents[1]
"""Folder of the installed package."""

SOURCE_ENDINGS = frozenset({".py", ".toml", ".html", ".j2", ".css", ".json"})
"""Endings of the files that decide what the package computes and shows."""

_LIBRARIES = ("numpy", "pandas", "pyarrow")


@dataclass(frozen=True, slots=True)
class CodeIdentity:
    """The version of the package and the hash of its source files."""

    __pydantic_config__ = ConfigDict(strict=True, extra="forbid")

    version: str
    sha256: Hash


def code_identity(package: Path = PACKAGE) -> CodeIdentity:
    """Identify the code of the installed package.

    Parameters
    ----------
    package
        Folder of the package.

    Returns
    -------
    CodeIdentity
        Its hash is the SHA-256 of the canonical JSON of ``{path: SHA-256 of the bytes}`` over every file with
        one of `SOURCE_ENDINGS`, with paths relative to the package and forward slashes. Compiled files do not
        count, so an installed wheel and a working copy of the same source are equal.

    Examples
    --------
    >>> code_identity() == code_identity()
    True
    """
    files = {
        path.relative_to(package).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in package.rglob("*")
        if path.suffix in SOURCE_ENDINGS and "__pycache__" not in path.parts and path.is_file()
    }
    return CodeIdentity(__version__, hashlib.sha256(canonical(files)).hexdigest())


def environment() -> dict[str, str]:
    """Describe what the calculation runs on: Python, platform, and the libraries that hold the numbers.

    Examples
    --------
    >>> sorted(environment())
    ['numpy', 'pandas', 'platform', 'pyarrow', 'python']
    """
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return {"python": python, "platform": platform.platform(), **{name: version(name) for name in _LIBRARIES}}
