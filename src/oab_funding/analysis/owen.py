"""The Owen value: what each cause adds to a difference, averaged over the orders that keep groups whole.

A game gives the worth of every set of causes that have their second value, in whole units (cents). The Owen
value is Shapley's between the groups and again inside each group (Owen 1977; Shorrocks 2013 on
decomposing by it). It adds up, gives nothing to a cause that changes nothing, and needs no order to argue
about. All of it is whole numbers: the average over orders has one common denominator.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import factorial, lcm

import numpy as np
from numpy.typing import NDArray

from oab_funding.errors import InputError
from oab_funding.exact.sums import Int64Array, magnitude

Mask = int
"""A set of causes, as bits."""

_SAFE = 2**62


@dataclass(frozen=True, slots=True)
class Context:
    """What precedes a cause in some permitted order.

    Parameters
    ----------
    cause
        Number of the cause.
    before
        The causes that come before it.
    weight
        In how many orders, scaled to the common denominator of `orders`.
    """

    cause: int
    before: Mask
    weight: int


@dataclass(frozen=True, slots=True)
class Orders:
    """The permitted orders of causes: those that keep every group together.

    Parameters
    ----------
    groups
        The group of each cause, as a number.
    denominator
        What the weights of the contexts of each cause add up to.
    contexts
        Every context of every cause.
    """

    groups: tuple[int, ...]
    denominator: int
    contexts: tuple[Context, ...]

    @classmethod
    def of(cls, groups: Sequence[int]) -> Orders:
        """Work them out.

        Examples
        --------
        >>> orders = Orders.of([0, 0, 1])
        >>> orders.denominator, [c.weight for c in orders.contexts if c.cause == 2]
        (4, [2, 2])
        """
        members = {group: [i for i, own in enumerate(groups) if own == group] for group in sorted({*groups})}
        inside = lcm(*(factorial(len(causes)) for causes in members.values()))
        found = []
        for cause, group in enumerate(groups):
            others = [_mask(causes) for other, causes in members.items() if other != group]
            mates = [1 << mate for mate in members[group] if mate != cause]
            scale = inside // factorial(len(members[group]))
            for outer, s in _subsets(others):
                for inner, t in _subsets(mates):
                    weight = _ways(s, len(others)) * _ways(t, len(mates)) * scale
                    found.append(Context(cause, outer | inner, weight))
        return cls(tuple(groups), factorial(len(members)) * inside, tuple(found))


def _mask(causes: Sequence[int]) -> Mask:
    return sum(1 << cause for cause in causes)


def _subsets(parts: Sequence[Mask]) -> Iterator[tuple[Mask, int]]:
    for size in range(len(parts) + 1):
        for chosen in combinations(parts, size):
            yield sum(chosen), size


def _ways(before: int, others: int) -> int:
    """Count the orders of the others in which a certain set of them comes first."""
    return factorial(before) * factorial(others - before)


def averages(orders: Orders, marginal: Callable[[Context], Int64Array]) -> Int64Array:
    """Add up weighted contributions: the numerators of the average over orders, shape (causes, units).

    Parameters
    ----------
    orders
        The permitted orders.
    marginal
        What a cause adds in a context, shape (units,).

    Raises
    ------
    InputError
        A number would pass 62 bits.

    Examples
    --------
    >>> orders = Orders.of([0, 1])
    >>> worth = {0: 0, 1: 10, 2: 4, 3: 20}
    >>> def adds(c):
    ...     return np.array([worth[c.before | 1 << c.cause] - worth[c.before]])
    >>> averages(orders, adds)[:, 0] / orders.denominator
    array([13.,  7.])
    """
    sums: list[Int64Array | None] = [None] * len(orders.groups)
    for context in orders.contexts:
        adds = marginal(context)
        if magnitude(adds) * orders.denominator >= _SAFE:
            raise InputError(
                "the amounts are too large to be decomposed", remedy="check the budget and the price"
            )
        known = sums[context.cause]
        sums[context.cause] = adds * context.weight + (0 if known is None else known)
    return np.array([known for known in sums if known is not None], dtype=np.int64)


def whole_parts(numerators: Int64Array, denominator: int) -> Int64Array:
    """Round the parts of each unit to whole numbers that add up: largest remainder, ties to the first cause.

    Parameters
    ----------
    numerators
        Shape (causes, units); the sum over causes is a multiple of the denominator.
    denominator
        Above 0.

    Examples
    --------
    >>> whole_parts(np.array([[1], [1], [1]]), 3)[:, 0], whole_parts(np.array([[-1], [4]]), 3)[:, 0]
    (array([1, 0, 0]), array([0, 1]))
    """
    if not len(numerators):
        return numerators
    whole, rest = numerators // denominator, numerators % denominator
    missing = rest.sum(axis=0) // denominator
    ranking = np.argsort(-rest, axis=0, kind="stable")
    place = np.empty_like(ranking)
    np.put_along_axis(place, ranking, np.arange(len(whole))[:, None], axis=0)
    rounded: Int64Array = whole + (place < missing)
    return rounded


def extremes(orders: Orders, marginal: Callable[[Context], Int64Array]) -> tuple[Int64Array, Int64Array]:
    """Give the least and the most that each cause adds over the permitted orders, shape (causes, units)."""
    lowest: list[NDArray[np.int64] | None] = [None] * len(orders.groups)
    highest = list(lowest)
    for context in orders.contexts:
        adds = marginal(context)
        low, high = lowest[context.cause], highest[context.cause]
        lowest[context.cause] = adds if low is None else np.minimum(low, adds)
        highest[context.cause] = adds if high is None else np.maximum(high, adds)
    return np.array(lowest, dtype=np.int64), np.array(highest, dtype=np.int64)
