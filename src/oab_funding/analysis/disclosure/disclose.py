"""May this table leave? Every cell judged, and what is left out or rounded so that it may."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil
from typing import Literal

import pyarrow as pa

from oab_funding.analysis.disclosure.cells import Key, Layer
from oab_funding.analysis.disclosure.controlled_rounding import rounded
from oab_funding.analysis.disclosure.differencing import Children, by_child, by_size, out_already
from oab_funding.analysis.disclosure.possible import Interval, hidden_bounds, possible
from oab_funding.analysis.disclosure.released import PLACES, Released, layers_of
from oab_funding.analysis.disclosure.sensitive import (
    VERDICTS,
    Finding,
    Thresholds,
    Verdict,
    dominated,
    few_children,
    of_one_kind,
    small_cells,
)
from oab_funding.analysis.disclosure.suppression import suppressed
from oab_funding.errors import InputError, Place
from oab_funding.tables.columns import build
from oab_funding.tables.schema import Column, Number, TableSchema, Text
from oab_funding.tables.step_result import StepResult

Remedy = Literal["suppress", "round"]

OnStep = Callable[[str], None] | None


@dataclass(frozen=True, slots=True)
class Beside:
    """A table that is out, or goes out as well.

    Parameters
    ----------
    table
        The table.
    children
        Its children, where they are given.
    """

    table: Released
    children: Children | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """What is known of a table beside its cells.

    Parameters
    ----------
    children
        Where each child is counted, where given.
    contributions
        By column of sums and place, what each contributor adds (millionths), where given.
    beside
        Other tables, by name.
    """

    children: Children | None = None
    contributions: Mapping[str, Mapping[Key, Sequence[int]]] = field(default_factory=dict)
    beside: Mapping[str, Beside] = field(default_factory=dict)


Treatment = Literal["shown", "left out", "left out as well", "rounded", "not in the table"]


@dataclass(slots=True)
class _Judged:
    """A layer, what was found of its cells, and what is done about it."""

    layer: Layer
    findings: dict[int, list[Finding]]
    treatments: dict[int, Treatment]
    needs: dict[int, int] = field(default_factory=dict)
    shown: dict[int, int] = field(default_factory=dict)
    intervals: dict[int, Interval] = field(default_factory=dict)

    def verdict(self, at: int) -> Verdict:
        """Give the verdict on a cell as it stands in the table."""
        return max((one.verdict for one in self.findings.get(at, [])), key=VERDICTS.index, default="pass")

    def after(self, at: int) -> Verdict:
        """Give the verdict on a cell after what was done."""
        if self.treatments[at] in ("left out as well", "rounded") and at not in self.needs:
            return "pass"
        if at not in self.needs:
            return self.verdict(at)
        if at not in self.intervals or self.intervals[at].width < self.needs[at]:
            return "fail"
        left = [one.verdict for one in self.findings.get(at, []) if one.rule == "differencing"]
        return "review" if "review" in left else "pass"


def disclose(
    table: Released,
    given: Given,
    thresholds: Thresholds,
    *,
    margins_known: bool = True,
    remedy: Remedy | None = None,
    base: int = 10,
    on_step: OnStep = None,
) -> StepResult:
    """Judge every cell of a table, and treat those that may not be shown.

    Parameters
    ----------
    table, given
        The table and what is known beside it.
    thresholds
        What may not be shown.
    margins_known
        Whether sums that are not in the table count as known to others.
    remedy
        ``"suppress"`` or ``"round"``, or None to judge only.
    base
        What rounded counts are multiples of.
    on_step
        Called with what is done, before it is.

    Returns
    -------
    StepResult
        Table `cells`, and with a remedy `safe`; the verdict among the figures.

    Raises
    ------
    InputError
        The table contradicts itself, or cannot be rounded because numbers are left out of it.
    """
    say = on_step or (lambda _: None)
    layers = layers_of(table, margins_known)
    judged = []
    for layer in layers:
        say(f"judging {layer.name}")
        judged.append(_judge(layer, layer is layers[0], table, given, thresholds))
    for number, one in enumerate(judged if remedy is not None else ()):
        say(f"treating {one.layer.name}")
        _needs(one, thresholds, None if number == 0 else _gone(judged[0], table))
        if remedy == "round" and number == 0:
            _round(one, base)
        else:
            _suppress(one, _without_children(one.layer, table))
    return _laid_out(table, judged, remedy)


def _judge(layer: Layer, counts: bool, table: Released, given: Given, thresholds: Thresholds) -> _Judged:
    found = list(_of_counts(layer, table, given, thresholds) if counts else [])
    if not counts:
        found += few_children(layer, table, thresholds.minimum)
        step = 10 ** (PLACES - layer.places)
        parts = given.contributions.get(layer.name, {})
        scaled = {key: [value // step for value in values] for key, values in parts.items()}
        found += dominated(layer, scaled, thresholds, table.shape.total)
    found += _recomputed(layer, thresholds.minimum, counts)
    unsafe = sorted({one.at for one in found if one.verdict == "fail"})
    for name, other in given.beside.items():
        found += out_already(layer, unsafe, name, other.table)
    by_cell: dict[int, list[Finding]] = {}
    for one in found:
        by_cell.setdefault(one.at, []).append(one)
    treatments: dict[int, Treatment] = {}
    for at, cell in enumerate(layer.cells):
        treatments[at] = "shown" if cell.listed else "not in the table"
        if cell.listed and cell.value is None:
            treatments[at] = "left out"
    return _Judged(layer, by_cell, treatments)


def _of_counts(layer: Layer, table: Released, given: Given, thresholds: Thresholds) -> Iterator[Finding]:
    shape, minimum = table.shape, thresholds.minimum
    yield from small_cells(layer, minimum)
    yield from of_one_kind(layer, table, thresholds.group_share)
    for name, other in given.beside.items():
        if given.children is not None and other.children is not None:
            by = len(shape.by)
            yield from by_child(layer, by, given.children, name, other.children, minimum, shape.total)
        else:
            yield from by_size(layer, name, other.table, minimum)


def _recomputed(layer: Layer, minimum: int, counts: bool) -> Iterator[Finding]:
    """Find the cells that are left out of the table and can be worked out, or nearly."""
    gone = [at for at, cell in enumerate(layer.cells) if cell.listed and cell.value is None]
    rest = [at for at, cell in enumerate(layer.cells) if not cell.listed]
    for at, found in possible(layer, hidden_bounds(layer, [*gone, *rest]), gone).items():
        if found.width == 0:
            said = "is left out, but follows from sums"
            yield Finding(layer.name, at, "fail", "total less parts", said)
        elif counts and found.width < minimum - 1:
            said = f"is left out, but lies between {found.low} and {found.high}"
            verdict: Verdict = "fail" if found.low < minimum else "review"
            yield Finding(layer.name, at, verdict, "total less parts", said)


def _needs(one: _Judged, thresholds: Thresholds, without_count: set[Key] | None) -> None:
    """Say how wide the interval of every cell that must be hidden has to be.

    Where a count is left out its sums are too: with and without the threshold they would give it away.
    """
    p = thresholds.p or Fraction(0)
    for at, cell in enumerate(one.layer.cells):
        if cell.value is None:
            continue
        if without_count is None:
            if one.verdict(at) == "fail":
                one.needs[at] = thresholds.minimum - 1
        elif one.verdict(at) == "fail" or cell.key in without_count:
            one.needs[at] = max(1, ceil(p * abs(cell.value)))


def _gone(counts: _Judged, table: Released) -> set[Key]:
    """Give the places whose count is left out."""
    by, name = len(table.shape.by), table.shape.count
    return {
        cell.key[:by]
        for at, cell in enumerate(counts.layer.cells)
        if cell.column == name and counts.treatments[at] in ("left out", "left out as well")
    }


def _suppress(one: _Judged, fixed: set[int]) -> None:
    gone = [at for at, how in one.treatments.items() if how != "shown"]
    out = suppressed(one.layer, one.needs, gone, fixed) if one.needs else set(gone)
    for at in out:
        if one.treatments[at] == "shown":
            one.treatments[at] = "left out" if at in one.needs else "left out as well"
    one.intervals = possible(one.layer, hidden_bounds(one.layer, out), out)


def _without_children(layer: Layer, table: Released) -> set[int]:
    """Give the cells of places without children: everyone knows these are 0."""
    count, by = table.shape.count, len(table.shape.by)
    empty = {key for key, value in zip(table.keys, table.numbers[count], strict=True) if value == 0}
    return {at for at, cell in enumerate(layer.cells) if cell.key[:by] in empty}


def _round(one: _Judged, base: int) -> None:
    if any(cell.value is None for cell in one.layer.cells):
        remedy = "give the table with all its numbers, or let cells be suppressed"
        raise InputError("has empty cells, which cannot be rounded", Place(column=one.layer.name), remedy)
    values, _ = rounded(one.layer, base)
    bounds = {}
    for at, (cell, value) in enumerate(zip(one.layer.cells, values, strict=True)):
        if cell.listed:
            one.treatments[at], one.shown[at] = "rounded", value
            bounds[at] = (max(0, value - base + 1), value + base - 1)
        else:
            bounds |= hidden_bounds(one.layer, [at])
    one.intervals = possible(one.layer, bounds, one.needs)


def _laid_out(table: Released, judged: Sequence[_Judged], remedy: Remedy | None) -> StepResult:
    every = [(one, at) for one in judged for at in range(len(one.layer.cells))]
    before = [one.verdict(at) for one, at in every]
    after = [one.after(at) for one, at in every]
    worst = [max(all_of, key=VERDICTS.index, default="pass") for all_of in (before, after)]
    treatments = [one.treatments[at] for one, at in every]
    figures: dict[str, int | str | bool] = {
        "verdict": worst[1] if remedy is not None else worst[0],
        "cells": len(every),
        **{f"cells that {verdict}": before.count(verdict) for verdict in VERDICTS},
    }
    tables = {"cells": _cells(table, judged, remedy is not None)}
    if remedy is not None:
        figures["verdict of the table as it is"] = worst[0]
        figures["left out"] = treatments.count("left out")
        figures["left out as well"] = treatments.count("left out as well")
        tables["safe"] = _safe(table, judged)
    if remedy == "round":
        figures["totals are those of the parts"] = _adds_up(judged[0])
    return StepResult(tables, figures)


def _adds_up(one: _Judged) -> bool:
    """Say whether rounded parts add up to rounded totals, wherever all are in the table."""
    ties = [tie for tie in one.layer.equations if tie.total in one.shown and set(tie.parts) <= set(one.shown)]
    return all(sum(one.shown[at] for at in tie.parts) == one.shown[tie.total or 0] for tie in ties)


def _cells(table: Released, judged: Sequence[_Judged], treated: bool) -> pa.Table:
    number, by = Number(PLACES, digits=18), table.shape.by
    columns = (
        *(Column(name, Text()) for name in by),
        *(Column(name, Text()) for name in ("column", "verdict")),
        Column("value", number, nullable=True),
        *(Column(name, Text()) for name in ("rule", "reason")),
        *(Column(name, Text(), required=False) for name in ("treatment", "verdict_after")),
        *(Column(name, number, required=False, nullable=True) for name in ("low", "high")),
    )
    rows: list[dict[str, object]] = []
    for one in judged:
        step = 10 ** (PLACES - one.layer.places)
        for at, cell in enumerate(one.layer.cells):
            found, interval = one.findings.get(at, []), one.intervals.get(at)
            rows.append(
                {
                    **dict(zip(by, cell.key, strict=False)),
                    "column": cell.column,
                    "verdict": one.verdict(at),
                    "value": None if cell.value is None else cell.value * step,
                    "rule": ", ".join(dict.fromkeys(each.rule for each in found)),
                    "reason": "; ".join(dict.fromkeys(each.reason for each in found)),
                    "treatment": one.treatments[at],
                    "verdict_after": one.after(at),
                    "low": None if interval is None else interval.low * step,
                    "high": None if interval is None else interval.high * step,
                }
            )
    names = [column.name for column in columns if column.required or treated]
    schema = TableSchema("cells", columns, key=())
    return build(schema, {name: [row[name] for row in rows] for name in names})


def _safe(table: Released, judged: Sequence[_Judged]) -> pa.Table:
    """Give the table as it may leave, in the order of its rows."""
    shape, by = table.shape, len(table.shape.by)
    shown: dict[tuple[Key, str], int | None] = {}
    for one in judged:
        step = 1 if one is judged[0] else 10 ** (PLACES - one.layer.places)
        for at, cell in enumerate(one.layer.cells):
            if cell.listed:
                kept = one.treatments[at] in ("shown", "rounded") and cell.value is not None
                value = one.shown.get(at, cell.value)
                shown[cell.key[:by], cell.column] = value * step if kept and value is not None else None
    columns: dict[str, list[object]] = {
        name: list(values) for name, values in zip(shape.by, zip(*table.keys, strict=True), strict=True)
    }
    for name in (*shape.counts, *shape.sums):
        columns[name] = [shown[key, name] for key in table.keys]
    return build(shape.schema("safe"), columns)
