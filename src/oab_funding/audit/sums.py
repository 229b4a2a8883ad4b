"""The hashes of a bundle's files as `sha256sum -c` reads them.

What this does not prove: the list is as honest as the bundle; it leaves out the manifest, which names it.
"""

from __future__ import annotations

from collections.abc import Mapping

from oab_funding.audit.manifest import MANIFEST, SUMS


def sums(files: Mapping[str, str]) -> bytes:
    r"""Write the SHA-256 of files as lines of hash, two spaces and path, by ascending path.

    Parameters
    ----------
    files
        The SHA-256 of every file by its path; the list itself and the manifest are left out.

    Examples
    --------
    >>> sums({"b": "1" * 64, "a": "0" * 64, "SHA256SUMS": ""}).decode().split("\n")[0][-5:]
    '00  a'
    """
    own = (MANIFEST, SUMS)
    return "".join(f"{files[path]}  {path}\n" for path in sorted(files) if path not in own).encode()
