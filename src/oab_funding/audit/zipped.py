"""A bundle inside a zip, read as it is: nothing is unpacked, and nothing special is opened.

What this does not prove: more than a folder would. How the zip was packed is not under the root.
"""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from oab_funding.audit.crate import ATTESTATIONS, BUNDLE, CRATE
from oab_funding.audit.folder import Folder, damaged, readable
from oab_funding.audit.manifest import MANIFEST
from oab_funding.errors import InputError, Place
from oab_funding.tables.whole import restore_earlier

_PIECE = 1 << 20
_MOST_FILES = 20_000
_MOST_LISTED = 32 << 20
_END = struct.Struct("<4s4H2LH")


@dataclass(frozen=True, slots=True)
class Zipped(Folder):
    """The files of a bundle in a zip with their sizes, and what stands beside it.

    `prefix` is the folder of the bundle in the zip; `beside` are the files outside it.
    """

    prefix: str = ""
    beside: frozenset[str] = frozenset()

    @classmethod
    def scan(cls, path: str | Path) -> Zipped:
        """List a zip; what is no plain file becomes a problem.

        Raises
        ------
        InputError
            It is no zip, or holds no bundle.
        """
        path = Path(path)
        listed = _listed(path)
        prefix = _prefix(path, [entry.filename for entry in listed])
        files: dict[str, int] = {}
        beside: set[str] = set()
        folders: set[str] = set()
        problems: list[str] = []
        for entry in listed:
            name = entry.filename
            if (strange := _strange(entry)) is not None:
                problems.append(f"{readable(name)} {strange}")
            elif name in files or name in beside:
                problems.append(f"{readable(name)} occurs twice in the zip")
            elif name.startswith(prefix) and not name.endswith("/"):
                files[name.removeprefix(prefix)] = entry.file_size
            elif not name.endswith("/"):
                beside.add(name)
        if len(files) + len(beside) + len(problems) < sum(not one.filename.endswith("/") for one in listed):
            problems.append("a file occurs twice in the zip")
        folders |= {str(parent) for name in files for parent in PurePosixPath(name).parents} - {"."}
        own = {name.removeprefix(prefix).rstrip("/") for name in _folders(listed) if name.startswith(prefix)}
        strangers = beside if prefix else set()
        problems += [
            f"{readable(name)} stands beside the bundle and belongs to no crate"
            for name in sorted(strangers)
            if name != CRATE and not name.startswith(ATTESTATIONS)
        ]
        folders |= own - {""}
        return cls(path, files, frozenset(folders), tuple(problems), prefix, frozenset(beside))

    def pieces(self, name: str) -> Iterator[bytes]:
        """Read a file of the bundle piece by piece, up to the size that the zip lists."""
        yield from self._pieces(f"{self.prefix}{name}", self._size(name))

    def read_beside(self, name: str, limit: int) -> bytes:
        """Read a file that stands beside the bundle.

        Raises
        ------
        DamagedError
            It is missing, larger than the limit, or cannot be read.
        """
        if name not in self.beside:
            raise damaged(name, "is missing")
        data = b"".join(self._pieces(name, limit + 1))
        if len(data) > limit:
            raise damaged(name, f"has more than the {limit} bytes it may have")
        return data

    def _pieces(self, name: str, size: int) -> Iterator[bytes]:
        try:
            with zipfile.ZipFile(self.path) as whole, whole.open(name) as file:
                while size and (piece := file.read(min(_PIECE, size))):
                    size -= len(piece)
                    yield piece
        except (OSError, zipfile.BadZipFile, zlib.error, RuntimeError, ValueError, EOFError) as error:
            raise damaged(name, f"cannot be read ({readable(str(error)[:100])})") from error


def scan_bundle(path: str | Path) -> Folder:
    """List the folder of a bundle, or the bundle in a zip.

    A bundle whose replacing was cut short is put back at its place first.

    Raises
    ------
    InputError
        There is no such folder or zip.
    """
    restore_earlier(path)
    try:
        zipped = Path(path).is_file() and Path(path).suffix.lower() == ".zip"
    except (OSError, ValueError):
        zipped = False
    return Zipped.scan(path) if zipped else Folder.scan(path)


def _listed(path: Path) -> list[zipfile.ZipInfo]:
    try:
        _check_list(path)
        with zipfile.ZipFile(path) as whole:
            listed = whole.infolist()
    except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError, struct.error) as error:
        said = readable(str(getattr(error, "strerror", None) or error)[:100])
        place = Place(readable(str(path)))
        problem = f"is no zip that can be read ({said})"
        raise InputError(problem, place, "give a zip as `export` writes it") from error
    if len(listed) > _MOST_FILES:
        raise InputError(f"holds more than {_MOST_FILES} files", Place(readable(str(path))), "give a bundle")
    return listed


def _check_list(path: Path) -> None:
    """Refuse a zip whose list of files is too large to be read."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - _END.size - (1 << 16)))
        tail = file.read(_END.size + (1 << 16))
    at = tail.rfind(b"PK\x05\x06")
    if at < 0:
        raise ValueError("it has no end")
    listed = _END.unpack_from(tail, at)[5]
    if listed > _MOST_LISTED:
        raise ValueError("its list of files is too large")


def _prefix(path: Path, names: list[str]) -> str:
    if f"{BUNDLE}{MANIFEST}" in names and CRATE in names:
        return BUNDLE
    found = [name.removesuffix(MANIFEST) for name in names if name.rpartition("/")[2] == MANIFEST]
    if not found:
        raise InputError("holds no bundle", Place(readable(str(path))), "give a zip as `export` writes it")
    return min(found, key=len)


def _strange(entry: zipfile.ZipInfo) -> str | None:
    name = entry.filename
    parts = name.rstrip("/").split("/")
    if name.startswith("/") or "\\" in name or any(part in ("", ".", "..") for part in parts):
        return "is no safe name"
    if entry.flag_bits & 1:
        return "is encrypted"
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        return "is a link or device, not a file"
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return "is packed in a way that is not read here"
    return None


def _folders(listed: list[zipfile.ZipInfo]) -> set[str]:
    return {entry.filename for entry in listed if entry.filename.endswith("/")}
