"""Grants of schools: price x score, and the transition from the old scheme."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

import pyarrow as pa

from oab_funding.errors import InputError
from oab_funding.exact import Rule, round_units
from oab_funding.grants.old_base import old_bases
from oab_funding.grants.transition import Shares, after_transition, transition_shares
from oab_funding.tables.catalogue import SCHOOL_GRANTS, UNSCORED_BASE
from oab_funding.tables.columns import decimals, optional_decimals, texts, units
from oab_funding.tables.step_result import Figure, StepResult

MissingBase = Literal["refuse", "zero", "exempt"]
"""What to do with a school that has a score and no old base."""

BEFORE_TRANSITION = "before transition"
ESTIMATE = "estimate"
_CENTS = 100
_SCORE_UNITS = 100


@dataclass(frozen=True, slots=True)
class SchoolTransition:
    """The transition of a period, as law and choices settle it.

    Parameters
    ----------
    losers
        The losers' share c.
    gainers
        The gainers' share, or None to solve it so that the total is kept.
    missing
        What to do with a school that has a score and no base.
    index
        Share by which the old base is indexed.
    """

    losers: Fraction
    gainers: Fraction | None
    missing: MissingBase = "refuse"
    index: Fraction = Fraction(0)


def school_grants(
    schools: pa.Table,
    old_base: pa.Table | None,
    price: Decimal,
    share: Fraction = Fraction(1),
    rounding: Rule = "half_up",
    transition: SchoolTransition | None = None,
) -> StepResult:
    """Compute the grant of each school.

    Parameters
    ----------
    schools
        Table `schools` with `school_id`, `score`, `flags` and `estimated`.
    old_base
        Table of old bases. Without it the amounts of a period with a transition are those before the transition,
        and each is labelled so.
    price
        Euros per unit of score.
    share
        Share of the annual amount that the period covers.
    rounding
        How the amount is brought to cents: once, per school.
    transition
        The transition of the period, if it has one.

    Returns
    -------
    StepResult
        Table `school_grants` by ascending `school_id`; with old bases also `unscored_base`. Figures: price, share,
        sum of scores, price x sum of scores, totals after rounding per school, half cents met, schools above 0,
        and the shares of the transition.

    Raises
    ------
    InputError
        A school has no base and `missing` says to refuse, or a share is outside what the law allows.

    Notes
    -----
    Besluit bekostiging WPO art. 28 lid 1 and 36a; Besluit bekostiging WPO 2022 art. 18 lid 1 and 11. There is no
    ceiling on the total and no remainder rule: price times quantity.

    Examples
    --------
    >>> from oab_funding.scores.schools import school_scores
    >>> from oab_funding.tables.catalogue import SITE_SCORES
    >>> from oab_funding.tables.conform import conform
    >>> sites = conform(pa.table({"site_id": ["00AP00"], "score": [Decimal("33.02")]}), SITE_SCORES)
    >>> school_grants(school_scores(sites).table, None, Decimal("559.50")).table.column("amount").to_pylist()
    [Decimal('18474.69')]
    """
    scores = units(schools, "score")
    new = [Fraction(score, _SCORE_UNITS) * Fraction(price) * share for score in scores]
    bases = old_bases(old_base, transition.index) if transition and old_base is not None else None
    old = _old_of(texts(schools, "school_id"), bases, transition)
    shares = (
        transition_shares(new, old, transition.losers, transition.gainers) if transition and bases else None
    )
    after = [after_transition(b, a, shares) if shares else (b, None) for b, a in zip(new, old, strict=True)]
    label = BEFORE_TRANSITION if transition and bases is None else ""
    cents_new = [round_units(amount, 2, rounding) for amount in new]
    cents = [round_units(amount, 2, rounding) for amount, _ in after]
    tables = {"school_grants": _table(schools, cents_new, old, [share for _, share in after], cents, label)}
    if bases is not None:
        tables["unscored_base"] = _unscored(texts(schools, "school_id"), bases)
    figures: dict[str, Figure] = {
        "price": price,
        "share_of_annual_amount": share,
        "sum_of_scores": Fraction(sum(scores), _SCORE_UNITS),
        "price_times_sum_of_scores": sum(new, Fraction(0)),
        "total_new": Fraction(sum(cents_new), _CENTS),
        "half_cents": sum((amount * _CENTS).denominator == 2 for amount in new),
        "schools_above_zero": sum(score > 0 for score in scores),
        "total": Fraction(sum(cents), _CENTS),
        "transition": label or ("applied" if shares else "none"),
    }
    return StepResult(tables, figures | _share_figures(shares))


def _old_of(
    ids: list[str], bases: Mapping[str, Fraction] | None, transition: SchoolTransition | None
) -> list[Fraction | None]:
    if bases is None or transition is None:
        return [None] * len(ids)
    missing = [school for school in ids if school not in bases]
    if missing and transition.missing == "refuse":
        more = f" (and {len(missing) - 1} more)" if len(missing) > 1 else ""
        raise InputError(
            f"school {missing[0]}{more} has a score but no old base",
            remedy="add its row, or pass --missing-base zero (it had nothing) or exempt (no transition for it)",
        )
    default = Fraction(0) if transition.missing == "zero" else None
    return [bases.get(school, default) for school in ids]


def _table(
    schools: pa.Table,
    new: list[int],
    old: list[Fraction | None],
    shares: list[Fraction | None],
    paid: list[int],
    label: str,
) -> pa.Table:
    schema = SCHOOL_GRANTS.arrow()
    marks = zip(texts(schools, "flags"), schools.column("estimated").to_pylist(), strict=True)
    columns = {
        "school_id": schools.column("school_id"),
        "score": schools.column("score"),
        "amount_new": decimals(new, schema.field("amount_new").type),
        "old_base": _rounded(old, schema.field("old_base").type),
        "share": _rounded(shares, schema.field("share").type),
        "amount": decimals(paid, schema.field("amount").type),
        "flags": [
            "; ".join(filter(None, (flags, ESTIMATE if estimated else "", label)))
            for flags, estimated in marks
        ],
    }
    return pa.table(columns, schema=schema)


def _rounded(values: list[Fraction | None], kind: pa.DataType) -> pa.Array:
    return optional_decimals(
        [None if value is None else round_units(value, kind.scale) for value in values], kind
    )


def _unscored(ids: list[str], bases: Mapping[str, Fraction]) -> pa.Table:
    schema = UNSCORED_BASE.arrow()
    rows = sorted(bases.keys() - set(ids))
    cents = [round_units(bases[school], 2) for school in rows]
    return pa.table(
        [pa.array(rows, pa.string()), decimals(cents, schema.field("old_base").type)], schema=schema
    )


def _share_figures(shares: Shares | None) -> dict[str, Figure]:
    if shares is None:
        return {}
    return {
        "losers_share": shares.losers,
        "gainers_share": shares.gainers,
        "gainers_share_solved": shares.solved,
        "gainers_share_capped": shares.capped,
        "not_covered_by_gainers": shares.uncovered,
    }
