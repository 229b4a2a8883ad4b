"""What is paid on new amounts: the transition and the way to cents, of schools and municipalities alike."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from oab_funding.errors import InputError
from oab_funding.exact import Rule, round_units
from oab_funding.grants.division import to_cents
from oab_funding.grants.old_amounts import old_amounts
from oab_funding.grants.transition import Shares, after_transition, transition_shares

Gainers = Fraction | Literal["solve", "unknown"]
"""The gainers' share: given, to be solved, or not known, so that only losers have an amount."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a calculation of grants does after the new amounts, in either stream.

    Parameters
    ----------
    old
        Old amounts in euros by code, not indexed; None where no transition is applied.
    losers, gainers, places
        The shares c; `places` are the decimals of a solved share, if it is rounded.
    missing
        What becomes of whoever has no old amount: taken as 0, or left out of the transition.
    index
        Share by which the old amounts are indexed.
    stage
        What enters the transition: exact new amounts, new amounts in cents, or the sum of sites in cents.
    rounding, step
        How an amount is brought to cents, and the multiple of cents it is rounded to.
    """

    old: Mapping[str, Fraction] | None
    losers: Fraction
    gainers: Gainers
    places: int | None = None
    missing: Literal["zero", "exempt"] = "exempt"
    index: Fraction = Fraction(0)
    stage: Literal["exact", "cents", "sites"] = "exact"
    rounding: Rule = "half_up"
    step: int = 1

    @property
    def solves(self) -> bool:
        """Whether everyone's amounts are needed for anyone's, because the gainers' share is solved."""
        return self.old is not None and self.gainers == "solve"


@dataclass(frozen=True, slots=True)
class NewAmounts:
    """New amounts in euros by code, who has no part in a transition, and the total they are shared out to."""

    euros: Mapping[str, Fraction]
    left_out: Collection[str] = ()
    bound: int | None = None


def settle(new: NewAmounts, settings: Settings) -> dict[str, int]:
    """Give what is paid, in cents, by code.

    Whoever gains while the gainers' share is not known is left out.

    Examples
    --------
    >>> half = Settings(old={"a": Fraction(30)}, losers=Fraction(1, 2), gainers="unknown")
    >>> settle(NewAmounts({"a": Fraction(10), "b": Fraction(5)}), half)
    {'a': 2000, 'b': 500}
    """
    if settings.old is None:
        return _in_cents(new.euros, new.bound, settings)
    old = old_amounts_of(new, settings)
    shares = shares_of(new, settings)
    known = {
        code: b
        for code, b in new.euros.items()
        if settings.gainers != "unknown" or (a := old[code]) is None or a > b
    }
    exact = {code: after_transition(b, old[code], shares)[0] for code, b in known.items()}
    return _in_cents(exact, new.bound if shares.uncovered == 0 else None, settings)


def shares_of(new: NewAmounts, settings: Settings) -> Shares:
    """Give the shares of the transition.

    Raises
    ------
    InputError
        The gainers' share is above the losers'.
    """
    if settings.gainers == "unknown":
        return Shares(settings.losers, Fraction(0), False, False, False, Fraction(1))
    gainers = None if settings.gainers == "solve" else settings.gainers
    if gainers is not None and new.bound is None:
        if gainers > settings.losers:
            raise InputError("the gainers' share is above the losers' share", remedy="give a lower one")
        return Shares(settings.losers, gainers, False, False, False, Fraction(1))
    amounts, old = list(new.euros.values()), list(old_amounts_of(new, settings).values())
    return transition_shares(amounts, old, settings.losers, gainers, settings.places)


def old_amounts_of(new: NewAmounts, settings: Settings) -> dict[str, Fraction | None]:
    """Give the old amounts, indexed, by code; None for whoever has no part in the transition."""
    if settings.old is None:
        return dict.fromkeys(new.euros)
    found = old_amounts(list(new.euros), settings.old, settings.missing, "")
    return {
        code: None if amount is None or code in new.left_out else amount * (1 + settings.index)
        for code, amount in zip(new.euros, found, strict=True)
    }


def _in_cents(exact: Mapping[str, Fraction], bound: int | None, settings: Settings) -> dict[str, int]:
    if settings.step > 1:
        return {
            code: settings.step * round_units(amount * 100 / settings.step, 0)
            for code, amount in exact.items()
        }
    if bound is not None:
        return dict(zip(exact, to_cents(list(exact.values()), bound, list(exact)), strict=True))
    return {code: round_units(amount, 2, settings.rounding) for code, amount in exact.items()}
