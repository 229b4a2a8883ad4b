"""What applies to one reference date, period or year: the parameters, their source and their gaps."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar, Self

from oab_funding.errors import InputError
from oab_funding.regulation.changes import Change, settle_change
from oab_funding.regulation.model import (
    ChildcarePrice,
    Identity,
    MunicipalityGrant,
    MunicipalityGrantYear,
    MunicipalityScore,
    Preschool,
    Price,
    SchoolGrant,
    SchoolGrantPeriod,
    SchoolScore,
)
from oab_funding.regulation.values import Gap, Stream


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
    changes: tuple[Change, ...] = field(default=(), kw_only=True)

    stream: ClassVar[Stream]
    _rules: ClassVar[str] = "rule"

    @property
    def key(self) -> str:
        """The reference date, period or year it is looked up by."""
        raise NotImplementedError

    @property
    def labels(self) -> tuple[str, ...]:
        """What must be said with every output, where something was changed."""
        return tuple(f"what-if: {change}" for change in self.changes)

    def what_if(self, **values: Any) -> Self:
        """Give a copy in which values are changed; what follows from it is labelled so.

        Parameters
        ----------
        **values
            New values by name, such as ``threshold_share="10%"``; never a float.

        Raises
        ------
        InputError
            A name is not one that can be changed, or a value is outside what the law's form allows.

        Examples
        --------
        >>> from oab_funding.regulation.lookup import regulation
        >>> regulation("school-score", "2019-10-01").what_if(threshold_share="10%").labels
        ('what-if: threshold_share 10% instead of 12%',)
        """
        rules: Any = getattr(self, self._rules)
        made = {change.name: change for change in self.changes}
        for name, value in values.items():
            first = made[name].instead_of if name in made else None
            made[name] = settle_change(rules, name, value, first)
        changed = rules.model_copy(update={change.name: change.value for change in made.values()})
        _check_order(changed)
        kept = tuple(change for change in made.values() if change.value != change.instead_of)
        return replace(self, changes=kept, **{self._rules: changed})

    def instead_of(self, name: str) -> Any:
        """Give a value as it was before any change."""
        first = {change.name: change.instead_of for change in self.changes}
        return first.get(name, getattr(getattr(self, self._rules), name))

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


def _check_order(rules: Any) -> None:
    first, until = (getattr(rules, f"toddler_{end}_months", None) for end in ("from", "until"))
    if first is not None and until is not None and first >= until:
        raise InputError(
            f"toddlers would count from {first} to {until} months", remedy="let them count from fewer months"
        )


@dataclass(frozen=True, slots=True)
class SchoolScoreProvision(_Provision):
    """What applies to the scores of sites on a reference date."""

    formula: SchoolScore
    reference_date: date

    stream: ClassVar[Stream] = "school-score"
    _rules: ClassVar[str] = "formula"

    @property
    def key(self) -> str:
        """The key it is looked up by."""
        return self.reference_date.isoformat()


@dataclass(frozen=True, slots=True)
class MunicipalityScoreProvision(_Provision):
    """What applies to the scores of municipalities on a reference date."""

    formula: MunicipalityScore
    reference_date: date

    stream: ClassVar[Stream] = "municipality-score"
    _rules: ClassVar[str] = "formula"

    @property
    def key(self) -> str:
        """The key it is looked up by."""
        return self.reference_date.isoformat()


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

    stream: ClassVar[Stream] = "school-grant"

    @property
    def key(self) -> str:
        """The key it is looked up by."""
        return self.period.period

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

    stream: ClassVar[Stream] = "municipality-grant"

    @property
    def key(self) -> str:
        """The key it is looked up by."""
        return str(self.year.year)


@dataclass(frozen=True, slots=True)
class PreschoolProvision(_Provision):
    """What preschool education must offer on a day."""

    rule: Preschool
    day: date

    stream: ClassVar[Stream] = "preschool"

    @property
    def key(self) -> str:
        """The day it is looked up by."""
        return self.day.isoformat()


@dataclass(frozen=True, slots=True)
class ChildcarePriceProvision(_Provision):
    """The maximum hourly price of the childcare allowance in a year."""

    rule: ChildcarePrice

    stream: ClassVar[Stream] = "childcare-price"

    @property
    def key(self) -> str:
        """The year it is looked up by."""
        return str(self.rule.year)


Provision = (
    SchoolScoreProvision
    | MunicipalityScoreProvision
    | SchoolGrantProvision
    | MunicipalityGrantProvision
    | PreschoolProvision
    | ChildcarePriceProvision
)
"""What a look-up returns."""
