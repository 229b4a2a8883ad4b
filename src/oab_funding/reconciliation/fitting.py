"""Reading an unknown number from decided amounts, by the calculation itself.

What one institution gets rises or falls with the number, so that the steps of the grid at which it gets
exactly the decided amount lie side by side and are found by halving. A step that gives one decided amount is
then held against all others.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from oab_funding.errors import InputError
from oab_funding.reconciliation.causes import Change, Unknown
from oab_funding.reconciliation.settling import Settings
from oab_funding.reconciliation.stream import Stream, amounts

NEEDED = 3
"""A number that fits one or two amounts proves nothing: any amount implies one."""

_ASKED = 4
"""Institutions asked for the number: one may have another cause, hardly all."""

_STEPS_AT_MOST = 20
"""Where more steps than this give an amount it does not tell which, but for the roundest."""

_BEYOND = 10**24
"""More cents than there are."""


def fit(
    stream: Stream, settings: Settings, unknown: Unknown, decided: Mapping[str, int], already: int = 0
) -> Change | None:
    """Find the value of an unknown that gives the most decided amounts.

    Parameters
    ----------
    stream
        The grants.
    settings
        All else.
    unknown
        The number sought.
    decided
        Decided amounts (cents, by code) that are to be explained.
    already
        How many of them the settings give as they are.

    Returns
    -------
    Change or None
        None where no value gives at least three more than the settings give as they are.
    """
    best, most = None, already + NEEDED - 1
    for steps in _answers(stream, settings, unknown, decided):
        for step in _likely(steps):
            change = unknown.change(step)
            explained = explains(stream, change.applied(settings), decided)
            if explained > most:
                best, most = change, explained
        if most == len(decided):
            break
    return best


def explains(stream: Stream, settings: Settings, decided: Mapping[str, int]) -> int:
    """Count the decided amounts that settings give; 0 where they cannot be computed with."""
    try:
        found = amounts(stream, settings, decided)
    except InputError:
        return 0
    return sum(found.get(code) == amount for code, amount in decided.items())


def steps_that_give(
    stream: Stream, settings: Settings, unknown: Unknown, code: str, amount: int
) -> range | None:
    """Give the steps of an unknown at which an institution gets an amount; None where there is none.

    None too where the number makes no difference to the institution.
    """
    return _between(_amount_of(stream, settings, unknown, code), settings, unknown, amount)


def _answers(
    stream: Stream, settings: Settings, unknown: Unknown, decided: Mapping[str, int]
) -> Iterator[range]:
    """Ask institutions, those with large amounts first, since these tell the most."""
    asked = 0
    for code in sorted(decided, key=lambda code: (-abs(decided[code]), code)):
        found = steps_that_give(stream, settings, unknown, code, decided[code])
        if found is not None:
            asked += 1
            yield found
        if asked == _ASKED:
            return


def _amount_of(
    stream: Stream, settings: Settings, unknown: Unknown, code: str
) -> Callable[[int], int | None]:
    def amount(step: int) -> int | None:
        try:
            return amounts(stream, unknown.change(step).applied(settings), (code,)).get(code)
        except InputError:
            return None

    return amount


def _between(
    amount_at: Callable[[int], int | None], settings: Settings, unknown: Unknown, amount: int
) -> range | None:
    grid = range(unknown.lowest, unknown.highest(settings) + 1)
    if not grid:
        return None
    first, last = amount_at(grid[0]), amount_at(grid[-1])
    if first == last:
        return None
    sign = -1 if first is not None and last is not None and last < first else 1
    beyond = _BEYOND if last is None else -_BEYOND

    def rising(step: int) -> int:
        """Give the amount, rising; where there is none, it is out of reach at the end that has none."""
        found = amount_at(step)
        return beyond if found is None else sign * found

    target, slack = sign * amount, unknown.slack
    start = bisect_left(grid, target - slack, key=rising)
    end = bisect_right(grid, target + slack, lo=start, key=rising)
    return grid[start:end] or None


def _likely(steps: range) -> Iterable[int]:
    rounded = roundest(steps)
    if len(steps) > _STEPS_AT_MOST:
        return (rounded,)
    return (rounded, *(step for step in steps if step != rounded))


def roundest(steps: Sequence[int]) -> int:
    """Give the whole number in a range that has the most zeros.

    Examples
    --------
    >>> roundest(range(4919999, 4920002)), roundest(range(34, 38))
    (4920000, 34)
    """
    first, last, power = steps[0], steps[-1], 1
    found = first
    while (multiple := -(-first // power) * power) <= last:
        found = multiple
        if multiple == 0:
            break
        power *= 10
    return found
