"""Grants of schools: price x score, and the transition from the old scheme."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import pyarrow as pa

from oab_funding.errors import InputError, Place
from oab_funding.exact import Exact, Rule, change, round_units, to_fraction
from oab_funding.exact import share as as_share
from oab_funding.grants.old_amounts import OldScheme, Paid, old_amounts, partners
from oab_funding.grants.price import price_per_unit
from oab_funding.grants.transition import (
    BEFORE_TRANSITION,
    MissingBase,
    NotStated,
    Transition,
    transition_label,
)
from oab_funding.tables.columns import build, texts, units
from oab_funding.tables.grant_tables import SCHOOL_GRANTS, UNSCORED_BASE
from oab_funding.tables.step_result import Figure, StepResult

__all__ = [
    "BEFORE_TRANSITION",
    "ESTIMATE",
    "MissingBase",
    "SchoolTransition",
    "exact_grants",
    "school_grants",
]

ESTIMATE = "estimate"
_CENTS = 100
_SCORE_UNITS = 100


OLD_BASE = OldScheme(
    receiver="school",
    period="period",
    argument="old_base",
    given="an old base is given",
    lacks="school {} has a score but no old base",
    unscored=UNSCORED_BASE,
)


@dataclass(frozen=True, slots=True)
class SchoolTransition(Transition):
    """The transition of a period for schools.

    Parameters
    ----------
    losers, gainers, missing
        As for every `Transition`.
    index
        Change by which the old base is indexed.

    Raises
    ------
    InputError
        A share or the index is a float, or outside its bounds.
    """

    index: Fraction = Fraction(0)

    def __post_init__(self) -> None:
        Transition.__post_init__(self)
        object.__setattr__(self, "index", base_index(self.index))


def school_grants(
    schools: pa.Table,
    old_base: pa.Table | None,
    price: Exact,
    share: Exact = Fraction(1),
    rounding: Rule = "half_up",
    transition: SchoolTransition | NotStated | None = "not stated",
) -> StepResult:
    """Compute the grant of each school.

    Parameters
    ----------
    schools
        Table `schools` with `school_id`, `score`, `flags` and `estimated`.
    old_base
        Table of old bases. Without it the amounts of a period with a transition are those before the
        transition, and each is labelled so.
    price
        Euros per unit of score, in whole cents; never a float.
    share
        Share of the annual amount that the period covers.
    rounding
        How the amount is brought to cents: once, per school.
    transition
        The transition of the period; None where the period has none. Left out, each amount is labelled as one
        before a transition that the period may have.

    Returns
    -------
    StepResult
        Table `school_grants` by ascending `school_id`; with old bases also `unscored_base`. Figures: price,
        share, sum of scores, price x sum of scores, totals after rounding per school, half cents met, schools
        above 0, the shares of the transition, and the schools that have a score or an old base only.

    Raises
    ------
    InputError
        The price is a float, no amount above 0 or too large; a school has no base and `missing` says to
        refuse; a share is outside what the law allows; a school gains and the gainers' share is not known; or
        there are old bases and no transition.

    Notes
    -----
    Besluit bekostiging WPO art. 28 lid 1 and 36a; Besluit bekostiging WPO 2022 art. 18 lid 1 and
    11. There is no ceiling on the total and no remainder rule: price times quantity.

    Examples
    --------
    >>> from decimal import Decimal
    >>> from oab_funding.scores.schools import school_scores
    >>> from oab_funding.tables.score_tables import SITE_SCORES
    >>> from oab_funding.tables.conform import conform
    >>> sites = conform(pa.table({"site_id": ["00AP00"], "score": [Decimal("33.02")]}), SITE_SCORES)
    >>> grants = school_grants(school_scores(sites).table, None, "559.50", transition=None)
    >>> grants.table.column("amount").to_pylist()
    [Decimal('18474.69')]
    """
    per_unit, covered = price_per_unit(price), as_share(share, "share", whole=True)
    ids, scores = texts(schools, "school_id"), units(schools, "score", 2)
    new = [Fraction(score, _SCORE_UNITS) * Fraction(per_unit) * covered for score in scores]
    tables: dict[str, pa.Table] = {}
    found: dict[str, Figure] = {}
    if old_base is None:
        paid = Paid.before(new)
    else:
        settled = OLD_BASE.settled(transition)
        bases = old_bases(old_base, settled.index)
        paid = _after(ids, new, bases, settled)
        tables["unscored_base"] = OLD_BASE.alone(bases, ids)
        found = partners("old_base", bases, ids, settled.missing)
    stands = "applied" if paid.shares else transition_label(transition)
    label = "" if stands in {"applied", "none"} else stands
    cents_new = [round_units(amount, 2, rounding) for amount in new]
    cents = [round_units(amount, 2, rounding) for amount in paid.exact]
    figures: dict[str, Figure] = {
        "price": per_unit,
        "share_of_annual_amount": covered,
        "sum_of_scores": Fraction(sum(scores), _SCORE_UNITS),
        "price_times_sum_of_scores": sum(new, Fraction(0)),
        "total_new": Fraction(sum(cents_new), _CENTS),
        "half_cents": sum((amount * _CENTS).denominator == 2 for amount in new),
        "schools_above_zero": sum(score > 0 for score in scores),
        "total": Fraction(sum(cents), _CENTS),
        "transition": stands,
        **(paid.shares.figures() if paid.shares else {}),
        **found,
    }
    return StepResult({"school_grants": _table(schools, cents_new, paid, cents, label), **tables}, figures)


def exact_grants(
    schools: pa.Table, unit_amount: Exact, old_base: pa.Table | None, transition: SchoolTransition | None
) -> dict[str, Fraction]:
    """Give what each school gets in the end, in euros and unrounded, by `school_id`.

    Parameters
    ----------
    schools
        Table with `school_id` and `score`.
    unit_amount
        Euros per unit of score, unrounded: price x share of the annual amount.
    old_base, transition
        As for `school_grants`; without an old base the amounts are those before the transition.

    Examples
    --------
    >>> from decimal import Decimal
    >>> schools = pa.table({"school_id": ["00AP"], "score": pa.array([Decimal("0.01")])})
    >>> exact_grants(schools, "559.50", None, None)
    {'00AP': Fraction(1119, 200)}
    """
    ids, per_unit = texts(schools, "school_id"), to_fraction(unit_amount)
    new = [Fraction(score, _SCORE_UNITS) * per_unit for score in units(schools, "score", 2)]
    if old_base is None or transition is None:
        return dict(zip(ids, new, strict=True))
    paid = _after(ids, new, old_bases(old_base, transition.index), transition)
    return dict(zip(ids, paid.exact, strict=True))


def _after(
    ids: Sequence[str], new: Sequence[Fraction], bases: Mapping[str, Fraction], transition: SchoolTransition
) -> Paid:
    old = old_amounts(ids, bases, transition.missing, OLD_BASE.lacks)
    return OLD_BASE.paid(ids, new, old, transition, whole=len(ids) > 1)


def _table(
    schools: pa.Table, cents_new: Sequence[int], paid: Paid, cents: Sequence[int], label: str
) -> pa.Table:
    marks = zip(texts(schools, "flags"), schools.column("estimated").to_pylist(), strict=True)
    columns = {
        "school_id": schools.column("school_id"),
        "score": schools.column("score"),
        "amount_new": cents_new,
        **paid.columns("old_base"),
        "amount": cents,
        "flags": [
            "; ".join(filter(None, (flags, ESTIMATE if estimated else "", label)))
            for flags, estimated in marks
        ],
    }
    return build(SCHOOL_GRANTS, columns)


_SIGNS = {"d": 1, "e": 1, "f": 1, "g": -1, "h": 1}


def old_bases(table: pa.Table, index: Exact = Fraction(0)) -> dict[str, Fraction]:
    """Give the old base of each school in euros.

    Parameters
    ----------
    table
        `school_id` with `old_base`, or with `d` (old weights funding), `e` (impulse areas), `f` (old material
        funding), `g` (new material funding) and `h` (old school weight x a set amount), all in euros.
    index
        Change by which the whole base is indexed, such as "1.2%"; 0 means not indexed.

    Raises
    ------
    InputError
        The table has neither `old_base` nor all five parts, or some of them, or both and they disagree; or
        the index is a float, could be a percentage, or is -100% or less.

    Notes
    -----
    Besluit bekostiging WPO art. 36a. The yearly percentage of the index is not at hand.

    Examples
    --------
    >>> from decimal import Decimal
    >>> old_bases(pa.table({"school_id": ["00AP"], "old_base": pa.array([Decimal("10.00")])}))
    {'00AP': Fraction(10, 1)}
    """
    indexed = 1 + base_index(index)
    names = table.column_names
    given = [letter for letter in _SIGNS if letter in names]
    has_parts = len(given) == len(_SIGNS)
    if given and not has_parts:
        raise InputError(
            f"has {', '.join(given)} but not all of d, e, f, g, h",
            Place("old base"),
            "give all five parts, or none",
        )
    if "old_base" not in names and not has_parts:
        raise InputError(
            "has neither old_base nor d, e, f, g, h", Place("old base"), "give old_base, or its five parts"
        )
    stated = units(table, "old_base", 2) if "old_base" in names else None
    added = _add_up(table) if has_parts else None
    schools = texts(table, "school_id")
    if stated is not None and added is not None:
        _check_agree(schools, stated, added)
    cents = stated if stated is not None else added or []
    return {school: Fraction(value, _CENTS) * indexed for school, value in zip(schools, cents, strict=True)}


def base_index(value: Exact) -> Fraction:
    """Take the change by which an old base is indexed, such as "1.2%": above -100% and at most 100%.

    Raises
    ------
    InputError
        It is a float or no number, could be a percentage, or is outside its bounds.

    Examples
    --------
    >>> base_index("1.2%"), base_index(0)
    (Fraction(3, 250), Fraction(0, 1))
    """
    if isinstance(value, Fraction) and value == 1:  # 100%, as a document was read: no percentage is meant
        return value
    return change(value, "index")


def _check_agree(schools: list[str], stated: list[int], added: list[int]) -> None:
    for school, one, other in zip(schools, stated, added, strict=True):
        if one != other:
            raise InputError(
                f"school {school}: old_base is {_euros(one)}, its parts give {_euros(other)}",
                Place("old base"),
                "give one of the two",
            )


def _add_up(table: pa.Table) -> list[int]:
    parts = [(sign, units(table, letter, 2)) for letter, sign in _SIGNS.items()]
    return [sum(sign * values[row] for sign, values in parts) for row in range(table.num_rows)]


def _euros(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-2)
