"""The run bundle: one folder that holds a calculation whole, from what went in to what came out.

What this does not prove: the bundle is as honest as who wrote it. Its root says which bundle is meant;
`verify` says whether it is whole; computing every step again says whether it is true.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
from pydantic import JsonValue

from oab_funding.audit.code_identity import CodeIdentity, environment
from oab_funding.audit.ends import stated
from oab_funding.audit.exact_json import canonical, plain
from oab_funding.audit.folder import check_paths
from oab_funding.audit.journal import Journal
from oab_funding.audit.machine import machine_mark
from oab_funding.audit.manifest import (
    CALCULATION,
    FORMAT,
    JOURNAL,
    MANIFEST,
    README,
    SALT,
    SPECIFICATIONS,
    SUMS,
    JournalTree,
    manifest_root,
)
from oab_funding.audit.merkle import root
from oab_funding.audit.place import write_folder
from oab_funding.audit.provable import proved_columns
from oab_funding.audit.readme import readme, sums
from oab_funding.audit.rows import kinds_of, rows_root, salt_of, salted_leaves
from oab_funding.audit.withheld import WITHHELD, withheld_text
from oab_funding.tables.parquet import write_parquet
from oab_funding.tables.source import SourceFile


@dataclass(frozen=True, slots=True)
class Made:
    """A bundle that is made and not yet written.

    Parameters
    ----------
    files
        Bytes by path of every file but the manifest.
    manifest
        The manifest with its root, as JSON.
    """

    files: Mapping[str, bytes]
    manifest: Mapping[str, JsonValue]

    @property
    def root(self) -> str:
        """The root of the bundle, 64 hexadecimal digits to publish; see `manifest_leaves`."""
        return str(self.manifest["root"])


def make_bundle(
    *,
    calculation: bytes,
    journal: Journal,
    tables: Mapping[str, pa.Table],
    inputs: Mapping[str, SourceFile],
    regulations: Mapping[str, bytes],
    specifications: Mapping[str, bytes],
    files: Mapping[str, bytes],
    code: CodeIdentity,
    provable: Collection[str] = (),
    rows: Mapping[str, int] | None = None,
    form: int = FORMAT,
) -> Made:
    """Make a run bundle; nothing is written.

    Parameters
    ----------
    calculation
        The calculation file as given; becomes ``calculation.toml``.
    journal
        The journal of the calculation with both its ends; becomes ``journal.jsonl``.
    tables
        Every table that a step gave, by its name in the journal; each becomes ``tables/<name>.parquet``.
    inputs
        The files that went in, by a name in the calculation; each becomes ``inputs/<name><ending>``.
    regulations
        The regulation files that applied, by path; each becomes ``regulations/<path>``.
    specifications
        The files of the feature specification that was named, by name; each goes to ``specifications/``.
    files
        The bytes of further files by path.
    code
        What `code_identity` gave.
    provable
        Names of the tables that get the root of their rows, so that a row can be proved without the others.
    rows
        The number of rows of each input that is a table, by name.
    form
        Format of the bundle: 3, or 2 to make again what an earlier version made.

    Raises
    ------
    InputError
        A name is unsafe.
    ValueError
        The journal lacks an end, or the tables are not those of the journal.
    """
    _check_tables(journal, tables, provable)
    secret = salt_of({name: source.data for name, source in inputs.items()})
    explaining = {README: readme(code.version), SALT: f"{secret.hex()}\n".encode()} if form > 2 else {}
    contents = _contents(
        [
            (CALCULATION, calculation),
            (JOURNAL, b"".join(line + b"\n" for line in journal.lines())),
            *((_input_path(name, source), source.data) for name, source in inputs.items()),
            *((f"regulations/{name}", data) for name, data in regulations.items()),
            *((f"{SPECIFICATIONS}{name}", data) for name, data in specifications.items()),
            *((_table_path(name), _parquet(table)) for name, table in tables.items()),
            *files.items(),
            *explaining.items(),
            *([(SUMS, b"")] if form > 2 else []),
        ]
    )
    if form > 2:
        contents[SUMS] = sums({name: _sha256(data) for name, data in contents.items()})
    entries: dict[str, dict[str, object]] = {
        name: {"size": len(data), "sha256": _sha256(data)} for name, data in contents.items()
    }
    for name, table in tables.items():
        rows_secret = (secret if form > 2 else b"") if name in provable else None
        entries[_table_path(name)] |= _table_members(journal, name, table, rows_secret)
    manifest = plain(
        {
            "format": form,
            "code": code,
            "environment": environment(),
            "labels": stated(journal.records),
            "inputs": {
                name: _input_entry(name, source, (rows or {}).get(name) if form > 2 else None)
                for name, source in inputs.items()
            },
            "regulations": {f"regulations/{name}": _sha256(data) for name, data in regulations.items()},
            "journal_head": journal.head,
            "files": entries,
            **(_from_format_3(journal) if form > 2 else {}),
        }
    )
    assert isinstance(manifest, dict)  # a mapping stays one
    return Made(contents, {**manifest, "root": manifest_root(manifest)})


def write_bundle(
    path: str | Path,
    made: Made,
    *,
    overwrite: bool = False,
    mode: int = 0o666,
    withheld: Collection[str] = (),
) -> str:
    """Write a bundle that was made, whole or not at all.

    Parameters
    ----------
    path
        Folder to write; it may be absent or empty.
    made
        What `make_bundle` gave.
    overwrite
        Replace a bundle that is there.
    mode
        The most that others may do with its files, as permission bits.
    withheld
        Paths of files whose bytes stay out of this copy.

    Returns
    -------
    str
        The root of the bundle.

    Raises
    ------
    InputError
        The folder is taken, or writing failed.
    """
    files = {name: data for name, data in made.files.items() if name not in withheld}
    listed = {WITHHELD: withheld_text(withheld)} if withheld else {}
    write_folder(path, {**files, **listed, MANIFEST: canonical(made.manifest)}, overwrite, mode)
    return made.root


def _contents(parts: list[tuple[str, bytes]]) -> dict[str, bytes]:
    check_paths([MANIFEST, *(name for name, _ in parts)])
    return dict(parts)


def _input_path(name: str, source: SourceFile) -> str:
    return f"inputs/{name}{source.suffix}"


def _table_path(name: str) -> str:
    return f"tables/{name}.parquet"


def _input_entry(name: str, source: SourceFile, rows: int | None) -> dict[str, object]:
    entry: dict[str, object] = {
        "file": source.name,
        "path": _input_path(name, source),
        "sha256": source.sha256,
    }
    return entry if rows is None else {**entry, "rows": rows}


def _check_tables(journal: Journal, tables: Mapping[str, pa.Table], provable: Collection[str]) -> None:
    recorded = {name: output.content for record in journal.records for name, output in record.outputs.items()}
    for name in sorted(recorded.keys() | tables.keys() | set(provable)):
        if name not in tables:
            raise ValueError(f"the table {name} is missing from the bundle")
        if recorded.get(name) != journal.content(name, tables[name]):
            raise ValueError(f"the table {name} is not what a step of the journal gave")


def _parquet(table: pa.Table) -> bytes:
    stream = io.BytesIO()
    write_parquet(table, stream)
    return stream.getvalue()


def _from_format_3(journal: Journal) -> dict[str, object]:
    tree = JournalTree(len(journal.records), root(journal.lines()))
    return {"machine": machine_mark(journal.head), "journal_tree": tree}


def _table_members(journal: Journal, name: str, table: pa.Table, secret: bytes | None) -> dict[str, object]:
    """Describe a table; with a secret also the root of its salted rows, with an empty one of plain rows."""
    key = journal.key(name, table)
    members: dict[str, object] = {
        "content": journal.content(name, table),
        "rows": table.num_rows,
        "key": key,
    }
    if secret is None:
        return members
    if not secret:
        return {**members, "rows_root": rows_root(table, key)}
    columns = proved_columns(table.column_names)
    leaves = salted_leaves(name, table, key, columns, secret)
    return {**members, "rows_root": root(leaves), "columns": kinds_of(table, key, columns)}


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
