"""What the old scheme gave: who has an old amount, who is without, and what is paid after the transition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

import pyarrow as pa

from oab_funding.errors import InputError
from oab_funding.exact import Exact, round_exact, round_units, to_fraction
from oab_funding.grants.transition import (
    MissingBase,
    NotStated,
    Shares,
    Transition,
    after_transition,
    require_gainers_share,
    transition_shares,
)
from oab_funding.tables.columns import build
from oab_funding.tables.schema import TableSchema
from oab_funding.tables.step_result import Figure

_SHARE_PLACES = 12
_NAMED = 5
"""So many codes are named in a label."""

Settled = TypeVar("Settled", bound=Transition)


@dataclass(frozen=True, slots=True)
class Paid:
    """What is paid in the end: euros, unrounded, and of each the old amount and the share that applied.

    Parameters
    ----------
    exact
        Euros, in the order in which the new amounts were given.
    old, share
        None for whoever is exempt, and for all where no transition was applied.
    shares
        None where no transition was applied.
    """

    exact: Sequence[Fraction]
    old: Sequence[Fraction | None]
    share: Sequence[Fraction | None]
    shares: Shares | None

    @classmethod
    def before(cls, new: Sequence[Fraction]) -> Paid:
        """Give what is paid where no transition is applied."""
        none = [None] * len(new)
        return cls(new, none, none, None)

    def columns(self, old: str) -> dict[str, list[int | None]]:
        """Give the old amounts, in a column of this name, and the shares as columns of a table of grants."""
        return {old: _rounded(self.old, 2), "share": _rounded(self.share, _SHARE_PLACES)}


def _rounded(values: Sequence[Fraction | None], places: int) -> list[int | None]:
    return [None if value is None else round_units(value, places) for value in values]


@dataclass(frozen=True, slots=True)
class OldScheme:
    """What the old scheme gave to the receivers of a stream, in words.

    Parameters
    ----------
    receiver
        Who gets the money: "school" or "municipality".
    period
        What a transition belongs to: "period" or "year".
    argument
        The argument that holds the old amounts.
    given
        That the argument is there, such as "an old base is given".
    lacks
        That somebody has none, such as "school {} has a score but no old base".
    unscored
        Schema of the table of whoever has an old amount and no score.
    """

    receiver: str
    period: str
    argument: str
    given: str
    lacks: str
    unscored: TableSchema

    def settled(self, transition: Settled | NotStated | None) -> Settled:
        """Give the transition that old amounts are for; refuse where there is none."""
        if transition is None:
            raise InputError(f"the {self.period} has no transition", remedy=f"leave out `{self.argument}`")
        if isinstance(transition, str):
            raise InputError(f"{self.given} and no transition", remedy="give `transition`")
        return transition

    def paid(
        self,
        codes: Sequence[str],
        new: Sequence[Fraction],
        old: Sequence[Fraction | None],
        transition: Transition,
        whole: bool,
        places: int | None = None,
    ) -> Paid:
        """Apply a transition to new amounts.

        Parameters
        ----------
        codes
            Who gets an amount.
        new, old
            Their amounts (euros); the old one is None for whoever is exempt.
        transition
            The transition.
        whole
            Whether all who divide the money are there, so that the gainers' share can be solved.
        places
            If given, a solved share is rounded half up to this many decimals of the share.
        """
        amounts = dict(zip(codes, zip(new, old, strict=True), strict=True))
        require_gainers_share(amounts, transition.gainers, whole, self.receiver)
        shares = transition_shares(new, old, transition.losers, transition.gainers, places)
        after = [after_transition(b, a, shares) for b, a in zip(new, old, strict=True)]
        return Paid([amount for amount, _ in after], old, [share for _, share in after], shares)

    def alone(self, known: Mapping[str, Fraction], codes: Sequence[str]) -> pa.Table:
        """Give the table of whoever has an old amount and no score, by ascending code."""
        alone = left_over(known, codes)
        code, amount = self.unscored.names
        cents = [round_units(euros, 2) for euros in alone.values()]
        return build(self.unscored, {code: list(alone), amount: cents})


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
