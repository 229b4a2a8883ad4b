"""May this table leave a secure environment, and what to leave out of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

import pyarrow as pa

from oab_funding.analysis.disclosure.cells import Key
from oab_funding.analysis.disclosure.disclose import Beside, Given, Remedy
from oab_funding.analysis.disclosure.disclose import disclose as _disclose
from oab_funding.analysis.disclosure.released import (
    KEYS,
    PLACES,
    Shape,
    keys_of,
    read_released,
    read_rows,
)
from oab_funding.analysis.disclosure.sensitive import Thresholds
from oab_funding.errors import InputError, Place
from oab_funding.exact import Exact, share
from oab_funding.tables.columns import texts, units
from oab_funding.tables.display import Displayed
from oab_funding.tables.schema import Column, Number, TableSchema, Text
from oab_funding.tables.step_result import Figure

LARGEST_MINIMUM = 1000

NOT_CBS = (
    "a pass is by the thresholds named here, which are the user's or this library's, not CBS's; what may "
    "leave is for whoever keeps the data to say"
)
NOT_OUT = "table `cells` holds what may not leave"


@dataclass(frozen=True, repr=False)
class Disclosure(Displayed):
    """What a table gives away, cell by cell, and the table as it may leave.

    Parameters
    ----------
    tables
        Table `cells`, a row per cell with verdict, rule and reason; with a remedy also what was done and what
        a reader can still work out (`low`, `high`); and then `safe`, the table that may leave.
    figures
        The verdict in all, and how many cells pass, are to be reviewed, and fail.
    labels
        By which thresholds.
    """

    tables: Mapping[str, pa.Table]
    figures: Mapping[str, Figure]
    labels: tuple[str, ...]

    @property
    def table(self) -> pa.Table:
        """Table `cells`."""
        return self.tables["cells"]

    @property
    def verdict(self) -> Literal["pass", "review", "fail"]:
        """The strictest verdict on a cell: of table `safe` where there is one, else of the table given."""
        verdict: Any = self.figures["verdict"]
        return verdict

    @property
    def safe(self) -> pa.Table:
        """The table as it may leave.

        Raises
        ------
        InputError
            No remedy was asked for.
        """
        if "safe" not in self.tables:
            raise InputError("no remedy was asked for", Place(argument="remedy"), "choose suppress or round")
        return self.tables["safe"]


def disclose(
    table: Any,
    *,
    by: Sequence[str] | None = None,
    count: str = "pupils",
    categories: Sequence[str] = (),
    sums: Sequence[str] = (),
    children: Any = None,
    contributions: Any = None,
    beside: Mapping[str, Any] | None = None,
    children_beside: Mapping[str, Any] | None = None,
    minimum: int = 10,
    group_share: Exact = "90%",
    dominance: tuple[int, Exact] | None = (1, "50%"),
    p: Exact | None = "10%",
    margins_known: bool = True,
    remedy: Remedy | None = None,
    base: int | None = None,
    total: str = "total",
    on_step: Callable[[str], None] | None = None,
) -> Disclosure:
    """Judge whether a table may leave a secure environment, and leave out or round what may not.

    Parameters
    ----------
    table
        A frame, a file or a result: a row per place (or other group), with numbers of children and sums over
        them. Empty numbers are taken as left out already.
    by
        Columns that say what a row is about; without it those of province, municipality, board, school and
        site that are there.
    count
        Column of the number of children.
    categories
        Columns that divide this number, such as children in the target group; who is in none is in another.
    sums
        Columns of scores or euros added up over these children.
    children
        A row per child with `child_id` and the columns of `by`, to compare groups child by child.
    contributions
        A row per contributor with the columns of `by` and of `sums`, for dominance. A contributor is who
        could know its own part: a child, or a school in the sum of a board.
    beside, children_beside
        By name, other tables on the same places that are out or go out too (without the threshold, last
        year's, the provisional one), and their children.
    minimum
        The fewest children a number may be about.
    group_share
        The largest share of a row's children that may be in one category.
    dominance
        So many of the largest contributors may hold at most that share of a sum; None for no such rule.
    p
        The p% rule: how close the second largest contributor may come to the largest; None for no such rule.
    margins_known
        Whether sums that are not in the table count as known to others, as national totals are.
    remedy
        ``"suppress"`` or ``"round"``; None to judge only. Sums are suppressed in either case.
    base
        What rounded counts are multiples of (default: the minimum).
    total
        The mark of a total in a column of `by`.
    on_step
        Called with what is done, before it is.

    Returns
    -------
    Disclosure
        `verdict`, table `cells` with the reason for each, and `safe`.

    Raises
    ------
    InputError
        A column is not there, a threshold is refused, or parts do not add up to their totals.

    Notes
    -----
    A cell that must stay hidden passes when the interval that every reader must hold for possible is wide
    enough: of a count as many whole numbers as the minimum, of a sum p% of it. Each end of an interval is
    borne out by a whole table that agrees with all that is shown, checked in whole numbers.

    The defaults are this library's: the rules of thumb of M. Brandt and others, *Guidelines for the checking
    of output based on microdata research* (ESSnet SDC, 2010), and 10% for p. They are not CBS's.

    Examples
    --------
    >>> sites = {"site_id": ["00AP00", "00AR00", "00AZ00"], "pupils": [3, 142, 92]}
    >>> found = disclose(sites, remedy="suppress")
    >>> found.figures["verdict of the table as it is"], found.verdict
    ('fail', 'pass')
    >>> found.safe.to_pydict()
    {'site_id': ['00AP00', '00AR00', '00AZ00'], 'pupils': [None, 142, None]}
    >>> found.to_frame()[["site_id", "verdict", "treatment"]]
      site_id verdict         treatment
    0  00AP00    fail          left out
    1  00AR00    pass             shown
    2  00AZ00    pass  left out as well
    """
    shape = Shape(KEYS if by is None else tuple(by), count, tuple(categories), tuple(sums), total)
    if remedy not in (None, "suppress", "round"):
        raise InputError("is no remedy", Place(value=remedy, argument="remedy"), "choose suppress or round")
    thresholds = Thresholds(
        _whole(minimum, "minimum"),
        share(group_share, "group_share", whole=True),
        None if dominance is None else _dominance(dominance),
        None if p is None else share(p, "p", whole=True),
    )
    read = read_released(table, shape, optional=KEYS if by is None else ())
    found = _disclose(
        read,
        _given(read.shape, children, contributions, beside or {}, children_beside or {}),
        thresholds,
        margins_known=margins_known,
        remedy=remedy,
        base=thresholds.minimum if base is None else _whole(base, "base"),
        on_step=on_step,
    )
    labels = (NOT_CBS, _said(thresholds, margins_known), NOT_OUT)
    return Disclosure(found.tables, found.figures, labels)


def _given(
    shape: Shape,
    children: Any,
    contributions: Any,
    beside: Mapping[str, Any],
    children_beside: Mapping[str, Any],
) -> Given:
    if unknown := sorted(children_beside.keys() - beside.keys()):
        remedy = "give that table as well"
        raise InputError("names no table", Place(value=unknown[0], argument="children_beside"), remedy)
    others = {}
    for name, other in beside.items():
        own = children_beside.get(name)
        read = None if own is None else _children(own, shape, f"children_beside[{name}]")
        optional = (*shape.categories, *shape.sums)
        others[name] = Beside(read_released(other, shape, f"beside[{name}]", optional), read)
    return Given(
        None if children is None else _children(children, shape, "children"),
        {} if contributions is None else _contributions(contributions, shape),
        others,
    )


def _children(source: Any, shape: Shape, argument: str) -> dict[str, Key]:
    columns = (Column("child_id", Text()), *(Column(name, Text()) for name in shape.by))
    table = read_rows(source, TableSchema(argument, columns, key=("child_id",)), argument)
    return dict(zip(texts(table, "child_id"), keys_of(table, shape.by), strict=True))


def _contributions(source: Any, shape: Shape) -> dict[str, dict[Key, list[int]]]:
    number = Number(PLACES, digits=18)
    keys = tuple(Column(name, Text()) for name in shape.by)
    columns = (*keys, *(Column(name, number, required=False) for name in shape.sums))
    table = read_rows(source, TableSchema("contributions", columns, key=()), "contributions")
    found: dict[str, dict[Key, list[int]]] = {}
    for name in (name for name in shape.sums if name in table.column_names):
        mine = found.setdefault(name, {})
        for key, value in zip(keys_of(table, shape.by), units(table, name, PLACES), strict=True):
            mine.setdefault(key, []).append(value)
    if not found:
        remedy = "name its column in `sums`, and give it in both"
        raise InputError("holds none of the sums", Place(argument="contributions"), remedy)
    return found


def _whole(value: Any, name: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 2 <= value <= LARGEST_MINIMUM:
        remedy = f"give a whole number of 2 to {LARGEST_MINIMUM}"
        raise InputError("is no number of children", Place(value=value, argument=name), remedy)
    return value


def _dominance(value: Any) -> tuple[int, Fraction]:
    place = Place(value=value, argument="dominance")
    if not isinstance(value, tuple | list) or len(value) != 2:
        raise InputError("is no rule", place, 'write it as (1, "50%")')
    most, of = value
    if isinstance(most, bool) or not isinstance(most, int) or most < 1:
        raise InputError("is no number of contributors", place, 'write it as (1, "50%")')
    return most, share(of, "dominance", whole=True)


def _said(thresholds: Thresholds, margins_known: bool) -> str:
    parts = [
        f"fewest children {thresholds.minimum}",
        f"at most {thresholds.group_share * 100}% in one category",
    ]
    if thresholds.dominance is not None:
        most, of = thresholds.dominance
        parts.append(f"the {most} largest at most {of * 100}% of a sum")
    if thresholds.p is not None:
        parts.append(f"p {thresholds.p * 100}%")
    parts.append("margins taken as known" if margins_known else "only margins in the table taken as known")
    return "thresholds: " + ", ".join(parts)
