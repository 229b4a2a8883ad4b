"""Checking the proof of one institution's rows: nothing but the proof and the published root is needed.

See `proof` for what it proves and what not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import JsonValue, TypeAdapter

from oab_funding.audit.exact_json import canonical
from oab_funding.audit.folder import readable
from oab_funding.audit.manifest import FileEntry, JournalTree
from oab_funding.audit.merkle import check_inclusion
from oab_funding.audit.proof import PLAIN_MEMBERS, Included, Proof
from oab_funding.audit.record import Record, read_record


@dataclass(frozen=True, slots=True)
class ProofCheck:
    """What `check_proof` found.

    Parameters
    ----------
    problems
        Why the proof does not hold; nothing where it does.
    about
        The column and the code of the institution.
    root
        The root it was held against.
    labels
        What must be said with every output of the run.
    rows
        The rows of the institution, with the name of their table.
    records
        The records of the steps that gave its amount.
    """

    problems: tuple[str, ...]
    about: Mapping[str, str]
    root: str
    labels: tuple[str, ...] = ()
    rows: tuple[tuple[str, Mapping[str, JsonValue]], ...] = ()
    records: tuple[Record, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether the rows belong to the run with this root."""
        return not self.problems


def check_proof(proof: Proof, root: str) -> ProofCheck:
    """Check that an institution's rows belong to the run that was published under a root.

    Nothing but the proof and the root is needed.

    Parameters
    ----------
    proof
        What `read_proof` gave.
    root
        The root, from where its maker could not change it; the one in the proof counts for nothing.

    Returns
    -------
    ProofCheck
        Whether it holds, and what is proved: nothing of it unless it holds.
    """
    problems = tuple(_problems(proof, root.strip().lower()))
    if problems:
        return ProofCheck(problems, proof.about, root)
    labels: Any = _members(proof)["labels"]
    return ProofCheck(
        (),
        proof.about,
        root,
        tuple(labels["labels"]),
        tuple((str(row.leaf["table"]), _object(row.leaf["row"])) for row in proof.rows),
        tuple(read_record(canonical(one.leaf)) for one in proof.records),
    )


def _problems(proof: Proof, root: str) -> Iterator[str]:
    if proof.root != root:
        yield f"it was drawn up for the root {proof.root}"
    for number, member in enumerate(proof.members, start=1):
        if not _belongs(member, proof.leaves, root):
            yield f"member {number} is not under the root"
            return
    members = _members(proof)
    if members.keys() != set(PLAIN_MEMBERS) or len(proof.members) != len(PLAIN_MEMBERS) + len(_tables(proof)):
        yield "it does not hold the format, the labels and the tree of the journal, once each"
        return
    if members["format"] != 3 or not _is_labels(members["labels"]):
        yield "its labels or its format are not in their form"
        return
    yield from _record_problems(proof, members["journal_tree"])
    yield from _row_problems(proof)


def _record_problems(proof: Proof, tree: Any) -> Iterator[str]:
    try:
        known = _TREE.validate_json(canonical(tree))
        for record in proof.records:
            read_record(canonical(record.leaf))
    except ValueError:
        yield "a record, or the tree of the journal, is not in its form"
        return
    for number, record in enumerate(proof.records, start=1):
        if not _belongs(record, known.lines, known.root):
            yield f"record {number} is not in the journal of the run"


def _row_problems(proof: Proof) -> Iterator[str]:
    tables, used, known = _tables(proof), set(), {*proof.about.values()}
    if len(proof.about) != 1 or not proof.rows:
        yield "it is not about one institution"
        return
    ((column, code),) = proof.about.items()
    for number, included in enumerate(proof.rows, start=1):
        table, row = included.leaf.get("table"), included.leaf.get("row")
        entry = tables.get(str(table))
        if entry is None or entry.rows is None or entry.rows_root is None or not isinstance(row, dict):
            yield f"row {number} is of no table of the proof"
        elif not _belongs(included, entry.rows, entry.rows_root):
            yield f"row {number} is not in the table {readable(str(table))} of the run"
        elif row.keys() != (entry.columns or {}).keys():
            yield f"row {number} has other columns than the run says"
        elif number == 1 and (entry.key != (column,) or row[column] != code):
            yield f"row {number} is not of {readable(code)}"
        elif not _is_about(row, entry.key or (), column, code, known):
            yield f"row {number} is of another institution"
        else:
            used.add(table)
            known |= {str(row[name]) for name in entry.key or ()}
    if used != tables.keys():
        yield "it holds entries of tables without a row"


def _is_about(
    row: Mapping[str, JsonValue], key: Sequence[str], column: str, code: str, known: set[str]
) -> bool:
    """Say whether a row is of the institution: by its column, by a row before it, or by its own code."""
    if row.get(column) is not None:
        return row[column] == code
    own = str(row[key[0]]) if key else ""
    return own in known or own.startswith(code)


def _belongs(included: Included, size: int, root: str) -> bool:
    return check_inclusion(canonical(included.leaf), included.index, size, included.path, root)


def _members(proof: Proof) -> dict[str, JsonValue]:
    """Give the members of the manifest that are not files, by name."""
    leaves = [member.leaf for member in proof.members if len(member.leaf) == 1]
    return {name: value for leaf in leaves for name, value in leaf.items() if name != "files"}


def _tables(proof: Proof) -> dict[str, FileEntry]:
    found: dict[str, FileEntry] = {}
    for member in proof.members:
        if (match := _TABLE.fullmatch(_file(member.leaf))) is not None:
            try:
                entry = _ENTRY.validate_json(canonical(_object(member.leaf["files"])[match[0]]))
            except ValueError:
                continue
            found[match[1]] = entry
    return found


def _file(leaf: Mapping[str, JsonValue]) -> str:
    files = leaf.get("files")
    return next(iter(files)) if len(leaf) == 1 and isinstance(files, dict) and len(files) == 1 else ""


def _is_labels(value: JsonValue) -> bool:
    if not isinstance(value, dict) or not isinstance(value.get("labels"), list):
        return False
    labels: Any = value["labels"]
    return all(isinstance(label, str) for label in labels)


def _object(value: JsonValue) -> dict[str, JsonValue]:
    return value if isinstance(value, dict) else {}


_TABLE = re.compile(r"tables/([A-Za-z0-9_]+)\.parquet")
_ENTRY = TypeAdapter(FileEntry)
_TREE = TypeAdapter(JournalTree)
