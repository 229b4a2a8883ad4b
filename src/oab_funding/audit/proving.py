"""Drawing up the proof of one institution's rows from a bundle.

See `proof` for what it proves and what not.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pydantic import JsonValue

from oab_funding.audit.exact_json import parse
from oab_funding.audit.folder import readable
from oab_funding.audit.logical import in_key_order
from oab_funding.audit.manifest import JOURNAL, MANIFEST, MANIFEST_LIMIT, manifest_leaves
from oab_funding.audit.merkle import inclusion_path
from oab_funding.audit.proof import PLAIN_MEMBERS, PROOF_FORMAT, Included, Proof
from oab_funding.audit.provable import OF_CHILDREN
from oab_funding.audit.record import read_record, split_lines
from oab_funding.audit.sealed import Sealed
from oab_funding.errors import InputError, Place


@dataclass(frozen=True, slots=True)
class Wanted:
    """Rows that a proof shall hold: those of a table whose column has one of some values."""

    table: str
    column: str
    values: frozenset[str]


def make_proof(
    sealed: Sealed,
    about: Mapping[str, str],
    wanted: Sequence[Wanted],
    confirmation: Mapping[str, JsonValue] | None = None,
) -> Proof:
    """Draw up the proof of an institution's rows.

    Parameters
    ----------
    sealed
        The bundle, of format 3 or later.
    about
        The column and the code of the institution.
    wanted
        Which rows; those of the first table hold the amount.
    confirmation
        What a second person signed, to go along.

    Returns
    -------
    Proof
        The proof; `canonical` makes its bytes.

    Raises
    ------
    InputError
        The bundle is of an earlier format, or has no such row.
    DamagedError
        What is read is not what the manifest says.
    """
    if sealed.manifest.format < 3:
        raise InputError(
            f"is of format {sealed.manifest.format}, whose rows have no proofs",
            Place(MANIFEST),
            "make the run again with this version",
        )
    rows = [row for one in wanted for row in _rows(sealed, one)]
    if not wanted or not rows or rows[0].leaf["table"] != wanted[0].table:
        said = ", ".join(about.values())
        place = Place(wanted[0].table) if wanted else Place(MANIFEST)
        raise InputError(f"has no row of {readable(said)}", place, "give a code that it has")
    records = list(_records(sealed, wanted[0].table))
    members = list(_members(sealed, {str(row.leaf["table"]) for row in rows}))
    return Proof(
        PROOF_FORMAT,
        about,
        sealed.root,
        len(_leaves(sealed)),
        tuple(members),
        tuple(rows),
        tuple(records),
        confirmation,
    )


def _rows(sealed: Sealed, wanted: Wanted) -> Iterator[Included]:
    entry = sealed.manifest.tables().get(wanted.table)
    if entry is None or entry.columns is None:
        return
    table, leaves = sealed.rows(wanted.table)
    ordered = in_key_order(table, entry.key or ())
    of_column = next(one for one in ordered if one.name == wanted.column)
    for index, value in enumerate(of_column.values.to_pylist()):
        if value in wanted.values:
            yield Included(_mapping(leaves[index]), index, inclusion_path(leaves, index))


def _records(sealed: Sealed, table: str) -> Iterator[Included]:
    """Give the record of the step that gave a table, unless its figures tell of single children."""
    lines = list(split_lines(sealed.read(JOURNAL)))
    for index, line in enumerate(lines):
        record = read_record(line)
        if table in record.outputs and not OF_CHILDREN & record.inputs.keys():
            yield Included(_mapping(line), index, inclusion_path(lines, index))


def _members(sealed: Sealed, tables: Collection[str]) -> Iterator[Included]:
    leaves = _leaves(sealed)
    wanted = [{"files": {f"tables/{table}.parquet"}} for table in tables]
    for index, data in enumerate(leaves):
        leaf = _mapping(data)
        ((name, value),) = leaf.items()
        if name in PLAIN_MEMBERS or {name: {*value} if isinstance(value, dict) else ()} in wanted:
            yield Included(leaf, index, inclusion_path(leaves, index))


def _leaves(sealed: Sealed) -> list[bytes]:
    return manifest_leaves(_mapping(sealed.folder.read(MANIFEST, MANIFEST_LIMIT)))


def _mapping(data: bytes) -> dict[str, JsonValue]:
    value = parse(data)
    assert isinstance(value, dict)  # a leaf is one
    return value
