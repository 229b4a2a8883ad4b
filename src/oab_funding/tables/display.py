"""How every result shows itself: as frames, as a file, in a few lines of text or of a notebook."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pyarrow as pa

from oab_funding.errors import InputError, Place

if TYPE_CHECKING:
    import pandas as pd

Numbers = Literal["decimal", "float"]
"""How exact numbers come in a pandas frame: exactly, or as floats for sorting, plots and quantiles."""

_FIRST_ROWS = 5


class Displayed:
    """What all results share; each has tables by name, of which the first is the main one, and labels.

    Examples
    --------
    >>> from oab_funding.tables.step_result import StepResult
    >>> prices = StepResult({"prices": pa.table({"price": [Decimal("559.50")]})}, {})
    >>> prices
    <StepResult prices: 1 row>
    >>> prices.to_frame(numbers="float").price.sum()
    np.float64(559.5)
    """

    __slots__ = ()

    if TYPE_CHECKING:

        @property
        def tables(self) -> Mapping[str, pa.Table]:
            """Every table by name; the first is the main one."""
            ...

        @property
        def labels(self) -> tuple[str, ...]:
            """What must be said with every output."""
            ...

    def to_frame(self, name: str | None = None, numbers: Numbers = "decimal") -> pd.DataFrame:
        """Give a table as a pandas frame.

        Parameters
        ----------
        name
            Name of the table (default: the main one).
        numbers
            ``"decimal"`` keeps every exact number as a `decimal.Decimal`; ``"float"`` gives the nearest
            float, for sorting, plots and quantiles.

        Raises
        ------
        InputError
            There is no such table, or no such kind of numbers.
        """
        if numbers not in ("decimal", "float"):
            raise InputError(
                "is no kind of numbers",
                Place(value=numbers, argument="numbers"),
                "choose decimal or float",
            )
        table = self.main_table() if name is None else self._named(name)
        return (_with_floats(table) if numbers == "float" else table).to_pandas()

    def save(self, path: str | Path, overwrite: bool = False) -> None:
        """Write the main table to .csv or .parquet, or all tables to .xlsx, by the ending of the path.

        Parquet and a workbook take the labels along; CSV has no room for them.

        Raises
        ------
        InputError
            Another ending, a path that is taken, or a failure to write.
        """
        from oab_funding.tables.output import write_tables
        from oab_funding.tables.workbook_writer import Cover

        title, (main, *rest) = self._title(), self._written().items()
        write_tables(dict([main, *rest]), path, Cover(title, self.labels), overwrite)

    def __repr__(self) -> str:
        """Say in a line what this is, then its labels."""
        rows = self.main_table().num_rows
        said = f"{self._title()}: {rows:,d} row{'' if rows == 1 else 's'}"
        return f"<{type(self).__name__} {'; '.join([said, *self._highlights(), *self.labels])}>"

    def _repr_html_(self) -> str:
        table = self.main_table()
        first = table.slice(0, _FIRST_ROWS).to_pandas().to_html(index=False, border=0)
        lines = [f"{self._title()}: {table.num_rows:,d} rows", *self._highlights(), *self.labels]
        return f"{first}<p>{'<br>'.join(map(escape, lines))}</p>"

    def main_table(self) -> pa.Table:
        """Give the main table."""
        return next(iter(self.tables.values()))

    def _title(self) -> str:
        return next(iter(self.tables))

    def _highlights(self) -> list[str]:
        return []

    def _written(self) -> Mapping[str, pa.Table]:
        """Give the tables as they are saved."""
        return self.tables

    def _named(self, name: str) -> pa.Table:
        if name not in self.tables:
            raise InputError(f"there is no table {name!r}", remedy=f"choose one of {', '.join(self.tables)}")
        return self.tables[name]


def _with_floats(table: pa.Table) -> pa.Table:
    for at, field in enumerate(table.schema):
        if pa.types.is_decimal(field.type):
            values = [None if value is None else float(value) for value in table.column(at).to_pylist()]
            table = table.set_column(at, field.name, pa.array(values, pa.float64()))
    return table


def in_words(value: Fraction | Decimal) -> str:
    """Write an amount of euros with thousands marked.

    Examples
    --------
    >>> in_words(Fraction(314298500, 100))
    '3,142,985.00'
    """
    from oab_funding.exact import round_exact

    return f"{round_exact(Fraction(value), 2):,f}"
