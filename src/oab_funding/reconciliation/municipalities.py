"""The municipal grants of a run, to be computed again with something changed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa

from oab_funding.errors import InputError
from oab_funding.grants.division import Division, JoinedScores, MunicipalRule, divide, join_dates
from oab_funding.reconciliation.causes import Change, Unknown, cents, written_euros
from oab_funding.reconciliation.settling import Gainers, NewAmounts, Settings
from oab_funding.reconciliation.stream import frozen, transition_changes, transition_unknowns
from oab_funding.run.choices import settle_municipalities
from oab_funding.run.run import Run
from oab_funding.scores.published.check import check_published
from oab_funding.scores.published.code_map import map_codes
from oab_funding.tables.cbs_municipal import read_municipality_scores
from oab_funding.tables.columns import texts, units
from oab_funding.tables.files import read_source, read_table
from oab_funding.tables.grant_tables import GRANTS_2018
from oab_funding.tables.register_tables import CODE_MAP
from oab_funding.tables.source import SourceFile

_STEPS_A_UNIT = 200
"""H + I is a multiple of half a hundredth."""

_HIGHEST_SCORE = 50_000 * _STEPS_A_UNIT * 10
"""Five times all scores of the country."""

_HIGHEST_MINIMUM = 1_000_000
"""In euros."""

_OTHER = {
    "none": "cents",
    "cents": "none",
    "largest_remainder": "half_up",
    "half_up": "largest_remainder",
    "minimum": "formula",
    "formula": "minimum",
}
"""By choice of a run, the other one."""

_divided = lru_cache(maxsize=256)(divide)


@dataclass(frozen=True, slots=True, kw_only=True)
class MunicipalSettings(Settings):
    """What the grants of municipalities follow from.

    Parameters
    ----------
    joined
        The scores of both dates.
    rule
        Minimum, eligibility and rounding.
    budget, price
        One of the two, in euros.
    keeps_ineligible
        Whether who is not eligible has a part in the transition.
    """

    joined: JoinedScores
    rule: MunicipalRule
    budget: Decimal | None
    price: Any
    keeps_ineligible: bool


class MunicipalStream:
    """The municipal grants of a run.

    Parameters
    ----------
    opened
        The run bundle.
    other_scores, other_previous
        Other versions of the scores of the later and the earlier date, to be tried.
    other_base
        A file of grants of 2018, to try a transition that the run did not apply.

    Raises
    ------
    InputError
        A file cannot be read, the run has no municipal grants, or the year has no transition.
    """

    old_name = "grant of 2018"
    code = "municipality_code"

    def __init__(
        self,
        opened: Run,
        other_scores: str | Path | SourceFile | None = None,
        other_base: str | Path | SourceFile | None = None,
        other_previous: str | Path | SourceFile | None = None,
    ) -> None:
        part = opened.calculation.municipalities
        if part is None or not opened.has("municipal_grants"):
            raise InputError("holds no municipal grants", opened.place, "give a run that computes them")
        own = opened.sources.get("municipalities.grants_2018")
        self._choices = choices = settle_municipalities(part, opened.statutes, None, own is not None)
        if other_base is not None and choices.transition is None:
            raise InputError(
                f"the year {part.year} has no transition", remedy="leave out the file of grants of 2018"
            )
        self._opened, self._base = opened, other_base
        self._tables = (opened.table("municipality_scores"), opened.table("earlier_municipality_scores"))
        self._other_tables = (other_scores, other_previous)
        self.computed: Mapping[str, int] = cents(opened.table("municipal_grants"), self.code)
        transition = choices.transition
        gainers: Gainers = "solve" if transition is None or transition.gainers is None else transition.gainers
        self.own = MunicipalSettings(
            joined=join_dates(*self._tables),
            rule=choices.rule,
            budget=choices.money.budget,
            price=choices.money.price,
            old=None if own is None else _grants_2018(read_table(own, GRANTS_2018)),
            losers=Fraction(0) if transition is None else transition.losers,
            gainers=gainers,
            places=None if transition is None else transition.gainers_places,
            missing="zero" if transition is not None and transition.missing == "zero" else "exempt",
            keeps_ineligible=transition is None or transition.ineligible == "share",
        )

    def division(self, settings: MunicipalSettings) -> Division:
        """Divide the budget, or multiply by the price."""
        return _divided(settings.joined, settings.rule, settings.budget, settings.price)

    def new(self, settings: MunicipalSettings, wanted: Collection[str] | None) -> NewAmounts:
        """Give the amounts before a transition, of all: a budget is divided over all."""
        division, codes = self.division(settings), settings.joined.codes
        euros = division.exact
        if settings.stage == "cents":
            euros = tuple(Fraction(amount, 100) for amount in division.cents)
        out = [] if settings.keeps_ineligible else zip(codes, division.eligible, strict=True)
        return NewAmounts(
            dict(zip(codes, euros, strict=True)), {code for code, may in out if not may}, division.bound
        )

    def known(self, decided: Mapping[str, int]) -> Iterator[Change]:
        """Give the changes that the law, its readings and other files suggest."""
        yield from self._rules()
        other = None if self._base is None else _grants_2018(read_table(self._base, GRANTS_2018))
        yield from transition_changes(self, other, self._base)
        known = self._choices.grant_law.year.price
        if known.value is not None and known.value != self.own.price:
            cause = f"price EUR {known.value} ({known.source})"
            yield Change(cause, ("price",), {"price": known.value, "budget": None})
        total = sum(decided.values())
        if decided.keys() == self.computed.keys() and len(decided) > 1 and total > 0:  # one amount fits any
            yield self._budget(total, "the sum of the decisions")
        for name, step in (("whole thousands", 100_000), ("whole euros", 100)):
            yield Change(f"rounding to {name}", ("rounding",), {"step": step})
        yield from self._scores()

    def _rules(self) -> Iterator[Change]:
        rule = self.own.rule
        without = {"rule": replace(rule, minimum=Decimal(0))}
        if self.own.budget is not None:
            name = "J/K rounded to cents" if rule.price_rounding == "none" else "J/K not rounded"
            yield Change(name, ("rule",), {"rule": _otherwise(rule, "price_rounding")})
            other = _otherwise(rule, "remainder")
            name = f"cents by {_words(other.remainder)} instead of {_words(rule.remainder)}"
            yield Change(name, ("rule",), {"rule": other})
            yield Change("minimum not applied, the budget divided without it", ("rule", "minimum"), without)
        price = {"budget": None, "price": self.division(self.own).price}
        yield Change("minimum not applied, at the run's price", ("rule", "minimum"), without | price)
        other = _otherwise(rule, "eligibility")
        yield Change(f"eligibility {other.eligibility!r}", ("rule",), {"rule": other})
        if self.own.old is not None or self._base is not None:
            keeps = not self.own.keeps_ineligible
            name = "in the transition" if keeps else "left out of the transition"
            yield Change(f"who is not eligible {name}", ("ineligible",), {"keeps_ineligible": keeps})

    def _scores(self) -> Iterator[Change]:
        for number, file in enumerate(self._other_tables):
            if file is not None:
                tables = list(self._tables)
                tables[number] = self._read_scores(file, number)
                yield Change(
                    f"score file {read_source(file).name}", ("scores",), {"joined": join_dates(*tables)}
                )

    def law_gainers(self) -> Fraction | None:
        """Give the gainers' share of the regulation, None where it is not known."""
        rule = self._choices.grant_law.year.transition
        return None if rule is None else rule.gainers_share.value

    def has_transition(self) -> bool:
        """Say whether the law prescribes a transition."""
        return self._choices.transition is not None

    def unknowns(self, decided: Mapping[str, int]) -> Sequence[Unknown]:
        """Give the price, the budget, the shares of the transition, its percentage, and the minimum."""
        price = Unknown(
            "price",
            lambda settings: max(round(self.division(self.own).price * 1000), 1_000_000),
            lambda step: {"price": Decimal(step).scaleb(-2), "budget": None},
            lambda step: f"price EUR {written_euros(step)} (implied by the decisions)",
            lowest=1,
        )
        all_scores = sum(self.own.joined.scores, Fraction(0))
        lowest = int(self.own.rule.minimum) * 100 * len(self.own.joined.codes) + 100
        budget = Unknown(
            "price",
            lambda settings: max(10 * lowest, round(self.division(self.own).price * all_scores * 1000)),
            lambda step: self._budget(step, "implied by the decisions").values,
            lambda step: self._budget(step, "implied by the decisions").cause,
            lowest=lowest,
            slack=1,
        )
        minimum = Unknown(
            "minimum",
            lambda settings: _HIGHEST_MINIMUM,
            lambda step: {"rule": replace(self.own.rule, minimum=Decimal(step))},
            lambda step: f"minimum EUR {written_euros(step * 100)} (implied by the decisions)",
        )
        return (price, budget, *transition_unknowns(self.old_name), minimum)

    def _budget(self, step: int, why: str) -> Change:
        values = {"budget": Decimal(step).scaleb(-2), "price": None}
        return Change(f"budget EUR {written_euros(step)} ({why})", ("price",), values, fitted=True)

    def frozen(self, settings: MunicipalSettings) -> MunicipalSettings:
        """Give settings in which one municipality's amount depends on that municipality alone."""
        return replace(frozen(self, settings), price=self.division(settings).price, budget=None)

    def score_of(self, code: str, settings: MunicipalSettings) -> Unknown | None:
        """Give the score H + I of a municipality, in half hundredths."""
        joined = settings.joined
        if code not in joined.codes:
            return None
        place = joined.codes.index(code)
        own = int(joined.scores[place] * _STEPS_A_UNIT)

        def values(step: int) -> Mapping[str, Any]:
            scores = list(joined.scores)
            scores[place] = Fraction(step, _STEPS_A_UNIT)
            return {"joined": replace(joined, scores=tuple(scores))}

        return Unknown(
            "scores",
            lambda settings: _HIGHEST_SCORE,
            values,
            lambda step: f"another score: {_half_hundredths(step)} instead of {_half_hundredths(own)}",
            slack=1 if self.own.budget is not None else 0,
            own=own,
        )

    def _read_scores(self, path: str | Path | SourceFile, number: int) -> pa.Table:
        """Read another version of the scores of a date, in the division of the budget year."""
        day = self._choices.grant_law.year.reference_dates[number]
        table = read_municipality_scores(path, day)
        given = self._opened.sources.get("municipalities.code_map")
        if given is None:
            return table
        formula = self._opened.statutes.municipality_score(day).formula
        checked = check_published(table, formula.threshold_share, formula.target_share)
        k = checked.figures["k"]
        return map_codes(table, read_table(given, CODE_MAP), k if isinstance(k, Fraction) else None).table


def _grants_2018(table: pa.Table) -> dict[str, Fraction]:
    amounts = (Fraction(amount, 100) for amount in units(table, "grant_2018", 2))
    return dict(zip(texts(table, "municipality_code"), amounts, strict=True))


def _half_hundredths(steps: int) -> Decimal:
    return Decimal(steps * 5).scaleb(-3)


def _otherwise(rule: Any, name: str) -> Any:
    """Give a rule with one of its choices made the other way."""
    return replace(rule, **{name: _OTHER[getattr(rule, name)]})


def _words(name: str) -> str:
    return name.replace("_", " ")
