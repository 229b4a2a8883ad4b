"""What applies to one reference date, period or year: the parameters, their source and their gaps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from oab_funding.errors import InputError
from oab_funding.regulation.model import (
    Identity,
    MunicipalityGrant,
    MunicipalityGrantYear,
    MunicipalityScore,
    Price,
    SchoolGrant,
    SchoolGrantPeriod,
    SchoolScore,
)
from oab_funding.regulation.preschool_model import ChildcarePrice, Preschool
from oab_funding.regulation.values import Gap


@dataclass(frozen=True, slots=True)
class Source:
    """Where a provision stands: file, its hash, article, and the regulation."""

    file: str
    sha256: str
    article: str
    regulation: Identity

    def __str__(self) -> str:
        return f"{self.regulation.title} ({self.regulation.number}), {self.article}"


@dataclass(frozen=True, slots=True)
class _Provision:
    """What every provision has: where it stands, and the points on which the law is silent."""

    source: Source
    gaps: tuple[Gap, ...]

    def choose(self, name: str, choice: str | None = None) -> str:
        """Take an option of a gap, by default the declared one.

        Raises
        ------
        InputError
            The choice is not an option of that gap.
        """
        gap = next(gap for gap in self.gaps if gap.name == name)
        if choice is None:
            return gap.default
        if choice not in gap.options:
            raise InputError(
                f"{name}: {choice!r} is no option", remedy=f"choose one of {', '.join(gap.options)}"
            )
        return choice


@dataclass(frozen=True, slots=True)
class SchoolScoreProvision(_Provision):
    """What applies to the scores of sites on a reference date."""

    formula: SchoolScore
    reference_date: date


@dataclass(frozen=True, slots=True)
class MunicipalityScoreProvision(_Provision):
    """What applies to the scores of municipalities on a reference date."""

    formula: MunicipalityScore
    reference_date: date


@dataclass(frozen=True, slots=True)
class PricedPeriod:
    """A price of a period and the regulation that sets it."""

    source: Source
    price: Price


@dataclass(frozen=True, slots=True)
class SchoolGrantProvision(_Provision):
    """What applies to the grants of schools in a period."""

    rule: SchoolGrant
    period: SchoolGrantPeriod
    prices: tuple[PricedPeriod, ...]

    @property
    def known_price(self) -> PricedPeriod | None:
        """The latest known price: a later regulation wins over an earlier one."""
        known = [priced for priced in self.prices if priced.price.price.value is not None]
        return known[-1] if known else None

    def require_price(self) -> tuple[Decimal, PricedPeriod]:
        """Return the known price, or refuse and say which regulation would hold it.

        Raises
        ------
        InputError
            No price is known for the period.
        """
        priced = self.known_price
        if priced is None or priced.price.price.value is None:
            raise InputError(
                f"the price per unit of {self.period.period} is not known here; "
                f"{self.period.price_regulation} sets it",
                remedy="look it up there and pass `price` with `source`, or pass `budget`",
            )
        return priced.price.price.value, priced

    def require_share(self, share: Fraction | None = None) -> Fraction:
        """Return the share of the annual amount that the period covers, or refuse and say what is claimed.

        Raises
        ------
        InputError
            The share is not known and none is given.
        """
        if share is not None:
            return share
        if self.period.share.value is None:
            claims = "; ".join(f"{claim.source}" for claim in self.period.share_candidates)
            raise InputError(
                f"the share of the annual amount due in {self.period.period} is disputed ({claims})",
                remedy="choose one with `share`, such as 34.55% or 5/12",
            )
        return self.period.share.value


@dataclass(frozen=True, slots=True)
class MunicipalityGrantProvision(_Provision):
    """What applies to the grants of municipalities in a budget year."""

    rule: MunicipalityGrant
    year: MunicipalityGrantYear


@dataclass(frozen=True, slots=True)
class PreschoolProvision(_Provision):
    """What preschool education must offer on a day."""

    rule: Preschool
    day: date


@dataclass(frozen=True, slots=True)
class ChildcarePriceProvision(_Provision):
    """The maximum hourly price of the childcare allowance in a year."""

    rule: ChildcarePrice


Provision = (
    SchoolScoreProvision
    | MunicipalityScoreProvision
    | SchoolGrantProvision
    | MunicipalityGrantProvision
    | PreschoolProvision
    | ChildcarePriceProvision
)
"""What a look-up returns."""
