"""From replicates to what is said of each institution: intervals, chances, and where the doubt comes from.

What is estimated is the allocation as the law would have it, had everything been known: each replicate is one
such allocation that the data leave possible, given the model. An interval holds that allocation with the
stated probability. It corrects no amount and entitles nobody. Quantiles are order statistics, without
interpolation: of n replicates and the truth each is as likely as any other to be the k-th.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import floor
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from oab_funding.analysis.rescored import model_of
from oab_funding.analysis.uncertainty.amounts import Paid, paid_in
from oab_funding.analysis.uncertainty.making import Made, Plan, content_hash, make
from oab_funding.analysis.uncertainty.replicate import Kind
from oab_funding.analysis.uncertainty.state import State, make_state
from oab_funding.analysis.units import Level
from oab_funding.errors import InputError, Place
from oab_funding.exact import round_units
from oab_funding.exact.sums import Int64Array
from oab_funding.indicator.parts.sources import Each, in_turn
from oab_funding.run.run import Run
from oab_funding.tables.columns import build
from oab_funding.tables.schema import TableSchema
from oab_funding.tables.step_result import Figure
from oab_funding.tables.uncertainty_tables import NATION, UNCERTAINTY

ESTIMAND = (
    "an interval holds the allocation under the law had everything been known, given the model; it corrects "
    "no amount and entitles nobody"
)
GIVEN = "coefficients are taken as given: that they are estimates is not in the intervals"


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
    if earlier is not None:
        _check_earlier(run, earlier)
    state = make_state(run, coefficients)
    before = None if earlier is None else _earlier_state(earlier, state)
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
        paid = paid_in(run, stream.name, made, each)
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


def _check_earlier(run: Run, earlier: Run) -> None:
    """Refuse a run that is not of the children on the earlier date, scored alike."""
    part, children, place = (
        run.calculation.municipalities,
        run.calculation.children,
        Place(argument="earlier"),
    )
    if part is None or part.scores is not None or children is None or children.scores_of == "sites":
        raise InputError("belongs to grants of municipalities, and the run has none", place, "leave it out")
    wanted = run.statutes.municipality_grant(part.year).year.reference_dates[1]
    found = earlier.calculation.children
    if found is None or found.reference_date != wanted:
        of = "of no children" if found is None else f"of {found.reference_date}"
        raise InputError(f"is {of}, the earlier date is {wanted}", place, "give the run of that date")
    if found.scores_of == "sites":
        raise InputError("has no scores of municipalities", place, "compute them from its children")
    if model_of(earlier).coefficients != model_of(run).coefficients:
        raise InputError("scored with other coefficients than the later one", place, "score both alike")


def _earlier_state(earlier: Run, state: State) -> State:
    """Lay out the children of the earlier date, with the coefficients of the later one."""
    own = make_state(earlier, "given")
    streams = tuple(stream for stream in own.streams if stream.name == "municipalities")
    return replace(own, coefficients=state.coefficients, streams=streams)


_Rows = dict[str, Sequence[Any]]
_Nation = dict[str, Sequence[Any]]


def _rows(stream: str, level: Level, paid: Paid, made: Made, plan: Plan) -> _Rows:
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
    exact = [
        count * square - total * total for square, total in zip(squares.tolist(), sums.tolist(), strict=True)
    ]
    return [floor((one / (count * (count - 1))) ** 0.5 + 0.5) for one in exact]


def _nation(stream: str, made: Made, paid: Paid, plan: Plan) -> list[_Nation]:
    columns: dict[str, Int64Array] = dict(zip(("C", "G", "line"), made.nation["all"].T, strict=True))
    columns["C_minus_G"] = columns["C"] - columns["G"]
    columns["scores"] = paid.scores.sum(axis=1, dtype=np.int64) * 10**4
    if paid.amounts is not None:
        columns["amounts"] = paid.amounts.sum(axis=1) * 10**4
    found = list[_Nation]()
    for name, values in columns.items():
        low, median, high = _ends(values[:, None], plan)
        found.append({"stream": [stream], "figure": [name], "median": median, "low": low, "high": high})
    return found


def _noise(stream: str, paid: Paid) -> dict[str, Figure]:
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
    units_ = sum(np.rint(apart * _FINE).astype(np.int64).sum(axis=1).tolist())  # may pass 2**63
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
