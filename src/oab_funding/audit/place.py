"""The place of a bundle: a folder that appears whole or not at all, and replaces nothing but a bundle."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from oab_funding.audit.folder import Folder, readable
from oab_funding.audit.manifest import MANIFEST
from oab_funding.audit.sealed import Sealed
from oab_funding.audit.withheld import WITHHELD
from oab_funding.errors import DamagedError
from oab_funding.tables.whole import Replacing, check_folder, output_folder

_OWN = 0o700
_READ, _SEARCH = 0o444, 2


def check_bundle_place(path: str | Path, overwrite: bool = False) -> None:
    """Refuse a place that is taken: long work should not end in a refusal.

    Parameters
    ----------
    path
        The folder of a bundle to write; it may be absent or empty.
    overwrite
        Take also a place that holds a bundle and nothing else.

    Raises
    ------
    InputError
        A file stands there, or a folder that may not be replaced.
    """
    check_folder(path, overwrite, _BUNDLES)


def write_folder(
    path: str | Path, files: Mapping[str, bytes], overwrite: bool = False, mode: int = 0o666
) -> None:
    """Write the files of a bundle into a folder, whole or not at all.

    Parameters
    ----------
    path
        The folder.
    files
        Bytes by path in it.
    overwrite
        See `check_bundle_place`.
    mode
        The most that others may do with its files, as permission bits; the user's own mask narrows it.

    Raises
    ------
    InputError
        See `check_bundle_place`; or writing failed.
    """
    narrow = mode & ~_umask() | 0o600
    with output_folder(path, overwrite, _BUNDLES) as folder:
        for name, data in files.items():
            _write(folder / name, data, narrow)
        for within in {parent for name in files for parent in PurePosixPath(name).parents}:
            (folder / within).chmod(_OWN | narrow | (narrow & _READ) >> _SEARCH)


def _write(path: Path, data: bytes, mode: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), mode)
    with os.fdopen(handle, "wb") as file:
        file.write(data)


def _stranger(folder: Path) -> str | None:
    """Say what stands in a folder that does not belong to a bundle; None where it is a bundle and no more."""
    found = Folder.scan(folder)
    try:
        listed = Sealed.open(found).manifest.files.keys() | {MANIFEST, WITHHELD}
    except DamagedError:
        return f"holds no {MANIFEST} of a bundle"
    if strangers := sorted(found.files.keys() - listed):
        return f"holds {readable(strangers[0])}, which is not part of the bundle"
    return f"holds what is not part of the bundle ({found.problems[0]})" if found.problems else None


_BUNDLES = Replacing(_stranger, "choose another or allow to replace the bundle in it")


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
