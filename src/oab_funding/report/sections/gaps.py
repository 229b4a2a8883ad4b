"""Where the law is silent, and what the run took there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from pydantic import JsonValue

from oab_funding.exact.fraction import Exact
from oab_funding.grants.schools import BEFORE_TRANSITION
from oab_funding.regulation import Gap
from oab_funding.report.document import Column, Grid, Paragraph
from oab_funding.report.institutions.telling import STEP_CHECK, STEP_GRANTS, STEP_SITES, Telling
from oab_funding.report.sections.blocks import PageSection
from oab_funding.report.sections.record import words

_OF_TRANSITION = {"gainers_share": "gainers", "missing_base": "missing", "base_index": "index"}
_OF_CHILDREN = {"target_size_rounding": "size_rounding", "tie_rule": "tie_rule"}


def gaps_section(telling: Telling) -> PageSection | None:
    """List the points on which the law is silent and what this run took; None where no law applied."""
    laws = [law for law in (telling.score_law, telling.grant_law) if law is not None]
    rows = tuple(
        (
            gap.question,
            words(", ".join(gap.options)),
            words(gap.default),
            words(_taken(telling, gap)),
            gap.reason,
        )
        for law in laws
        for gap in law.gaps
    )
    if not rows:
        return None
    titles = ("Question", "Options", "Default", "In this run", "Why the default")
    note = "These are choices of this library and can be made differently; none of them is presented as law."
    grid = Grid("Points on which the law is silent", tuple(map(Column, titles)), rows)
    return PageSection("Where the law is silent (leemten)", (grid, Paragraph(note)))


def _taken(telling: Telling, gap: Gap) -> str:
    """Say what this run took, where its records have it."""
    if gap.name == "amount_rounding":
        return str(telling.parameter(STEP_GRANTS, "rounding") or gap.default)
    if gap.name in _OF_TRANSITION:
        return _taken_in_transition(telling, gap.name)
    if telling.parameter(STEP_SITES, "rule") is not None:
        return _taken_with_children(telling, gap)
    published = any(record.name == STEP_CHECK for record in telling.bundle.records)
    return "settled in the published scores" if published else gap.default


def _taken_with_children(telling: Telling, gap: Gap) -> str:
    rule = cast(Mapping[str, JsonValue], telling.parameter(STEP_SITES, "rule"))
    if gap.name in _OF_CHILDREN:
        return str(rule[_OF_CHILDREN[gap.name]])
    if gap.name == "asylum_in_target_group":
        return "yes" if "pupil" in cast(list[str], rule["asylum_kinds"]) else "no"
    return gap.default


def _taken_in_transition(telling: Telling, name: str) -> str:
    transition = cast(Mapping[str, JsonValue] | None, telling.parameter(STEP_GRANTS, "transition"))
    if transition is None or telling.figure(STEP_GRANTS, "transition") == BEFORE_TRANSITION:
        return "does not arise"
    value = transition[_OF_TRANSITION[name]]
    if name == "missing_base":
        return str(value)
    if value is None:
        return f"solve: {telling.n.percent(telling.exact(STEP_GRANTS, 'gainers_share'))}"
    return telling.n.percent(cast(Exact, value))
