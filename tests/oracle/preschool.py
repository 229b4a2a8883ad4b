"""What a grant must buy, once more in plain fractions; see README.md."""

from dataclasses import dataclass
from fractions import Fraction

from oracle.refusal import RefusedError
from oracle.rounding import floor


@dataclass(frozen=True)
class Case:
    """One municipality in one year; letters as in the formula."""

    grant: Fraction
    n: int
    n1: int | None
    r: Fraction
    h: Fraction
    p: Fraction
    w: Fraction
    hbo: int
    per_target: bool
    place: Fraction
    weeks: Fraction
    charged: Fraction
    f: Fraction
    a: Fraction
    maximum: Fraction
    own: Fraction | None


def to_be_bought(case: Case, n: int | None = None, p: Fraction | None = None) -> Fraction:
    """Cost less what parents and the allowance pay, child by child; may be below 0."""
    n = case.n if n is None else n
    p = case.p if p is None else p
    follows = case.per_target or case.n1 is None
    workers = case.hbo * (n if follows else case.n1) * case.w
    hours_with, hours_without = case.a * case.r * n * case.h, (1 - case.a) * case.r * n * case.h
    price_hours = (hours_with + hours_without) * p
    parents_without = (1 - case.a) * case.r * n * case.weeks * case.charged * case.f
    own = max(Fraction(0), p - case.maximum) if case.own is None else case.own
    allowance = hours_with * min(p, case.maximum)
    return price_hours + case.r * n * case.place + workers - parents_without - hours_with * own - allowance


def outcome(case: Case) -> Fraction:
    """What must be bought, or a refusal."""
    bought = to_be_bought(case)
    if bought < 0:
        raise RefusedError("bought_below_zero")
    return bought


def hours_of_year(year: int) -> Fraction:
    """Hours by law: 400 a year before 1-8-2020 and 640 since; 2020 by its months."""
    if year < 2020:
        return Fraction(400)
    return Fraction(500) if year == 2020 else Fraction(640)


def price_in_cents(price: Fraction) -> int:
    """Whole cents, down."""
    return floor(price * 100)
