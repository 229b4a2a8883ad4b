"""The manifest of a run bundle: what belongs to it, and the one hash that stands for all of it.

What this does not prove: whoever can write a bundle can write a manifest that fits it. The root has to be
published where the author of the bundle cannot change it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, JsonValue, TypeAdapter, ValidationError, model_validator

from oab_funding.audit.code_identity import CodeIdentity
from oab_funding.audit.exact_json import canonical, parse
from oab_funding.audit.merkle import root
from oab_funding.audit.record import Hash, first_fault

FORMAT = 3
"""Version of the form of bundles that is written; those of versions 1 and 2 are read too."""

MANIFEST = "manifest.json"
CALCULATION = "calculation.toml"
JOURNAL = "journal.jsonl"
REPORT = "report.html"
SPECIFICATIONS = "specifications/"
README = "README.txt"
SUMS = "SHA256SUMS"
SALT = "salt.txt"

ALWAYS = (CALCULATION, JOURNAL, REPORT)
"""What every bundle holds besides its manifest."""

ALWAYS_FROM_3 = (README, SALT, SUMS)
"""What a bundle holds as well from format 3 on."""

MANIFEST_LIMIT = 32 << 20
"""Bytes of the largest manifest that is read: some 100,000 files."""

JOURNAL_LIMIT = 256 << 20
"""Bytes of the largest journal that is read."""

_TABLE = re.compile(r"tables/(.*)\.parquet", re.DOTALL)
_CONFIG = ConfigDict(strict=True, extra="forbid")
_Count = Annotated[int, Field(ge=0)]


@dataclass(frozen=True, slots=True)
class FileEntry:
    """A file of the bundle: its size and SHA-256; a table also by content, rows, key and root of its rows.

    `columns` are the columns that the leaves of the rows hold, with their logical types.
    """

    __pydantic_config__ = _CONFIG

    size: _Count
    sha256: Hash
    content: Hash | None = None
    rows: _Count | None = None
    key: tuple[str, ...] | None = None
    rows_root: Hash | None = None
    columns: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class JournalTree:
    """The tree over the lines of the journal: how many there are, and its root."""

    __pydantic_config__ = _CONFIG

    lines: _Count
    root: Hash


@dataclass(frozen=True, slots=True)
class InputEntry:
    """An input: the name of the file as it was given, where it stands in the bundle, and its SHA-256.

    From format 3 on also its number of rows, where it is a table that says so.
    """

    __pydantic_config__ = _CONFIG

    file: str
    path: str
    sha256: Hash
    rows: _Count | None = None


@dataclass(frozen=True, slots=True)
class Manifest:
    """A manifest: inputs go by name, regulations (with their SHA-256) and files by path in the bundle.

    `machine` and `journal_tree` are there from format 3 on.
    """

    __pydantic_config__ = _CONFIG

    format: Literal[1, 2, 3]
    code: CodeIdentity
    environment: Mapping[str, str]
    labels: Mapping[str, JsonValue]
    inputs: Mapping[str, InputEntry]
    regulations: Mapping[str, Hash]
    journal_head: Hash
    files: Mapping[str, FileEntry]
    root: Hash
    machine: Annotated[str, Field(pattern="^([0-9a-f]{64})?$")] | None = None
    journal_tree: JournalTree | None = None

    @model_validator(mode="after")
    def _of_its_format(self) -> Manifest:
        for name in ("machine", "journal_tree"):
            if (getattr(self, name) is not None) != (self.format > 2):
                raise ValueError(f"{name} belongs to format 3")
        return self

    def tables(self) -> dict[str, FileEntry]:
        """Give the files that are tables, by name of the table."""
        found = ((_TABLE.fullmatch(path), entry) for path, entry in self.files.items())
        return {match[1]: entry for match, entry in found if match}

    def under(self, folder: str) -> tuple[str, ...]:
        """Give the paths of the files in a folder, whose name ends in a slash."""
        return tuple(path for path in self.files if path.startswith(folder))


_MANIFEST = TypeAdapter(Manifest)


def manifest_leaves(manifest: Mapping[str, JsonValue]) -> list[bytes]:
    """Cut a manifest into the leaves of the tree that the root of the bundle stands on.

    There is one leaf for each member but ``root``, in the order of their names, and in the place of ``files``
    one leaf for each file, in the order of their paths. A leaf is the canonical JSON of the manifest cut down
    to that one member, or to that one file. Names are ordered as RFC 8785 orders them, by UTF-16 code units.

    Parameters
    ----------
    manifest
        The manifest as JSON, with or without its root.

    Returns
    -------
    list of bytes
        The leaves in their order.

    Examples
    --------
    >>> manifest_leaves({"root": "", "format": 1, "files": {"b": {"size": 1}, "a": {"size": 2}}})
    [b'{"files":{"a":{"size":2}}}', b'{"files":{"b":{"size":1}}}', b'{"format":1}']
    """
    leaves = []
    for name in sorted(manifest, key=_code_units):
        member = manifest[name]
        if name == "files" and isinstance(member, Mapping):
            leaves += [canonical({name: {path: member[path]}}) for path in sorted(member, key=_code_units)]
        elif name != "root":
            leaves.append(canonical({name: member}))
    return leaves


def manifest_root(manifest: Mapping[str, JsonValue]) -> str:
    """Give the root of the bundle: the Merkle root over `manifest_leaves`."""
    return root(manifest_leaves(manifest))


def read_manifest(data: bytes) -> tuple[Manifest, str]:
    """Read a manifest, and compute its root anew.

    Returns
    -------
    tuple
        The manifest, and the root that follows from its other members.

    Raises
    ------
    ValueError
        It is not its own canonical form, or a member is absent, unknown or of the wrong type.

    Examples
    --------
    >>> read_manifest(b"{}")
    Traceback (most recent call last):
    ...
    ValueError: is no manifest of a bundle (format: Field required)
    """
    value = parse(data)
    try:
        manifest = _MANIFEST.validate_json(data)
    except ValidationError as error:
        raise ValueError(f"is no manifest of a bundle ({first_fault(error)})") from error
    assert isinstance(value, dict)  # or it would not have validated
    try:
        return manifest, manifest_root(value)
    except RecursionError as error:
        raise ValueError("is nested too deeply") from error


def _code_units(name: str) -> bytes:
    return name.encode("utf-16-be")
