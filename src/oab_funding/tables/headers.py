"""Which header of a table means which column: by its name, whatever the capitals, or by its Dutch name."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable, Sequence

from oab_funding.errors import InputError, Place
from oab_funding.tables.schema import TableSchema

DUTCH = {
    "school_id": ("brin", "brinnummer", "instelling", "instellingscode"),
    "site_id": ("vestiging", "vestigingsnummer", "vestigingscode", "brin_vestiging"),
    "board_id": ("bevoegd_gezag", "bevoegd_gezag_nummer", "bestuur", "bestuursnummer"),
    "municipality_code": ("gemeentecode",),
    "municipality_name": ("gemeentenaam", "gemeente"),
    "province": ("provincie",),
    "name": ("naam", "instellingsnaam"),
    "score": ("achterstandsscore", "achterstandsscore_met_drempel", "score_met_drempel"),
    "score_raw": ("achterstandsscore_zonder_drempel", "score_zonder_drempel"),
    "pupils": ("leerlingen", "aantal_leerlingen", "bekostigde_leerlingen"),
    "children": ("kinderen", "aantal_kinderen"),
    "amount": ("bedrag", "bedrag_euro"),
    "grant_2018": ("bedrag_2018", "uitkering_2018"),
    "year": ("jaar",),
    "granted": ("toegekend", "verleend"),
    "spent": ("besteed", "besteding"),
    "new_code": ("nieuwe_code", "nieuwe_gemeentecode"),
    "age": ("leeftijd",),
    "birth_date": ("geboortedatum",),
}
"""Dutch names of columns, as registers and decisions have them."""

_BLANKS = str.maketrans("", "", " \t\r\n\u00a0_-")


def folded(header: str) -> str:
    """Bring a header to the form in which headers are compared.

    Examples
    --------
    >>> folded(" School-ID ") == folded("school_id")
    True
    """
    return unicodedata.normalize("NFC", header).casefold().translate(_BLANKS)


def match_headers(headers: Sequence[str], schema: TableSchema, file: str) -> dict[str, str]:
    """Find the header of each column of a schema that is there.

    Parameters
    ----------
    headers
        The headers as they stand in the table.
    schema
        What the table must be.
    file
        Name for messages.

    Returns
    -------
    dict
        Header by name of the column, in the schema's order.

    Raises
    ------
    InputError
        Two headers mean one column, a column is missing, or one looks like a misspelt column.

    Examples
    --------
    >>> from oab_funding.tables.grant_tables import SCHOOL_DECISIONS
    >>> match_headers(["Bedrag", "BRIN"], SCHOOL_DECISIONS, "besluit.csv")
    {'school_id': 'BRIN', 'amount': 'Bedrag'}
    """
    check_doubled(headers, file)
    found: dict[str, str] = {}
    unknown = []
    for header in headers:
        column = _column(header, schema)
        if column is None:
            unknown.append(header)
        elif column in found:
            both = f"{found[column]!r} and {header!r}"
            raise InputError(f"{both} both mean {column}", Place(file, column=header), "keep one of the two")
        else:
            found[column] = header
    _check_missing(found, headers, schema, file)
    _check_misspelt(found, unknown, schema, file)
    return {name: found[name] for name in schema.names if name in found}


def names_all(headers: Iterable[str], schema: TableSchema) -> bool:
    """Say whether a row of cells names every column that a schema needs.

    Examples
    --------
    >>> from oab_funding.tables.grant_tables import SCHOOL_DECISIONS
    >>> names_all(["BRIN", "naam", "bedrag"], SCHOOL_DECISIONS), names_all(["BRIN"], SCHOOL_DECISIONS)
    (True, False)
    """
    found = {_column(header, schema) for header in headers}
    return all(column.name in found for column in schema.columns if column.required)


def check_doubled(headers: Sequence[str], file: str) -> None:
    """Refuse a header that occurs twice.

    Raises
    ------
    InputError
        It does; the header is named.
    """
    if len(set(headers)) != len(headers):
        doubled = next(name for name in sorted(set(headers)) if headers.count(name) > 1)
        raise InputError(
            "the column occurs twice", Place(file, column=doubled or "(no name)"), "keep one of the two"
        )


def _column(header: str, schema: TableSchema) -> str | None:
    wanted = folded(header)
    for name in schema.names:
        if wanted == folded(name) or any(wanted == folded(also) for also in DUTCH.get(name, ())):
            return name
    return None


def _check_missing(found: dict[str, str], headers: Sequence[str], schema: TableSchema, file: str) -> None:
    missing = [column for column in schema.columns if column.required and column.name not in found]
    if not missing:
        return
    column = missing[0]
    free = [header for header in headers if header not in found.values()]
    near = difflib.get_close_matches(
        folded(column.name), [folded(header) for header in free], n=1, cutoff=0.7
    )
    meant = next((header for header in free if near and folded(header) == near[0]), None)
    seen = ", ".join(headers[:12]) or "no columns at all"
    also = f", as are {', '.join(other.name for other in missing[1:])}" if len(missing) > 1 else ""
    raise InputError(
        f"the column {column.name} is missing{also} (found: {seen})",
        Place(file),
        f"is {meant!r} meant to be {column.name}?" if meant else f"add {column.name}: {column.kind.meaning}",
    )


def _check_misspelt(found: dict[str, str], unknown: list[str], schema: TableSchema, file: str) -> None:
    """Refuse a header that looks like an absent optional column: left out, it would change the result."""
    for column in schema.columns:
        if column.name in found:
            continue
        likely = {folded(header): header for header in unknown}
        near = difflib.get_close_matches(folded(column.name), likely, n=1, cutoff=0.85)
        if near:
            raise InputError(
                f"the column {likely[near[0]]} is not known",
                Place(file),
                f"is it meant to be {column.name}? rename it",
            )
