"""From scored children to scores of sites, schools and municipalities."""

from __future__ import annotations

from datetime import date as Date  # noqa: N812 - `date` is the name of the argument
from typing import Any

from oab_funding.api.calculation import Calculation
from oab_funding.api.given import Law, as_day, source_of
from oab_funding.api.results import MunicipalityScores, SchoolScores, SiteScores
from oab_funding.run.inputs import read_site_scores
from oab_funding.scores.schools import school_scores as add_up
from oab_funding.tables.carried_labels import labels_of
from oab_funding.tables.score_tables import SITE_SCORES


def site_scores(
    children: Any,
    *,
    date: Date | str,
    sites: Any = None,
    tie_rule: str | None = None,
    target_size_rounding: str | None = None,
    asylum_in_target_group: str | None = None,
    law: Law = None,
) -> SiteScores:
    """Compute the disadvantage score of every school site from scored children.

    Parameters
    ----------
    children
        Scored children: what `score` gave, a frame, or a path.
    date
        Reference date, such as "2019-10-01"; it finds the law.
    sites
        Register of sites: types, exclusions, municipalities.
    tie_rule
        Who belongs to the target group at the line: share, include, exclude or order.
    target_size_rounding, asylum_in_target_group
        Other points on which the law is silent; see `regulation("school-score", date).gaps`.
    law
        Changed law: what `regulation(...).what_if(...)` gave, one or several; each replaces the one with its
        key.

    Returns
    -------
    SiteScores
        Table `site_scores` by ascending `site_id`.

    Raises
    ------
    InputError
        A table does not keep to its schema, no law covers the date, or a choice is no option.

    Notes
    -----
    Besluit bekostiging WPO art. 27; Besluit bekostiging WPO 2022 art. 18.

    Examples
    --------
    >>> children = {"child_id": [f"c{n}" for n in range(20)], "kind": ["pupil"] * 20, "age": [8] * 20,
    ...             "site_id": ["00AP00"] * 20, "municipality_code": ["GM0363"] * 20,
    ...             "education_score": ["520"] * 3 + ["532"] * 17, "asylum_seeker": [False] * 20}
    >>> site_scores(children, date="2019-10-01").table.column("score").to_pylist()
    [Decimal('6.12')]
    """
    choices = (tie_rule, target_size_rounding, asylum_in_target_group)
    return SiteScores(_scored("sites", "Site scores", children, date, sites, choices).carry_out(law))


def municipality_scores(
    children: Any,
    *,
    date: Date | str,
    sites: Any = None,
    tie_rule: str | None = None,
    target_size_rounding: str | None = None,
    asylum_in_target_group: str | None = None,
    law: Law = None,
) -> MunicipalityScores:
    """Compute the disadvantage score of every municipality from scored pupils and toddlers.

    Parameters
    ----------
    children, date, tie_rule, target_size_rounding, asylum_in_target_group, law
        See `site_scores`.
    sites
        Register of sites; pupils count where it says their site stands.

    Returns
    -------
    MunicipalityScores
        Table `municipality_scores` by ascending code.

    Raises
    ------
    InputError
        See `site_scores`.

    Notes
    -----
    Stb. 2018, 315 art. 3.

    Examples
    --------
    >>> children = {"child_id": [f"c{n}" for n in range(20)], "kind": ["pupil"] * 20, "age": [8] * 20,
    ...             "site_id": ["00AP00"] * 20, "municipality_code": ["GM0363"] * 20,
    ...             "education_score": ["520"] * 3 + ["532"] * 17, "asylum_seeker": [False] * 20}
    >>> municipality_scores(children, date="2019-10-01").table.column("score").to_pylist()
    [Decimal('20.40')]
    """
    choices = (tie_rule, target_size_rounding, asylum_in_target_group)
    asked = _scored("municipalities", "Municipality scores", children, date, sites, choices)
    return MunicipalityScores(asked.carry_out(law))


def _scored(
    scores_of: str, title: str, children: Any, date: Date | str, sites: Any, choices: tuple[str | None, ...]
) -> Calculation:
    """Give the calculation of scores of one kind from scored children."""
    day = as_day(date)
    silent = ("tie_rule", "target_size_rounding", "asylum_in_target_group")
    options = {"scores_of": scores_of, "reference_date": day, "scored": children, "sites": sites}
    return Calculation(title=f"{title} {day}", children=options | dict(zip(silent, choices, strict=True)))


def school_scores(site_scores: Any) -> SchoolScores:
    """Add up the scores of each school's sites.

    Parameters
    ----------
    site_scores
        Scores of sites: what `site_scores` or `read_cbs_workbook` gave, a frame, or a path.

    Returns
    -------
    SchoolScores
        Table `schools` by ascending `school_id`.

    Raises
    ------
    InputError
        The table does not keep to its schema.

    Notes
    -----
    Besluit bekostiging WPO art. 27 lid 5; Besluit bekostiging WPO 2022 art. 18 lid 6.

    Examples
    --------
    >>> sites = {"site_id": ["00AP00", "00AP01"], "score": ["33.02", "1.00"]}
    >>> school_scores(sites).table.column("score").to_pylist()
    [Decimal('34.02')]
    """
    source = source_of(site_scores, "site_scores", SITE_SCORES)
    scores = read_site_scores(source)
    labels = (*labels_of(source), *filter(None, [scores.label]))
    return SchoolScores(add_up(scores.table), scores.table, tuple(dict.fromkeys(labels)))
