"""A stream of grants as a game between causes, and what each cause is worth in it, at every level."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from oab_funding.analysis.causes import GROUPS, Cause, told_apart
from oab_funding.analysis.owen import Context, Orders, averages, extremes, whole_parts
from oab_funding.analysis.units import Level, Units
from oab_funding.errors import CheckError, InputError, Place
from oab_funding.exact import round_ratio_array
from oab_funding.exact.sums import Int64Array

OnStep = Callable[[str], None] | None


class Stream(Protocol):
    """The grants of two runs, to be computed under any mixture of their causes."""

    @property
    def name(self) -> str:
        """What is granted to: schools or municipalities."""
        ...

    @property
    def units(self) -> Units:
        """The parts, and the levels above them."""
        ...

    @property
    def keys(self) -> tuple[str, ...]:
        """The causes in which the runs differ."""
        ...

    @property
    def unsplit(self) -> frozenset[str]:
        """The causes of which the own part cannot be known."""
        ...

    @property
    def notes(self) -> tuple[str, ...]:
        """What must be said of the comparison."""
        ...

    def worth(self, switched: frozenset[str]) -> Int64Array:
        """Give what every part gets (cents) with these causes as in the second run."""
        ...

    def own(self, switched: frozenset[str], added: tuple[str, ...]) -> Int64Array:
        """Give what it would get with more causes switched for itself alone."""
        ...


@dataclass(frozen=True, slots=True)
class Parts:
    """What each cause adds to the amounts of one level, in cents; arrays of shape (causes, institutions).

    Parameters
    ----------
    level
        The institutions.
    first, second
        The amounts of the two runs, shape (institutions,).
    amount
        What each cause adds; over the causes they add up to the difference.
    lowest, highest
        The extremes of it over all permitted orders.
    own, own_known
        The part of it that is the institution's own; and whether that can be known, shape (causes,).
    """

    level: Level
    first: Int64Array
    second: Int64Array
    amount: Int64Array
    lowest: Int64Array
    highest: Int64Array
    own: Int64Array
    own_known: NDArray[np.bool_]


class Game:
    """The causes of a difference between two runs, in one stream.

    Parameters
    ----------
    stream
        The grants.
    causes
        Names of the causes to be told apart; those that move most if left out.
    order
        Names of causes in a sequence, for a sequential decomposition instead of the average over orders.
    on_step
        Called with what is computed, before it is.

    Raises
    ------
    InputError
        A name is that of no cause that differs, or the order does not name each once.
    """

    def __init__(
        self,
        stream: Stream,
        causes: Sequence[str] | None = None,
        order: Sequence[str] | None = None,
        on_step: OnStep = None,
    ) -> None:
        self.stream = stream
        self._known: dict[frozenset[str], Int64Array] = {}
        self._on_step = on_step
        self.causes = told_apart(stream.keys, causes, self._size)
        self.orders = Orders.of([GROUPS.index(cause.group) for cause in self.causes])
        self.order = None if order is None else self._sequence(order)

    @property
    def method(self) -> str:
        """How the parts were found, to be said with each."""
        if self.order is None:
            return "average over orders"
        return "in the order " + " > ".join(self.causes[at].name for at in self.order)

    def worth(self, mask: int) -> Int64Array:
        """Give what every part gets with the causes of a mask switched."""
        return self._worth(self._keys(mask))

    def _worth(self, keys: frozenset[str]) -> Int64Array:
        if keys not in self._known:
            if self._on_step is not None:
                self._on_step(f"{self.stream.name}, {', '.join(sorted(keys)) or 'the first run'}")
            self._known[keys] = self.stream.worth(keys)
        return self._known[keys]

    def _keys(self, mask: int) -> frozenset[str]:
        chosen = [cause.keys for at, cause in enumerate(self.causes) if mask >> at & 1]
        return frozenset(key for keys in chosen for key in keys)

    def _size(self, key: str) -> int:
        return int(np.abs(self._worth(frozenset({key})) - self._worth(frozenset())).sum())

    def _sequence(self, order: Sequence[str]) -> tuple[int, ...]:
        names = [cause.name for cause in self.causes]
        if sorted(order) != sorted(names):
            place = Place(value=", ".join(order), argument="order")
            raise InputError("does not name each cause once", place, f"they are {', '.join(names) or 'none'}")
        return tuple(names.index(name) for name in order)

    def _adds(self, context: Context) -> Int64Array:
        return self.worth(context.before | 1 << context.cause) - self.worth(context.before)

    def _own_adds(self, context: Context) -> Int64Array:
        cause = self.causes[context.cause]
        if not self._splits(cause):
            return np.zeros_like(self.worth(0))
        keys = self._keys(context.before)
        return self.stream.own(keys, cause.keys) - self._worth(keys)

    def _splits(self, cause: Cause) -> bool:
        return not self.stream.unsplit & {*cause.keys}

    @cached_property
    def _amounts(self) -> tuple[Int64Array, Int64Array]:
        """The cents of each cause per part, and which of them are the part's own."""
        if self.order is None:
            denominator = self.orders.denominator
            amount = whole_parts(averages(self.orders, self._adds), denominator)
            own = averages(self.orders, self._own_adds)
            return amount, round_ratio_array(own.ravel(), denominator).reshape(own.shape)
        found: dict[int, tuple[Int64Array, Int64Array]] = {}
        before = 0
        for cause in self.order:
            context = Context(cause, before, 1)
            found[cause] = self._adds(context), self._own_adds(context)
            before |= 1 << cause
        pairs = [found[cause] for cause in range(len(self.causes))]
        return np.array([adds for adds, _ in pairs]), np.array([own for _, own in pairs])

    def levels(self) -> list[Parts]:
        """Decompose at every level, from the smallest institution to the whole.

        Raises
        ------
        CheckError
            The causes do not add up to the difference.
        """
        units, everything = self.stream.units, (1 << len(self.causes)) - 1
        known = np.array([self._splits(cause) for cause in self.causes], dtype=np.bool_)
        found = []
        for level in units.levels:
            first, second = level.sums(self.worth(0)), level.sums(self.worth(everything))
            if not self.causes:
                empty = np.zeros((0, len(first)), dtype=np.int64)
                found.append(Parts(level, first, second, empty, empty, empty, empty, known))
                continue
            amount, own = (np.array([level.sums(row) for row in part]) for part in self._amounts)
            lowest, highest = extremes(self.orders, lambda context: level.sums(self._adds(context)))  # noqa: B023
            if not np.array_equal(amount.sum(axis=0), second - first):
                raise CheckError("the causes do not add up to the difference")
            found.append(Parts(level, first, second, amount, lowest, highest, own, known))
        return found
