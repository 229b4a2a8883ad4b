"""From children to scores of sites and municipalities: the first half of the calculation, a line per step.

Files of children may carry into a run bundle only columns that a calculation knows: a bundle holds its inputs
byte for byte and travels, and a column that no step uses, such as a citizen service number, would travel
along unseen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from oab_funding.errors import InputError, Place
from oab_funding.indicator.imputation.impute import ImputationRule
from oab_funding.indicator.model import Model
from oab_funding.indicator.population import Population
from oab_funding.indicator.specification import Specification
from oab_funding.regulation import MunicipalityScoreProvision, SchoolScoreProvision, Statutes
from oab_funding.run import steps
from oab_funding.run.calculation_file import Calculation, Children
from oab_funding.run.choices import children_rule
from oab_funding.run.inputs import Inputs
from oab_funding.run.recorder import Recorder
from oab_funding.tables.child_tables import PUPILS, SCORED_CHILDREN, TODDLERS
from oab_funding.tables.conform import Checked
from oab_funding.tables.csv_text import parse_csv
from oab_funding.tables.headers import match_headers
from oab_funding.tables.parquet import parquet_schema
from oab_funding.tables.register_tables import SITES
from oab_funding.tables.schema import TableSchema
from oab_funding.tables.source import SourceFile
from oab_funding.tables.workbook import find_table


def score_children(
    step: Recorder, calculation: Calculation, children: Children, given: Inputs, statutes: Statutes
) -> None:
    """Give every child an education score, each unknown imputed; the children are checked and coded once."""
    if step.absent.intersection(("pupils", "toddlers", "sites_of_children")):
        step.applied(statutes.municipality_score(children.reference_date).source.file)
        step.take(steps.FIT, steps.IMPUTATION, steps.EDUCATION_SCORES, steps.IMPUTATION_PER_SITE)
        return
    day, specification = children.reference_date, given.specification
    assert specification is not None  # there are pupils to be scored
    law = statutes.municipality_score(day)  # it says who is a toddler
    step.applied(law.source.file, labels=law.labels)
    months = (law.formula.toddler_from_months, law.formula.toddler_until_months)
    population = _population(step, specification, day, months)
    model = _coefficients(step, calculation, given, population)
    step.say(model.label)
    imputation = step(
        steps.IMPUTATION,
        bound={"specification": specification, "population": population},
        specification_sha256=specification.sha256,
        rule=ImputationRule(**calculation.imputation.model_dump()),
        toddler_months=months,
        reference_date=day,
    )
    scoring = step(
        steps.EDUCATION_SCORES,
        bound={"model": model, "imputation": imputation},
        average=children.average,
        toddler_months=months,
        reference_date=day,
    )
    if children.toddlers is None and children.scores_of != "sites":
        step.say("municipal scores from pupils only: no toddlers are given")
    if children.scores_of != "municipalities":
        of_sites = statutes.school_score(day)
        step(
            steps.IMPUTATION_PER_SITE,
            bound={"model": model, "scoring": scoring},
            **_of_sites(of_sites, children),
            reference_date=day,
            average=children.average,
        )


def _population(
    step: Recorder, specification: Specification, day: date, months: tuple[int, int]
) -> Population:
    """Code the children; their tables and that of the sites were checked when the inputs were read."""
    toddlers = step.known.get("toddlers")
    return Population.of(
        Checked(step.known["pupils"], PUPILS),
        None if toddlers is None else Checked(toddlers, TODDLERS),
        Checked(step.known["sites_of_children"], SITES),
        specification,
        day,
        months,
    )


def _coefficients(step: Recorder, calculation: Calculation, given: Inputs, population: Population) -> Model:
    """Fit the indicator, or take the coefficients that are given."""
    if given.model is not None:
        sha256 = given.model_sha256
        return step(steps.SUPPLY, given.model.source, bound={"model": given.model}, model_sha256=sha256).model
    specification = population.specification
    return step(
        steps.FIT,
        bound={"specification": specification, "population": population},
        specification_sha256=specification.sha256,
        reference_date=population.reference_date,
        label=calculation.indicator.label,
    ).model


def scores_of_sites(step: Recorder, law: SchoolScoreProvision, children: Children) -> None:
    """From scored children to scores of sites."""
    step.applied(law.source.file, labels=law.labels)
    step(steps.SITES, law.source.article, **_of_sites(law, children))


def scores_of_municipalities(step: Recorder, law: MunicipalityScoreProvision, children: Children) -> None:
    """From scored children to scores of municipalities."""
    step.applied(law.source.file, labels=law.labels)
    excluded = law.formula.excluded_schools
    step(
        steps.MUNICIPALITIES, law.source.article, rule=children_rule(law, children), excluded_schools=excluded
    )


def _of_sites(law: SchoolScoreProvision, children: Children) -> dict[str, Any]:
    return {
        "rule": children_rule(law, children),
        "lower_years_until_age": law.formula.lower_years_until_age,
        "reliable_above": law.formula.reliable_above,
        "excluded_schools": law.formula.excluded_schools,
    }


_CHILDREN = {"children.pupils": PUPILS, "children.toddlers": TODDLERS, "children.scored": SCORED_CHILDREN}


def check_child_columns(sources: Mapping[str, SourceFile]) -> None:
    r"""Refuse files of children with columns that no calculation knows.

    Parameters
    ----------
    sources
        The input files by role, as `inputs.gather` gives them.

    Raises
    ------
    InputError
        A file has such a column; it is named.

    Examples
    --------
    >>> text = b"Child-ID,kind,site_id,education_score,asylum_seeker,bsn\n1,pupil,00AP00,530.5,false,9\n"
    >>> check_child_columns({"children.scored": SourceFile("a.csv", text)})
    Traceback (most recent call last):
    ...
    oab_funding.errors.InputError: a.csv, column bsn: no calculation uses this column, and a bundle would ...
    """
    for role, schema in _CHILDREN.items():
        if (file := sources.get(role)) is None:
            continue
        headers = _headers(file, schema)
        known = set(match_headers(headers, schema, file.name).values())
        for header in headers:
            if header not in known:
                problem = "no calculation uses this column, and a bundle would pass it on"
                raise InputError(problem, Place(file.name, column=header), "take it out of the file")


def _headers(file: SourceFile, schema: TableSchema) -> Sequence[str]:
    if file.suffix in (".parquet", ".pq"):
        names: Sequence[str] = parquet_schema(file.data, file.name).names
        return names
    if file.suffix == ".csv":
        return parse_csv(file).table.column_names
    return find_table(file, schema).table.column_names
