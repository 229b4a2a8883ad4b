"""The place of a bundle: a folder that appears whole or not at all, and replaces nothing but a bundle."""

from __future__ import annotations

import hashlib
import os
import platform
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath

from oab_funding.audit.exchange import exchange
from oab_funding.audit.folder import Folder
from oab_funding.audit.manifest import MANIFEST
from oab_funding.audit.paths import readable
from oab_funding.audit.sealed import Sealed
from oab_funding.audit.withheld import WITHHELD
from oab_funding.errors import DamagedError, InputError, Place

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
    path = Path(path)
    if path.is_symlink() or (path.exists() and not path.is_dir()):
        what = "a link" if path.is_symlink() else "a file"
        raise InputError(f"is {what}", Place(readable(str(path))), "name a folder")
    if not path.is_dir() or not any(path.iterdir()):
        return
    if not overwrite:
        remedy = "choose another or allow to replace the bundle in it"
        raise InputError("is a folder that is not empty", Place(readable(str(path))), remedy)
    if (strange := _stranger(path)) is not None:
        remedy = "empty it yourself or choose another"
        raise InputError(f"{strange}, so it is not replaced", Place(readable(str(path))), remedy)


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
    check_bundle_place(path, overwrite)
    place = Path(path).resolve()  # "." has no name and no folder of its own until resolved
    with _said_for_people(Path(path)), _parents_made(place):
        remove_leftovers(place)
        with _temporary(place) as temporary:
            narrow = mode & ~_umask() | 0o600
            for name, data in files.items():
                _write(temporary / name, data, narrow)
            _settle_folders(temporary, files, _OWN | narrow | (narrow & _READ) >> _SEARCH)
            _put(temporary, place, overwrite)
            _sync(place.parent)


def remove_leftovers(place: Path) -> None:
    """Remove what runs to the same place left behind whose process on this machine is gone.

    A run that is killed cannot clean up, and what it leaves may hold children's data.
    """
    for folder in place.parent.iterdir():
        match = re.fullmatch(re.escape(_prefix(place)) + r"([0-9]+)-[^-]+", folder.name)
        if match and folder.is_dir() and not folder.is_symlink() and not _is_running(int(match[1])):
            shutil.rmtree(folder, ignore_errors=True)


def _prefix(place: Path) -> str:
    machine = hashlib.sha256(platform.node().encode("utf-8", "replace")).hexdigest()[:8]
    return f".{place.name}-{machine}-"


def _is_running(process: int) -> bool:
    if os.name != "posix":
        return True  # there the question would end the process
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


@contextmanager
def _temporary(place: Path) -> Iterator[Path]:
    temporary = Path(tempfile.mkdtemp(prefix=f"{_prefix(place)}{os.getpid()}-", dir=place.parent))
    try:
        yield temporary
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


@contextmanager
def _parents_made(path: Path) -> Iterator[None]:
    """Make the folders above a path; take away again those that were made if the block fails."""
    made = [parent for parent in path.parents if not parent.exists()]
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        yield
    except BaseException:
        for parent in made:
            with suppress(OSError):
                parent.rmdir()
        raise


def _write(path: Path, data: bytes, mode: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), mode)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(handle)


def _settle_folders(folder: Path, files: Mapping[str, bytes], mode: int) -> None:
    within = {parent for name in files for parent in PurePosixPath(name).parents}
    for one in sorted(within, key=lambda parent: -len(parent.parts)):
        (folder / one).chmod(mode)
        _sync(folder / one)


def _sync(folder: Path) -> None:
    """Have a folder's entries on the disk before the old ones go, so that a power cut costs neither."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # some disks cannot
            os.fsync(handle)
    finally:
        os.close(handle)


def _put(new: Path, place: Path, overwrite: bool) -> None:
    """Move a folder to its place; an empty folder there gives way, one that was filled meanwhile does not."""
    check_bundle_place(place, overwrite)
    if place.is_dir() and any(place.iterdir()):
        _replace(new, place)
        return
    if place.is_dir() and os.name != "posix":
        place.rmdir()
    new.rename(place)


def _replace(new: Path, place: Path) -> None:
    if exchange(new, place):
        if (strange := _stranger(new)) is not None:  # it came while the bundle was written
            exchange(new, place)
            raise InputError(
                f"{strange}, so it is not replaced", Place(readable(str(place))), "choose another"
            )
        return
    with _temporary(place) as retired:
        place.rename(retired / "old")
        try:
            new.rename(place)
        except BaseException:
            (retired / "old").rename(place)
            raise


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


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


@contextmanager
def _said_for_people(path: Path) -> Iterator[None]:
    place = Place(readable(str(path)))
    try:
        yield
    except PermissionError as error:
        raise InputError("may not be written", place, "choose a folder you may write to") from error
    except OSError as error:
        remedy = "free some space or choose another place"
        raise InputError(f"cannot be written ({error.strerror or error})", place, remedy) from error
