"""The transition from the old scheme to the new: paid = B + (A - B) x c.

B is the new amount and A what the old scheme gave. Losers (A > B) keep a share c of what they lose; gainers give up
a share c of what they gain, at most the losers' share.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from oab_funding.errors import InputError
from oab_funding.exact import round_units


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
    uncovered
        Euros by which the total after the transition exceeds the total of the new amounts, before rounding;
        negative where less is paid.
    """

    losers: Fraction
    gainers: Fraction
    solved: bool
    capped: bool
    uncovered: Fraction


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
        capped at the losers' share.
    places
        If given, a solved share is rounded half up to this many decimals of the share.

    Raises
    ------
    InputError
        A share is outside 0..1, or the gainers' share is above the losers'.

    Notes
    -----
    Besluit bekostiging WPO art. 36a; Besluit specifieke uitkeringen gemeentelijk onderwijsachterstandenbeleid art. 6.
    That the gainers' share is set so as to keep the total is inferred.

    Examples
    --------
    >>> transition_shares([Fraction(10), Fraction(30)], [Fraction(20), Fraction(10)], Fraction(1, 2), None).gainers
    Fraction(1, 4)
    """
    _check_shares(losers, gainers)
    differences = [a - b for a, b in zip(old, new, strict=True) if a is not None]
    lost = sum((d for d in differences if d > 0), Fraction(0))
    gained = -sum((d for d in differences if d < 0), Fraction(0))
    solved, capped = gainers is None, False
    if gainers is None:
        gainers = losers * lost / gained if gained else Fraction(0)
        if places is not None:
            gainers = Fraction(round_units(gainers, places), 10**places)
        capped = gainers > losers or (lost > 0 and gained == 0 and losers > 0)
        gainers = min(gainers, losers)
    return Shares(losers, gainers, solved, capped, losers * lost - gainers * gained)


def after_transition(new: Fraction, old: Fraction | None, shares: Shares) -> tuple[Fraction, Fraction | None]:
    """Give the amount after the transition (euros, unrounded) and the share that applied.

    Examples
    --------
    >>> shares = Shares(Fraction(1, 2), Fraction(1, 4), True, False, Fraction(0))
    >>> after_transition(Fraction(10), Fraction(20), shares)
    (Fraction(15, 1), Fraction(1, 2))
    """
    if old is None:
        return new, None
    share = shares.losers if old > new else shares.gainers
    return new + (old - new) * share, share


def _check_shares(losers: Fraction, gainers: Fraction | None) -> None:
    for name, share in (("losers'", losers), ("gainers'", gainers)):
        if share is not None and not 0 <= share <= 1:
            raise InputError(f"the {name} share {share} is not between 0 and 1", remedy='write it as "50%"')
    if gainers is not None and gainers > losers:
        raise InputError(
            f"the gainers' share {gainers} is above the losers' share {losers}",
            remedy="the law allows at most the losers' share",
        )
