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
from oab_funding.exact import Exact, round_units
from oab_funding.exact import share as as_share
from oab_funding.tables.step_result import Figure

MissingBase = Literal["refuse", "zero", "exempt"]
"""What to do with whoever has no known old amount: refuse, take it as 0, or leave out of the transition."""

BEFORE_TRANSITION = "before transition"
MAY_BE_BEFORE_TRANSITION = "before transition, if the period has one"
"""What amounts are where nobody said whether their period has a transition."""

NotStated = Literal["not stated"]
"""That nobody said whether the period has a transition; then the amounts are labelled so."""

Gainers = Fraction | Literal["unknown"] | None
"""The gainers' share: given; not known, which is of no matter where nobody gains; or None, to be solved."""


def gainers_share(value: Exact | None, name: str = "gainers") -> Gainers:
    """Take a gainers' share as it is given: a share, None to solve it, or "unknown".

    Raises
    ------
    InputError
        It is a float or no number, or outside 0..1.

    Examples
    --------
    >>> gainers_share("26.55%"), gainers_share("unknown")
    (Fraction(531, 2000), 'unknown')
    """
    if value is None or value == "unknown":
        return value  # type: ignore[return-value]
    return as_share(value, name, whole=True)


def require_gainers_share(
    who: Mapping[str, tuple[Fraction, Fraction | None]], gainers: Gainers, whole: bool, kind: str
) -> None:
    """Refuse whoever gains where the gainers' share is not known and cannot be solved.

    For whoever loses the gainers' share plays no part, so that nothing is refused where nobody gains.

    Parameters
    ----------
    who
        New and old amount (euros) by code; the old one is None for whoever is exempt.
    gainers
        The gainers' share as it is given.
    whole
        Whether all who divide the money are there, so that a share can be solved.
    kind
        What the codes are, such as "school".

    Raises
    ------
    InputError
        Somebody gains; the first is named.

    Examples
    --------
    >>> require_gainers_share({"GM0637": (Fraction(1), Fraction(2))}, None, False, "municipality")
    """
    if isinstance(gainers, Fraction) or (gainers is None and whole):
        return
    gaining = sorted(code for code, (new, old) in who.items() if old is not None and old < new)
    if not gaining:
        return
    more = f" (and {len(gaining) - 1} more)" if len(gaining) > 1 else ""
    number = f"1 {kind}" if len(who) == 1 else f"{len(who)} of them, a part of the whole"
    why = "is not known here" if gainers == "unknown" else f"cannot be solved from {number}"
    remedy = "give it with `gainers`" + (", or solve it to keep the total" if gainers == "unknown" else "")
    raise InputError(f"{kind} {gaining[0]}{more} gains, and the gainers' share {why}", remedy=remedy)


@dataclass(frozen=True, slots=True)
class Transition:
    """The transition of a period or year, as law and choices settle it.

    Parameters
    ----------
    losers
        The losers' share c.
    gainers
        The gainers' share; None to solve it so that the total is kept; "unknown" where it is not known, which
        is enough for whoever loses.
    missing
        What to do with whoever has a score and no old amount.

    Raises
    ------
    InputError
        A share is a float, or outside its bounds.

    Examples
    --------
    >>> Transition("75%", None).losers
    Fraction(3, 4)
    """

    losers: Fraction
    gainers: Gainers
    missing: MissingBase = "refuse"

    def __post_init__(self) -> None:
        object.__setattr__(self, "losers", as_share(self.losers, "losers", whole=True))
        object.__setattr__(self, "gainers", gainers_share(self.gainers))


def transition_label(transition: Transition | NotStated | None) -> str:
    """Say what amounts are to which no transition was applied.

    Examples
    --------
    >>> transition_label(None), transition_label("not stated")
    ('none', 'before transition, if the period has one')
    """
    if transition is None:
        return "none"
    return MAY_BE_BEFORE_TRANSITION if isinstance(transition, str) else BEFORE_TRANSITION


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
    losers: Exact,
    gainers: Exact | None,
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
        capped at the losers' share; 0 where nobody gains. "unknown" where nobody gains.
    places
        If given, a solved share is rounded half up to this many decimals of the share.

    Raises
    ------
    InputError
        A share is a float or outside 0..1, or the gainers' share is above the losers'.

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
    kept, given = as_share(losers, "losers", whole=True), gainers_share(gainers)
    if isinstance(given, Fraction) and given > kept:
        raise InputError(
            f"the gainers' share {given} is above the losers' share {kept}",
            remedy="the law allows at most the losers' share",
        )
    differences = [a - b for a, b in zip(old, new, strict=True) if a is not None]
    lost = sum((d for d in differences if d > 0), Fraction(0))
    gained = -sum((d for d in differences if d < 0), Fraction(0))
    if given == "unknown" and gained:
        raise ValueError("somebody gains: require_gainers_share comes first")
    wanted = given if isinstance(given, Fraction) else _solved(kept, lost, gained, places)
    applied = min(wanted, kept)
    return Shares(
        losers=kept,
        gainers=applied,
        solved=given is None,
        capped=wanted > kept,
        nobody_gains=gained == 0,
        uncovered=kept * lost - applied * gained,
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


def _solved(losers: Fraction, lost: Fraction, gained: Fraction, places: int | None) -> Fraction:
    share = losers * lost / gained if gained else Fraction(0)
    return share if places is None else Fraction(round_units(share, places), 10**places)
