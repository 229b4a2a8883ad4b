"""The articles an explanation rests on, each with the regulation's title, number and address."""

from __future__ import annotations

from oab_funding.grants.schools import BEFORE_TRANSITION
from oab_funding.regulation.provision import Source as Provided
from oab_funding.report.document import Section, Source, Sources
from oab_funding.report.institutions.telling import STEP_GRANTS, STEP_PRICE, Telling

_UNKNOWN = "unknown"
_NOT_STATED = "not stated"


def sources_section(telling: Telling) -> Section:
    """Give the section that names the articles, the price regulation and the file of scores."""
    t, score, grant = telling.t, telling.score_law, telling.grant_law
    items = []
    if score is not None:
        items.append(_source(telling, t("sources.score"), score.source))
    if grant is not None:
        transition = grant.period.transition
        items.append(_source(telling, t("sources.grant", period=grant.period.period), grant.source))
        if transition is not None:
            items.append(_source(telling, t("sources.transition"), grant.source, transition.article))
        items.append(_price(telling))
    return Section(t("sources.title"), (Sources(tuple(items)),))


def is_before_transition(telling: Telling) -> bool:
    """Say whether the amounts are those before a transition that the law prescribes."""
    return telling.figure(STEP_GRANTS, "transition") == BEFORE_TRANSITION


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
    said = str(telling.figure(STEP_PRICE, "source") or _NOT_STATED)
    priced = grant.known_price if grant is not None else None
    if priced is not None and said.startswith(priced.source.regulation.title):
        source = _source(telling, t("sources.price"), priced.source)
        version = t(
            "sources.version", version=t(f"version.{priced.price.version}"), said_by=priced.price.price.source
        )
        return Source(source.what, f"{source.text}; {version}", source.address)
    return Source(t("sources.price"), t("sources.not_stated") if said == _NOT_STATED else said)
