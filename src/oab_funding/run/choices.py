"""Settling the choices of a calculation against the regulation: what every step is told is decided here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, cast

from oab_funding.errors import InputError
from oab_funding.exact import Rule
from oab_funding.grants.calendar import YearPart
from oab_funding.grants.municipalities import MunicipalRule, MunicipalTransition
from oab_funding.grants.schools import MissingBase, SchoolTransition
from oab_funding.grants.transition import Gainers
from oab_funding.regulation import (
    MunicipalityGrantProvision,
    MunicipalityScoreProvision,
    SchoolGrantProvision,
    SchoolScoreProvision,
    Statutes,
)
from oab_funding.run.calculation_file import NOT_STATED, Municipalities, Schools
from oab_funding.scores.aggregate import ScoreRule
from oab_funding.scores.population import Kind
from oab_funding.scores.target_group import TieRule
from oab_funding.tables.source import SourceFile


@dataclass(frozen=True, slots=True)
class SchoolChoices:
    """Everything the school stream needs to know besides its tables."""

    score_law: SchoolScoreProvision
    grant_law: SchoolGrantProvision
    price: Decimal | None
    budget: Decimal | None
    source: str
    share: Fraction
    rounding: Rule
    transition: SchoolTransition | None
    calendar: tuple[YearPart, ...]
    regulation_files: tuple[str, ...]
    labels: tuple[str, ...]


def settle_schools(
    part: Schools, statutes: Statutes, scores_of: date | None, has_base: bool
) -> SchoolChoices:
    """Settle the choices of the school stream.

    Parameters
    ----------
    part
        Section [schools] of the calculation file.
    statutes
        The regulation files.
    scores_of
        The reference date that the score file states, if it does.
    has_base
        Whether a file of old bases is given.

    Raises
    ------
    InputError
        The period is not covered, its price or share is not known and not given, the scores are of another
        date, or a choice is none of the options.
    """
    law = statutes.school_grant(part.period)
    score_law = statutes.school_score(law.period.reference_date)
    labels = [*score_law.labels, *law.labels]
    labels += _date_labels(part.period, law.period.reference_date, part.other_date, scores_of)
    share = law.require_share(part.share)
    price, budget, source, files = _price(part, law)
    transition = _transition(part, law, has_base)
    if transition is not None and not has_base:
        labels.append("before transition")
    return SchoolChoices(
        score_law=score_law,
        grant_law=law,
        price=price,
        budget=budget,
        source=source,
        share=share,
        rounding=cast(Rule, law.choose("amount_rounding", part.amount_rounding)),
        transition=transition,
        calendar=tuple(YearPart(year.year, year.accrued, year.paid) for year in law.period.calendar),
        regulation_files=(law.source.file, score_law.source.file, *files),
        labels=tuple(labels),
    )


def _date_labels(period: str, expected: date, allowed: bool, scores_of: date | None) -> list[str]:
    if scores_of is None or scores_of == expected:
        return []
    if not allowed:
        raise InputError(
            f"the scores are of {scores_of}, {period} is paid on those of {expected}",
            remedy="choose the period that belongs to the scores, or pass `other_date` for a what-if",
        )
    return [f"what-if: scores of {scores_of} instead of {expected}"]


def _price(part: Schools, law: SchoolGrantProvision) -> tuple[Decimal | None, Decimal | None, str, list[str]]:
    if part.price is not None or part.budget is not None:
        return part.price, part.budget, part.source, []
    price, priced = law.require_price()
    published = (
        f"{priced.source.regulation.title} ({priced.source.regulation.published_in}), {priced.source.article}"
    )
    if part.source != NOT_STATED:
        published = f"{published}; {part.source}"
    return price, None, f"{published}; version: {priced.price.version}", [priced.source.file]


def _transition(part: Schools, law: SchoolGrantProvision, has_base: bool) -> SchoolTransition | None:
    rule = law.period.transition
    if rule is None:
        if has_base:
            raise InputError(
                f"the period {part.period} has no transition",
                remedy="leave out `old_base`, or choose another period",
            )
        return None
    missing = cast(MissingBase, law.choose("missing_base", part.missing_base))
    gainers = _gainers(part, law) if has_base else None
    return SchoolTransition(rule.losers_share, gainers, missing, part.base_index or Fraction(0))


def _gainers(part: Schools, law: SchoolGrantProvision) -> Gainers:
    """Give the gainers' share: a share, "unknown", or None where it is to be solved.

    Not knowing it stops nobody who loses; the step refuses whoever gains.
    """
    if isinstance(part.gainers, Fraction):
        return part.gainers
    choice = law.choose("gainers_share", part.gainers)
    if choice == "solve":
        return None
    if choice == "none":
        return Fraction(0)
    rule = law.period.transition
    known = rule.gainers_share.value if rule is not None else None
    return "unknown" if known is None else known


def check_other_date(part: Schools | Municipalities, expected: date, scores_of: date | None) -> None:
    """Refuse the permission for another date where there is no other date.

    Raises
    ------
    InputError
        The scores are of the expected date, or do not state theirs.
    """
    if part.other_date and (scores_of is None or scores_of == expected):
        why = "the scores do not state their date" if scores_of is None else f"the scores are of {expected}"
        raise InputError(f"`other_date` has no effect: {why}", remedy="leave it out")


_ONE_FILE_TWICE = (
    ("municipalities.scores", "municipalities.previous", "the scores of two dates"),
    ("schools.sites.1", "schools.sites.2", "two registers"),
)


def check_distinct(sources: Mapping[str, SourceFile]) -> None:
    """Refuse one and the same file in two places that want different ones.

    Raises
    ------
    InputError
        Two files have the same bytes.
    """
    for first, second, what in _ONE_FILE_TWICE:
        one, other = sources.get(first), sources.get(second)
        if one is not None and other is not None and one.sha256 == other.sha256:
            raise InputError(
                f"{one.name} and {other.name} are the same file, byte for byte, given as {what}",
                remedy="give the other one",
            )


_SOLVED_PLACES = 4
"""A solved share "rounded" is rounded to two decimals of a percent."""


@dataclass(frozen=True, slots=True)
class MunicipalChoices:
    """Everything the municipal stream needs to know besides its tables."""

    score_law: MunicipalityScoreProvision
    earlier_score_law: MunicipalityScoreProvision
    grant_law: MunicipalityGrantProvision
    price: Decimal | None
    budget: Decimal | None
    source: str
    looked_up: bool
    rule: MunicipalRule
    transition: MunicipalTransition | None
    regulation_files: tuple[str, ...]
    labels: tuple[str, ...]


def settle_municipalities(
    part: Municipalities, statutes: Statutes, scores_of: date | None, has_grants_2018: bool
) -> MunicipalChoices:
    """Settle the choices of the municipal stream.

    Without a price or budget in the calculation file, the budget that the regulation file knows for the year
    is used; where it knows none, one must be given.

    Raises
    ------
    InputError
        The year is not covered, its budget is not known and not given, or a choice is none of the options.
    """
    law = statutes.municipality_grant(part.year)
    score_law, earlier_law = (statutes.municipality_score(day) for day in law.year.reference_dates)
    price, budget, source = _municipal_money(part, law)
    rule = MunicipalRule(
        minimum=law.rule.minimum,
        eligibility=cast(Any, law.choose("eligibility", part.eligibility)),
        price_rounding=cast(Any, law.choose("price_rounding", part.price_rounding)),
        remainder=cast(Any, law.choose("remainder", part.remainder)),
    )
    transition = _municipal_transition(part, law, has_grants_2018)
    labels = [label for each in (score_law, earlier_law, law) for label in each.labels]
    labels += _date_labels(str(part.year), law.year.reference_dates[0], part.other_date, scores_of)
    labels += ["before transition"] if transition is not None and not has_grants_2018 else []
    return MunicipalChoices(
        score_law,
        earlier_law,
        law,
        price,
        budget,
        source,
        part.price is None and part.budget is None,
        rule,
        transition,
        (law.source.file, score_law.source.file, earlier_law.source.file),
        tuple(labels),
    )


def score_rule(
    law: SchoolScoreProvision | MunicipalityScoreProvision,
    tie_rule: str | None = None,
    target_size_rounding: str | None = None,
    asylum_in_target_group: str | None = None,
) -> ScoreRule:
    """Settle how scores follow from scored children; what is left out takes the declared default.

    Raises
    ------
    InputError
        A choice is none of the options.
    """
    return ScoreRule(
        target_share=law.formula.target_share,
        threshold_share=law.formula.threshold_share,
        size_rounding=cast(Rule, law.choose("target_size_rounding", target_size_rounding)),
        tie_rule=cast(TieRule, law.choose("tie_rule", tie_rule)),
        places=law.formula.score_places,
        rounding=law.formula.score_rounding,
        asylum_kinds=_ASYLUM_KINDS[law.choose("asylum_in_target_group", asylum_in_target_group)],
    )


_ASYLUM_KINDS: dict[str, tuple[Kind, ...]] = {"yes": ("pupil", "toddler"), "pupils": ("pupil",), "no": ()}
"""Whose asylum seekers always belong to the target group, by option of the gap."""


def _municipal_money(
    part: Municipalities, law: MunicipalityGrantProvision
) -> tuple[Decimal | None, Decimal | None, str]:
    if part.price is not None or part.budget is not None:
        return part.price, part.budget, part.source
    known = law.year.budget
    if known.value is None:
        raise InputError(
            f"the budget of {part.year} is not known here",
            remedy="pass `budget` or `price`, with `source`",
        )
    source = known.source if part.source == NOT_STATED else f"{known.source}; {part.source}"
    return None, known.value, source


def _municipal_transition(
    part: Municipalities, law: MunicipalityGrantProvision, has_grants: bool
) -> MunicipalTransition | None:
    rule = law.year.transition
    if rule is None:
        if has_grants:
            raise InputError(
                f"the year {part.year} has no transition",
                remedy="leave out `grants_2018`, or choose another year",
            )
        return None
    gainers, places = _municipal_gainers(part, law)
    return MunicipalTransition(
        country=law.year.municipalities.value,
        losers=rule.losers_share,
        gainers=gainers,
        gainers_places=places,
        ineligible=cast(Any, law.choose("ineligible_with_old_grant", part.ineligible_with_old_grant)),
        missing=part.missing_base or "refuse",
    )


def _municipal_gainers(part: Municipalities, law: MunicipalityGrantProvision) -> tuple[Gainers, int | None]:
    """Give the gainers' share as the step takes it, and the decimals a solved share is rounded to."""
    if isinstance(part.gainers, Fraction):
        return part.gainers, None
    choice = law.choose("gainers_share", part.gainers)
    if choice == "none":
        return Fraction(0), None
    if choice == "regulation":
        known = law.year.transition.gainers_share.value if law.year.transition is not None else None
        return "unknown" if known is None else known, None
    return None, _SOLVED_PLACES if choice == "solve_rounded" else None
