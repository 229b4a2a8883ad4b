"""Joining a municipality's scores on two reference dates: s = H + I, half of each."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import pyarrow as pa

from oab_funding.errors import InputError, Place
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
        A municipality is in one table only (after a reorganisation both must be in the division of the budget
        year), or twice in one, or its score is above its raw score.

    Examples
    --------
    >>> from oab_funding.tables.columns import build
    >>> from oab_funding.tables.score_tables import MUNICIPALITY_SCORES
    >>> columns = {"municipality_code": ["GM0363"], "score_raw": [200], "score": [101]}
    >>> table = build(MUNICIPALITY_SCORES, columns)
    >>> join_dates(table, table).scores
    (Fraction(101, 100),)
    """
    first, second = _by_code(later, "later"), _by_code(previous, "earlier")
    for one, other, name in ((first, second, "earlier"), (second, first, "later")):
        if alone := sorted(one.keys() - other.keys()):
            more = f" (and {len(alone) - 1} more)" if len(alone) > 1 else ""
            raise InputError(
                f"municipality {alone[0]}{more} is not in the scores of the {name} date",
                remedy="bring both to the division of the budget year: from children, or by a map of mergers",
            )
    codes = sorted(first)
    return JoinedScores(
        tuple(codes),
        tuple(Fraction(first[code][0] + second[code][0], _HALF_SCORE_UNITS) for code in codes),
        tuple(first[code][1] > 0 or second[code][1] > 0 for code in codes),
    )


def _by_code(table: pa.Table, name: str) -> dict[str, tuple[int, int]]:
    """Give score and raw score (hundredths) by code."""
    found: dict[str, tuple[int, int]] = {}
    rows = zip(
        texts(table, "municipality_code"), units(table, "score", 2), units(table, "score_raw", 2), strict=True
    )
    for code, score, raw in rows:
        place = Place(f"scores of the {name} date", column="score", value=code)
        if code in found:
            raise InputError("is there twice", place, "give each municipality once")
        if not 0 <= score <= max(raw, 0):
            raise InputError(
                f"the score {_points(score)} is not between 0 and the score without threshold {_points(raw)}",
                place,
                "check both columns",
            )
        found[code] = (score, raw)
    return found


def _points(hundredths: int) -> Decimal:
    return Decimal(hundredths).scaleb(-2)
