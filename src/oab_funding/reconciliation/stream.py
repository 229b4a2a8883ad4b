"""What schools and municipalities must each say of themselves to be reconciled by the same text."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, Protocol

from oab_funding.reconciliation.causes import Change, Unknown
from oab_funding.reconciliation.settling import NewAmounts, Settings, settle


class Stream(Protocol):
    """The grants of a run, of schools or of municipalities, to be computed again with something changed."""

    code: str
    """Name of the code column: `school_id` or `municipality_code`."""
    old_name: str
    """What an old amount is called: "old base" or "grant of 2018"."""
    computed: Mapping[str, int]
    """Amounts of the run in cents, by code."""
    own: Any
    """The settings of the run."""

    def new(self, settings: Any, wanted: Collection[str] | None) -> NewAmounts:
        """Give the new amounts of those wanted, or of all."""
        ...

    def known(self, decided: Mapping[str, int]) -> Iterable[Change]:
        """Give the changes that law, practice or another file suggests, the smallest first."""
        ...

    def unknowns(self, decided: Mapping[str, int]) -> Sequence[Unknown]:
        """Give the numbers that the decided amounts may tell."""
        ...

    def score_of(self, code: str, settings: Any) -> Unknown | None:
        """Give the score of one institution as an unknown."""
        ...

    def frozen(self, settings: Any) -> Any:
        """Give settings in which the amount of one institution depends on that institution alone."""
        ...

    def law_gainers(self) -> Fraction | None:
        """Give the gainers' share of the regulation, None where it is not known."""
        ...

    def has_transition(self) -> bool:
        """Say whether the law prescribes a transition."""
        ...


def amounts(stream: Stream, settings: Settings, wanted: Collection[str]) -> dict[str, int]:
    """Compute the amounts (cents) of those wanted under settings; of more where that takes no longer.

    Raises
    ------
    InputError
        The settings cannot be computed with.
    """
    return settle(stream.new(settings, None if settings.solves else wanted), settings)
