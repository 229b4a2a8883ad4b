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
from oab_funding.exact import Exact, round_exact, round_units, to_fraction
from oab_funding.exact import share as as_share
from oab_funding.tables.step_result import Figure

MissingBase = Literal["refuse", "zero", "exempt"]
"""What to do with whoever has no known old amount: refuse, take it as 0, or leave out of the transition."""

_NAMED = 5
"""So many codes are named in a label."""

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
            remedy="add its row, or pass `missing_base` zero (it had nothing) or exempt (no transition)",
        )
    default = Fraction(0) if missing == "zero" else None
    return [known.get(code, default) for code in codes]


def _solved(losers: Fraction, lost: Fraction, gained: Fraction, places: int | None) -> Fraction:
    share = losers * lost / gained if gained else Fraction(0)
    return share if places is None else Fraction(round_units(share, places), 10**places)


def left_over(known: Mapping[str, Fraction], codes: Sequence[str]) -> dict[str, Fraction]:
    """Give the old amounts of whoever gets no new amount, by ascending code: not paid, and to be said.

    Examples
    --------
    >>> left_over({"00ZZ": Fraction(2), "00AP": Fraction(1)}, ["00AP"])
    {'00ZZ': Fraction(2, 1)}
    """
    return {code: known[code] for code in sorted(known.keys() - set(codes))}


def not_paid(old: str, alone: Mapping[str, Exact]) -> str:
    """Say who has an old amount and gets nothing for want of a score; nothing where there is nobody.

    Examples
    --------
    >>> not_paid("old base", {"00AO": Fraction(24000)})
    'old base without a score, not paid: 1 (00AO), EUR 24,000.00 in all'
    """
    if not alone:
        return ""
    more = f" and {len(alone) - _NAMED} more" if len(alone) > _NAMED else ""
    total = round_exact(sum(map(to_fraction, alone.values()), Fraction(0)), 2)
    named = ", ".join(list(alone)[:_NAMED])
    return f"{old} without a score, not paid: {len(alone)} ({named}{more}), EUR {total:,} in all"


def partners(
    old: str, known: Mapping[str, Fraction], codes: Sequence[str], missing: MissingBase
) -> dict[str, Figure]:
    """Count and add up who is on one side only: an old amount without a score, a score without an old amount.

    Parameters
    ----------
    old
        What the old amount is called in the figures, such as "old_base".
    known
        Old amounts (euros) by code.
    codes
        Who gets a new amount.
    missing
        What was done with a code that is not among them.

    Examples
    --------
    >>> partners("old_base", {"00ZZ": Fraction(2)}, ["00AP"], "zero")["old_base_without_a_score"]
    1
    """
    alone = left_over(known, codes)
    without = sum(code not in known for code in codes)
    return {
        f"{old}_without_a_score": len(alone),
        f"sum_of_{old}_without_a_score": sum(alone.values(), Fraction(0)),
        f"scores_without_{old}": without,
        f"scores_without_{old}_taken_as": missing if without else "there are none",
    }
