"""One replicate: what is not known and the coefficients are drawn, and the law is applied to the letter.

Scores are rounded to hundredths exactly: floats decide where they are far from a half, fractions elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
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
Units = NDArray[np.int32]
"""Scores of children in millionths: below 2**31, as a score has three digits before the point."""

Kind = Literal["all", "imputation", "coefficients", "seed"]
"""What is drawn: all that is not certain; only what is not known; only the coefficients; or what another
seed of the run would have drawn, averaged over rounds as the run does."""

KINDS: tuple[Kind, ...] = ("all", "imputation", "coefficients", "seed")

_RESEEDED = 2**31
"""Numbers of draws from here belong to rounds under other seeds."""
_FIXED = 0
"""The draw of what is not known that stays the same where only coefficients are drawn."""
_WIDTH_BITS = 14
_SAMPLED = 64
_MARGIN = 0.02
"""One entry of so many guesses where the line lies, and so much more of them are looked at."""
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
            parameters = self._state.parents.draw(self._own, first)
            tables = tuple(part.bounds(self._state.parents, parameters) for part in self._state.parts)
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
                _with_donors(_averaged(of_part), first)
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


def own_units(state: State, model: DrawnModel, drawn: Sequence[Drawn]) -> list[Units]:
    """Score the entries that need no donor, in millionths: one array for pupils, one for toddlers.

    Whoever has no score of its own has weight 0, and some number here.
    """
    table = _known(look_ups(model, MOST_CELLS)[0].units)
    found = []
    for number, of_place in enumerate(_of_places(state, model, drawn[0])):
        scored = state.scored[number]
        units = np.empty(len(scored.cells), dtype=np.int32)
        together, rest = units[: scored.together], units[scored.together :]
        np.take(table, scored.cells[: scored.together], out=together, mode="clip")
        cells = state.parts[number].cells(scored.cells[scored.together :], drawn[number], state.strides)
        np.take(table, cells, out=rest, mode="clip")
        units += _known(of_place)[scored.place]
        found.append(units)
    return found


def _known(units: Int64Array) -> Units:
    return np.where(known_scores(units), units, 0).astype(np.int32)


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


def _averaged(rounds: Sequence[Units]) -> Units:
    total: Int64Array = np.sum(rounds, axis=0, dtype=np.int64)
    return round_ratio_array(total, len(rounds)).astype(np.int32)


def _with_donors(units: Units, drawn: Drawn) -> Units:
    return np.concatenate([units, units[drawn.donors]])


def _outcomes(state: State, units: Sequence[Units]) -> tuple[Outcome, ...]:
    return tuple(_outcome(stream, group, counts) for stream, (group, counts) in _groups(state, units))


def _groups(state: State, units: Sequence[Units]) -> list[tuple[Stream, tuple[TargetGroup, Counts]]]:
    whole = np.concatenate(units)
    lowest = _lowest(whole, max(state.streams, key=lambda one: len(one.institution)))
    return [(one, _grouped(one, whole[: len(one.institution)], lowest)) for one in state.streams]


def _lowest(units: Units, stream: Stream) -> Int64Array:
    """Guess from a sample who may be in the target group, and some more; ascending."""
    sample, weight = units[::_SAMPLED], stream.weight[::_SAMPLED]
    order = np.argsort(sample[: len(weight)], kind="stable")
    reached = np.cumsum(weight[order])
    share = min(float(stream.rule.target_share) + _MARGIN, 1.0)
    guess = order[min(int(np.searchsorted(reached, share * reached[-1])), len(order) - 1)]
    return np.flatnonzero(units <= sample[guess])


def _grouped(stream: Stream, units: Units, lowest: Int64Array) -> tuple[TargetGroup, Counts]:
    """Find the target group of a stream, and count it per institution."""
    rule, size = stream.rule, len(stream.names)
    near = _Near(stream, units, lowest[: np.searchsorted(lowest, len(units))])
    most = int(stream.children.sum())
    if near.weight.sum() < min(most, rule.target_share * most + 1):
        near = _Near(stream, units, np.arange(len(units)))
    ranking = Ranking(
        most,
        int(stream.asylum.sum()),
        int((units * stream.weight).sum()),
        near.cut,
        _by_id,
    )
    group = group_of(ranking, rule.target_share, rule.size_rounding, rule.tie_rule)
    below, at_line = near.beside(int(group.line * _POINT))

    def added(rows: Int64Array, values: Floats) -> Int64Array:
        return np.bincount(near.institution[rows], values, size).astype(np.int64)

    weight = near.weight[below]
    return group, Counts(
        stream.children,
        added(below, weight),
        added(below, weight * near.units[below]),
        added(at_line, near.weight[at_line]),
        stream.asylum,
    )


class _Near:
    """Scores near and below the line, how many children have each, and where.

    All sums are of whole numbers below 2**53, exact in any order.

    Parameters
    ----------
    stream, units
        All scores of a stream.
    rows
        Those that are near, or below.
    """

    def __init__(self, stream: Stream, units: Units, rows: Int64Array) -> None:
        self.units, self.weight = units[rows], stream.weight[rows]
        self.institution = stream.institution[rows]
        self._found: tuple[int, Int64Array, Int64Array] | None = None

    def cut(self, rank: int) -> Cut:
        """Find the line at a rank, and who scores below it."""
        bucket = (self.units - self.units.min()) >> _WIDTH_BITS
        reached = np.cumsum(np.bincount(bucket, self.weight))
        at = int(np.searchsorted(reached, rank))
        inside = np.flatnonzero(bucket == at)
        order = inside[np.argsort(self.units[inside], kind="stable")]
        within = (reached[at - 1] if at else 0.0) + np.cumsum(self.weight[order])
        line = int(self.units[order[np.searchsorted(within, rank)]])
        below, at_line = self.beside(line)
        counts = self.weight[below]
        total = int((counts * self.units[below]).sum())
        return Cut(line, int(counts.sum()), total, int(self.weight[at_line].sum()))

    def beside(self, line: int) -> tuple[Int64Array, Int64Array]:
        """Give who scores below a line, and who at it."""
        if self._found is None or self._found[0] != line:
            self._found = line, np.flatnonzero(self.units < line), np.flatnonzero(self.units == line)
        return self._found[1:]


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


def _mean_of_rounds(state: State, rounds: Sequence[Sequence[Units]]) -> tuple[Outcome, ...]:
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
