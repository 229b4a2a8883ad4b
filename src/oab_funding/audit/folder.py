"""What is really in a folder, taken for what it is: no link is followed and nothing special is opened."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from oab_funding.audit.paths import readable


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
    def scan(cls, path: Path) -> Folder:
        """List a folder; links, devices and what may not be read become problems."""
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

    def read(self, name: str, size: int | None = None) -> bytes:
        """Read a listed file.

        Parameters
        ----------
        name
            Its relative path; only what `scan` found is opened.
        size
            What its size must be.

        Raises
        ------
        ValueError
            It is missing, has another size, or cannot be read.
        """
        if name not in self.files:
            raise ValueError("is missing")
        if size is not None and self.files[name] != size:
            raise ValueError(f"has {self.files[name]} bytes, not {size}")
        try:
            return (self.path / name).read_bytes()
        except OSError as error:
            raise ValueError(f"cannot be read ({error.strerror})") from error
