"""What schools and municipalities must each say of themselves to be reconciled by the same text."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any, Protocol, TypeVar

from oab_funding.reconciliation.causes import Change, Unknown, written_euros, written_share
from oab_funding.reconciliation.settling import NewAmounts, Settings, settle, shares_of
from oab_funding.tables.source import SourceFile


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


Some = TypeVar("Some", bound=Settings)

SOLVED = "gainers' share solved so that the total is kept"
CAPPED = "gainers' share solved, held at the losers' share, so that the total is not kept"

_SHARE_STEPS = 10_000
"""Shares are set in hundredths of a percent."""

_LARGEST_OLD = 10**10
"""In cents."""


def transition_changes(
    stream: Stream, other: Mapping[str, Fraction] | None, file: str | Path | SourceFile | None
) -> Iterator[Change]:
    """Give the changes in the transition: not applied, applied, other shares, on new amounts in cents.

    Parameters
    ----------
    stream
        The grants.
    other
        Old amounts of another file, by code.
    file
        That file.
    """
    own: Settings = stream.own
    if own.old is not None:
        yield Change("transition not applied", ("transition",), {"old": None})
    if other is not None:
        applied = own.old is None
        cause = "transition applied" if applied else f"{stream.old_name} of file {_name_of(file)}"
        whole = own.missing == "zero" or stream.computed.keys() <= other.keys()
        gainers = "unknown" if own.gainers == "solve" and not whole else own.gainers
        yield Change(cause, ("transition",), {"old": other, "gainers": gainers})
    if own.old is None and other is None:
        return
    yield from _gainers(stream, own)
    cause = "new amounts brought to cents before the transition"
    if own.solves:
        share = shares_of(stream.new(own, None), own).gainers
        yield Change(cause, ("stage", "gainers"), {"stage": "cents", "gainers": share})
    yield Change(cause, ("stage",), {"stage": "cents"})


def _gainers(stream: Stream, own: Settings) -> Iterator[Change]:
    known = stream.law_gainers()
    if known is not None and known != own.gainers:
        yield Change(
            f"gainers' share {written_share(known)} of the regulation", ("gainers",), {"gainers": known}
        )
    if own.gainers not in ("solve", "unknown") or (own.gainers == "unknown" and own.old is not None):
        yield Change(SOLVED, ("gainers",), {"gainers": "solve"})
    if own.index:
        yield Change(f"{stream.old_name} not indexed", ("index",), {"index": Fraction(0)})


def transition_unknowns(old_name: str) -> tuple[Unknown, ...]:
    """Give the shares of the transition and the percentage by which old amounts are indexed."""

    def of_transition(highest: Fraction | None) -> int:
        return -_SHARE_STEPS if highest is None else int(highest * _SHARE_STEPS)

    def percentage(step: int) -> str:
        return written_share(Fraction(step, _SHARE_STEPS))

    return (
        Unknown(
            "gainers",
            lambda settings: of_transition(None if settings.old is None else settings.losers),
            lambda step: {"gainers": Fraction(step, _SHARE_STEPS)},
            lambda step: f"gainers' share {percentage(step)} (implied by the decisions)",
        ),
        Unknown(
            "losers",
            lambda settings: of_transition(None if settings.old is None else Fraction(1)),
            lambda step: {"losers": Fraction(step, _SHARE_STEPS)},
            lambda step: f"losers' share {percentage(step)} (implied by the decisions)",
        ),
        Unknown(
            "index",
            lambda settings: of_transition(None if settings.old is None else Fraction(1)),
            lambda step: {"index": Fraction(step, _SHARE_STEPS)},
            lambda step: f"{old_name} indexed by {percentage(step)} (implied by the decisions)",
            lowest=-_SHARE_STEPS // 2,
        ),
    )


def old_amount_of(stream: Stream, code: str, settings: Some) -> Unknown | None:
    """Give the old amount of one institution, in cents; None where the law prescribes no transition."""
    if not stream.has_transition():
        return None
    others = {} if settings.old is None else settings.old
    return Unknown(
        "old amount",
        lambda settings: _LARGEST_OLD,
        lambda step: {"old": {**others, code: Fraction(step, 100)}},
        lambda step: f"{stream.old_name} EUR {written_euros(step)}",
    )


def frozen(stream: Stream, settings: Some) -> Some:
    """Give settings with the gainers' share that they solve, so that it no longer depends on anyone."""
    if not settings.solves:
        return settings
    return replace(settings, gainers=shares_of(stream.new(settings, None), settings).gainers)


def _name_of(file: str | Path | SourceFile | None) -> str:
    return file.name if isinstance(file, SourceFile) else Path(str(file)).name
