"""The articles an explanation rests on, each with the regulation's title, number and address."""

from __future__ import annotations

from collections.abc import Iterable

from oab_funding.grants.preschool.year_law import year_law
from oab_funding.grants.schools import BEFORE_TRANSITION
from oab_funding.regulation.provision import Source as Provided
from oab_funding.report.document import Section, Source, Sources
from oab_funding.report.institutions.score_dates import score_dates
from oab_funding.report.institutions.telling import Telling
from oab_funding.run import steps

_UNKNOWN = "unknown"
_NOT_STATED = "not stated"


def sources_section(telling: Telling, *, schools: bool = True, municipal: bool = False) -> Section:
    """Give the section that names the articles, and the source of the price or budget.

    Parameters
    ----------
    telling
        The run.
    schools, municipal
        Of which money: the grants of schools, the grants of municipalities, or both.
    """
    items = [
        *(_of_municipalities(telling) if municipal else ()),
        *(_of_schools(telling) if schools else ()),
    ]
    return Section(telling.t("sources.title"), (Sources(tuple(items)),))


def is_before_transition(telling: Telling) -> bool:
    """Say whether the amounts are those before a transition that the law prescribes."""
    return telling.figure(steps.GRANTS_OF_SCHOOLS, "transition") == BEFORE_TRANSITION


def _of_schools(telling: Telling) -> Iterable[Source]:
    t, score, grant = telling.t, telling.score_law, telling.grant_law
    if score is not None:
        yield _source(telling, t("sources.score"), score.source)
    if grant is not None:
        transition = grant.period.transition
        yield _source(telling, t("sources.grant", period=grant.period.period), grant.source)
        if transition is not None:
            yield _source(telling, t("sources.transition"), grant.source, transition.article)
        yield _price(telling)


def _of_municipalities(telling: Telling) -> Iterable[Source]:
    t, law = telling.t, telling.municipal_law
    laws = {day.law.source.file: day.law for day in score_dates(telling)}
    for score in laws.values():
        yield _source(telling, t("sources.municipal_score"), score.source)
    if law is None:
        return
    transition = law.year.transition
    yield _source(telling, t("sources.municipal_grant", year=law.year.year), law.source)
    yield _source(telling, t("sources.minimum"), law.source, law.rule.minimum_article)
    if transition is not None:
        yield _source(telling, t("sources.transition"), law.source, transition.article)
    yield _municipal_money(telling)
    if telling.carried_out(steps.PRESCHOOL):
        for provided in year_law(law.year.year, telling.run.statutes).sources:
            yield _source(telling, t("sources.preschool"), provided)


def _municipal_money(telling: Telling) -> Source:
    """Give where the price or budget comes from: what was said with it, or what the regulation file knows."""
    t, part, law = telling.t, telling.run.calculation.municipalities, telling.municipal_law
    if part is not None and (part.price is not None or part.budget is not None):
        what = t("sources.price" if part.price is not None else "sources.budget")
        return Source(what, t("sources.not_stated") if part.source == _NOT_STATED else t.label(part.source))
    known = law.year.budget.source if law is not None else telling.n.unknown
    return Source(t("sources.budget"), known)


def _source(telling: Telling, what: str, source: Provided, article: str | None = None) -> Source:
    law = source.regulation
    known = [
        law.title if law.number == _UNKNOWN else f"{law.title} ({law.number})",
        article or source.article,
    ]
    known += [law.published_in] if law.published_in not in (_UNKNOWN, "") else []
    return Source(what, ", ".join(known), "" if law.address == _UNKNOWN else law.address)


def _price(telling: Telling) -> Source:
    """Give the regulation that set the price where it was looked up, else what was said with it."""
    t, grant = telling.t, telling.grant_law
    said = str(telling.figure(steps.PRICE, "source") or _NOT_STATED)
    priced = grant.known_price if grant is not None else None
    if priced is not None and said.startswith(priced.source.regulation.title):
        source = _source(telling, t("sources.price"), priced.source)
        version = t(
            "sources.version", version=t(f"version.{priced.price.version}"), said_by=priced.price.price.source
        )
        return Source(source.what, f"{source.text}; {version}", source.address)
    return Source(t("sources.price"), t("sources.not_stated") if said == _NOT_STATED else t.label(said))
