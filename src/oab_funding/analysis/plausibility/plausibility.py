"""The yearly analysis of plausibility: every feature, every score, the same children, who moves the line."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

import pyarrow as pa

from oab_funding.analysis.child_scores import have_children
from oab_funding.analysis.children import scored_children
from oab_funding.analysis.diff import diff
from oab_funding.analysis.difference import Difference
from oab_funding.analysis.plausibility.compared import MOVERS, SCORES, compared, mover_rows, score_rows
from oab_funding.analysis.plausibility.frequencies import FREQUENCIES, frequencies
from oab_funding.analysis.plausibility.leverage import LEVERAGE, leverage
from oab_funding.analysis.plausibility.matched import MATCHED, matched
from oab_funding.run.run import Run
from oab_funding.tables.columns import build
from oab_funding.tables.schema import Column, Number, TableSchema, Text, Whole
from oab_funding.tables.step_result import StepResult

NATIONAL = TableSchema(
    "national",
    (
        Column("date", Text()),
        Column("level", Text()),
        Column("institutions", Whole(minimum=0)),
        Column("above_zero", Whole(minimum=0)),
        Column("children", Whole(minimum=0), nullable=True),
        Column("score_raw", Number(2, digits=18), nullable=True),
        Column("score", Number(2, digits=18)),
    ),
    key=("date", "level"),
)
"""Totals by date: institutions, those with a score, children, and the sums of A and of scores."""

OnStep = Callable[[str], None] | None


def plausibility(
    runs: Mapping[str, Run], provisional: Run | None, *, causes: bool = True, on_step: OnStep = None
) -> StepResult:
    """Hold the figures of dates beside each other.

    Parameters
    ----------
    runs
        By date, as it is named, in order.
    provisional
        The provisional calculation of the last date.
    causes
        Whether to decompose the changes by cause; of two national runs with children that takes a minute.
    on_step
        Called with what is computed, before it is.

    Returns
    -------
    StepResult
        Tables `national`, `frequencies`, `scores`, `movers`, `matched_children` and `leverage`; those for
        which the runs hold nothing are empty.
    """
    say = on_step or (lambda _: None)
    say("frequencies")
    counted = frequencies(runs)
    pairs = list(pairwise(runs.items()))
    if provisional is not None:
        pairs.append((("provisional", provisional), list(runs.items())[-1]))
    scores, movers, children = list[Row](), list[Row](), list[Row]()
    for (one, first), (other, second) in pairs:
        say(f"{one} and {other}")
        found = compared(first, second)
        scores += score_rows((one, other), found)
        why = _why(first, second, on_step) if causes else None
        movers += mover_rows((one, other), found, why)
        if have_scored(first) and have_scored(second):
            children += [(one, other, *row) for row in matched(first, second)]
    moving = list[Row]()
    for date, run in runs.items():
        if have_scored(run):
            say(f"which schools move the line, {date}")
            moving += [(date, *row) for row in leverage(run)]
    return StepResult(
        {
            "national": _table(NATIONAL, _national(runs)),
            "frequencies": _table(FREQUENCIES, counted),
            "scores": _table(SCORES, scores),
            "movers": _table(MOVERS, movers),
            "matched_children": _table(MATCHED, children),
            "leverage": _table(LEVERAGE, moving),
        },
        {"dates": len(runs), "pairs": len(pairs), "causes": causes},
    )


Row = tuple[object, ...]


def have_scored(run: Run) -> bool:
    """Say whether a run has pupils with one score each."""
    return run.calculation.children is not None and scored_children(run) is not None


def _why(first: Run, second: Run, on_step: OnStep) -> Difference | None:
    """Give the causes where both have grants of a kind, and the children to tell more than the price."""
    for stream, table in (("schools", "school_grants"), ("municipalities", "municipal_grants")):
        if first.has(table) and second.has(table) and have_children((first, second), stream):
            return diff(first, second, on_step=on_step)
    return None


def _national(runs: Mapping[str, Run]) -> list[Row]:
    rows = list[Row]()
    for date, run in runs.items():
        found = compared(run, run)
        for level in dict.fromkeys(level for level, _ in found):
            mine = [one for (its, _), (one, _) in found.items() if its == level]
            sizes, raws, scores = zip(*mine, strict=True)
            children = None if None in sizes else sum(sizes)
            raw = None if None in raws else sum(raws)
            rows.append(
                (date, level, len(mine), sum(score > 0 for score in scores), children, raw, sum(scores))
            )
    return rows


def _table(schema: TableSchema, rows: Sequence[Row]) -> pa.Table:
    columns = list(zip(*rows, strict=True)) or [()] * len(schema.columns)
    return build(schema, dict(zip(schema.names, columns, strict=True)))
