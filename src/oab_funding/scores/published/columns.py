"""Published scores of sites or of municipalities as columns, so that one check serves both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from oab_funding.exact.fixed_point import units_from_arrow
from oab_funding.exact.rounding import round_exact
from oab_funding.tables.conform import conform
from oab_funding.tables.schema import TableSchema
from oab_funding.tables.score_tables import MUNICIPALITY_SCORES, SITE_SCORES


@dataclass(frozen=True, slots=True)
class Kind:
    """What the rows of a score table stand for.

    Parameters
    ----------
    schema
        The table; its key is the code.
    institutions
        What they are, in the plural.
    children
        The column of E, which is also what the children are called.
    """

    schema: TableSchema
    institutions: str
    children: str


SITES = Kind(SITE_SCORES, "sites", "pupils")
MUNICIPALITIES = Kind(MUNICIPALITY_SCORES, "municipalities", "children")


@dataclass(frozen=True, slots=True)
class PublishedColumns:
    """Published scores, column by column; each has n values, None where a value is not known.

    Parameters
    ----------
    kind
        What the rows stand for.
    codes
        Code of each site or municipality.
    children
        E.
    raw, lower, upper
        A, and A of the lower and upper years, in hundredths.
    score
        Score, in hundredths.
    flags
        Reliability flags: empty text where there are none.
    """

    kind: Kind
    codes: Sequence[str]
    children: Sequence[int | None]
    raw: Sequence[int | None]
    lower: Sequence[int | None]
    upper: Sequence[int | None]
    score: Sequence[int]
    flags: Sequence[str | None]


def read_columns(table: Any, kind: Kind) -> PublishedColumns:
    """Read a table of published scores.

    Parameters
    ----------
    table
        A frame with columns of the schema of `kind`.
    kind
        `SITES` or `MUNICIPALITIES`.

    Raises
    ------
    InputError
        The table does not keep to its schema.

    Examples
    --------
    >>> import pyarrow as pa
    >>> scores = pa.table({"municipality_code": ["GM0363"], "score_raw": ["102.62"], "score": ["33.02"]})
    >>> columns = read_columns(scores, MUNICIPALITIES)
    >>> columns.raw, columns.score, columns.children
    ([10262], [3302], [None])
    """
    given = conform(table, kind.schema)
    names = set(given.column_names)
    unknown: list[Any] = [None] * given.num_rows

    def hundredths(name: str) -> list[Any]:
        return units_from_arrow(given.column(name), name).tolist() if name in names else unknown

    def values(name: str) -> list[Any]:
        return given.column(name).to_pylist() if name in names else unknown

    return PublishedColumns(
        kind=kind,
        codes=values(kind.schema.key[0]),
        children=values(kind.children),
        raw=hundredths("score_raw"),
        lower=hundredths("score_raw_lower"),
        upper=hundredths("score_raw_upper"),
        score=hundredths("score"),
        flags=[text or "" for text in values("flags")] if "flags" in names else unknown,
    )


def total(values: Sequence[int | None]) -> int | None:
    """Add up a column; None if some value is not known.

    Examples
    --------
    >>> total([1, 2]), total([1, None])
    (3, None)
    """
    known = [value for value in values if value is not None]
    return sum(known) if len(known) == len(values) else None


BOUND_PLACES = 9
"""Decimals of a bound in a message."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A contradiction.

    Parameters
    ----------
    code
        The site or municipality, or None where the table of sites as a whole contradicts its constants.
    rule
        The rule that is broken.
    message
        What is wrong, with the figures.

    Examples
    --------
    >>> print(Finding("00AP00", "flag a", "lacks flag a with 12 pupils; the limit is 40"))
    00AP00: lacks flag a with 12 pupils; the limit is 40
    """

    code: str | None
    rule: str
    message: str

    @property
    def where(self) -> str:
        """Where it is: the code, or `all sites`."""
        return self.code or "all sites"

    def __str__(self) -> str:
        return f"{self.where}: {self.message}"


def points(hundredths: int) -> str:
    """Write a score that comes in hundredths.

    Examples
    --------
    >>> points(3302), points(-50)
    ('33.02', '-0.50')
    """
    return str(round_exact(Fraction(hundredths, 100), 2))


def span(low: Fraction | None, high: Fraction | None) -> str:
    """Write an open interval above 0 in words, its ends rounded outwards; None where nothing bounds it.

    Examples
    --------
    >>> span(Fraction(2, 3), Fraction(5, 7)), span(None, None)
    ('between 0.666666666 and 0.714285715', 'above 0.000000000')
    """
    start = f"{round_exact(low or Fraction(0), BOUND_PLACES, 'down'):f}"
    return (
        f"above {start}" if high is None else f"between {start} and {round_exact(high, BOUND_PLACES, 'up'):f}"
    )
