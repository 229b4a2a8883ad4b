"""From replicates to what is said of each institution: intervals, chances, and where the doubt comes from.

What is estimated is the allocation as the law would have it, had everything been known: each replicate is one
such allocation that the data leave possible, given the model. An interval holds that allocation with the
stated probability. It corrects no amount and entitles nobody. Quantiles are order statistics, without
interpolation: of n replicates and the truth each is as likely as any other to be the k-th.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from math import floor
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from oab_funding.analysis.municipalities import MunicipalStream
from oab_funding.analysis.rescored import model_of
from oab_funding.analysis.school_money import SiteColumns
from oab_funding.analysis.schools import SchoolStream
from oab_funding.analysis.uncertainty.replicate import Block, Kind, block
from oab_funding.analysis.uncertainty.state import State, make_state
from oab_funding.analysis.units import Level, Units
from oab_funding.errors import InputError, Place
from oab_funding.exact import round_units
from oab_funding.exact.sums import Int64Array
from oab_funding.indicator.parts.sources import Each, in_turn
from oab_funding.run.run import Run
from oab_funding.tables.columns import build, texts, units
from oab_funding.tables.schema import Column, Number, TableSchema, Text
from oab_funding.tables.step_result import Figure

BLOCK = 50
"""Replicates that are made together: the piece of work that a pool is given."""

MOST_REPLICATES = 20_000
_SCORE, _MONEY, _SHARE = Number(2, digits=18), Number(2, digits=18), Number(6)

UNCERTAINTY = TableSchema(
    "uncertainty",
    (
        Column("stream", Text()),
        Column("level", Text()),
        Column("institution", Text()),
        Column("score", _SCORE),
        Column("score_median", _SCORE),
        Column("score_low", _SCORE),
        Column("score_high", _SCORE),
        Column("p_above_zero", _SHARE),
        Column("sd", _SCORE),
        Column("sd_draw", _SCORE, nullable=True),
        Column("sd_imputation", _SCORE, nullable=True),
        Column("sd_coefficients", _SCORE, nullable=True),
        Column("amount", _MONEY, nullable=True),
        Column("amount_median", _MONEY, nullable=True),
        Column("amount_low", _MONEY, nullable=True),
        Column("amount_high", _MONEY, nullable=True),
    ),
    key=("stream", "level", "institution"),
)
"""Score (units) and amount (euros) of every institution as computed, and in the replicates: the median, the
ends of the interval, the share above 0, and standard deviations."""

NATION = TableSchema(
    "nation",
    (
        Column("stream", Text()),
        Column("figure", Text()),
        Column("median", Number(6, digits=18)),
        Column("low", Number(6, digits=18)),
        Column("high", Number(6, digits=18)),
    ),
    key=("stream", "figure"),
)
"""National figures in the replicates: C, G and the line (points), the sum of scores, and of amounts (euros)."""

ESTIMAND = (
    "an interval holds the allocation under the law had everything been known, given the model; it corrects "
    "no amount and entitles nobody"
)
GIVEN = "coefficients are taken as given: that they are estimates is not in the intervals"
EARLIER_GIVEN = "scores of municipalities on the earlier date are taken as they are, without doubt"
EARLIER_DRAWN = "what is not known is drawn on either date by itself, also of children of both dates"


@dataclass(frozen=True, slots=True)
class Plan:
    """How many replicates are made, of which seed, and how wide intervals are.

    Parameters
    ----------
    replicates
        With all that is not certain drawn.
    parts
        With one source of doubt alone, for each of them; 0 for none.
    seed
        Of all draws.
    level
        Probability of an interval.
    """

    replicates: int = 1000
    parts: int = 50
    seed: int = 1
    level: Fraction = Fraction(95, 100)

    def __post_init__(self) -> None:
        if not 0 < self.level < 1:
            raise InputError(
                "is no probability", Place(value=self.level, argument="level"), "give one such as 95%"
            )
        if self.replicates > MOST_REPLICATES or self.rank < 1:
            least = -(-2 // (1 - self.level)) - 1
            place = Place(value=self.replicates, argument="replicates")
            remedy = f"give {least} to {MOST_REPLICATES}"
            raise InputError(f"is no number of replicates for an interval of {self.level}", place, remedy)
        if not 0 <= self.parts <= MOST_REPLICATES or self.parts == 1:
            place = Place(value=self.parts, argument="parts")
            raise InputError("is no number of replicates", place, f"give 0, or 2 to {MOST_REPLICATES}")

    @property
    def rank(self) -> int:
        """The lower end is the replicate of this rank from below, the upper end that from above."""
        return floor((1 - self.level) / 2 * (self.replicates + 1))

    def work(self, kinds: Sequence[Kind]) -> list[tuple[int, int, Kind]]:
        """Divide the replicates into blocks."""
        found: list[tuple[int, int, Kind]] = []
        for kind in kinds:
            count = self.replicates if kind == "all" else self.parts
            found += [(first, min(BLOCK, count - first), kind) for first in range(0, count, BLOCK)]
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """Replicates of one stream by kind, each in ascending number.

    Parameters
    ----------
    names
        The institutions.
    raw, score
        A and the score in hundredths, int32 of shape (replicates, institutions).
    nation
        C, G and the line in millionths, shape (replicates, 3).
    """

    names: tuple[str, ...]
    raw: Mapping[Kind, NDArray[np.int32]]
    score: Mapping[Kind, NDArray[np.int32]]
    nation: Mapping[Kind, Int64Array]


def make(
    state: State, plan: Plan, each: Each = in_turn, on_step: Callable[[str], None] | None = None
) -> dict[str, Made]:
    """Make all replicates of a state, by stream; the same bits however the work is divided.

    Parameters
    ----------
    state
        What they are made from.
    plan
        How many.
    each
        Goes through the blocks: `in_turn`, `with_executor(...)` or `with_dask`.
    on_step
        Called with how far the work is.
    """
    sources: list[Kind] = ["imputation", "seed"]
    if state.coefficients is not None:
        sources.insert(1, "coefficients")
    work = plan.work(["all", *(sources if plan.parts else [])])
    total, done = sum(count for _, count, _ in work), 0
    found: dict[Kind, list[Block]] = {}
    results = iter(each(partial(block, state, plan.seed), work))
    for _, count, kind in work:
        if on_step is not None:
            on_step(f"replicate {done + 1} of {total}")
        found.setdefault(kind, []).append(next(results))
        done += count
    return {
        stream.name: Made(
            stream.names,
            {kind: np.concatenate([one.raw[at] for one in blocks]) for kind, blocks in found.items()},
            {kind: np.concatenate([one.score[at] for one in blocks]) for kind, blocks in found.items()},
            {kind: np.concatenate([one.nation[at] for one in blocks]) for kind, blocks in found.items()},
        )
        for at, stream in enumerate(state.streams)
    }


def content_hash(made: Mapping[str, Made]) -> str:
    """SHA-256 of all scores and national figures, of every kind and stream."""
    digest = hashlib.sha256()
    for stream in sorted(made):
        one = made[stream]
        digest.update(repr((stream, one.names)).encode())
        for kind in sorted(one.score):
            digest.update(repr((kind, one.score[kind].shape)).encode())
            for values in (one.raw[kind], one.score[kind]):
                digest.update(np.ascontiguousarray(values, dtype="<i4").tobytes())
            digest.update(np.ascontiguousarray(one.nation[kind], dtype="<i8").tobytes())
    return digest.hexdigest()


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """The uncertainty of an allocation.

    Parameters
    ----------
    tables
        Tables `uncertainty` and `nation`.
    figures
        What was done, and how much money lies within the noise.
    labels
        What must be said with it.
    made
        The replicates by stream; those of an earlier date as ``"earlier municipalities"``.
    """

    tables: Mapping[str, pa.Table]
    figures: Mapping[str, Figure]
    labels: tuple[str, ...]
    made: Mapping[str, Made]


def find(
    run: Run,
    plan: Plan,
    coefficients: str | None = None,
    earlier: Run | None = None,
    each: Each = in_turn,
    on_step: Callable[[str], None] | None = None,
) -> Found:
    """Find out how certain the scores and grants of a run are.

    Parameters
    ----------
    run
        A run that imputed and scored children.
    plan
        Replicates and level.
    coefficients
        How they are drawn; see `make_state`.
    earlier
        A run of the children on the earlier of the two dates of the municipal formula; without it the scores
        of that date are taken as they are.
    each, on_step
        See `make`.

    Raises
    ------
    InputError
        See `make_state`; or the earlier run does not fit.
    """
    if on_step is not None:
        on_step("laying out the children")
    state = make_state(run, coefficients)
    before = None if earlier is None else _earlier_state(run, earlier, state)
    made = make(state, plan, each, on_step)
    labels = [*run.labels, ESTIMAND]
    if state.coefficients is None:
        labels.append(GIVEN)
    if before is not None:
        made["earlier municipalities"] = make(before, plan, each, on_step)["municipalities"]
    rows, nation, figures = list[_Rows](), list[_Nation](), dict[str, Figure]()
    for stream in state.streams:
        if on_step is not None:
            on_step(f"intervals of {stream.name}")
        paid = _paid(run, stream.name, made)
        if paid.label:
            labels.append(paid.label)
        rows += [_rows(stream.name, level, paid, made[stream.name], plan) for level in paid.units.levels]
        nation += _nation(stream.name, made[stream.name], paid, plan)
        figures |= _noise(stream.name, paid)
    method = "taken as given" if state.coefficients is None else state.coefficients.method
    told: dict[str, Figure] = {
        "replicates": plan.replicates,
        "replicates per source": plan.parts,
        "seed": plan.seed,
        "level": plan.level,
        "coefficients": method,
        "sha256": content_hash(made),
    }
    tables = {"uncertainty": _joined(UNCERTAINTY, rows), "nation": _joined(NATION, nation)}
    return Found(tables, told | figures, tuple(dict.fromkeys(labels)), made)


def _earlier_state(run: Run, earlier: Run, state: State) -> State:
    """Lay out the children of the earlier date, with the coefficients of the later one."""
    part, place = run.calculation.municipalities, Place(argument="earlier")
    if part is None or all(stream.name != "municipalities" for stream in state.streams):
        raise InputError("belongs to grants of municipalities, and the run has none", place, "leave it out")
    wanted = run.statutes.municipality_grant(part.year).year.reference_dates[1]
    found = earlier.calculation.children
    if found is None or found.reference_date != wanted:
        of = "of no children" if found is None else f"of {found.reference_date}"
        raise InputError(f"is {of}, the earlier date is {wanted}", place, "give the run of that date")
    if model_of(earlier).coefficients != model_of(run).coefficients:
        raise InputError("scored with other coefficients than the later one", place, "score both alike")
    own = make_state(earlier, "given")
    streams = tuple(stream for stream in own.streams if stream.name == "municipalities")
    if not streams:
        raise InputError("has no scores of municipalities", place, "compute them from its children")
    return replace(own, coefficients=state.coefficients, streams=streams)


@dataclass(frozen=True, slots=True, eq=False)
class _Paid:
    """What was computed, and what the replicates would pay: parts by row, and their levels.

    Parameters
    ----------
    units
        The parts and the levels above them.
    score, amount
        Of every part, as computed: hundredths, and cents; no amounts where the run has no grants.
    scores, amounts
        The same in the replicates, shape (replicates, parts).
    column
        Of every part, its institution among those of the replicates.
    label
        What must be said, if anything.
    """

    units: Units
    score: Int64Array
    amount: Int64Array | None
    scores: NDArray[np.int32]
    amounts: Int64Array | None
    column: Int64Array
    label: str = ""


def _paid(run: Run, stream: str, made: Mapping[str, Made]) -> _Paid:
    one = made[stream]
    table, code = _scores_of(run, stream)
    number = {name: at for at, name in enumerate(one.names)}
    names = texts(table, code)
    if set(names) != set(one.names):
        raise InputError(
            f"the children are at other institutions than the scores of {stream}", run.place, "run it again"
        )
    computed = dict(zip(names, units(table, "score", 2), strict=True))
    grants = run.calculation.schools if stream == "schools" else run.calculation.municipalities
    if grants is None or grants.scores is not None:
        levels = ("site",) if stream == "schools" else ("municipality",)
        home: Mapping[str, tuple[str, ...]] = dict.fromkeys(one.names, ())
        plain = Units.of(one.names, (home, home), levels)
        scores = np.array([computed[name] for name in one.names], dtype=np.int64)
        column = np.arange(len(one.names))
        return _Paid(plain, scores, None, one.score["all"], None, column)
    if stream == "schools":
        return _of_schools(SchoolStream((run, run)), one, computed, number)
    return _of_municipalities(MunicipalStream((run, run)), one, computed, made.get("earlier municipalities"))


def _scores_of(run: Run, stream: str) -> tuple[pa.Table, str]:
    if stream == "schools":
        return run.table("site_scores"), "site_id"
    return run.table("municipality_scores"), "municipality_code"


def _of_schools(
    stream: SchoolStream, made: Made, computed: Mapping[str, int], number: Mapping[str, int]
) -> _Paid:
    at = np.array([number[site] for site in stream.sites], dtype=np.int64)
    there = np.ones(len(at), dtype=np.bool_)
    pupils = np.zeros(len(at), dtype=np.int64)
    scores = made.score["all"][:, at]
    amounts = [
        stream.pay(SiteColumns(there, one.astype(np.int64), pupils), stream.terms[0]) for one in scores
    ]
    rows = stream.units.rows
    score = np.array([computed[site] for site in stream.sites], dtype=np.int64)
    paid = stream.worth(frozenset())
    return _Paid(stream.units, score[rows], paid, scores[:, rows], np.array(amounts), at[rows])


def _of_municipalities(
    stream: MunicipalStream, made: Made, computed: Mapping[str, int], earlier: Made | None
) -> _Paid:
    terms = stream.terms[0]
    amounts = []
    for number in range(len(made.score["all"])):
        own = terms if earlier is None else replace(terms, earlier=_pairs(earlier, number))
        amounts.append(stream.pay(_pairs(made, number), own))
    # Whoever has no children on the later date has no score on it to be doubted.
    place = {code: at for at, code in enumerate(made.names)}
    known = np.array([place.get(code, -1) for code in stream.codes], dtype=np.int64)
    scores = np.where(known >= 0, made.score["all"][:, known], 0)
    score = np.array([computed.get(code, 0) for code in stream.codes], dtype=np.int64)
    label = EARLIER_GIVEN if earlier is None else EARLIER_DRAWN
    return _Paid(stream.units, score, stream.worth(frozenset()), scores, np.array(amounts), known, label)


def _pairs(made: Made, number: int) -> dict[str, tuple[int, int]]:
    raw, score = made.raw["all"][number].tolist(), made.score["all"][number].tolist()
    return dict(zip(made.names, zip(raw, score, strict=True), strict=True))


_Rows = dict[str, Sequence[Any]]
_Nation = dict[str, Sequence[Any]]


def _rows(stream: str, level: Level, paid: _Paid, made: Made, plan: Plan) -> _Rows:
    size = len(level.codes)
    scores = _sums(level, paid.scores)
    low, median, high = _ends(scores, plan)
    columns: _Rows = {
        "stream": [stream] * size,
        "level": [level.name] * size,
        "institution": level.codes,
        "score": level.sums(paid.score).tolist(),
        "score_median": median,
        "score_low": low,
        "score_high": high,
        "p_above_zero": [
            round_units(Fraction(int(count), len(scores)), 6) for count in (scores > 0).sum(axis=0)
        ],
        "sd": _deviations(scores),
    }
    for name, kind in _SOURCES.items():
        one = made.score.get(kind)
        known = None if one is None else np.where(paid.column >= 0, one[:, paid.column], 0)
        columns[name] = [None] * size if known is None else _deviations(_sums(level, known))
    amounts: Sequence[Sequence[Any]] = [[None] * size] * 4
    if paid.amount is not None and paid.amounts is not None:
        low, median, high = _ends(_sums(level, paid.amounts), plan)
        amounts = [level.sums(paid.amount).tolist(), median, low, high]
    names = ("amount", "amount_median", "amount_low", "amount_high")
    return columns | dict(zip(names, amounts, strict=True))


_SOURCES: dict[str, Kind] = {
    "sd_draw": "seed",
    "sd_imputation": "imputation",
    "sd_coefficients": "coefficients",
}


def _sums(level: Level, parts: NDArray[np.integer]) -> Int64Array:
    """Add the parts up in every replicate, shape (replicates, codes)."""
    if len(level.codes) == parts.shape[1] and np.array_equal(level.of_part, np.arange(parts.shape[1])):
        return parts.astype(np.int64)
    return np.stack([level.sums(one) for one in parts.astype(np.int64)])


def _ends(values: Int64Array, plan: Plan) -> tuple[list[int], list[int], list[int]]:
    """Give the lower end, the median and the upper end of each column: order statistics."""
    count, rank = len(values), plan.rank
    places = (rank - 1, (count - 1) // 2, count - rank)
    ordered = np.partition(values, sorted(set(places)), axis=0)
    low, median, high = (ordered[place].tolist() for place in places)
    return low, median, high


def _deviations(values: Int64Array) -> list[int]:
    """Give the standard deviation of each column, from exact sums, rounded to whole units."""
    count = len(values)
    moved = values - values[0]
    squares, sums = (moved * moved).sum(axis=0), moved.sum(axis=0)
    exact = [count * square - total * total for square, total in zip(squares.tolist(), sums.tolist(), strict=True)]
    return [floor((one / (count * (count - 1))) ** 0.5 + 0.5) for one in exact]


def _nation(stream: str, made: Made, paid: _Paid, plan: Plan) -> list[_Nation]:
    columns = dict(zip(("C", "G", "line"), made.nation["all"].T, strict=True))
    columns["C_minus_G"] = columns["C"] - columns["G"]
    columns["scores"] = paid.scores.sum(axis=1, dtype=np.int64) * 10**4
    if paid.amounts is not None:
        columns["amounts"] = paid.amounts.sum(axis=1) * 10**4
    found = []
    for name, values in columns.items():
        low, median, high = _ends(values[:, None], plan)
        found.append(
            {"stream": [stream], "figure": [name], "median": median, "low": low, "high": high}
        )
    return found


def _noise(stream: str, paid: _Paid) -> dict[str, Figure]:
    """Say how much money lies elsewhere than it would, on average over the replicates.

    Half of the sum of what shares differ by: what would have to change hands. Elementwise floats, which every
    machine rounds alike, are added up as whole numbers.
    """
    if paid.amount is None or paid.amounts is None:
        return {}
    counted = "school" if stream == "schools" else "municipality"
    level = next(one for one in paid.units.levels if one.name == counted)
    own, others = level.sums(paid.amount), _sums(level, paid.amounts)
    total = int(own.sum())
    totals = others.sum(axis=1)
    if total == 0 or not totals.all():
        return {}
    apart = np.abs(others / totals[:, None].astype(np.float64) - own / float(total))
    units_ = int(np.rint(apart * _FINE).astype(np.int64).sum(axis=1).sum())
    share = Fraction(units_, 2 * len(others) * int(_FINE))
    return {
        f"{stream}: share of the money within the noise": Fraction(round_units(share, 6), 10**6),
        f"{stream}: euros within the noise": Fraction(round_units(share * total, 0), 100),
    }


_FINE = 1e15


def _joined(schema: TableSchema, parts: Sequence[Mapping[str, Sequence[Any]]]) -> pa.Table:
    columns: dict[str, list[Any]] = {name: [] for name in schema.names}
    for part in parts:
        for name in columns:
            columns[name] += list(part[name])
    return build(schema, columns)
