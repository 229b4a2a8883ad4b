"""Which code and which machine: the identity of the installed package and of what it ran on.

What this does not prove: that this code did the calculation. The package hashes its own files, and files
that lie would say the same of themselves; computing every step again with code one trusts is the check.
"""

from __future__ import annotations

import hashlib
import platform
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from pydantic import ConfigDict

from oab_funding._version import __version__
from oab_funding.audit.exact_json import canonical
from oab_funding.audit.folder import readable
from oab_funding.audit.record import Hash

PACKAGE = Path(__file__).resolve().parents[1]
"""Folder of the installed package."""

_MADE_UP = "synthetic/data/"
"""Where a wheel carries the made-up country, which a working copy has elsewhere; no calculation reads it."""

_LIBRARIES = (
    "jinja2",
    "matplotlib",
    "numpy",
    "pandas",
    "pyarrow",
    "pydantic",
    "python-calamine",
    "rfc8785",
)
"""Distributions that decide bytes of a bundle: numbers, tables, hashes, the report and its pictures."""


@dataclass(frozen=True, slots=True)
class CodeIdentity:
    """The version of the package and the hash of its files."""

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
        Its hash is the SHA-256 of the canonical JSON of ``{path: SHA-256 of the bytes}`` over every file of
        the package, with paths relative to it and forward slashes. Compiled files and the made-up country do
        not count, so an installed wheel and a working copy of the same source are equal.

    Examples
    --------
    >>> code_identity() == code_identity()
    True
    """
    files = {
        path.relative_to(package).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in package.rglob("*")
        if "__pycache__" not in path.parts and path.is_file()
    }
    counted = {name: digest for name, digest in files.items() if not name.startswith(_MADE_UP)}
    return CodeIdentity(__version__, hashlib.sha256(canonical(counted)).hexdigest())


def environment() -> dict[str, str]:
    """Describe what the calculation runs on: Python, system, and the libraries that decide bytes.

    Examples
    --------
    >>> list(environment())[:4]
    ['python', 'platform', 'jinja2', 'matplotlib']
    """
    python = f"{platform.python_implementation()} {platform.python_version()}"
    system = f"{platform.system()} {platform.machine()}"
    return {"python": python, "platform": system, **{name: version(name) for name in _LIBRARIES}}


def environment_problems(stated: Mapping[str, str]) -> Iterator[str]:
    """Tell what is wrong with the form of a description that `environment` may have given.

    Whether it is true cannot be seen from a bundle.

    Examples
    --------
    >>> list(environment_problems({}))
    ['states no environment: python, platform, numpy, pandas, pyarrow are missing']
    """
    if missing := [name for name in _ALWAYS_STATED if name not in stated]:
        yield f"states no environment: {', '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing"
    for name, value in stated.items():
        if not (_WORDS.fullmatch(name) and _WORDS.fullmatch(value)):
            yield f"states in its environment {readable(name[:_LONGEST])}, which is no name with a version"


_ALWAYS_STATED = ("python", "platform", "numpy", "pandas", "pyarrow")
_LONGEST = 80
_WORDS = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._+()~#:/-]{0,199}")
