"""Settling the choices of a calculation against the regulation: what every step is told is decided here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, cast

from oab_funding.errors import InputError
from oab_funding.exact import Rule
from oab_funding.grants.calendar import YearPart
from oab_funding.grants.municipalities import MunicipalRule, MunicipalTransition
from oab_funding.grants.schools import MissingBase, SchoolTransition
from oab_funding.grants.transition import BEFORE_TRANSITION, Gainers
from oab_funding.regulation import (
    MunicipalityGrantProvision,
    MunicipalityScoreProvision,
    SchoolGrantProvision,
    SchoolScoreProvision,
    Statutes,
)
from oab_funding.regulation.model import Transition
from oab_funding.run.calculation_file import NOT_STATED, Children, Municipalities, Schools
from oab_funding.scores.aggregate import ScoreRule
from oab_funding.scores.population import Kind
from oab_funding.scores.target_group import TieRule
from oab_funding.tables.step_result import Figure

_SOLVED_PLACES = 4
"""A solved share "rounded" is rounded to two decimals of a percent."""


@dataclass(frozen=True, slots=True)
class Money:
    """A price or a budget, as it was given or as the law has it.

    Parameters
    ----------
    price, budget
        One of the two, in euros.
    source
        Where it comes from.
    looked_up
        Whether it was found in the law.
    """

    price: Decimal | None
    budget: Decimal | None
    source: str
    looked_up: bool = False

    def parameters(self) -> dict[str, Any]:
        """Give what a step is told of it."""
        return {"price": self.price, "budget": self.budget, "source": self.source}


@dataclass(frozen=True, slots=True)
class SchoolChoices:
    """Everything the school stream needs to know besides its tables."""

    score_law: SchoolScoreProvision
    grant_law: SchoolGrantProvision
    money: Money
    share: Fraction
    rounding: Rule
    transition: SchoolTransition | None
    regulation_files: tuple[str, ...]
    labels: tuple[str, ...]

    @property
    def articles(self) -> str:
        """The articles that the grants follow."""
        return _articles(self.grant_law.source.article, transition=self.grant_law.period.transition)

    @property
    def calendar(self) -> tuple[YearPart, ...]:
        """What accrues and is paid in each calendar year."""
        years = self.grant_law.period.calendar
        return tuple(YearPart(year.year, year.accrued, year.paid) for year in years)

    def transition_of(self, figures: Mapping[str, Figure]) -> SchoolTransition | None:
        """Give the transition as it was applied: a gainers' share that was solved in its place."""
        share = figures.get("gainers_share")
        if self.transition is None or not isinstance(share, Fraction):
            return self.transition
        return replace(self.transition, gainers=share)


@dataclass(frozen=True, slots=True)
class MunicipalChoices:
    """Everything the municipal stream needs to know besides its tables."""

    score_law: MunicipalityScoreProvision
    earlier_score_law: MunicipalityScoreProvision
    grant_law: MunicipalityGrantProvision
    money: Money
    rule: MunicipalRule
    transition: MunicipalTransition | None
    regulation_files: tuple[str, ...]
    labels: tuple[str, ...]

    @property
    def articles(self) -> str:
        """The articles that the grants follow."""
        law = self.grant_law
        return _articles(law.source.article, law.rule.minimum_article, transition=law.year.transition)


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
    expected = law.period.reference_date
    score_law = statutes.school_score(expected)
    other_date = _date_labels(part.period, expected, part.other_date, scores_of)
    share = law.require_share(part.share)
    money, files = _school_money(part, law)
    rule = _transition(part, law.period.transition, f"period {part.period}", "old_base", "period", has_base)
    transition = None
    if rule is not None:
        missing = cast(MissingBase, law.choose("missing_base", part.missing_base))
        gainers = _gainers(part, law, rule)[0] if has_base else None
        transition = SchoolTransition(rule.losers_share, gainers, missing, part.base_index or Fraction(0))
    return SchoolChoices(
        score_law=score_law,
        grant_law=law,
        money=money,
        share=share,
        rounding=cast(Rule, law.choose("amount_rounding", part.amount_rounding)),
        transition=transition,
        regulation_files=(law.source.file, score_law.source.file, *files),
        labels=(*score_law.labels, *law.labels, *other_date, *_before(transition, has_base)),
    )


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
    days = law.year.reference_dates
    laws = score_law, earlier_law = [statutes.municipality_score(day) for day in days]
    money = _municipal_money(part, law)
    rule = MunicipalRule(
        minimum=law.rule.minimum,
        eligibility=cast(Any, law.choose("eligibility", part.eligibility)),
        price_rounding=cast(Any, law.choose("price_rounding", part.price_rounding)),
        remainder=cast(Any, law.choose("remainder", part.remainder)),
    )
    known = _transition(
        part, law.year.transition, f"year {part.year}", "grants_2018", "year", has_grants_2018
    )
    transition = None
    if known is not None:
        gainers, places = _gainers(part, law, known)
        transition = MunicipalTransition(
            country=law.year.municipalities.value,
            losers=known.losers_share,
            gainers=gainers,
            gainers_places=places,
            ineligible=cast(Any, law.choose("ineligible_with_old_grant", part.ineligible_with_old_grant)),
            missing=part.missing_base or "refuse",
        )
    labels = [label for each in (*laws, law) for label in each.labels]
    labels += _date_labels(str(part.year), days[0], part.other_date, scores_of)
    return MunicipalChoices(
        score_law=score_law,
        earlier_score_law=earlier_law,
        grant_law=law,
        money=money,
        rule=rule,
        transition=transition,
        regulation_files=(law.source.file, score_law.source.file, earlier_law.source.file),
        labels=(*labels, *_before(transition, has_grants_2018)),
    )


def children_rule(law: SchoolScoreProvision | MunicipalityScoreProvision, children: Children) -> ScoreRule:
    """Settle how scores follow from the children of a calculation; see `score_rule`."""
    return score_rule(law, children.tie_rule, children.target_size_rounding, children.asylum_in_target_group)


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


def published_threshold(law: SchoolScoreProvision | MunicipalityScoreProvision) -> Fraction:
    """Give the threshold share under which scores were published; refuse a change they cannot follow.

    Raises
    ------
    InputError
        The law was changed in another way than published scores can be estimated anew for.
    """
    for change in law.changes:
        if change.name != "threshold_share" or isinstance(law, MunicipalityScoreProvision):
            raise InputError(
                f"published scores do not say what they would be with {change}",
                remedy="compute the scores from children",
            )
    return Fraction(law.instead_of("threshold_share"))


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


def _date_labels(asked: str, expected: date, allowed: bool, scores_of: date | None) -> list[str]:
    if scores_of is None or scores_of == expected:
        return []
    if not allowed:
        raise InputError(
            f"the scores are of {scores_of}, {asked} is paid on those of {expected}",
            remedy="choose the period that belongs to the scores, or pass `other_date` for a what-if",
        )
    return [f"what-if: scores of {scores_of} instead of {expected}"]


def _school_money(part: Schools, law: SchoolGrantProvision) -> tuple[Money, list[str]]:
    """Give the price or budget, and the regulation file that has it."""
    if (given := _given(part)) is not None:
        return given, []
    price, priced = law.require_price()
    of = priced.source
    published = _and_stated(part, f"{of.regulation.title} ({of.regulation.published_in}), {of.article}")
    return Money(price, None, f"{published}; version: {priced.price.version}", True), [of.file]


def _municipal_money(part: Municipalities, law: MunicipalityGrantProvision) -> Money:
    if (given := _given(part)) is not None:
        return given
    known = law.year.budget
    if known.value is None:
        raise InputError(
            f"the budget of {part.year} is not known here",
            remedy="pass `budget` or `price`, with `source`",
        )
    return Money(None, known.value, _and_stated(part, str(known.source)), True)


def _given(part: Schools | Municipalities) -> Money | None:
    given = part.price is not None or part.budget is not None
    return Money(part.price, part.budget, part.source) if given else None


def _and_stated(part: Schools | Municipalities, source: str) -> str:
    return source if part.source == NOT_STATED else f"{source}; {part.source}"


def _transition(
    part: Schools | Municipalities, rule: Transition | None, of: str, file: str, other: str, has_old: bool
) -> Transition | None:
    """Give what the law prescribes; refuse old amounts where it prescribes nothing."""
    if rule is None and has_old:
        raise InputError(
            f"the {of} has no transition", remedy=f"leave out `{file}`, or choose another {other}"
        )
    return rule


def _before(transition: object, has_old: bool) -> list[str]:
    return [BEFORE_TRANSITION] if transition is not None and not has_old else []


def _gainers(
    part: Schools | Municipalities,
    law: SchoolGrantProvision | MunicipalityGrantProvision,
    rule: Transition,
) -> tuple[Gainers, int | None]:
    """Give the gainers' share as a step takes it, and the decimals a solved share is rounded to.

    A step takes a share, "unknown", or None where it is to be solved. Not knowing it stops nobody who loses;
    the step refuses whoever gains.
    """
    if isinstance(part.gainers, Fraction):
        return part.gainers, None
    choice = law.choose("gainers_share", part.gainers)
    if choice == "none":
        return Fraction(0), None
    if choice == "regulation":
        known = rule.gainers_share.value
        return "unknown" if known is None else known, None
    return None, _SOLVED_PLACES if choice == "solve_rounded" else None


def _articles(*articles: str, transition: Transition | None) -> str:
    return ", ".join((*articles, transition.article) if transition else articles)
