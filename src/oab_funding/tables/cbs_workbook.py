"""Reading the workbook in which CBS publishes the disadvantage scores (achterstandsscores) of school sites.

Sheets are found by what they hold, not by their names: a header row with "School (BRIN vestiging)" and score
columns. Tabel 1 gives pupils and scores with threshold, Tabel 2 scores without threshold, in all and for
lower and upper years; the two are joined by site. The figures are not compared with the law here; see
`scores.published`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa

from oab_funding.errors import InputError, Place
from oab_funding.exact.fixed_point import units_to_arrow
from oab_funding.tables.cbs_layout import LABEL_MARK, constants_in, issued_in
from oab_funding.tables.cbs_sheet import Row, TableSheet, read_sheet
from oab_funding.tables.display import Displayed
from oab_funding.tables.files import read_source
from oab_funding.tables.score_tables import SITE_SCORES
from oab_funding.tables.source import SourceFile
from oab_funding.tables.step_result import Figure
from oab_funding.tables.workbook import read_sheets


@dataclass(frozen=True, slots=True, repr=False)
class PublishedScores(Displayed):
    """Disadvantage scores of school sites as published.

    Parameters
    ----------
    table
        One row per site in the order of the file: `site_id`, `pupils`, `score_raw`, `score_raw_lower`,
        `score_raw_upper` (these three only if the workbook gives scores without threshold), `score`, `flags`.
    file
        Name of the file.
    sha256
        SHA-256 of its bytes.
    title
        Title of the table of scores.
    reference_date
        Date on which the pupils were counted (teldatum), from the titles.
    issued
        Month and year on the cover, or None.
    c, g
        National mean score of all pupils and of the target group, as the explanation gives them (rounded);
        None where it gives none, or several.
    notes
        Lines below the tables: the source, what the flags mean.
    label
        What a workbook written by this library says of itself, such as "verzonnen gegevens", or None.
    source
        The workbook itself; what takes these scores as its input takes it, so that the record holds it.
    """

    table: pa.Table = field(repr=False)
    file: str
    sha256: str
    title: str
    reference_date: date
    issued: str | None
    c: Decimal | None
    g: Decimal | None
    notes: tuple[str, ...] = field(repr=False)
    label: str | None = None
    source: SourceFile | None = field(default=None, repr=False, compare=False)

    @property
    def tables(self) -> Mapping[str, pa.Table]:
        """The table by its name."""
        return {"site_scores": self.table}

    @property
    def figures(self) -> Mapping[str, Figure]:
        """What the workbook says of the country."""
        return {"sites": self.table.num_rows, "C": self.c, "G": self.g}

    @property
    def labels(self) -> tuple[str, ...]:
        """What must be said with every output."""
        return (self.label,) if self.label else ()


def read_cbs_workbook(source: str | Path | SourceFile) -> PublishedScores:
    """Read published disadvantage scores from a workbook of CBS.

    Parameters
    ----------
    source
        Path of the workbook, or the file as already read.

    Returns
    -------
    PublishedScores
        Every score exactly as printed, in two decimals.

    Raises
    ------
    InputError
        It is no workbook, a table or column is missing or doubled, a cell does not fit, the two tables name
        different sites or dates, or something stands below the footer.

    Examples
    --------
    >>> read_cbs_workbook("no such file.xlsx")
    Traceback (most recent call last):
    ...
    oab_funding.errors.InputError: no such file.xlsx: does not exist; check the path
    """
    file = read_source(source)
    sheets = {sheet.name: sheet.rows for sheet in read_sheets(file)}
    found = {name: read_sheet(file.name, name, rows) for name, rows in sheets.items()}
    scores, raw = choose(file.name, [table for table in found.values() if table])
    pages = [list(_texts(rows)) for name, rows in sheets.items() if not found[name]]
    notes = tuple(dict.fromkeys([*scores.notes, *(raw.notes if raw else ())]))
    text = "\n".join(line for page in pages for line in page)
    return PublishedScores(
        table=combine(file.name, scores, raw),
        file=file.name,
        sha256=file.sha256,
        title=scores.title,
        reference_date=reference_date(file.name, scores, raw),
        issued=next(filter(None, map(issued_in, pages[0])), None) if pages else None,
        c=_only(constants_in(text, "C")),
        g=_only(constants_in(text, "G")),
        notes=notes,
        source=file,
        label=next((line.removeprefix(LABEL_MARK) for line in notes if line.startswith(LABEL_MARK)), None),
    )


def _texts(rows: Iterable[Row]) -> Iterable[str]:
    return (cell for row in rows for cell in row if isinstance(cell, str) and cell.strip())


def _only(values: set[Decimal]) -> Decimal | None:
    return values.pop() if len(values) == 1 else None


_THRESHOLD: Final = ("pupils", "score")
_RAW: Final = ("score_raw", "score_raw_lower", "score_raw_upper")


def choose(file: str, tables: Sequence[TableSheet]) -> tuple[TableSheet, TableSheet | None]:
    """Find the table with threshold, and the one without if there is one.

    Raises
    ------
    InputError
        There is none with threshold, there are two of a kind, or one lacks a column.
    """
    if not tables:
        raise InputError("has no table of site scores", Place(file), "give the workbook as CBS publishes it")
    scores = _sole(file, [table for table in tables if "score" in table.columns])
    raw = _sole(file, [table for table in tables if any(name in table.columns for name in _RAW)])
    _check_columns(file, scores or tables[0], _THRESHOLD)
    if raw:
        _check_columns(file, raw, _RAW)
    return scores or tables[0], raw


def combine(file: str, scores: TableSheet, raw: TableSheet | None) -> pa.Table:
    """Join the two tables by site, in the order of the one with threshold.

    Returns
    -------
    pyarrow.Table
        Columns of `SITE_SCORES`, flags as the union of both tables' flags.

    Raises
    ------
    InputError
        A site is in one of the tables only.
    """
    values: dict[str, list[Any]] = {"site_id": scores.columns["site_id"]}
    values |= {name: scores.columns[name] for name in _THRESHOLD}
    flags = scores.columns.get("flags", [frozenset()] * len(scores.rows))
    if raw:
        order = _matched(file, scores, raw)
        values |= {name: [raw.columns[name][index] for index in order] for name in _RAW}
        if "flags" in raw.columns:
            flags = [own | raw.columns["flags"][index] for own, index in zip(flags, order, strict=True)]
    values["flags"] = [", ".join(sorted(letters)) for letters in flags]
    schema = SITE_SCORES.arrow(tuple(name for name in SITE_SCORES.names if name in values))
    return pa.Table.from_arrays(
        [_array(values[column.name], column.type) for column in schema], schema=schema
    )


def reference_date(file: str, scores: TableSheet, raw: TableSheet | None) -> date:
    """Give the reference date that the titles of the tables name.

    Raises
    ------
    InputError
        A title names none, or the two name different ones.
    """
    days: list[date] = []
    for table in [scores, raw] if raw else [scores]:
        place = Place(file, table.name, value=table.title)
        if table.reference_date is None:
            raise InputError(
                "the title names no date", place, 'let it end in a date such as "1 oktober 2019"'
            )
        if days and table.reference_date != days[0]:
            other = f"that of sheet {scores.name} {days[0]}"
            raise InputError(
                f"the title names {table.reference_date}, {other}", place, "give two tables of one date"
            )
        days.append(table.reference_date)
    return days[0]


def _sole(file: str, tables: Sequence[TableSheet]) -> TableSheet | None:
    if len(tables) > 1:
        place = Place(file, tables[1].name)
        raise InputError(f"holds the same table as sheet {tables[0].name}", place, "keep one of the two")
    return tables[0] if tables else None


def _check_columns(file: str, table: TableSheet, names: Iterable[str]) -> None:
    for name in names:
        if name not in table.columns:
            place = Place(file, table.name)
            raise InputError(f"the column {name} is missing", place, "give the table as CBS publishes it")


def _matched(file: str, scores: TableSheet, raw: TableSheet) -> list[int]:
    """Position in the second table of every site of the first; both must name the same sites."""
    for one, other in ((scores, raw), (raw, scores)):
        known = set(other.columns["site_id"])
        for code, number in zip(one.columns["site_id"], one.rows, strict=True):
            if code not in known:
                place = Place(file, one.name, "site_id", number, code)
                raise InputError(f"is not on sheet {other.name}", place, "name the same sites in both tables")
    position = {code: index for index, code in enumerate(raw.columns["site_id"])}
    return [position[code] for code in scores.columns["site_id"]]


def _array(values: list[Any], kind: Any) -> Any:
    if pa.types.is_decimal(kind):
        return units_to_arrow(np.array(values, dtype=np.int64), kind.precision, kind.scale)
    return pa.array(values, kind)
