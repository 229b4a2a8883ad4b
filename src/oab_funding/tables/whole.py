"""Files and folders that appear at their place whole or not at all.

What is written stands first in a hidden folder beside its place, named after the place, the machine and the
process, and takes the place in one move. A process that is killed leaves at most that one folder: it holds no
more than a part, under no name that is asked for, and the next writing to the same place removes it.
"""

from __future__ import annotations

import hashlib
import os
import platform
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from oab_funding.errors import InputError, Place
from oab_funding.tables.exchange import exchange, move_new

_EARLIER = "earlier"
_WRITE = os.O_RDWR | getattr(os, "O_BINARY", 0)


@dataclass(frozen=True, slots=True)
class Replacing:
    """Which folders may be replaced by a new one.

    `strange` says what stands in a folder that is not ours to remove, None where nothing does; `remedy` is
    what to do where replacing was not allowed.
    """

    strange: Callable[[Path], str | None]
    remedy: str = "choose another or pass `overwrite`"


def check_free(path: str | Path, overwrite: bool = False) -> Path:
    """Refuse an output path that is taken, so that long work does not end in a refusal.

    Raises
    ------
    InputError
        The path exists and may not be overwritten, or its folder does not exist.
    """
    path = Path(path)
    if path.is_dir():
        raise InputError("is a folder", Place(str(path)), "name a file in it")
    if path.exists() and not overwrite:
        raise InputError("already exists", Place(str(path)), "choose another name or pass `overwrite`")
    if not path.parent.is_dir():
        raise InputError("its folder does not exist", Place(str(path)), f"make {path.parent} first")
    return path


@contextmanager
def output_file(path: str | Path, overwrite: bool = False) -> Iterator[Path]:
    """Give a temporary path to write to; move it into place when the block ends well, remove it otherwise.

    Raises
    ------
    InputError
        See `check_free`; or writing failed (no permission, no space).
    """
    path = check_free(path, overwrite)
    with _said_for_people(path), _holder(path) as holder:
        new = holder / path.name
        yield new
        _sync(new)
        check_free(path, overwrite)
        new.replace(path) if overwrite else move_new(new, path)


@contextmanager
def output_directory(
    path: str | Path, overwrite: bool = False, marker: str = "manifest.json"
) -> Iterator[Path]:
    """Give a temporary folder to fill; move it into place when the block ends well, remove it otherwise.

    An empty folder is accepted. One that holds something is replaced only with `overwrite`, and only if it
    holds `marker`: a slip of the hand must not delete what this library did not write.

    Raises
    ------
    InputError
        The path is taken, or writing failed.
    """
    with output_folder(path, overwrite, _with_marker(marker)) as folder:
        yield folder


def check_directory_free(path: str | Path, overwrite: bool = False, marker: str = "manifest.json") -> None:
    """Refuse an output folder that is taken; see `output_directory`."""
    check_folder(path, overwrite, _with_marker(marker))


@contextmanager
def output_folder(path: str | Path, overwrite: bool, replacing: Replacing) -> Iterator[Path]:
    """Give a temporary folder to fill, as `output_directory`; what may be replaced says `replacing`.

    At every moment the place holds what it held or the whole new folder; what is half written or half removed
    stands in the hidden folder beside it, and verifies nowhere. Where the system cannot let two
    folders change places, the earlier one stands for a moment beside its place, under the name of the place
    and `.earlier-...`; `restore_earlier` puts it back if the process was killed in that moment.
    """
    check_folder(path, overwrite, replacing)
    with _said_for_people(Path(path)):
        place = Path(path).resolve()  # "." has no name and no folder of its own until resolved
        with _parents_made(place), _holder(place) as holder:
            new = holder / "new"
            new.mkdir()
            yield new
            _sync_all(new)
            check_folder(place, overwrite, replacing)
            _put(new, place, replacing)
            _sync(place.parent)


def check_folder(path: str | Path, overwrite: bool, replacing: Replacing) -> None:
    """Refuse an output folder that is taken; see `output_folder`."""
    path = Path(path)
    restore_earlier(path)
    if path.is_symlink() or (path.exists() and not path.is_dir()):
        what = "a link" if path.is_symlink() else "a file"
        raise InputError(f"is {what}", Place(str(path)), "name a folder")
    if not path.is_dir() or not any(path.iterdir()):
        return
    if not overwrite:
        raise InputError("is a folder that is not empty", Place(str(path)), replacing.remedy)
    if (strange := replacing.strange(path)) is not None:
        remedy = "empty it yourself or choose another"
        raise InputError(f"{strange}, so it is not replaced", Place(str(path)), remedy)


def restore_earlier(path: str | Path) -> None:
    """Put back the folder that stood at a place, where a process was killed while it replaced it.

    On Linux that cannot be: there the two change places in one move.
    """
    with suppress(OSError, ValueError):
        place = Path(path).resolve()
        if os.path.lexists(place) or not place.parent.is_dir():
            return
        for folder in sorted(place.parent.iterdir()):
            if re.fullmatch(rf"{re.escape(place.name)}\.{_EARLIER}-[0-9a-f]{{8}}-[0-9]+", folder.name):
                folder.rename(place)
                return


def remove_leftovers(place: Path) -> None:
    """Remove what writing to the same place left behind whose process on this machine is gone.

    A process that is killed cannot clean up, and what it leaves may hold children's data.
    """
    name, machine = re.escape(place.name), _machine()
    left = re.compile(rf"(?:\.{name}-{machine}-([0-9]+)-[^-]+)|(?:{name}\.{_EARLIER}-{machine}-([0-9]+))")
    restore_earlier(place)
    for folder in place.parent.iterdir():
        match = left.fullmatch(folder.name)
        if match and folder.is_dir() and not folder.is_symlink() and not _runs(int(match[1] or match[2])):
            shutil.rmtree(folder, ignore_errors=True)


def _with_marker(marker: str) -> Replacing:
    return Replacing(partial(_lacks, marker))


def _lacks(marker: str, folder: Path) -> str | None:
    return None if (folder / marker).is_file() else f"holds no {marker}"


def _machine() -> str:
    return hashlib.sha256(platform.node().encode("utf-8", "replace")).hexdigest()[:8]


def _runs(process: int) -> bool:
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
def _holder(place: Path) -> Iterator[Path]:
    """Make the hidden folder beside a place in which the new thing grows; nobody else may look into it."""
    remove_leftovers(place)
    prefix = f".{place.name}-{_machine()}-{os.getpid()}-"
    holder = Path(tempfile.mkdtemp(prefix=prefix, dir=place.parent))
    try:
        yield holder
    finally:
        shutil.rmtree(holder, ignore_errors=True)


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


def _put(new: Path, place: Path, replacing: Replacing) -> None:
    """Move a folder to its place; an empty folder there gives way, one that was filled meanwhile does not."""
    if place.is_dir() and any(place.iterdir()):
        _replace(new, place, replacing)
        return
    if place.is_dir() and os.name != "posix":
        place.rmdir()
    new.rename(place)


def _replace(new: Path, place: Path, replacing: Replacing) -> None:
    if exchange(new, place):
        if (strange := replacing.strange(new)) is not None:  # it came while the folder was filled
            exchange(new, place)
            raise InputError(f"{strange}, so it is not replaced", Place(str(place)), "choose another")
        return
    earlier = place.with_name(f"{place.name}.{_EARLIER}-{_machine()}-{os.getpid()}")
    place.rename(earlier)
    try:
        new.rename(place)
    except BaseException:
        with suppress(OSError):  # it was put back by another command, or another took the place
            earlier.rename(place)
        raise
    with suppress(OSError):
        earlier.rename(new)  # goes with the folder around it


def _sync_all(folder: Path) -> None:
    for within, _, files in os.walk(folder, topdown=False):
        for name in files:
            _sync(Path(within, name))
        _sync(Path(within))


def _sync(path: Path) -> None:
    """Have a file or a folder's entries on the disk before the old ones go: a power cut costs neither."""
    if path.is_dir():
        if os.name == "posix":
            with suppress(OSError):  # some disks cannot
                _sync_open(path, os.O_RDONLY)
    elif not path.is_symlink():
        _sync_open(path, _WRITE)


def _sync_open(path: Path, how: int) -> None:
    handle = os.open(path, how)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _said_for_people(path: Path) -> Iterator[None]:
    place = Place(str(path))
    try:
        yield
    except PermissionError as error:
        remedy = "is it open in Excel? close it and try again; else choose a folder you may write to"
        raise InputError("may not be written", place, remedy) from error
    except OSError as error:
        remedy = "free some space or choose another place"
        raise InputError(f"cannot be written ({error.strerror or error})", place, remedy) from error
