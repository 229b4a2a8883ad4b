"""The whole calculation, readable as the law is: one line per step.

Every step is a pure function of tables and parameters. This module calls them in order; the journal writes
down what went in and came out. Nothing here reads or writes a file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from functools import partial

from oab_funding.errors import InputError
from oab_funding.exact import round_exact
from oab_funding.grants.calendar import school_calendar
from oab_funding.grants.division import require_country, shared_among
from oab_funding.grants.municipalities import municipal_grants
from oab_funding.grants.price import stated_money, unit_price
from oab_funding.grants.schools import SchoolTransition, school_grants
from oab_funding.grants.site_parts import site_parts
from oab_funding.grants.totals import totals
from oab_funding.grants.transition import not_paid
from oab_funding.indicator.impute import ImputationRule
from oab_funding.indicator.model import Model, named_specification, read_model
from oab_funding.indicator.population import Population
from oab_funding.indicator.specification_file import Specifications
from oab_funding.indicator.steps import (
    ScoringStep,
    fit_indicator,
    impute_population,
    score_population,
    supply_model,
)
from oab_funding.regulation import MunicipalityScoreProvision, SchoolScoreProvision, Statutes
from oab_funding.regulation.model import Transition
from oab_funding.run.calculation_file import Calculation, Children, Imputation, Indicator
from oab_funding.run.choices import (
    MunicipalChoices,
    SchoolChoices,
    check_distinct,
    check_other_date,
    score_rule,
    settle_municipalities,
    settle_schools,
)
from oab_funding.run.inputs import SiteScoreFile, read_site_scores, read_tables
from oab_funding.run.recorded_steps import Outcome, Steps
from oab_funding.scores.aggregate import ScoreRule
from oab_funding.scores.derivation import derivations
from oab_funding.scores.imputation_spread import imputation_per_site
from oab_funding.scores.institution_scores import municipalities_from_children, sites_from_children
from oab_funding.scores.published.changes import apply_changes
from oab_funding.scores.published.check import (
    check_published,
    check_published_municipalities,
    threshold_per_pupil,
)
from oab_funding.scores.published.code_map import map_codes
from oab_funding.scores.published.what_if import rescaled, under_threshold
from oab_funding.scores.register import register_of_sites
from oab_funding.scores.schools import school_scores
from oab_funding.tables.columns import texts
from oab_funding.tables.labels import labels_of
from oab_funding.tables.source import SourceFile
from oab_funding.tables.step_result import Figure


def calculate(
    calculation: Calculation,
    sources: Mapping[str, SourceFile],
    statutes: Statutes,
    on_step: Callable[[str], None] | None = None,
    *,
    sha256: str | None = None,
    specifications: Specifications | None = None,
) -> Outcome:
    """Carry out a calculation.

    Parameters
    ----------
    calculation
        What to compute.
    sources
        The input files by role, as `inputs.gather` gives them.
    statutes
        The regulation files.
    on_step
        Called with the name of each step before it starts.
    sha256
        SHA-256 of the calculation file, for the journal.
    specifications
        The feature specifications at hand; those that are shipped, if left out.

    Raises
    ------
    InputError
        An input or a choice cannot be accepted.
    CheckError
        A check on the inputs did not hold.
    """
    check_distinct(sources)
    specifications = specifications or Specifications.shipped()
    part = calculation.municipalities
    days = statutes.municipality_grant(part.year).year.reference_dates if part is not None else ()
    step = Steps(read_tables(sources, days), on_step)
    step.asked(calculation.title, calculation.label, sha256)
    for source in sources.values():
        for label in labels_of(source):
            step.say(label)
    schools, municipalities, children = calculation.schools, calculation.municipalities, calculation.children
    if children is not None and children.pupils is not None:
        scoring = _score_children(step, calculation, children, sources, statutes, specifications)
        if children.toddlers is None and children.scores_of != "sites":
            step.say("municipal scores from pupils only: no toddlers are given")
        if children.scores_of != "municipalities":
            _imputation_per_site(step, scoring, statutes.school_score(children.reference_date), children)
    if schools is not None:
        scores = read_site_scores(sources["schools.scores"]) if schools.scores else None
        of = _scores_of(scores, children)
        school_choices = settle_schools(schools, statutes, of, "old_base" in step.known)
        check_other_date(schools, school_choices.grant_law.period.reference_date, of)
        _schools(step, school_choices, scores, children)
    elif children is not None and children.scores_of != "municipalities":
        _sites_of_children(step, statutes.school_score(children.reference_date), children)
    if municipalities is not None:
        from_children = None if municipalities.scores else children
        of = from_children.reference_date if from_children else None
        choices = settle_municipalities(municipalities, statutes, of, "grants_2018" in step.known)
        check_other_date(municipalities, choices.grant_law.year.reference_dates[0], of)
        _municipalities(step, choices, from_children)
    elif children is not None and children.scores_of != "sites":
        _municipalities_of_children(step, statutes.municipality_score(children.reference_date), children)
    return step.outcome()


def _score_children(
    step: Steps,
    calculation: Calculation,
    children: Children,
    sources: Mapping[str, SourceFile],
    statutes: Statutes,
    specifications: Specifications,
) -> tuple[Model, ScoringStep]:
    day = children.reference_date
    law = statutes.municipality_score(day)  # it says who is a toddler
    step.applied((law.source.file,), law.labels)
    months = (law.formula.toddler_from_months, law.formula.toddler_until_months)
    given = _given_model(step, calculation.indicator, sources, specifications)
    specification = (
        specifications.load(calculation.indicator.specification) if given is None else given.specification
    )
    pupils, sites = step.known["pupils"], step.known["sites_of_children"]
    population = Population.of(pupils, step.known.get("toddlers"), sites, specification, day, months)
    model = _model(step, calculation.indicator, sources, population, given)
    step.say(model.label)
    imputation = step(
        "imputation",
        "CBS: parental education imputed in rounds; model declared",
        partial(impute_population, specification=specification, population=population),
        "pupils",
        "toddlers",
        "sites_of_children",
        specification_sha256=specification.sha256,
        rule=_imputation_rule(calculation.imputation),
        toddler_months=months,
        reference_date=day,
    )
    scoring = step(
        "education scores",
        "CBS: start value + coefficients of the background",
        partial(score_population, model=model, imputation=imputation),
        "pupils",
        "toddlers",
        "sites_of_children",
        "coefficients",
        "imputed_education",
        "imputed_stay",
        "imputed_donors",
        average=children.average,
        toddler_months=months,
        reference_date=day,
    )
    return model, scoring


def _imputation_rule(imputation: Imputation) -> ImputationRule:
    return ImputationRule(imputation.rounds, imputation.seed, imputation.school)


def _imputation_per_site(
    step: Steps, made: tuple[Model, ScoringStep], law: SchoolScoreProvision, children: Children
) -> None:
    model, scoring = made
    step(
        "imputation per site",
        "imputed share and spread between rounds",
        partial(imputation_per_site, model=model, scoring=scoring),
        "pupils",
        "sites_of_children",
        "imputed_education",
        "imputed_stay",
        "imputed_donors",
        rule=_rule(law, children),
        lower_years_until_age=law.formula.lower_years_until_age,
        reliable_above=law.formula.reliable_above,
        excluded_schools=law.formula.excluded_schools,
        reference_date=children.reference_date,
        average=children.average,
    )


def _given_model(
    step: Steps, indicator: Indicator, sources: Mapping[str, SourceFile], specifications: Specifications
) -> Model | None:
    """Read the model that is given, if there is one, and note which specification is used."""
    model = sources["indicator.model"] if indicator.model is not None else None
    name = indicator.specification if model is None else named_specification(model)
    if name is not None:
        step.specification_files = tuple(specifications.only(name).contents)
    return None if model is None else read_model(model, specifications)


def _model(
    step: Steps,
    indicator: Indicator,
    sources: Mapping[str, SourceFile],
    population: Population,
    given: Model | None,
) -> Model:
    """Fit the indicator, or take the coefficients that are given."""
    if given is not None:
        supply = partial(supply_model, model=given)
        sha256 = sources["indicator.model"].sha256
        return step("coefficients", given.source, supply, model_sha256=sha256).model
    specification = population.specification
    return step(
        "coefficients",
        "CBS: linear regression of attainment on ability and background",
        partial(fit_indicator, specification=specification, population=population),
        "pupils",
        "sites_of_children",
        specification_sha256=specification.sha256,
        reference_date=population.reference_date,
        label=indicator.label,
    ).model


def _schools(
    step: Steps, choices: SchoolChoices, scores: SiteScoreFile | None, children: Children | None
) -> None:
    grant = choices.grant_law
    transition = grant.period.transition
    step.applied(choices.regulation_files, choices.labels)
    if "register_first" in step.known:
        step(
            "register of sites",
            "the first register wins",
            register_of_sites,
            "register_first",
            "register_second",
        )
    register = "sites" if "sites" in step.known else "sites_of_children"
    if scores is not None:
        _published_sites(step, choices.score_law, scores)
    elif children is not None:
        _sites_of_children(step, choices.score_law, children)
    step(
        "scores of schools",
        f"{choices.score_law.source.article} (sum over sites)",
        school_scores,
        "site_scores",
    )
    price = step(
        "price per unit",
        grant.source.article,
        unit_price,
        "schools",
        price=choices.price,
        budget=choices.budget,
        source=choices.source,
        share=choices.share,
        places=grant.rule.price_places,
    )
    _say_estimate(step, Fraction(price.figures["price"]) * choices.share)
    grants = step(
        "grants of schools",
        _articles(grant.source.article, transition=transition),
        school_grants,
        "schools",
        "old_base",
        price=price.figures["price"],
        share=choices.share,
        rounding=choices.rounding,
        transition=choices.transition,
    )
    _say_not_paid(step, "old base", "unscored_base")
    step(
        "parts of sites",
        "convention: the exact amount by score of the site, cents by largest remainder",
        site_parts,
        "site_scores",
        "school_grants",
        register,
        "old_base",
        unit_amount=Fraction(price.figures["price"]) * choices.share,
        transition=_as_solved(choices.transition, grants.figures) if "old_base" in step.known else None,
    )
    step("totals", "sums", totals, "site_grants")
    step(
        "calendar years",
        "accounting and payment rhythm",
        school_calendar,
        "school_grants",
        parts=choices.calendar,
    )


def _as_solved(transition: SchoolTransition | None, figures: Mapping[str, Figure]) -> SchoolTransition | None:
    """Put the gainers' share that was applied in the place of one to be solved."""
    share = figures.get("gainers_share")
    return replace(transition, gainers=share) if transition and isinstance(share, Fraction) else transition


def _published_sites(step: Steps, law: SchoolScoreProvision, scores: SiteScoreFile) -> None:
    formula = law.formula
    step.say(scores.label)
    step.known["published_scores"] = scores.table
    instead_of = _checked_what_if(law)
    check = step(
        "published scores against the law",
        formula.article,
        check_published,
        "published_scores",
        threshold_share=instead_of,
        target_share=formula.target_share,
        c=scores.c,
        g=scores.g,
        flag_limit=formula.reliable_above,
    )
    k, table = threshold_per_pupil(check), "published_scores"
    if instead_of != formula.threshold_share:
        table = "what_if_scores"
        step(
            "scores under another threshold",
            f"what-if: {formula.article}",
            under_threshold,
            "published_scores",
            outputs={"site_scores": table},
            k=k,
            threshold_share=formula.threshold_share,
            instead_of=instead_of,
        )
        k = k and rescaled(k, formula.threshold_share, instead_of)
    changed = step(
        "mergers and independence",
        "WPO art. 121 lid 3, 117-118",
        apply_changes,
        table,
        "site_changes",
        k=k,
    )
    step.say(changed.figures["label"] if changed.tables["merger_estimates"].num_rows else "")
    step(
        "derivation of scores",
        formula.article,
        derivations,
        "site_scores",
        threshold_share=formula.threshold_share,
        k=k.best if k else None,
    )


def _checked_what_if(law: SchoolScoreProvision | MunicipalityScoreProvision) -> Fraction:
    """Give the threshold share under which scores were published; refuse a change they cannot follow."""
    for change in law.changes:
        if change.name != "threshold_share" or isinstance(law, MunicipalityScoreProvision):
            raise InputError(
                f"published scores do not say what they would be with {change}",
                remedy="compute the scores from children",
            )
    return Fraction(law.instead_of("threshold_share"))


def _say_estimate(step: Steps, price: Fraction) -> None:
    """Say how far off the scores under another threshold can be, in units and in euros."""
    found = step.figures.get("scores under another threshold")
    if found is None:
        return
    one, whole = (Fraction(str(found[name])) for name in ("largest_error", "largest_error_of_sum"))
    of_one, of_whole = (round_exact(error * price, 2) for error in (one, whole))
    step.say(
        f"estimate from published A and E: off by at most {round_exact(one, 2)} units of score at a school "
        f"and {round_exact(whole, 2):,f} in all, at this price EUR {of_one:,f} and EUR {of_whole:,f} before "
        "rounding"
    )


def _sites_of_children(step: Steps, law: SchoolScoreProvision, children: Children) -> None:
    step.applied((law.source.file,), law.labels)
    step(
        "scores of sites",
        law.source.article,
        sites_from_children,
        "scored_children",
        "sites_of_children",
        rule=_rule(law, children),
        lower_years_until_age=law.formula.lower_years_until_age,
        reliable_above=law.formula.reliable_above,
        excluded_schools=law.formula.excluded_schools,
    )


def _municipalities(step: Steps, choices: MunicipalChoices, children: Children | None) -> None:
    grant = choices.grant_law
    transition = grant.year.transition
    step.applied(choices.regulation_files, choices.labels)
    if children is not None:
        _municipalities_of_children(step, choices.score_law, children)
    else:
        _published_municipalities(step, choices.score_law, "later", "municipality_scores")
    _published_municipalities(step, choices.earlier_score_law, "earlier", "earlier_municipality_scores")
    _say_among_whom(step, choices)
    step(
        "budget or price",
        grant.source.article,
        stated_money,
        price=choices.price,
        budget=choices.budget,
        source=choices.source,
    )
    step(
        "grants of municipalities",
        _articles(grant.source.article, grant.rule.minimum_article, transition=transition),
        municipal_grants,
        "municipality_scores",
        "earlier_municipality_scores",
        "grants_2018",
        rule=choices.rule,
        budget=choices.budget,
        price=choices.price,
        transition=choices.transition,
    )
    _say_not_paid(step, "grant of 2018", "unscored_2018")


def _say_among_whom(step: Steps, choices: MunicipalChoices) -> None:
    """Refuse the country's budget for a part of the country; say among whom another is shared."""
    later, earlier = step.known["municipality_scores"], step.known["earlier_municipality_scores"]
    names, year = ["municipality_code", "score_raw", "score"], choices.grant_law.year
    if choices.looked_up:
        require_country(later.num_rows, year.municipalities.value, year.year, choices.budget)
    if choices.budget is not None and not (choices.looked_up and year.municipalities.value):
        step.say(shared_among(later.num_rows))
    if later.num_rows > 1 and later.select(names).equals(earlier.select(names)):
        step.say("the scores of both dates are the same in every row")


def _say_not_paid(step: Steps, old: str, name: str) -> None:
    table = step.known.get(name)
    if table is not None:
        code, amount = table.column_names[:2]
        step.say(not_paid(old, dict(zip(texts(table, code), table.column(amount).to_pylist(), strict=True))))


def _published_municipalities(step: Steps, law: MunicipalityScoreProvision, which: str, name: str) -> None:
    """Check scores that came as a table, and bring them to the division of the budget year."""
    _checked_what_if(law)
    checked = step(
        f"{which} scores against the law",
        law.source.article,
        check_published_municipalities,
        f"{which}_scores",
        threshold_share=law.formula.threshold_share,
        target_share=law.formula.target_share,
        outputs={"contradictions": f"contradictions_{which}"},
    )
    mapped = step(
        f"{which} scores",
        "WPO art. 163; division of the budget year",
        map_codes,
        f"{which}_scores",
        "code_map",
        k=checked.figures["k"],
        outputs={"municipality_scores": name},
    )
    if mapped.figures["merged_with_a_floored_part"]:
        step.say(f"{which} scores of municipalities: {mapped.figures['label']}")


def _municipalities_of_children(step: Steps, law: MunicipalityScoreProvision, children: Children) -> None:
    step.applied((law.source.file,), law.labels)
    step(
        "scores of municipalities",
        law.source.article,
        municipalities_from_children,
        "scored_children",
        "sites_of_children",
        rule=_rule(law, children),
        excluded_schools=law.formula.excluded_schools,
    )


def _rule(law: SchoolScoreProvision | MunicipalityScoreProvision, children: Children) -> ScoreRule:
    return score_rule(law, children.tie_rule, children.target_size_rounding, children.asylum_in_target_group)


def _articles(*articles: str, transition: Transition | None) -> str:
    return ", ".join((*articles, transition.article) if transition else articles)


def _scores_of(scores: SiteScoreFile | None, children: Children | None) -> date | None:
    if scores is not None:
        return scores.reference_date
    if children is None:
        raise InputError("there are no scores", remedy="name a score file, or scored children")
    return children.reference_date
