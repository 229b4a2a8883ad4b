"""Trying causes: the calculation with one thing changed, and where that is not enough, with two."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from oab_funding.errors import InputError
from oab_funding.reconciliation.causes import Candidate, Change, written_share
from oab_funding.reconciliation.fitting import explains, fit, roundest, steps_that_give
from oab_funding.reconciliation.settling import Settings, shares_of
from oab_funding.reconciliation.stream import CAPPED, SOLVED, Stream, amounts, old_amount_of

_ALONE_AT_MOST = 3
"""Institutions of which another score is tried as the cause of all differences."""


def candidates(stream: Stream, decided: Mapping[str, int]) -> list[Candidate]:
    """Give the causes tried, with the amounts that follow from each; those that change least first.

    Parameters
    ----------
    stream
        The grants of a run.
    decided
        Decided amounts in cents, by code.
    """
    differing = {
        code: amount
        for code, amount in decided.items()
        if code in stream.computed and stream.computed[code] != amount
    }
    if not differing:
        return []
    singles = list(_singles(stream, decided, differing))
    counts = {change.cause: explains(stream, change.applied(stream.own), differing) for change in singles}
    found = list(singles)
    if max(counts.values(), default=0) < len(differing):
        ranked = sorted(singles, key=lambda change: -counts[change.cause])
        found += _pairs(stream, ranked, differing, counts, list(stream.known(decided)))
    return [made for change in found if (made := _candidate(stream, change, decided)) is not None]


def _singles(stream: Stream, decided: Mapping[str, int], differing: Mapping[str, int]) -> Iterator[Change]:
    known = list(stream.known(decided))
    yield from (change for change in known if not change.fitted)
    for unknown in stream.unknowns(differing):
        change = fit(stream, stream.own, unknown, differing)
        if change is not None:
            yield change
    yield from (change for change in known if change.fitted)
    if stream.own.solves:
        yield from _scores(stream, differing)


def _scores(stream: Stream, differing: Mapping[str, int]) -> Iterator[Change]:
    """Try another score of one institution, which moves everyone where the gainers' share is solved."""
    largest = sorted(differing, key=lambda code: (-abs(differing[code] - stream.computed[code]), code))
    for code in largest[:_ALONE_AT_MOST]:
        unknown = stream.score_of(code, stream.own)
        if unknown is not None:
            change = fit(stream, stream.own, unknown, {code: differing[code]} | dict(differing))
            if change is not None:
                yield change


def _pairs(
    stream: Stream,
    ranked: Sequence[Change],
    differing: Mapping[str, int],
    counts: Mapping[str, int],
    known: Sequence[Change],
) -> Iterator[Change]:
    """Give pairs of changes that explain more than either, until one explains everything."""
    seen = set[frozenset[str]]()
    for first in ranked:
        settings = first.applied(stream.own)
        fitted = _fitted(stream, first, settings, differing, counts[first.cause])
        seconds = [change for change in known if not change.fitted]
        seconds += [*fitted, *(change for change in known if change.fitted)]
        for second in seconds:
            if set(first.kinds) & set(second.kinds):
                continue
            swapped = first.fitted and not second.fitted
            pair = second.and_also(first) if swapped else first.and_also(second)
            key = frozenset((first.cause, second.cause))
            if key in seen:
                continue
            seen.add(key)
            explained = explains(stream, pair.applied(stream.own), differing)
            if explained > max(counts[first.cause], counts.get(second.cause, 0)):
                yield pair
            if explained == len(differing):
                return


def _fitted(
    stream: Stream, first: Change, settings: Settings, differing: Mapping[str, int], already: int
) -> Iterator[Change]:
    for unknown in stream.unknowns(differing):
        if unknown.kind not in first.kinds:
            change = fit(stream, settings, unknown, differing, already)
            if change is not None:
                yield change


def _candidate(stream: Stream, change: Change, decided: Mapping[str, int]) -> Candidate | None:
    settings = change.applied(stream.own)
    try:
        cause = change.cause
        if settings.solves and "gainers" in change.kinds:
            shares = shares_of(stream.new(settings, None), settings)
            how = CAPPED if shares.capped else SOLVED
            cause = cause.replace(SOLVED, f"{how} ({written_share(shares.gainers)})")
        return Candidate(cause, amounts(stream, settings, decided), settings)
    except InputError:
        return None


def score_alone(stream: Stream, code: str, amount: int, taken: Sequence[Candidate]) -> str | None:
    """Name another score that gives one institution its decided amount, all else as in the run or a cause."""
    tried: list[tuple[str, Settings]] = [("", stream.own)]
    tried += [(f"{one.cause} and ", one.settings) for one in taken if one.settings is not None]
    for before, whole in tried:
        settings = stream.frozen(whole)
        unknown = stream.score_of(code, settings)
        if unknown is not None:
            steps = steps_that_give(stream, settings, unknown, code, amount)
            other = steps is not None and len(steps) == 1 and steps[0] != unknown.own
            if steps is not None and other:
                return before + unknown.written(steps[0])
    return None


def hint(stream: Stream, code: str, amount: int) -> str | None:
    """Say from what price or old amount a decided amount would follow; it need not have."""
    own = stream.frozen(stream.own)
    unknowns = [one for one in stream.unknowns({code: amount}) if one.kind == "price" and not one.slack]
    old = old_amount_of(stream, code, own)
    said = []
    for unknown in (*unknowns, *([] if old is None else [old])):
        steps = steps_that_give(stream, own, unknown, code, amount)
        if steps is not None:
            said.append(
                unknown.written(roundest(steps)).removesuffix(IMPLIED).replace(" EUR ", " of EUR ", 1)
            )
    return f"would follow from {', or from '.join(map(_with_article, said))}" if said else None


def _with_article(noun: str) -> str:
    return f"an {noun}" if noun[0] in "aeiou" else f"a {noun}"


IMPLIED = " (implied by the decisions)"
"""What is said of a value that was read from the decided amounts."""
