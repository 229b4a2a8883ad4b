"""What is really in a folder, taken for what it is: no link is followed and nothing special is opened.

Names of files in a bundle mean the same on every machine and never lead out of it.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from oab_funding.errors import DamagedError, InputError, Place

_PART = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9 ._+-]*[A-Za-z0-9_+-])?")


def check_paths(paths: Iterable[str]) -> None:
    """Refuse paths that are unsafe, or that some file system would take for one another.

    Parameters
    ----------
    paths
        Paths in the bundle, with forward slashes.

    Raises
    ------
    InputError
        A part of a path is empty, starts with a dot, or holds anything but unaccented letters, digits, space
        and ``._+-``; two paths differ in capitals only; or a path is both a file and a folder.

    Examples
    --------
    >>> check_paths(["tables/site_scores.parquet"])
    >>> check_paths(["inputs/../../secret"])
    Traceback (most recent call last):
    ...
    oab_funding.errors.InputError: inputs/../../secret: is no safe name for a file in a bundle; ...
    """
    paths = list(paths)
    for path in paths:
        if not all(_PART.fullmatch(part) for part in path.split("/")):
            remedy = "use letters, digits, spaces and ._+- and start each part with a letter or digit"
            raise InputError("is no safe name for a file in a bundle", Place(path), remedy)
    folded = Counter(path.casefold() for path in paths)
    folders = {parent.as_posix().casefold() for path in paths for parent in PurePosixPath(path).parents}
    for path in paths:
        if folded[path.casefold()] > 1 or path.casefold() in folders:
            raise InputError("is the name of two things in the bundle", Place(path), "give one another name")


def readable(name: str) -> str:
    r"""Give a name in printable characters.

    Examples
    --------
    >>> readable("tables/a"), readable("two\nlines")
    ('tables/a', "'two\\nlines'")
    """
    return name if name.isprintable() else ascii(name)


_PIECE = 1 << 20
_OPEN = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


@dataclass(frozen=True, slots=True)
class Folder:
    """The regular files under a folder with their sizes, its folders, and what else was met.

    Paths are relative, with forward slashes.
    """

    path: Path
    files: Mapping[str, int]
    folders: frozenset[str]
    problems: tuple[str, ...]

    @classmethod
    def scan(cls, path: str | Path) -> Folder:
        """List a folder; links, devices and what may not be read become problems.

        Raises
        ------
        InputError
            There is no such folder.
        """
        path = _folder(path)
        files: dict[str, int] = {}
        folders: set[str] = set()
        problems: list[str] = []
        waiting = [""]
        while waiting:
            within = waiting.pop()
            try:
                with os.scandir(path / within) as listing:
                    entries = sorted((entry.name, entry.stat(follow_symlinks=False)) for entry in listing)
            except OSError as error:
                problems.append(f"the folder {readable(within) or '.'} cannot be read ({error.strerror})")
                continue
            for own, status in entries:
                name = f"{within}/{own}" if within else own
                if stat.S_ISDIR(status.st_mode):
                    folders.add(name)
                    waiting.append(name)
                elif stat.S_ISREG(status.st_mode):
                    files[name] = status.st_size
                else:
                    problems.append(f"{readable(name)} is a link or device, not a file")
        return cls(path, files, frozenset(folders), tuple(problems))

    def read(self, name: str, limit: int) -> bytes:
        """Read a file that `scan` found.

        Parameters
        ----------
        name
            Its relative path; only what `scan` found is opened.
        limit
            The most bytes it may have.

        Raises
        ------
        DamagedError
            It is missing, larger, no longer what `scan` found, or cannot be read.
        """
        if self._size(name) > limit:
            raise damaged(name, f"has {self.files[name]} bytes, more than the {limit} it may have")
        return b"".join(self.pieces(name))

    def sha256(self, name: str) -> str:
        """Hash a file that `scan` found, piece by piece; see `read`."""
        whole = hashlib.sha256()
        for piece in self.pieces(name):
            whole.update(piece)
        return whole.hexdigest()

    def pieces(self, name: str) -> Iterator[bytes]:
        """Read a file that `scan` found piece by piece, up to the size it had; see `read`."""
        size = self._size(name)
        try:
            handle = os.open(self.path / name, _OPEN)
            with os.fdopen(handle, "rb") as file:
                status = os.fstat(handle)
                if not stat.S_ISREG(status.st_mode) or status.st_size != size:
                    raise damaged(name, "was changed while it was read")
                while size and (piece := file.read(min(_PIECE, size))):
                    size -= len(piece)
                    yield piece
        except OSError as error:
            raise damaged(name, f"cannot be read ({error.strerror})") from error

    def _size(self, name: str) -> int:
        if name not in self.files:
            raise damaged(name, "is missing")
        return self.files[name]


def _folder(path: str | Path) -> Path:
    try:
        if (folder := Path(path)).is_dir():
            return folder
    except (OSError, ValueError) as error:
        said = getattr(error, "strerror", None) or error
        raise InputError(f"cannot be read ({said})", Place(readable(str(path))), "check the path") from error
    raise InputError("is not a folder", Place(readable(str(path))), "give the folder of a run bundle")


def damaged(name: str, problem: str) -> DamagedError:
    """Say what is wrong with a file of a bundle."""
    return DamagedError(problem, Place(readable(name)))
