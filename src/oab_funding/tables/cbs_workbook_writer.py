"""Writing site scores in the layout in which CBS publishes them, so that any reader of one reads the other.

The same figures give the same bytes: the workbook carries no time of writing.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from oab_funding.errors import InputError, Place
from oab_funding.tables.cbs_layout import (
    LABEL_MARK,
    LOWER_HEADER,
    PUPILS_HEADER,
    RAW_HEADER,
    SCORE_HEADER,
    SITE_HEADER,
    UPPER_HEADER,
    constants_sentence,
    date_in_dutch,
    issued_in,
)
from oab_funding.tables.conform import conform
from oab_funding.tables.score_tables import SITE_SCORES
from oab_funding.tables.whole import output_file

_RAW: Final = ("score_raw", "score_raw_lower", "score_raw_upper")
_FLAG_NOTES: Final = {
    "a": "a De score van de vestiging berust op te weinig leerlingen om betrouwbaar te zijn.",
    "b": "b De score van de onderbouw berust op te weinig leerlingen om betrouwbaar te zijn.",
    "c": "c De score van de bovenbouw berust op te weinig leerlingen om betrouwbaar te zijn.",
}
_EXPLANATION: Final = (
    "Toelichting bij de tabellen",
    "Tabel 1 geeft per vestiging het aantal bekostigde leerlingen en de score met drempel, nooit onder 0.",
    "Tabel 2 geeft per vestiging de score zonder drempel, en het deel van onderbouw en bovenbouw daarin.",
    "De scores zijn rekenkundig afgerond op twee decimalen; onderbouw en bovenbouw tellen daardoor niet "
    "altijd op tot het geheel.",
)
_SOURCES: Final = "De cijfers komen uit de tabellen waarmee dit werkboek is geschreven."
_COVER_TITLE: Final = "Achterstandsscores basisscholen, {year}"
_TITLE: Final = "Achterstandsscore per basisschoolvestiging, {day}"
_RAW_TITLE: Final = "Achterstandsscore zonder drempel per basisschoolvestiging, {day}"
_HEADER_ROW: Final = 3
_FIRST_ROW: Final = 5


def write_cbs_workbook(
    table: Any,
    path: str | Path,
    *,
    reference_date: date,
    c: Decimal | None,
    g: Decimal | None,
    issued: str | None,
    label: str | None = None,
    overwrite: bool = False,
) -> None:
    """Write site scores as a workbook with Voorblad, Inhoud, Toelichting, Bronbestanden, Tabel 1 and Tabel 2.

    Parameters
    ----------
    table
        Site scores with `site_id`, `pupils` and `score`; for Tabel 2 also `score_raw`, `score_raw_lower` and
        `score_raw_upper`; `flags` where known.
    path
        Where to write; appears whole or not at all.
    reference_date
        Date on which the pupils were counted.
    c, g
        National mean score of all pupils and of the target group, both or neither.
    issued
        Month and year for the cover, such as "Februari 2020", or None.
    label
        Words such as "verzonnen gegevens" for the cover, the explanation and the notes below the tables.
    overwrite
        Whether an existing file may be replaced.

    Raises
    ------
    InputError
        The table does not fit, a column that the layout needs is missing, or the path is taken.

    Examples
    --------
    >>> from datetime import date
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from oab_funding.tables.cbs_workbook import read_cbs_workbook
    >>> scores = pa.table({"site_id": ["00AP00"], "pupils": [100], "score": ["33.02"]})
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "scores.xlsx")
    ...     write_cbs_workbook(scores, path, reference_date=date(2019, 10, 1), c=None, g=None, issued=None)
    ...     read_cbs_workbook(path).table.to_pylist()
    [{'site_id': '00AP00', 'pupils': 100, 'score': Decimal('33.02'), 'flags': ''}]
    """
    scores = conform(table, SITE_SCORES)
    _check(scores, c, g, issued)
    book = _book(scores, reference_date, c, g, issued, label)
    with output_file(path, overwrite) as temporary:
        temporary.write_bytes(book)


def _check(scores: pa.Table, c: Decimal | None, g: Decimal | None, issued: str | None) -> None:
    place = Place(f"table {SITE_SCORES.name}")
    names = scores.column_names
    needed = {"pupils", *(_RAW if set(_RAW) & set(names) else ())}
    if missing := sorted(needed - set(names)):
        raise InputError(f"the column {missing[0]} is missing", place, "the workbook has a place for it")
    for name in set(_RAW) & set(names):
        values: Any = scores.column(name).to_pylist()
        if negative := next((value for value in values if value < 0), None):
            raise InputError("is below 0", Place(place.file, column=name, value=negative), "give 0 or more")
    if (c is None) != (g is None):
        raise InputError("only one of C and G is given", place, "give both or neither")
    if issued is not None and issued_in(issued) != issued:
        raise InputError(
            "is not a month and a year", Place(value=issued), 'write for example "Februari 2020"'
        )


def _book(
    scores: pa.Table,
    reference_date: date,
    c: Decimal | None,
    g: Decimal | None,
    issued: str | None,
    label: str | None,
) -> bytes:
    import xlsxwriter

    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_numbers": False})
    book.set_properties({"created": datetime.combine(reference_date, datetime.min.time())})
    day = date_in_dutch(reference_date)
    raw = _RAW[0] in scores.column_names
    titles = [_TITLE.format(day=day), *([_RAW_TITLE.format(day=day)] if raw else [])]
    marked = [f"{LABEL_MARK}{label}"] if label else []
    constants = [constants_sentence(reference_date.year, c, g)] if c is not None and g is not None else []
    cover = [_COVER_TITLE.format(year=reference_date.year), *marked, *([issued] if issued else [])]
    _page(book, "Voorblad", cover)
    _page(book, "Inhoud", ["Inhoud", *_EXPLANATION[:1], "Toelichting op de bronbestanden", *titles])
    _page(book, "Toelichting", [_EXPLANATION[0], *marked, *_EXPLANATION[1:], *constants])
    _page(book, "Bronbestanden", [_SOURCES])
    flags = _flags(scores)
    first = flags if not raw else [letters & {"a"} for letters in flags]
    columns = {SITE_HEADER: "site_id", PUPILS_HEADER: "pupils", SCORE_HEADER: "score"}
    _table(book, "Tabel 1", titles[0], _columns(scores, columns), first, marked)
    if raw:
        columns = dict(
            zip((SITE_HEADER, RAW_HEADER, LOWER_HEADER, UPPER_HEADER), ("site_id", *_RAW), strict=True)
        )
        _table(book, "Tabel 2", titles[1], _columns(scores, columns), flags, marked)
    book.close()
    return stream.getvalue()


def _page(book: Any, name: str, lines: Sequence[str]) -> None:
    sheet = book.add_worksheet(name)
    for row, line in enumerate(lines):
        sheet.write_string(row, 0, line)


def _columns(scores: pa.Table, columns: dict[str, str]) -> dict[str, list[Any]]:
    return {header: scores.column(name).to_pylist() for header, name in columns.items()}


def _flags(scores: pa.Table) -> list[frozenset[str]]:
    if "flags" not in scores.column_names:
        return [frozenset()] * scores.num_rows
    return [frozenset((value or "").split(", ")) - {""} for value in scores.column("flags").to_pylist()]


def _table(
    book: Any,
    name: str,
    title: str,
    columns: dict[str, list[Any]],
    flags: Sequence[frozenset[str]],
    marked: Sequence[str],
) -> None:
    sheet = book.add_worksheet(name)
    two_places = book.add_format({"num_format": "0.00"})
    sheet.write_string(0, 0, name)
    sheet.write_string(1, 0, title)
    for column, (header, values) in enumerate(columns.items()):
        sheet.write_string(_HEADER_ROW, column, header)
        for row, value in enumerate(values, _FIRST_ROW):
            if isinstance(value, str):
                sheet.write_string(row, column, value)
            else:
                sheet.write_number(row, column, value, two_places if isinstance(value, Decimal) else None)
    for row, letters in enumerate(flags, _FIRST_ROW):
        if letters:
            sheet.write_string(row, len(columns), ", ".join(sorted(letters)))
    shown = sorted(frozenset().union(*flags))
    footer = ["Bron: de tabellen van dit werkboek", *marked, *(_FLAG_NOTES[letter] for letter in shown)]
    for row, line in enumerate(footer, _FIRST_ROW + len(flags) + 1):
        sheet.write_string(row, 0, line)
