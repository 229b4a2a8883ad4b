"""What a step of the calculation returns: tables and figures, frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType

import pyarrow as pa

from oab_funding.tables.display import Displayed

Figure = int | Fraction | Decimal | str | bool | None
"""A control total or national figure; exact, or text."""


@dataclass(frozen=True, slots=True, repr=False)
class StepResult(Displayed):
    """Tables by name, and figures by name, as one step of the calculation produced them.

    Parameters
    ----------
    tables
        Arrow tables by name; the first is the main one.
    figures
        National figures and control totals by name.

    Examples
    --------
    >>> result = StepResult({"prices": pa.table({"price": [1]})}, {"rows": 1})
    >>> result.table.num_rows, result.figures["rows"]
    (1, 1)
    """

    tables: Mapping[str, pa.Table]
    figures: Mapping[str, Figure]

    def __post_init__(self) -> None:
        object.__setattr__(self, "tables", MappingProxyType(dict(self.tables)))
        object.__setattr__(self, "figures", MappingProxyType(dict(self.figures)))

    @property
    def table(self) -> pa.Table:
        """The main table."""
        return next(iter(self.tables.values()))

    @property
    def labels(self) -> tuple[str, ...]:
        """A step by itself says nothing beyond its tables."""
        return ()
