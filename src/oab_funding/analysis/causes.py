"""The causes of a difference, in their groups, and which of them are told apart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from oab_funding.errors import InputError, Place

Group = Literal["law and price", "model", "children", "imputation"]

GROUPS: tuple[Group, ...] = ("law and price", "model", "children", "imputation")

MOST = 7
"""So many causes are told apart at most: every one more doubles the work, and nobody reads more."""

GROUP_OF: dict[str, Group] = {
    "threshold": "law and price",
    "target share": "law and price",
    "price": "law and price",
    "share of the year": "law and price",
    "minimum": "law and price",
    "rules": "law and price",
    "transition": "law and price",
    "model": "model",
    "child scores": "children",
    "features": "children",
    "came": "children",
    "left": "children",
    "moves": "children",
    "register": "children",
    "scores": "children",
    "earlier scores": "children",
    "imputation": "imputation",
}
"""Every cause and its group, in the order in which they are shown."""


@dataclass(frozen=True, slots=True)
class Cause:
    """One cause, or several of a group that are taken together.

    Parameters
    ----------
    keys
        The causes taken together.
    """

    keys: tuple[str, ...]

    @property
    def name(self) -> str:
        """What it is called; causes taken together are all named."""
        return " + ".join(self.keys)

    @property
    def group(self) -> Group:
        """The group it belongs to."""
        return GROUP_OF[self.keys[0]]


def told_apart(
    keys: Sequence[str], chosen: Sequence[str] | None, size: Callable[[str], int]
) -> tuple[Cause, ...]:
    """Settle which causes are told apart: at most `MOST`, those chosen or else the largest.

    Parameters
    ----------
    keys
        The causes that differ.
    chosen
        Those to be told apart; the others of each group are taken together. None to let their size decide.
    size
        How much a cause moves by itself, in cents.

    Raises
    ------
    InputError
        A chosen cause does not differ, is there twice, or too many are chosen.

    Examples
    --------
    >>> [cause.name for cause in told_apart(["price", "came", "left"], ["price"], len)]
    ['price', 'came + left']
    """
    ordered = [key for key in GROUP_OF if key in keys]
    if chosen is None:
        causes = [Cause((key,)) for key in ordered]
        while len(causes) > MOST:
            causes = _merged(causes, size)
        return tuple(causes)
    for key in chosen:
        if key not in ordered or list(chosen).count(key) > 1:
            known = ", ".join(ordered) or "none"
            raise InputError(
                "is no cause that differs, named once", Place(value=key, argument="causes"), known
            )
    found = []
    for group in GROUPS:
        mine = [key for key in ordered if GROUP_OF[key] == group]
        found += [Cause((key,)) for key in mine if key in chosen]
        if rest := tuple(key for key in mine if key not in chosen):
            found.append(Cause(rest))
    if len(found) > MOST:
        raise InputError(
            f"{len(found)} causes are told apart", Place(argument="causes"), f"choose at most {MOST}"
        )
    return tuple(sorted(found, key=lambda cause: ordered.index(cause.keys[0])))


def _merged(causes: list[Cause], size: Callable[[str], int]) -> list[Cause]:
    """Take the two smallest of one group together: those of the smallest sum."""
    sizes = {cause: sum(map(size, cause.keys)) for cause in causes}
    pairs = []
    for group in GROUPS:
        mine = sorted((cause for cause in causes if cause.group == group), key=lambda cause: sizes[cause])
        if len(mine) > 1:
            pairs.append((sizes[mine[0]] + sizes[mine[1]], mine[0], mine[1]))
    _, one, other = min(pairs, key=lambda pair: pair[0])
    first, second = sorted((one, other), key=causes.index)
    return [
        Cause(first.keys + second.keys) if cause is first else cause
        for cause in causes
        if cause is not second
    ]
