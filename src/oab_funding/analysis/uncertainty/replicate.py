"""One replicate: what is not known and the coefficients are drawn, and the law is applied to the letter.

Scores are rounded to hundredths exactly: floats decide where they are far from a half, fractions elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from oab_funding.analysis.uncertainty.drawn_coefficients import DrawnModel
from oab_funding.analysis.uncertainty.drawn_parents import Bounds, Drawn
from oab_funding.analysis.uncertainty.state import MOST_CELLS, State, Stream
from oab_funding.exact import round_ratio_array, round_units
from oab_funding.exact.ratios import Ratios
from oab_funding.exact.sums import Int64Array
from oab_funding.indicator.scale_values.values import scaled_school_means
from oab_funding.indicator.scoring import known_scores, look_ups, place_units
from oab_funding.indicator.specification import SCORE_PLACES
from oab_funding.scores.aggregate import Counts
from oab_funding.scores.line import Cut
from oab_funding.scores.target_group import Ranking, TargetGroup, group_of

Floats = NDArray[np.float64]

Kind = Literal["all", "imputation", "coefficients", "seed"]
"""What is drawn: all that is not certain; only what is not known; only the coefficients; or what another
seed of the run would have drawn, averaged over rounds as the run does."""

KINDS: tuple[Kind, ...] = ("all", "imputation", "coefficients", "seed")

_RESEEDED = 2**31
"""Numbers of draws from here belong to rounds under other seeds."""
_FIXED = 0
"""The draw of what is not known that stays the same where only coefficients are drawn."""
_WIDTH_BITS = 14
_NEAR_HALF = 1e-3
"""Floats are trusted to round a score that is this far (in hundredths) from a half; their error is below
1e-6."""

_POINT = 10**SCORE_PLACES


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What one stream is in one replicate.

    Parameters
    ----------
    raw, score
        A and the score of every institution, in hundredths.
    nation
        C, G and the line, in millionths of a point, each rounded once.
    """

    raw: Int64Array
    score: Int64Array
    nation: tuple[int, int, int]


class Replicates:
    """Makes replicates; what several of them share is kept at hand.

    Parameters
    ----------
    state
        What they are made from.
    seed
        Of all of them.
    """

    def __init__(self, state: State, seed: int) -> None:
        self._state, self._seed, self._own = state, seed, state.seed_of(seed)
        self._bounds: tuple[int, tuple[Bounds, ...]] | None = None

    def replicate(self, number: int, kind: Kind = "all") -> tuple[Outcome, ...]:
        """Give the outcome of every stream: a pure function of state, seed, number and kind."""
        state = self._state
        if kind == "seed":
            return self._reseeded(number)
        model = state.model
        if kind != "imputation" and state.coefficients is not None:
            values = state.coefficients.draw(self._seed, number)
            model = DrawnModel(
                model.specification,
                model.specification_sha256,
                model.scale_values,
                {**model.values, **values},
            )
        drawn = self.drawn(_FIXED if kind == "coefficients" else number)
        units = own_units(state, model, drawn)
        return _outcomes(state, [_with_donors(one, each) for one, each in zip(units, drawn, strict=True)])

    def drawn(self, number: int) -> tuple[Drawn, ...]:
        """Draw what is not known of pupils, and of toddlers if there are any."""
        first = number - number % self._state.together
        if self._bounds is None or self._bounds[0] != first:
            tables = tuple(part.bounds(self._state.parents, self._own, first) for part in self._state.parts)
            self._bounds = first, tables
        pairs = zip(self._state.parts, self._bounds[1], strict=True)
        return tuple(part.draw(bounds, self._own, number) for part, bounds in pairs)

    def _reseeded(self, number: int) -> tuple[Outcome, ...]:
        """Give what the run would have given under another seed: its rounds, averaged as it averages."""
        state, rounds = self._state, self._state.rounds
        numbers = range(_RESEEDED + number * rounds, _RESEEDED + (number + 1) * rounds)
        drawn = [self.drawn(one) for one in numbers]
        units = [own_units(state, state.model, one) for one in drawn]
        if state.average == "child":
            means = [
                _with_donors(round_ratio_array(np.sum(of_part, axis=0), rounds), first)
                for of_part, first in zip(zip(*units, strict=True), drawn[0], strict=True)
            ]
            return _outcomes(state, means)
        return _mean_of_rounds(
            state,
            [
                [_with_donors(*pair) for pair in zip(one, each, strict=True)]
                for one, each in zip(units, drawn, strict=True)
            ],
        )


def own_units(state: State, model: DrawnModel, drawn: Sequence[Drawn]) -> list[Int64Array]:
    """Score the entries that need no donor, in millionths: one array for pupils, one for toddlers."""
    table = look_ups(model, MOST_CELLS)[0].units
    found = []
    for number, (scored, of_place) in enumerate(
        zip(state.scored, _of_places(state, model, drawn[0]), strict=False)
    ):
        part = state.parts[number]
        together = table[scored.cells[: scored.together]]
        cells = part.cells(scored.cells[scored.together :], drawn[number], state.strides)
        units = np.concatenate([together, table[cells]])
        units += of_place[scored.place]
        found.append(np.where(known_scores(units), units, 0))
    return found


def _of_places(state: State, model: DrawnModel, pupils: Drawn) -> list[Int64Array]:
    """Work out what the mean over mothers adds at the places of pupils, and of toddlers."""
    rows, places = state.drawn_mothers
    classes = state.mothers.shape[1]
    cell = places * classes + pupils.mother[rows]
    counts = state.mothers + np.bincount(cell, minlength=state.mothers.size).reshape(-1, classes)
    both = [counts]
    if state.toddler_places:
        inside = state.municipality >= 0
        at = state.municipality[inside]
        # Whole numbers: floats add them up exactly.
        sums = [np.bincount(at, column, state.toddler_places) for column in counts[inside].T]
        both.append(np.stack(sums, axis=1).astype(np.int64))
    return [
        place_units(model, scaled_school_means(one, model.specification, model.scale_values)) for one in both
    ]


def _with_donors(units: Int64Array, drawn: Drawn) -> Int64Array:
    return np.concatenate([units, units[drawn.donors]])


def _outcomes(state: State, units: Sequence[Int64Array]) -> tuple[Outcome, ...]:
    return tuple(
        _outcome(stream, group, counts) for stream, (group, counts) in _groups(state, units)
    )


def _groups(
    state: State, units: Sequence[Int64Array]
) -> list[tuple[Stream, tuple[TargetGroup, Counts]]]:
    whole = np.concatenate(units)
    return [(one, _grouped(one, whole[: len(one.institution)])) for one in state.streams]


def _grouped(stream: Stream, units: Int64Array) -> tuple[TargetGroup, Counts]:
    """Find the target group of a stream, and count it per institution."""
    weight, rule, size = stream.weight, stream.rule, len(stream.names)
    weighted = weight * units
    ranking = Ranking(
        int(stream.children.sum()),
        int(stream.asylum.sum()),
        int(weighted.sum()),
        partial(_cut, units, weight, _Buckets.of(units, weight)),
        _by_id,
    )
    group = group_of(ranking, rule.target_share, rule.size_rounding, rule.tie_rule)
    line = int(group.line * _POINT)
    below, at_line = np.flatnonzero(units < line), np.flatnonzero(units == line)

    def added(rows: Int64Array, values: Floats) -> Int64Array:
        # Whole numbers below 2**53 add up exactly in any order.
        return np.bincount(stream.institution[rows], values[rows], size).astype(np.int64)

    return group, Counts(
        stream.children, added(below, weight), added(below, weighted), added(at_line, weight), stream.asylum
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Buckets:
    """How many children score in each bucket of 2**14 scores, added up from the lowest."""

    first: int
    number: Int64Array
    reached: Floats

    @classmethod
    def of(cls, units: Int64Array, weight: Floats) -> _Buckets:
        first = int(units[weight > 0].min(initial=2**62))
        number = np.maximum(units - first, 0) >> _WIDTH_BITS
        return cls(first, number, np.cumsum(np.bincount(number, weight)))


def _cut(units: Int64Array, weight: Floats, buckets: _Buckets, rank: int) -> Cut:
    """Find the line at a rank: in which bucket it falls, and where in it."""
    bucket = int(np.searchsorted(buckets.reached, rank))
    before = int(buckets.reached[bucket - 1]) if bucket else 0
    inside = np.flatnonzero((buckets.number == bucket) & (weight > 0))
    order = inside[np.argsort(units[inside], kind="stable")]
    reached = before + np.cumsum(weight[order])
    line = int(units[order[np.searchsorted(reached, rank)]])
    below, at_line = units < line, units == line
    counts = weight[below]
    return Cut(line, int(counts.sum()), int((counts * units[below]).sum()), int(weight[at_line].sum()))


def _by_id(line: int, places: int) -> frozenset[str]:
    raise ValueError("the tie rule order is refused when the state is made")


def _outcome(stream: Stream, group: TargetGroup, counts: Counts) -> Outcome:
    """Apply the law: A, and A - B without negatives, each rounded to hundredths."""
    rule, last = stream.rule, 10**stream.rule.places
    distance, room = float(group.distance), float(group.mean - group.line)
    gap = counts.below * int(group.line * _POINT) - counts.below_sum
    inside = counts.below + float(group.weight) * counts.at_line
    raw = (gap / _POINT + inside * room + counts.asylum * distance) * last
    lowered = raw - counts.children * float(rule.threshold_share * group.distance) * last
    unsure = _near_half(raw) | _near_half(lowered)
    if rule.rounding != "half_up":
        unsure[:] = True
    found, score = np.floor(raw + 0.5).astype(np.int64), np.floor(lowered + 0.5).astype(np.int64)
    np.maximum(score, 0, out=score)
    if (rows := np.flatnonzero(unsure)).size:
        some = counts.take(rows.tolist())
        exact = some.raw_scores(group)
        found[rows] = exact.rounded(rule.places, rule.rounding)
        score[rows] = rule.scores(exact - some.thresholds(group, rule.threshold_share))
    return Outcome(found, score, _nation(group.mean, group.group_mean, group.line))


def _near_half(values: Floats) -> NDArray[np.bool_]:
    near: NDArray[np.bool_] = np.abs(values - np.floor(values) - 0.5) < _NEAR_HALF
    return near


def _nation(*figures: Fraction) -> tuple[int, int, int]:
    mean, group_mean, line = (round_units(one, SCORE_PLACES) for one in figures)
    return mean, group_mean, line


def _mean_of_rounds(state: State, rounds: Sequence[Sequence[Int64Array]]) -> tuple[Outcome, ...]:
    """Average A and B over rounds, as averaging after adding up per institution does."""
    by_round = [_groups(state, units) for units in rounds]
    found, share = [], Fraction(1, len(rounds))
    for of_stream in zip(*by_round, strict=True):
        stream = of_stream[0][0]
        groups = [group for _, (group, _) in of_stream]
        raw, lowered = Ratios.weighted([]), Ratios.weighted([])
        for number, (_, (group, counts)) in enumerate(of_stream):
            own = counts.raw_scores(group)
            difference = own - counts.thresholds(group, stream.rule.threshold_share)
            raw, lowered = (own, difference) if not number else (raw + own, lowered + difference)
        figures = (
            sum((getattr(group, name) for group in groups), Fraction(0)) * share
            for name in ("mean", "group_mean", "line")
        )
        found.append(
            Outcome(
                np.array(raw.times(share).rounded(stream.rule.places, stream.rule.rounding), dtype=np.int64),
                np.array(stream.rule.scores(lowered.times(share)), dtype=np.int64),
                _nation(*figures),
            )
        )
    return tuple(found)


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Some replicates of one kind, in ascending order: per stream, arrays of shape (replicates, ...)."""

    raw: tuple[NDArray[np.int32], ...]
    score: tuple[NDArray[np.int32], ...]
    nation: tuple[Int64Array, ...]


def block(state: State, seed: int, first: int, count: int, kind: Kind) -> Block:
    """Make replicates `first` up to `first + count`: the piece of work that any pool can be given."""
    maker = Replicates(state, seed)
    outcomes = [maker.replicate(number, kind) for number in range(first, first + count)]
    streams = list(zip(*outcomes, strict=True))
    return Block(
        tuple(np.stack([one.raw for one in each]).astype(np.int32) for each in streams),
        tuple(np.stack([one.score for one in each]).astype(np.int32) for each in streams),
        tuple(np.array([one.nation for one in each], dtype=np.int64) for each in streams),
    )
