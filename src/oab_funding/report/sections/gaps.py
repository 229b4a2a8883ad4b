"""Where the law and CBS's publications are silent, and what the run took there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import cast

from pydantic import JsonValue

from oab_funding.exact.fraction import Exact
from oab_funding.grants.preschool.year_law import year_law
from oab_funding.grants.schools import BEFORE_TRANSITION
from oab_funding.regulation import Gap
from oab_funding.report.document import Column, Grid, PageSection, Paragraph
from oab_funding.report.institutions.municipal_grant import has_budget, municipal_rule
from oab_funding.report.institutions.preschool import preschool_terms
from oab_funding.report.institutions.score_dates import score_dates
from oab_funding.report.institutions.telling import Telling
from oab_funding.report.sections.indicator import imputation_gaps, specification_of
from oab_funding.report.sections.record import words
from oab_funding.run import steps

SETTLED_IN_PUBLISHED = "settled in the published scores"
SETTLED_IN_GIVEN = "settled in the scores as given"
DOES_NOT_ARISE = "does not arise"

_COLUMNS = tuple(
    Column(title, worded=True)
    for title in ("Question", "Options", "Default", "In this run", "Why the default")
)
_OF_TRANSITION = {
    "gainers_share": "gainers",
    "missing_base": "missing",
    "base_index": "index",
    "ineligible_with_old_grant": "ineligible",
}
_OF_CHILDREN = {"target_size_rounding": "size_rounding", "tie_rule": "tie_rule"}
_OF_DIVISION = ("price_rounding", "remainder")

Taken = Callable[[Gap], str]
"""Says what a run took at a gap."""


def gaps_section(telling: Telling) -> PageSection | None:
    """List the points that are open and what this run took; None where nothing was open."""
    grids = tuple(grid for grid in _grids(telling) if grid.rows)
    if not grids:
        return None
    note = (
        "These are choices of this library and can be made differently; none of them is presented as law, "
        "or as what CBS does."
    )
    return PageSection("Where law and publications are silent (leemten)", (*grids, Paragraph(note)))


def _grids(telling: Telling) -> Iterable[Grid]:
    if telling.score_law is not None:
        yield _grid("Scores of sites", telling.score_law.gaps, lambda gap: _of_sites(telling, gap))
    if telling.grant_law is not None:
        yield _grid("Grants of schools", telling.grant_law.gaps, lambda gap: _of_schools(telling, gap))
    days = sorted(score_dates(telling), key=lambda day: day.from_children)
    for day in {day.law.source.file: day for day in days}.values():
        computed = day.from_children
        yield _grid(
            f"Scores of municipalities, {telling.t.day(day.day)}",
            day.law.gaps,
            lambda gap, computed=computed: _of_municipal_scores(telling, gap, computed),  # type: ignore[misc]
        )
    if telling.municipal_law is not None:
        gaps = telling.municipal_law.gaps
        yield _grid("Grants of municipalities", gaps, lambda gap: _of_municipalities(telling, gap))
    if telling.municipal_law is not None and telling.carried_out(steps.PRESCHOOL):
        gaps = year_law(telling.municipal_law.year.year, telling.run.statutes).gaps
        terms = preschool_terms(telling)
        yield _grid("Preschool education", gaps, lambda gap: str(terms.get(gap.name, gap.default)))
    if telling.carried_out(steps.FIT) and (specification := specification_of(telling)) is not None:
        chosen = {gap.name: specification.choice(gap) for gap in specification.gaps}
        title = f"Features of the indicator ({specification.name})"
        yield _grid(title, specification.gaps, lambda gap: chosen[gap.name])
    if telling.carried_out(steps.IMPUTATION):
        yield imputation_gaps()


def _grid(caption: str, gaps: Sequence[Gap], taken: Taken) -> Grid:
    rows = tuple(
        tuple(
            text.replace("`", "")
            for text in (
                gap.question,
                words(", ".join(gap.options)),
                words(gap.default),
                words(taken(gap)),
                gap.reason,
            )
        )
        for gap in gaps
    )
    return Grid(caption, _COLUMNS, rows)


def _of_sites(telling: Telling, gap: Gap) -> str:
    if telling.carried_out(steps.SITES):
        return _with_children(telling, steps.SITES, gap)
    return SETTLED_IN_PUBLISHED if telling.carried_out(steps.CHECK_SITES) else gap.default


def _of_schools(telling: Telling, gap: Gap) -> str:
    if gap.name == "amount_rounding":
        return str(telling.parameter(steps.GRANTS_OF_SCHOOLS, "rounding") or gap.default)
    return (
        _in_transition(telling, steps.GRANTS_OF_SCHOOLS, gap) if gap.name in _OF_TRANSITION else gap.default
    )


def _of_municipal_scores(telling: Telling, gap: Gap, computed: bool) -> str:
    return _with_children(telling, steps.MUNICIPALITIES, gap) if computed else SETTLED_IN_GIVEN


def _of_municipalities(telling: Telling, gap: Gap) -> str:
    if gap.name in _OF_TRANSITION:
        return _in_transition(telling, steps.GRANTS_OF_MUNICIPALITIES, gap)
    if gap.name in _OF_DIVISION and not has_budget(telling):
        return DOES_NOT_ARISE
    return municipal_rule(telling, gap.name)


def _with_children(telling: Telling, step: steps.Step, gap: Gap) -> str:
    rule = cast(Mapping[str, JsonValue], telling.parameter(step, "rule"))
    if gap.name in _OF_CHILDREN:
        return str(rule[_OF_CHILDREN[gap.name]])
    if gap.name == "asylum_in_target_group":
        kinds = cast(list[str], rule["asylum_kinds"])
        if "pupils" in gap.options and kinds == ["pupil"]:
            return "pupils"
        return "yes" if "pupil" in kinds else "no"
    return gap.default


def _in_transition(telling: Telling, step: steps.Step, gap: Gap) -> str:
    name = _OF_TRANSITION[gap.name]
    transition = telling.parameter(step, "transition")
    if transition is None or telling.figure(step, "transition") == BEFORE_TRANSITION:
        return DOES_NOT_ARISE
    value = telling.part_of_parameter(step, "transition", name)
    if name in ("missing", "ineligible"):
        return str(value)
    if value is None:
        return f"solve: {telling.n.percent(telling.exact(step, 'gainers_share'))}"
    return telling.n.percent(cast(Exact, value))
