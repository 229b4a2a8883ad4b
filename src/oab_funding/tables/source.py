"""An input file: its name, its bytes as they were read, and their hash."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class SourceFile:
    """An input file as it was read: its name, its bytes and their SHA-256.

    Reading once means that what is parsed, hashed and kept in a run bundle are the same bytes.
    """

    name: str
    data: bytes = field(repr=False)

    @property
    def sha256(self) -> str:
        """SHA-256 of the bytes, in hexadecimal."""
        return hashlib.sha256(self.data).hexdigest()

    @property
    def suffix(self) -> str:
        """Ending of the name in lower case, with its dot."""
        return Path(self.name).suffix.lower()


@dataclass(frozen=True, slots=True)
class HashedFile:
    """A file too large to be read whole: its name and the SHA-256 of its bytes.

    Parameters
    ----------
    name
        Its name.
    sha256
        SHA-256 of the bytes, in hexadecimal.
    """

    name: str
    sha256: str

    @classmethod
    def of(cls, path: Path) -> HashedFile:
        """Hash a file, a piece at a time."""
        with path.open("rb") as file:
            return cls(path.name, hashlib.file_digest(file, "sha256").hexdigest())
