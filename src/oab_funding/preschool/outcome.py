"""What the questions of this room take and answer with: tables and a year in several forms; an outcome."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pyarrow as pa

from oab_funding.errors import InputError, Place
from oab_funding.regulation import Gap
from oab_funding.report.html import render_html
from oab_funding.report.text import render_text
from oab_funding.tables.display import Displayed
from oab_funding.tables.schema import TableSchema
from oab_funding.tables.step_result import Figure, StepResult

if TYPE_CHECKING:
    import pyarrow as pa

    from oab_funding.report.document import Document


Lang = Literal["nl", "en"]
Format = Literal["text", "html"]


@dataclass(frozen=True, slots=True, repr=False)
class Outcome(Displayed):
    """The answer to a question.

    Parameters
    ----------
    step
        Its tables and figures.
    labels
        What must be said with every output.
    given
        What the user gave, by name, in words.
    sources
        Where the law and its amounts stand.
    gaps
        Points on which the law is silent.
    telling
        How one row is explained: code and language in, a document out.
    """

    step: StepResult
    labels: tuple[str, ...]
    given: Mapping[str, str]
    sources: tuple[str, ...]
    gaps: tuple[Gap, ...]
    telling: Callable[[Outcome, str, Lang], Document] = field(repr=False)

    @property
    def table(self) -> pa.Table:
        """The main table, with its labels in its metadata."""
        from oab_funding.tables.parquet import with_labels

        return with_labels(self.step.table, self.labels)

    @property
    def tables(self) -> Mapping[str, pa.Table]:
        """Every table by name; the first is the main one."""
        return self.step.tables

    @property
    def figures(self) -> Mapping[str, Figure]:
        """Totals and national figures by name; amounts in euros."""
        return self.step.figures

    def explain(self, code: str, lang: Lang | str = "nl", format: Format = "text") -> str:  # noqa: A002
        """Explain the row of a municipality or school.

        Parameters
        ----------
        code
            Its code.
        lang
            Language.
        format
            Text for a terminal, or a page.

        Raises
        ------
        InputError
            It is not in the table, or there is no such language or format.
        """
        if lang not in ("nl", "en"):
            raise InputError("is no language", Place(value=lang, argument="lang"), "choose nl or en")
        if format not in ("text", "html"):
            raise InputError("is no format", Place(value=format, argument="format"), "choose text or html")
        document = self.telling(self, str(code), "en" if lang == "en" else "nl")
        return render_text(document) if format == "text" else render_html(document)


def table_of(data: Any, schema: TableSchema, in_run: str | None = None) -> pa.Table:
    """Take a table: a path, a frame, a result, or a run bundle that holds it as `in_run`.

    Raises
    ------
    InputError
        It cannot be read, or is not what the schema says.
    """
    from oab_funding.tables.conform import conform
    from oab_funding.tables.files import read_table
    from oab_funding.tables.source import SourceFile

    if isinstance(data, SourceFile) or (
        isinstance(data, str | Path) and (in_run is None or not Path(data).is_dir())
    ):
        return read_table(data, schema)
    if isinstance(data, str | Path):
        data = opened_run(data)
    if hasattr(data, "records"):
        return conform(data.table(in_run or schema.name), schema)
    if isinstance(data, Outcome | StepResult):
        return conform(data.table, schema)
    return conform(data, schema)


def opened_run(folder: str | Path) -> Any:
    """Open a run; what that takes is loaded only here, as most questions come with tables."""
    from oab_funding.run.opened import open_run

    return open_run(folder)


def year_of(value: str | int | date, name: str = "year") -> int:
    """Take a calendar year.

    Examples
    --------
    >>> year_of("2024"), year_of(2024)
    (2024, 2024)
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, date):
        return value.year
    if isinstance(value, str) and len(value) == 4 and value.isascii() and value.isdigit():
        return int(value)
    raise InputError("is not a year", Place(value=value, argument=name), "write it as 2024")
