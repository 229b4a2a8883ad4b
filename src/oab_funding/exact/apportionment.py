"""Splitting a whole number of units over weights, so that the parts add up to it exactly.

The rule is that of the largest remainder (Hamilton, 1792; see M. L. Balinski and H. P. Young, *Fair
Representation*, 1982): everyone gets the whole units of the exact share, and the units left over go one each
to the largest remainders.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from operator import index
from typing import SupportsIndex

from oab_funding.errors import InputError, Place
from oab_funding.exact.fraction import to_fraction


@dataclass(frozen=True, slots=True)
class Apportionment:
    """The parts of a split, and where the order of the keys decided.

    Parameters
    ----------
    units
        The units of each item, in the order of the input.
    ties
        Ascending keys of the items whose equal remainders competed for fewer units than there were items.

    Examples
    --------
    >>> Apportionment(units=(2, 1), ties=("0344", "0363")).ties
    ('0344', '0363')
    """

    units: tuple[int, ...]
    ties: tuple[str, ...]


def largest_remainder(weights: Sequence[int | Fraction], total: int, order: Sequence[str]) -> Apportionment:
    """Split whole units over weights by largest remainder.

    Parameters
    ----------
    weights
        One weight of 0 or more per item; an item of weight 0 gets nothing.
    total
        Units to split, for example cents. A negative total is split as its absolute value and then negated.
    order
        One key per item, each different. Equal remainders are served in ascending order of code points.

    Returns
    -------
    Apportionment
        The units of every item, adding up to `total`, each less than 1 from its exact share; and the ties
        decided.

    Raises
    ------
    InputError
        If the lengths differ, a key occurs twice, a weight is negative or not exact, the total is not a whole
        number, or there is something to split but no weight above 0.

    Examples
    --------
    >>> largest_remainder([1, 1, 1], 100, ["b", "a", "c"])
    Apportionment(units=(33, 34, 33), ties=('a', 'b', 'c'))
    """
    weights, order = list(weights), list(order)  # a pandas Series would be indexed by label below
    _check_lengths(weights, order)
    exact = [_weight(weight, key) for weight, key in zip(weights, order, strict=True)]
    common = lcm(*(weight.denominator for weight in exact))
    units, ties = _split([int(weight * common) for weight in exact], _integer(total, "total"), order)
    return Apportionment(tuple(units), tuple(sorted(ties)))


def largest_remainder_within(
    groups: Sequence[int], weights: Sequence[int], totals: Sequence[int], order: Sequence[str]
) -> Apportionment:
    """Split the total of every group over the items of that group by largest remainder.

    Parameters
    ----------
    groups
        The group of each item, from 0 up to but not including ``len(totals)``.
    weights
        One whole weight of 0 or more per item.
    totals
        Units to split, one total per group.
    order
        One key per item, each different.

    Returns
    -------
    Apportionment
        As `largest_remainder` gives for each group on its own, the items in the order of the input.

    Raises
    ------
    InputError
        As `largest_remainder`; also if a group is out of range, or has something to split but no items.

    Examples
    --------
    >>> largest_remainder_within([0, 1, 0], [1, 5, 3], [10, 7], ["a", "b", "c"])
    Apportionment(units=(3, 7, 7), ties=('a', 'c'))
    """
    groups, weights, totals, order = list(groups), list(weights), list(totals), list(order)
    _check_lengths(weights, order)
    whole = [_whole_weight(weight, key) for weight, key in zip(weights, order, strict=True)]
    units, ties = [0] * len(whole), list[str]()
    for group, members in enumerate(_members(groups, len(totals), order)):
        part = _integer(totals[group], "totals")
        shares, tied = _split(
            [whole[i] for i in members], part, [order[i] for i in members], f"group {group}: "
        )
        ties += tied
        for i, share in zip(members, shares, strict=True):
            units[i] = share
    return Apportionment(tuple(units), tuple(sorted(ties)))


def _split(
    weights: list[int], total: int, order: Sequence[str], where: str = ""
) -> tuple[list[int], list[str]]:
    everything = sum(weights)
    if not everything:
        if total:
            raise InputError(
                f"{where}{total} units to split, but no weight above 0", remedy="check the weights"
            )
        return [0] * len(weights), []
    shares = [divmod(abs(total) * weight, everything) for weight in weights]
    units, rests = [share for share, _ in shares], [rest for _, rest in shares]
    left = abs(total) - sum(units)
    ranking = sorted(range(len(weights)), key=lambda item: (-rests[item], order[item]))
    for item in ranking[:left]:
        units[item] += 1
    ties = list[str]()
    # The remainders add up to `left` wholes, each less than one: there are always more items than units left.
    if left and rests[ranking[left - 1]] == rests[ranking[left]]:
        ties = [key for key, rest in zip(order, rests, strict=True) if rest == rests[ranking[left]]]
    return ([-unit for unit in units] if total < 0 else units), ties


def _members(groups: Sequence[int], count: int, order: Sequence[str]) -> list[list[int]]:
    if len(groups) != len(order):
        raise InputError(f"{len(groups)} group codes for {len(order)} keys", remedy="pass one per item")
    members: list[list[int]] = [[] for _ in range(count)]
    for item, (code, key) in enumerate(zip(groups, order, strict=True)):
        group = _integer(code, "groups")
        if not 0 <= group < count:
            raise InputError(
                f"the group of {key} has no total", Place(value=group), f"codes run from 0 to {count - 1}"
            )
        members[group].append(item)
    return members


def _check_lengths(weights: Sequence[object], order: Sequence[str]) -> None:
    if len(weights) != len(order):
        raise InputError(f"{len(weights)} weights for {len(order)} keys", remedy="pass one key per weight")
    if len(set(order)) != len(order):
        twice = min(key for key, times in Counter(order).items() if times > 1)
        raise InputError(
            "the key occurs twice", Place(value=twice), "a tie needs different keys to be decided"
        )


def _weight(weight: int | Fraction, key: str) -> Fraction:
    try:
        exact = to_fraction(weight)
    except InputError as error:
        raise InputError(f"the weight of {key}: {error.problem}", error.place, error.remedy) from None
    return exact if exact >= 0 else _refuse_negative(weight, key)


def _whole_weight(weight: SupportsIndex, key: str) -> int:
    whole = _integer(weight, f"the weight of {key}")
    return whole if whole >= 0 else int(_refuse_negative(whole, key))


def _refuse_negative(weight: object, key: str) -> Fraction:
    raise InputError(f"the weight of {key} is negative", Place(value=weight), "pass weights of 0 or more")


def _integer(value: SupportsIndex, name: str) -> int:
    try:
        return index(value)
    except TypeError:
        raise InputError(f"{name} is not a whole number", Place(value=value), "pass whole units") from None
