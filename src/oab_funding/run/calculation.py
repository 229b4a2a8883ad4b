"""The whole calculation, readable as the law is: one line per step.

Every step is a pure function of tables and parameters. This module calls them in order; the journal writes
down what went in and came out. Nothing here reads or writes a file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from oab_funding.audit.statements import DRAFT
from oab_funding.errors import InputError
from oab_funding.grants.preschool.settle import settle
from oab_funding.grants.preschool.year_law import YearLaw, year_law
from oab_funding.indicator.specification_file import Specifications
from oab_funding.regulation import MunicipalityScoreProvision, SchoolScoreProvision, Statutes
from oab_funding.run import labels, steps
from oab_funding.run.calculation_file import Calculation, Children, Preschool, text_of
from oab_funding.run.children import score_children, scores_of_municipalities, scores_of_sites
from oab_funding.run.choices import (
    MunicipalChoices,
    SchoolChoices,
    check_other_date,
    published_threshold,
    settle_municipalities,
    settle_schools,
)
from oab_funding.run.inputs import SiteScoreFile, check_distinct, read_inputs
from oab_funding.run.recorder import Recorded, Recorder
from oab_funding.run.run import Run
from oab_funding.run.steps import Step
from oab_funding.scores.published.check import threshold_per_pupil
from oab_funding.scores.published.what_if import rescaled
from oab_funding.tables.carried_labels import labels_of
from oab_funding.tables.source import SourceFile


def calculate(
    calculation: Calculation,
    sources: Mapping[str, SourceFile],
    statutes: Statutes | None = None,
    on_step: Callable[[str], None] | None = None,
    *,
    text: bytes | None = None,
    specifications: Specifications | None = None,
    draft: bool = False,
    recorded: Recorded | None = None,
) -> Run:
    """Carry out a calculation in memory.

    Parameters
    ----------
    calculation
        What to compute.
    sources
        The input files by role, as `inputs.gather` gives them.
    statutes
        The regulation files; those that are shipped, if left out.
    on_step
        Called with the name of each step before it starts.
    text
        The bytes of the calculation file; written anew, if left out.
    specifications
        The feature specifications at hand; those that are shipped, if left out.
    draft
        Whether every output waits for the confirmation of a second person, and says so.
    recorded
        What an earlier run says of the steps whose inputs are not among the sources; these are taken over.

    Raises
    ------
    InputError
        An input or a choice cannot be accepted.
    CheckError
        A check on the inputs did not hold.
    """
    check_distinct(sources)
    statutes = statutes or Statutes.shipped()
    text = text_of(calculation) if text is None else text
    schools, municipalities, children = calculation.schools, calculation.municipalities, calculation.children
    days = statutes.municipality_grant(municipalities.year).year.reference_dates if municipalities else ()
    given = read_inputs(calculation, sources, days, specifications or Specifications.shipped())
    step = Recorder(given.tables, on_step, recorded)
    step.say(DRAFT if draft else "")
    step.asked(calculation.title, calculation.label, SourceFile("calculation.toml", text).sha256)
    if calculation.corrects is not None:
        step.say(calculation.corrects.label)
    for source in sources.values():
        step.say(*labels_of(source))
    if children is not None and children.pupils is not None:
        score_children(step, calculation, children, given, statutes)
    if schools is not None:
        of = None if "published_scores" in step.absent else _date_of_scores(given.scores, children)
        choices = settle_schools(schools, statutes, of, step.given("old_base"))
        check_other_date(schools, choices.grant_law.period.reference_date, of)
        _schools(step, choices, given.scores, children)
    elif children is not None and children.scores_of != "municipalities":
        scores_of_sites(step, statutes.school_score(children.reference_date), children)
    if municipalities is not None:
        counted = None if municipalities.scores else children
        of = counted.reference_date if counted else None
        settled = settle_municipalities(municipalities, statutes, of, step.given("grants_2018"))
        check_other_date(municipalities, settled.grant_law.year.reference_dates[0], of)
        _municipalities(step, settled, counted)
        if calculation.preschool is not None:
            _preschool(step, calculation.preschool, year_law(municipalities.year, statutes))
    elif children is not None and children.scores_of != "sites":
        scores_of_municipalities(step, statutes.municipality_score(children.reference_date), children)
    return Run(
        calculation=calculation,
        text=text,
        sources=sources,
        statutes=statutes.only(step.regulation_files),
        specifications=given.specifications,
        journal=step.close(),
        records=step.journal.records,
        tables=step.tables,
        labels=tuple(step.labels),
        taken=tuple(step.taken),
    )


def _schools(
    step: Recorder, choices: SchoolChoices, scores: SiteScoreFile | None, children: Children | None
) -> None:
    """From scores of sites to what each school gets."""
    step.applied(*choices.regulation_files, labels=choices.labels)
    law, grant = choices.score_law, choices.grant_law
    if step.given("register_first"):
        step(steps.REGISTER)
    if "published_scores" in step.absent:
        step.take(steps.CHECK_SITES, steps.WHAT_IF_SCORES, steps.CHANGES, steps.DERIVATION)
    elif scores is not None:
        _published_sites(step, law, scores)
    elif children is not None:
        scores_of_sites(step, law, children)
    step(steps.SCHOOLS, f"{law.source.article} (sum over sites)")
    places, share = grant.rule.price_places, choices.share
    paid = step(steps.PRICE, grant.source.article, **choices.money.parameters(), share=share, places=places)
    price = paid.figures["price"]
    unit_amount = labels.unit_amount(price, share)
    step.say(labels.estimated(step.figures.get(steps.WHAT_IF_SCORES.name), unit_amount))
    told: dict[str, Any] = {"share": share, "rounding": choices.rounding, "transition": choices.transition}
    grants = step(steps.GRANTS_OF_SCHOOLS, choices.articles, price=price, **told)
    step.say(labels.left_unpaid("old base", step.known.get("unscored_base")))
    transition = choices.transition_of(grants.figures) if "old_base" in step.known else None
    step(steps.PARTS_OF_SITES, unit_amount=unit_amount, transition=transition)
    step(steps.TOTALS)
    step(steps.CALENDAR, parts=choices.calendar)


def _published_sites(step: Recorder, law: SchoolScoreProvision, scores: SiteScoreFile) -> None:
    """Hold published scores against the law; what is changed in the law or by mergers follows from them."""
    step.say(scores.label)
    formula, published = law.formula, published_threshold(law)
    check = step(
        steps.CHECK_SITES,
        formula.article,
        threshold_share=published,
        target_share=formula.target_share,
        c=scores.c,
        g=scores.g,
        flag_limit=formula.reliable_above,
    )
    k, own = threshold_per_pupil(check), formula.threshold_share
    if published != own:
        step(
            steps.WHAT_IF_SCORES,
            f"what-if: {formula.article}",
            k=k,
            threshold_share=own,
            instead_of=published,
        )
        k = k and rescaled(k, own, published)
    step.say(labels.merged_schools(step(steps.CHANGES, k=k)))
    step(steps.DERIVATION, formula.article, threshold_share=own, k=k.best if k else None)


def _municipalities(step: Recorder, choices: MunicipalChoices, children: Children | None) -> None:
    """From scores of municipalities on two dates to what each municipality gets."""
    step.applied(*choices.regulation_files, labels=choices.labels)
    if children is not None:
        scores_of_municipalities(step, choices.score_law, children)
    else:
        _published_municipalities(step, choices.score_law, steps.CHECK_LATER, steps.MAP_LATER)
    _published_municipalities(step, choices.earlier_score_law, steps.CHECK_EARLIER, steps.MAP_EARLIER)
    both = step.known["municipality_scores"], step.known["earlier_municipality_scores"]
    step.say(*labels.among_whom(choices, *both))
    money = choices.money
    told: dict[str, Any] = {"rule": choices.rule, "transition": choices.transition}
    step(steps.MONEY, choices.grant_law.source.article, **money.parameters())
    step(steps.GRANTS_OF_MUNICIPALITIES, choices.articles, budget=money.budget, price=money.price, **told)
    step.say(labels.left_unpaid("grant of 2018", step.known.get("unscored_2018")))


def _published_municipalities(
    step: Recorder, law: MunicipalityScoreProvision, check: Step, mapping: Step
) -> None:
    """Check scores that came as a table, and bring them to the division of the budget year."""
    if step.absent.intersection(check.inputs):
        step.take(check, mapping)
        return
    published_threshold(law)
    shares: dict[str, Any] = {
        "threshold_share": law.formula.threshold_share,
        "target_share": law.formula.target_share,
    }
    k = step(check, law.source.article, **shares).figures["k"]
    step.say(labels.merged_municipalities(mapping.name, step(mapping, k=k)))


def _preschool(step: Recorder, part: Preschool, law: YearLaw) -> None:
    """Hold the grants against what preschool education costs."""
    settled = settle(law, **part.terms())
    step.applied(*law.files, labels=settled.labels)
    articles = "; ".join(map(str, law.sources))
    step(steps.PRESCHOOL, articles, variants=settled.variants, rule=law.rule)


def _date_of_scores(scores: SiteScoreFile | None, children: Children | None) -> date | None:
    if scores is not None:
        return scores.reference_date
    if children is None:
        raise InputError("there are no scores", remedy="name a score file, or scored children")
    return children.reference_date
