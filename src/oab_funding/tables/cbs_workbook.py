"""Reading the workbook in which CBS publishes the disadvantage scores (achterstandsscores) of school sites.

Sheets are found by what they hold, not by their names: a header row with "School (BRIN vestiging)" and score
columns. Tabel 1 gives pupils and scores with threshold, Tabel 2 scores without threshold, in all and for
lower and upper years. The figures are not compared with the law here; see `scores.published`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow as pa

from oab_funding.tables.cbs_join import choose, combine, reference_date
from oab_funding.tables.cbs_layout import LABEL_MARK, constants_in, issued_in
from oab_funding.tables.cbs_sheet import Row, read_sheet
from oab_funding.tables.display import Displayed
from oab_funding.tables.files import read_source
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
    file = source if isinstance(source, SourceFile) else read_source(source)
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
