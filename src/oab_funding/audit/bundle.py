"""The run bundle: one folder that holds a calculation whole, from what went in to what came out.

What this does not prove: the bundle is as honest as who wrote it. Its root says which bundle is meant;
`verify` says whether it is whole; computing every step again says whether it is true.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping
from functools import partial
from pathlib import Path

import pyarrow as pa
from pydantic import JsonValue

from oab_funding.audit.code_identity import CodeIdentity, environment
from oab_funding.audit.exact_json import canonical, plain
from oab_funding.audit.journal import Journal
from oab_funding.audit.manifest import (
    CALCULATION,
    FORMAT,
    JOURNAL,
    MANIFEST,
    InputEntry,
    manifest_root,
)
from oab_funding.audit.paths import check_paths
from oab_funding.audit.rows import rows_root
from oab_funding.tables.files import SourceFile
from oab_funding.tables.output import output_directory, write_parquet

Content = bytes | Callable[[Path], None]
"""Content of a file: its bytes, or a function that writes it to a path."""


def write_bundle(
    path: str | Path,
    *,
    calculation: bytes,
    journal: Journal,
    tables: Mapping[str, pa.Table],
    inputs: Mapping[str, SourceFile],
    regulations: Mapping[str, bytes],
    files: Mapping[str, Content],
    code: CodeIdentity,
    labels: Mapping[str, object] | None = None,
    provable: Collection[str] = (),
    overwrite: bool = False,
) -> str:
    """Write a run bundle, whole or not at all.

    Parameters
    ----------
    path
        Folder to write; it may be absent or empty.
    calculation
        The calculation file as given; becomes ``calculation.toml``.
    journal
        The journal of the calculation; becomes ``journal.jsonl``.
    tables
        Every table that a step gave, by its name in the journal; each becomes ``tables/<name>.parquet``.
    inputs
        The files that went in, by a name in the calculation; each becomes ``inputs/<name><ending>``.
    regulations
        The regulation files that applied, by path; each becomes ``regulations/<path>``.
    files
        Further files by path: their bytes, or a function that writes them.
    code
        What `code_identity` gave.
    labels
        Anything to be said of the run, such as "made-up data"; `exact_json.plain` says what may stand here.
    provable
        Names of the tables that get the root of their rows, so that a row can be proved without the others.
    overwrite
        Replace a bundle that is there.

    Returns
    -------
    str
        The root of the bundle: 64 hexadecimal digits to publish. The manifest holds it, and `manifest_leaves`
        says exactly what it stands on.

    Raises
    ------
    InputError
        The folder is taken, writing failed, or a name is unsafe.
    ValueError
        The tables are not those of the journal, or a function wrote a file that was not asked for.
    """
    _check_tables(journal, tables, provable)
    contents = _contents(calculation, journal, tables, inputs, regulations, files)
    with output_directory(path, overwrite, marker=MANIFEST) as folder:
        for name, content in contents.items():
            _write(folder / name, content)
        _check_nothing_else(folder, contents)
        entries = {name: _entry(folder / name) for name in contents}
        for name, table in tables.items():
            entries[_table_path(name)] |= _table_members(journal, name, table, name in provable)
        manifest = plain(
            {
                "format": FORMAT,
                "code": code,
                "environment": environment(),
                "labels": labels or {},
                "inputs": {name: _input_entry(name, source) for name, source in inputs.items()},
                "regulations": {f"regulations/{name}": _sha256(data) for name, data in regulations.items()},
                "journal_head": journal.head,
                "files": entries,
            }
        )
        return _seal(folder, manifest)


def _seal(folder: Path, manifest: JsonValue) -> str:
    assert isinstance(manifest, dict)  # a mapping stays one
    root = manifest_root(manifest)
    (folder / MANIFEST).write_bytes(canonical({**manifest, "root": root}))
    return root


def _contents(
    calculation: bytes,
    journal: Journal,
    tables: Mapping[str, pa.Table],
    inputs: Mapping[str, SourceFile],
    regulations: Mapping[str, bytes],
    files: Mapping[str, Content],
) -> dict[str, Content]:
    parts: list[tuple[str, Content]] = [
        (CALCULATION, calculation),
        (JOURNAL, b"".join(line + b"\n" for line in journal.lines())),
        *((_input_path(name, source), source.data) for name, source in inputs.items()),
        *((f"regulations/{name}", data) for name, data in regulations.items()),
        *((_table_path(name), partial(write_parquet, table)) for name, table in tables.items()),
        *files.items(),
    ]
    check_paths([MANIFEST, *(name for name, _ in parts)])
    return dict(parts)


def _input_path(name: str, source: SourceFile) -> str:
    return f"inputs/{name}{source.suffix}"


def _table_path(name: str) -> str:
    return f"tables/{name}.parquet"


def _input_entry(name: str, source: SourceFile) -> InputEntry:
    return InputEntry(source.name, _input_path(name, source), source.sha256)


def _check_tables(journal: Journal, tables: Mapping[str, pa.Table], provable: Collection[str]) -> None:
    recorded = {name: output.content for record in journal.records for name, output in record.outputs.items()}
    for name in sorted(recorded.keys() | tables.keys() | set(provable)):
        if name not in tables:
            raise ValueError(f"the table {name} is missing from the bundle")
        if recorded.get(name) != journal.content(name, tables[name]):
            raise ValueError(f"the table {name} is not what a step of the journal gave")


def _write(path: Path, content: Content) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        content(path)


def _check_nothing_else(folder: Path, contents: Collection[str]) -> None:
    expected = {folder / name for name in contents}
    expected |= {parent for path in expected for parent in path.parents}
    if extra := sorted(set(folder.rglob("*")) - expected):
        raise ValueError(f"something was written that was not asked for: {extra[0].relative_to(folder)}")


def _entry(path: Path) -> dict[str, object]:
    data = path.read_bytes()
    return {"size": len(data), "sha256": _sha256(data)}


def _table_members(journal: Journal, name: str, table: pa.Table, provable: bool) -> dict[str, object]:
    key = journal.key(name, table)
    members = {"content": journal.content(name, table), "rows": table.num_rows, "key": key}
    return {**members, "rows_root": rows_root(table, key)} if provable else members


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
