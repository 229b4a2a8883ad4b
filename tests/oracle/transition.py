"""From old grants to new: paid = B + (A - B) x c, with A the old base and B the new amount.

Who loses (A > B) is paid the part c of the loss; who gains (B > A) gives up a part of the gain, at most c.
Solved, the gainers pay exactly for the losers: c x sum of losses / sum of gains. If that is more than c it
becomes c; if nobody gains it is 0. What is then not covered is the gap.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from .refusal import RefusedError
from .rounding import half_up

MissingBase = Literal["refuse", "zero", "exempt"]


@dataclass(frozen=True)
class Transition:
    """Exact amounts after the transition; `gap` is what is paid above the sum of the new amounts."""

    paid: dict[str, Fraction]
    loser_share: Fraction
    gainer_share: Fraction
    losses: Fraction
    gains: Fraction
    gap: Fraction
    capped: bool
    exempt: tuple[str, ...]
    base_without_score: tuple[str, ...]


def transition(
    new: Mapping[str, Fraction],
    old: Mapping[str, Fraction],
    *,
    loser_share: Fraction,
    gainer_share: Fraction | None = None,
    percent_decimals: int | None = None,
    missing: MissingBase = "refuse",
) -> Transition:
    """Apply the transition to every recipient in `new`.

    `gainer_share` none means: solve it; `percent_decimals` rounds the solved share to so many decimals of a
    percent (half up) before the cap. Recipients without a base are refused, get the base 0, or are exempt
    (paid the new amount, outside the sums). Rows of `old` without a new amount are named and take no part.

    Refused: `no base`; `gainers give up more than losers keep`.
    """
    without = sorted(set(new) - set(old))
    if without and missing == "refuse":
        raise RefusedError("no base", codes=without)
    exempt = without if missing == "exempt" else []
    change = {code: old.get(code, Fraction(0)) - new[code] for code in new if code not in exempt}
    losses = sum((x for x in change.values() if x > 0), Fraction(0))
    gains = sum((-x for x in change.values() if x < 0), Fraction(0))

    wanted = gainer_share
    if wanted is None:
        wanted = loser_share * losses / gains if gains else Fraction(0)
        if percent_decimals is not None:
            wanted = half_up(wanted, percent_decimals + 2)
    elif wanted > loser_share:
        raise RefusedError("gainers give up more than losers keep", gainers=wanted, losers=loser_share)
    gainers = min(wanted, loser_share)

    paid = dict(new)
    for code, difference in change.items():
        paid[code] = new[code] + difference * (loser_share if difference > 0 else gainers)
    return Transition(
        paid=paid,
        loser_share=loser_share,
        gainer_share=gainers,
        losses=losses,
        gains=gains,
        gap=loser_share * losses - gainers * gains,
        capped=wanted > loser_share,
        exempt=tuple(exempt),
        base_without_score=tuple(sorted(set(old) - set(new))),
    )
