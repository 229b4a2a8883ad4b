"""The transition from the old scheme to the new: paid = B + (A - B) x c.

B is the new amount and A what the old scheme gave, both exact: what is paid is rounded once. Losers (A > B)
keep a share c of what they lose; gainers give up a share c of what they gain, at most the losers' share.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from oab_funding.errors import InputError
from oab_funding.exact import round_units
from oab_funding.tables.step_result import Figure

MissingBase = Literal["refuse", "zero", "exempt"]
"""What to do with whoever has no known old amount: refuse, take it as 0, or leave out of the transition."""


@dataclass(frozen=True, slots=True)
class Shares:
    """The shares c of a transition, and what they do to the total.

    Parameters
    ----------
    losers, gainers
        The shares.
    solved
        Whether the gainers' share was solved so that the total is kept.
    capped
        Whether the law's cap, the losers' share, kept it from being higher.
    nobody_gains
        Whether there is nobody who could give up a share.
    uncovered
        Euros by which the total after the transition exceeds the total of the new amounts, before rounding;
        negative where less is paid.
    """

    losers: Fraction
    gainers: Fraction
    solved: bool
    capped: bool
    nobody_gains: bool
    uncovered: Fraction

    def figures(self) -> dict[str, Figure]:
        """Give them as figures of a step."""
        return {
            "losers_share": self.losers,
            "gainers_share": self.gainers,
            "gainers_share_solved": self.solved,
            "gainers_share_capped": self.capped,
            "nobody_gains": self.nobody_gains,
            "not_covered_by_gainers": self.uncovered,
        }


def transition_shares(
    new: Sequence[Fraction],
    old: Sequence[Fraction | None],
    losers: Fraction,
    gainers: Fraction | None,
    places: int | None = None,
) -> Shares:
    """Settle the shares of a transition.

    Parameters
    ----------
    new
        New amounts B (euros), unrounded.
    old
        Old amounts A (euros); None for whoever is exempt.
    losers
        The losers' share c, from the law.
    gainers
        The gainers' share, or None to solve it: c x sum of (A - B) over losers / sum of (B - A) over gainers,
        capped at the losers' share; 0 where nobody gains.
    places
        If given, a solved share is rounded half up to this many decimals of the share.

    Raises
    ------
    InputError
        A share is outside 0..1, or the gainers' share is above the losers'.

    Notes
    -----
    Besluit bekostiging WPO art. 36a; Besluit specifieke uitkeringen gemeentelijk
    onderwijsachterstandenbeleid art. 6. That the gainers' share is set so as to keep the total is inferred.

    Examples
    --------
    >>> new, old = [Fraction(10), Fraction(30)], [Fraction(20), Fraction(10)]
    >>> transition_shares(new, old, Fraction(1, 2), None).gainers
    Fraction(1, 4)
    """
    _check_shares(losers, gainers)
    differences = [a - b for a, b in zip(old, new, strict=True) if a is not None]
    lost = sum((d for d in differences if d > 0), Fraction(0))
    gained = -sum((d for d in differences if d < 0), Fraction(0))
    wanted = gainers if gainers is not None else _solved(losers, lost, gained, places)
    applied = min(wanted, losers)
    return Shares(
        losers=losers,
        gainers=applied,
        solved=gainers is None,
        capped=wanted > losers,
        nobody_gains=gained == 0,
        uncovered=losers * lost - applied * gained,
    )


def after_transition(new: Fraction, old: Fraction | None, shares: Shares) -> tuple[Fraction, Fraction | None]:
    """Give the amount after the transition (euros, unrounded) and the share that applied; None if exempt.

    Examples
    --------
    >>> shares = Shares(Fraction(1, 2), Fraction(1, 4), True, False, False, Fraction(0))
    >>> after_transition(Fraction(10), Fraction(20), shares)
    (Fraction(15, 1), Fraction(1, 2))
    """
    if old is None:
        return new, None
    share = shares.losers if old > new else shares.gainers
    return new + (old - new) * share, share


def old_amounts(
    codes: Sequence[str], known: Mapping[str, Fraction], missing: MissingBase, lacks: str
) -> list[Fraction | None]:
    """Give the old amount of each; None for whoever is exempt.

    Parameters
    ----------
    codes
        Who gets a new amount.
    known
        Old amounts (euros) by code.
    missing
        What to do with a code that is not among them.
    lacks
        What to say of it, such as "school {} has no old base".

    Raises
    ------
    InputError
        An old amount is missing and `missing` says to refuse.

    Examples
    --------
    >>> old_amounts(["00AP", "00AR"], {"00AP": Fraction(5)}, "zero", "")
    [Fraction(5, 1), Fraction(0, 1)]
    """
    without = [code for code in codes if code not in known]
    if without and missing == "refuse":
        more = f" (and {len(without) - 1} more)" if len(without) > 1 else ""
        raise InputError(
            lacks.format(without[0] + more),
            remedy="add its row, or pass --missing-base zero (it had nothing) or exempt (no transition)",
        )
    default = Fraction(0) if missing == "zero" else None
    return [known.get(code, default) for code in codes]


def _solved(losers: Fraction, lost: Fraction, gained: Fraction, places: int | None) -> Fraction:
    share = losers * lost / gained if gained else Fraction(0)
    return share if places is None else Fraction(round_units(share, places), 10**places)


def _check_shares(losers: Fraction, gainers: Fraction | None) -> None:
    for name, share in (("losers'", losers), ("gainers'", gainers)):
        if share is not None and not 0 <= share <= 1:
            raise InputError(f"the {name} share {share} is not between 0 and 1", remedy='write it as "50%"')
    if gainers is not None and gainers > losers:
        raise InputError(
            f"the gainers' share {gainers} is above the losers' share {losers}",
            remedy="the law allows at most the losers' share",
        )
