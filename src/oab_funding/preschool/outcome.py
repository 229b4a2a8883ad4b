"""What the questions of this room answer with: a table, its figures, and all that must be said with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pyarrow as pa

from oab_funding.errors import InputError, Place
from oab_funding.regulation import Gap
from oab_funding.tables.labels import with_labels
from oab_funding.tables.output import check_table_path, write_table
from oab_funding.tables.step_result import Figure, StepResult

if TYPE_CHECKING:
    import pandas as pd

Lang = Literal["nl", "en"]


@dataclass(frozen=True, slots=True)
class Outcome:
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
        How one row is explained: code and language in, text out.
    """

    step: StepResult
    labels: tuple[str, ...]
    given: Mapping[str, str]
    sources: tuple[str, ...]
    gaps: tuple[Gap, ...]
    telling: Callable[[Outcome, str, Lang], str] = field(repr=False)

    @property
    def table(self) -> pa.Table:
        """The main table, with its labels in its metadata."""
        return with_labels(self.step.table, self.labels)

    @property
    def figures(self) -> Mapping[str, Figure]:
        """Totals and national figures by name; amounts in euros."""
        return self.step.figures

    def to_frame(self) -> pd.DataFrame:
        """Give the main table as a pandas frame; exact numbers come as `decimal.Decimal`."""
        return self.step.to_frame()

    def save(self, path: str | Path, *, overwrite: bool = False) -> None:
        """Write the main table to a .csv or .parquet file."""
        check_table_path(path, overwrite)
        write_table(self.step.table, path, overwrite, self.labels)

    def explain(self, code: str, *, lang: Lang | str = "nl") -> str:
        """Explain the row of a municipality or school, in Dutch or English.

        Raises
        ------
        InputError
            It is not in the table, or there are no texts in that language.
        """
        if lang not in ("nl", "en"):
            raise InputError("is no language", Place(value=lang, argument="lang"), "choose nl or en")
        return self.telling(self, code, "en" if lang == "en" else "nl")
