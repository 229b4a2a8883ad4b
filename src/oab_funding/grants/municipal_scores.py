"""Joining a municipality's scores on two reference dates: s = H + I, half of each."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import pyarrow as pa

from oab_funding.errors import InputError
from oab_funding.tables.columns import texts, units

_HALF_SCORE_UNITS = 200


@dataclass(frozen=True, slots=True)
class JoinedScores:
    """Municipalities by ascending code, with s = H + I and whether A > 0 on either date."""

    codes: tuple[str, ...]
    scores: tuple[Fraction, ...]
    raw_above_zero: tuple[bool, ...]


def join_dates(later: pa.Table, previous: pa.Table) -> JoinedScores:
    """Join the score tables of the two reference dates of a budget year.

    Parameters
    ----------
    later, previous
        Tables with `municipality_code`, `score_raw` and `score`.

    Raises
    ------
    InputError
        A municipality is in one table only: after a reorganisation both must be in the division of the budget year.

    Examples
    --------
    >>> from decimal import Decimal
    >>> from oab_funding.tables.catalogue import MUNICIPALITY_SCORES
    >>> from oab_funding.tables.conform import conform
    >>> row = {"municipality_code": "GM0363", "score_raw": Decimal("2.00"), "score": Decimal("1.01")}
    >>> table = conform(pa.Table.from_pylist([row]), MUNICIPALITY_SCORES)
    >>> join_dates(table, table).scores
    (Fraction(101, 100),)
    """
    first, second = _by_code(later), _by_code(previous)
    for one, other, name in ((first, second, "earlier"), (second, first, "later")):
        if alone := sorted(one.keys() - other.keys()):
            more = f" (and {len(alone) - 1} more)" if len(alone) > 1 else ""
            raise InputError(
                f"municipality {alone[0]}{more} is not in the scores of the {name} date",
                remedy="bring both to the division of the budget year: from children, or with a code map for pure mergers",
            )
    codes = sorted(first)
    return JoinedScores(
        tuple(codes),
        tuple(Fraction(first[code][0] + second[code][0], _HALF_SCORE_UNITS) for code in codes),
        tuple(first[code][1] > 0 or second[code][1] > 0 for code in codes),
    )


def _by_code(table: pa.Table) -> dict[str, tuple[int, int]]:
    rows = zip(units(table, "score"), units(table, "score_raw"), strict=True)
    return dict(zip(texts(table, "municipality_code"), rows, strict=True))
