"""What if: the grants of a run under changed parameters, one or a grid, beside those in force."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
import pyarrow as pa

from oab_funding.analysis.concentration import gini, lorenz
from oab_funding.analysis.game import OnStep
from oab_funding.analysis.municipalities import MunicipalStream
from oab_funding.analysis.scenario_scores import OF_SCORES, MunicipalScenarios, SchoolScenarios
from oab_funding.analysis.schools import SchoolStream
from oab_funding.analysis.units import Level
from oab_funding.errors import InputError, Place
from oab_funding.exact import money, round_ratio, round_units
from oab_funding.exact.given import LARGEST_PRICE
from oab_funding.exact.sums import Int64Array
from oab_funding.run import steps
from oab_funding.run.choices import settle_municipalities, settle_schools
from oab_funding.run.run import Run
from oab_funding.tables.columns import build
from oab_funding.tables.schema import Column, Number, TableSchema, Text, Whole
from oab_funding.tables.step_result import StepResult

_MONEY, _SHARE = Number(2, digits=18), Number(6)

SCENARIOS = TableSchema(
    "scenarios",
    (
        Column("scenario", Whole(minimum=0)),
        Column("settings", Text()),
        Column("total", _MONEY),
        Column("difference", _MONEY),
        Column("changed_hands", _MONEY),
        Column("gainers", Whole()),
        Column("losers", Whole()),
        Column("above_zero", Whole()),
        Column("gini", _SHARE),
        Column("top_tenth", _SHARE),
        Column("per_target_child", _MONEY, nullable=True),
        Column("largest_error", _MONEY, nullable=True),
        Column("error_of_total", _MONEY, nullable=True),
    ),
    key=("scenario",),
)
"""Each scenario against the rule in force, which is number 0 (euros and shares)."""

WINNERS = TableSchema(
    "winners_and_losers",
    (
        Column("scenario", Whole(minimum=1)),
        Column("level", Text()),
        Column("institution", Text()),
        Column("in_force", _MONEY),
        Column("amount", _MONEY),
        Column("difference", _MONEY),
    ),
    key=("scenario", "level", "institution"),
)
"""What every institution gets in each scenario, where that differs from the rule in force (euros)."""

SHARES = TableSchema(
    "shares",
    (
        Column("scenario", Whole(minimum=0)),
        Column("by", Text()),
        Column("group", Text()),
        Column("amount", _MONEY),
        Column("share", _SHARE),
    ),
    key=("scenario", "by", "group"),
)
"""How the money falls over sizes, boards, municipalities and provinces (euros)."""

LORENZ = TableSchema(
    "lorenz",
    (Column("scenario", Whole(minimum=0)), Column("percent", Whole()), Column("share", _SHARE)),
    key=("scenario", "percent"),
)
"""Which share of the money the lowest so many percent of institutions get."""

SIZES = (100, 200, 300, 500)
"""Pupils at which a next class of size begins."""

OF_GRANTS = {"schools": ("price", "budget"), "municipalities": ("price", "budget", "minimum")}

Settings = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What a scenario gives: cents per part, and by how many euros an institution and all can be off."""

    settings: Settings
    cents: Int64Array
    target: Fraction | None
    errors: tuple[Fraction | None, Fraction | None] = (None, None)


def scenarios(run: Run, stream: str, grid: Mapping[str, Sequence[str]], on_step: OnStep = None) -> StepResult:
    """Compute the grants of a run under every combination of settings.

    Parameters
    ----------
    run
        A run with grants of the stream.
    stream
        ``"schools"`` or ``"municipalities"``.
    grid
        Values by name: `threshold_share`, `target_share`, `tie_rule`, `target_size_rounding`, `average`,
        `model`, `price`, `budget`, and of municipalities `minimum`.
    on_step
        Called with the settings, before they are computed.

    Returns
    -------
    StepResult
        Tables `scenarios`, `winners_and_losers`, `shares` and `lorenz`. Number 0 is the rule in force.

    Raises
    ------
    InputError
        A name or a value is refused, or the run has no such grants.
    """
    base = _School(run) if stream == "schools" else _Municipal(run)
    _check(grid, stream)
    outcomes = []
    for settings in [{}, *_combinations(grid)]:
        if on_step is not None:
            on_step(_said(settings))
        outcomes.append(base.outcome(settings))
    return _laid_out(run, base, outcomes)


def _check(grid: Mapping[str, Sequence[str]], stream: str) -> None:
    known = (*OF_SCORES, *OF_GRANTS[stream])
    for name in grid:
        if name not in known:
            remedy = f"choose one of {', '.join(known)}"
            raise InputError("is no parameter of a scenario", Place(value=name, argument="settings"), remedy)
    if not grid or not all(grid.values()):
        raise InputError("no parameter is changed", remedy=f"change one of {', '.join(known)}")
    if "price" in grid and "budget" in grid:
        raise InputError("a price and a budget are both given", remedy="give one of the two")


def _combinations(grid: Mapping[str, Sequence[str]]) -> Iterator[Settings]:
    for values in product(*grid.values()):
        yield dict(zip(grid, map(str, values), strict=True))


def _said(settings: Settings) -> str:
    return ", ".join(f"{name} = {value}" for name, value in settings.items()) or "in force"


class _School:
    counted = "school"

    def __init__(self, run: Run) -> None:
        if not run.has("school_grants") or run.calculation.schools is None:
            raise InputError("has no grants of schools", run.place, "take a run that has them")
        self._stream = SchoolStream((run, run))
        has_base = "schools.old_base" in run.sources
        law = settle_schools(run.calculation.schools, run.statutes, None, has_base).score_law
        self._scores = SchoolScenarios(run, law, self._stream.sites)
        self.levels = self._stream.units.levels
        self.sizes = self._scores.scores({}).columns.pupils[self._stream.units.rows]
        self.exact = self._scores.exact

    def outcome(self, settings: Settings) -> _Outcome:
        found, terms = self._scores.scores(settings), self._stream.terms[0]
        if paid := _money_of(settings):
            terms = replace(terms, price=paid[0], budget=paid[1])
        unit = terms.unit(found.columns.total)
        errors = [None if one is None else one * unit for one in (found.largest_error, found.error_of_sum)]
        cents = self._stream.pay(found.columns, terms)
        return _Outcome(settings, cents, found.target_children, (errors[0], errors[1]))


class _Municipal:
    counted = "municipality"

    def __init__(self, run: Run) -> None:
        if not run.has("municipal_grants") or run.calculation.municipalities is None:
            raise InputError("has no grants of municipalities", run.place, "take a run that has them")
        self._stream = MunicipalStream((run, run))
        has_old = "municipalities.grants_2018" in run.sources
        settled = settle_municipalities(run.calculation.municipalities, run.statutes, None, has_old)
        self._scores, self._law = MunicipalScenarios(run, settled.score_law), settled.grant_law
        self.levels = self._stream.units.levels
        self.sizes = None
        self.exact = self._scores.exact

    def outcome(self, settings: Settings) -> _Outcome:
        terms = self._stream.terms[0]
        if paid := _money_of(settings):
            terms = replace(terms, price=paid[0], budget=paid[1])
        if "minimum" in settings:
            minimum = self._law.what_if(minimum=settings["minimum"]).rule.minimum
            terms = replace(terms, rule=replace(terms.rule, minimum=minimum))
        scores, target = self._scores.scores(settings)
        return _Outcome(settings, self._stream.pay(scores, terms), target)


def _money_of(settings: Settings) -> tuple[Fraction | None, Fraction | None] | None:
    """Give the price and the budget, of which one is set; None where neither is changed."""
    if "price" in settings:
        return Fraction(money(settings["price"], "price", above_zero=True, below=LARGEST_PRICE)), None
    if "budget" in settings:
        return None, Fraction(money(settings["budget"], "budget", above_zero=True))
    return None


Base = _School | _Municipal
Row = tuple[Any, ...]


def _laid_out(run: Run, base: Base, outcomes: Sequence[_Outcome]) -> StepResult:
    level = next(level for level in base.levels if level.name == base.counted)
    force = outcomes[0].cents
    target = _target_children(run, "schools" if isinstance(base, _School) else "municipalities")
    rows = [_row(number, one, level, force, target) for number, one in enumerate(outcomes)]
    groups = _groups(base)
    shares = [row for number, one in enumerate(outcomes) for row in _shares(number, one.cents, groups)]
    curves = [
        (number, percent, round_units(share, 6))
        for number, one in enumerate(outcomes)
        for percent, share in enumerate(lorenz(level.sums(one.cents)))
    ]
    return StepResult(
        {
            "scenarios": _table(SCENARIOS, rows),
            "winners_and_losers": _winners(outcomes, base, force),
            "shares": _table(SHARES, shares),
            "lorenz": _table(LORENZ, curves),
        },
        {
            "scenarios": len(outcomes) - 1,
            "scores": "from children" if base.exact else "from a table of scores",
        },
    )


def _table(schema: TableSchema, rows: Sequence[Row]) -> pa.Table:
    columns = list(zip(*rows, strict=True)) or [()] * len(schema.columns)
    return build(schema, dict(zip(schema.names, columns, strict=True)))


def _row(
    number: int, one: _Outcome, level: Level, force: Int64Array, target: Fraction | None
) -> tuple[Any, ...]:
    amounts, before = level.sums(one.cents), level.sums(force)
    change, total = amounts - before, int(amounts.sum())
    known = one.target
    if known is None and "target_share" not in one.settings:
        known = target
    tenth = int(np.sort(amounts)[len(amounts) - len(amounts) // 10 :].sum())
    return (
        number,
        _said(one.settings),
        total,
        int(change.sum()),
        int(np.abs(change).sum()),
        int((change > 0).sum()),
        int((change < 0).sum()),
        int((amounts > 0).sum()),
        round_units(gini(amounts), 6),
        round_units(Fraction(tenth, total or 1), 6),
        None if not known else round_units(Fraction(total, 100) / known, 2),
        *(None if error is None else round_units(error, 2) for error in one.errors),
    )


def _winners(outcomes: Sequence[_Outcome], base: _School | _Municipal, force: Int64Array) -> pa.Table:
    """Lay out who gets another amount than in force, scenario by scenario, level by level."""
    found: dict[str, list[Any]] = {name: [] for name in WINNERS.names}
    for number, one in enumerate(outcomes):
        for level in base.levels if number else ():
            amounts, before = level.sums(one.cents), level.sums(force)
            at = np.flatnonzero(amounts != before).tolist()
            found["scenario"] += [number] * len(at)
            found["level"] += [level.name] * len(at)
            found["institution"] += [level.codes[row] for row in at]
            found["in_force"] += before[at].tolist()
            found["amount"] += amounts[at].tolist()
            found["difference"] += (amounts - before)[at].tolist()
    return build(WINNERS, found)


def _shares(number: int, cents: Int64Array, groups: Sequence[Level]) -> Iterator[Row]:
    total = int(cents.sum()) or 1
    for level in groups:
        for code, amount in zip(level.codes, level.sums(cents).tolist(), strict=True):
            yield number, level.name, code, amount, round_ratio(amount * 10**6, total)


def _groups(base: Base) -> list[Level]:
    found = [level for level in base.levels if level.name in ("board", "municipality", "province")]
    if base.sizes is None or not base.sizes.any():
        return found
    classes = np.searchsorted(np.array(SIZES), base.sizes, side="right").tolist()
    starts = (0, *SIZES)
    names = [f"{starts[at]:03d} to {SIZES[at] - 1:03d}" for at in range(len(SIZES))] + [
        f"{SIZES[-1]} and more"
    ]
    return [Level.of("size", [names[at] for at in classes]), *found]


def _target_children(run: Run, stream: str) -> Fraction | None:
    """Give the number of children in the target group, where the run knows it."""
    step = steps.SITES if stream == "schools" else steps.MUNICIPALITIES
    known = run.figures(step).get("target_group")
    return None if known is None else Fraction(str(known))
