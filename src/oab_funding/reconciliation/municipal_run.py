"""What a run computed its municipal grants with, so that one thing at a time can be changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow as pa

from oab_funding.choices import settle_municipalities
from oab_funding.errors import InputError
from oab_funding.exact import round_units
from oab_funding.grants.causes import Candidate
from oab_funding.grants.division import divide
from oab_funding.grants.municipal_scores import join_dates
from oab_funding.grants.municipalities import municipal_grants
from oab_funding.opened import OpenedRun
from oab_funding.reconciliation.amounts import cents
from oab_funding.scores.code_map import map_codes
from oab_funding.scores.published import check_published_municipalities
from oab_funding.tables.catalogue import CODE_MAP, GRANTS_2018, MUNICIPALITY_SCORES
from oab_funding.tables.columns import texts, units
from oab_funding.tables.files import read_source, read_table

CODE = "municipality_code"
_GRANTS = "grants of municipalities"


class MunicipalRun:
    """The municipal grants of a run, to be computed again with something changed.

    Parameters
    ----------
    opened
        The run bundle, with municipal grants.
    decided
        Decided amounts in cents, by code.
    other_base
        A file of grants of 2018, to try a transition that the run did not apply.
    """

    def __init__(
        self, opened: OpenedRun, decided: Mapping[str, int], other_base: str | Path | None = None
    ) -> None:
        part = opened.calculation.municipalities
        assert part is not None  # the bundle has municipal grants
        own = opened.sources.get("municipalities.grants_2018")
        source = own if other_base is None else read_source(other_base)
        self.grants = None if source is None else read_table(source, GRANTS_2018)
        choices = settle_municipalities(part, opened.statutes, None, self.grants is not None)
        self.opened, self.decided, self.applied = opened, decided, own is not None
        self.law, self.rule, self.budget = choices.grant_law, choices.rule, choices.budget
        self.transition = choices.transition
        self.own: dict[str, Any] = {
            "later": opened.table("municipality_scores"),
            "previous": opened.table("earlier_municipality_scores"),
            "grants_2018": None if own is None else read_table(own, GRANTS_2018),
            "rule": choices.rule,
            "budget": choices.budget,
            "price": choices.price,
            "transition": choices.transition if self.applied else None,
        }
        self.joined = join_dates(self.own["later"], self.own["previous"])
        self.division = divide(self.joined, choices.rule, choices.budget, choices.price)
        self.minimum = round_units(choices.rule.minimum, 2)

    @property
    def scores(self) -> dict[str, Fraction]:
        """Give s = H + I by code."""
        return dict(zip(self.joined.codes, self.joined.scores, strict=True))

    @property
    def new(self) -> dict[str, Fraction]:
        """Give the unrounded amounts before a transition in euros, by code."""
        return dict(zip(self.joined.codes, self.division.exact, strict=True))

    @property
    def new_in_cents(self) -> dict[str, Fraction]:
        """Give the amounts before a transition in euros, rounded to cents as the run did, by code."""
        amounts = (Fraction(amount, 100) for amount in self.division.cents)
        return dict(zip(self.joined.codes, amounts, strict=True))

    def candidate(self, cause: str, **changed: Any) -> Candidate:
        """Compute the amounts with what is named changed, all else as in the run."""
        return Candidate(cause, cents(municipal_grants(**(self.own | changed)).table, CODE))

    def attempt(self, cause: str, **changed: Any) -> Iterator[Candidate]:
        """Give a candidate, or none where what was changed cannot be computed."""
        try:
            yield self.candidate(cause, **changed)
        except InputError:
            return

    def old(self) -> dict[str, Fraction]:
        """Give the grants of 2018 in euros that count in the transition, by code."""
        if self.grants is None or self.transition is None:
            return {}
        codes, amounts = texts(self.grants, CODE), units(self.grants, "grant_2018", 2)
        known = {code: Fraction(amount, 100) for code, amount in zip(codes, amounts, strict=True)}
        entitled = dict(zip(self.joined.codes, self.division.eligible, strict=True))
        missing = {code: Fraction(0) for code in entitled} if self.transition.missing == "zero" else {}
        keeps = self.transition.ineligible == "share"
        return {code: amount for code, amount in (missing | known).items() if keeps or entitled.get(code)}

    def paid(self, new: Mapping[str, Fraction]) -> dict[str, Fraction]:
        """Give the unrounded amounts after the run's transition, in euros, by code."""
        if not self.applied:
            return dict(new)
        figures, old = self.opened.figures(_GRANTS), self.old()
        losers, gainers = (Fraction(str(figures[f"{who}_share"])) for who in ("losers", "gainers"))
        return {
            code: b + (old[code] - b) * (losers if old[code] > b else gainers) if code in old else b
            for code, b in new.items()
        }

    def read_scores(self, path: str | Path) -> pa.Table:
        """Read another version of the scores of a date, in the division of the budget year."""
        table = read_table(path, MUNICIPALITY_SCORES)
        given = self.opened.sources.get("municipalities.code_map")
        if given is None:
            return table
        formula = self.opened.statutes.municipality_score(self.law.year.reference_dates[0]).formula
        checked = check_published_municipalities(table, formula.threshold_share, formula.target_share)
        k = checked.figures["k"]
        return map_codes(table, read_table(given, CODE_MAP), k if isinstance(k, Fraction) else None).table
