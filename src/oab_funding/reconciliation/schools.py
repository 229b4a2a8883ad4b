"""The school grants of a run, to be computed again with something changed."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Literal

import pyarrow as pa

from oab_funding.errors import InputError
from oab_funding.exact import round_units
from oab_funding.grants.schools import old_bases
from oab_funding.reconciliation.causes import Change, Unknown, cents, written_euros, written_share
from oab_funding.reconciliation.settling import Gainers, NewAmounts, Settings
from oab_funding.reconciliation.stream import frozen, transition_changes, transition_unknowns
from oab_funding.run.calculation_file import Schools
from oab_funding.run.choices import SchoolChoices, settle_schools
from oab_funding.run.inputs import read_site_scores
from oab_funding.run.run import Run
from oab_funding.run.steps import PRICE
from oab_funding.scores.schools import school_of_site
from oab_funding.tables.columns import units
from oab_funding.tables.files import read_source, read_table
from oab_funding.tables.grant_tables import SCHOOL_OLD_BASE
from oab_funding.tables.source import SourceFile

_HIGHEST_SCORE = 1_000_000
"""In hundredths: ten thousand units, three times the largest school."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolSettings(Settings):
    """What the grants of schools follow from.

    Parameters
    ----------
    sites
        Scores of the sites in hundredths, by school.
    price
        Euros per unit.
    year
        Share of the annual amount.
    """

    sites: Mapping[str, tuple[int, ...]]
    price: Fraction
    year: Fraction


class SchoolStream:
    """The school grants of a run.

    Parameters
    ----------
    opened
        The run bundle.
    other_scores
        Another version of the score file, to be tried.
    other_base
        A file of old bases, to try a transition that the run did not apply; those of the schools decided on
        are enough.

    Raises
    ------
    InputError
        A file cannot be read, the run has no school grants, or the period has no transition.
    """

    old_name = "old base"
    code = "school_id"

    def __init__(
        self,
        opened: Run,
        other_scores: str | Path | SourceFile | None = None,
        other_base: str | Path | SourceFile | None = None,
    ) -> None:
        part = opened.calculation.schools
        if part is None or not opened.has("school_grants"):
            raise InputError("holds no school grants", opened.place, "give a run that computes them")
        own = opened.sources.get("schools.old_base")
        self._choices = settle_schools(
            part.model_copy(update={"other_date": True}), opened.statutes, None, own is not None
        )
        if other_base is not None and self._choices.transition is None:
            raise InputError(
                f"the period {part.period} has no transition", remedy="leave out the file of old bases"
            )
        self._files = (other_scores, other_base)
        self.computed: Mapping[str, int] = cents(opened.table("school_grants"), self.code)
        self.own = self._settings(opened, part, None if own is None else read_table(own, SCHOOL_OLD_BASE))

    def _settings(self, opened: Run, part: Schools, base: pa.Table | None) -> SchoolSettings:
        transition = self._choices.transition
        gainers: Gainers = _gainers(part, self._choices)
        if base is not None and transition is not None:
            gainers = "solve" if transition.gainers is None else transition.gainers
        return SchoolSettings(
            sites=_by_school(opened.table("site_scores")),
            price=Fraction(str(opened.figures(PRICE)["price"])),
            year=self._choices.share,
            old=None if base is None else old_bases(base),
            losers=Fraction(0) if transition is None else transition.losers,
            gainers=gainers,
            missing=_missing(None if transition is None or base is None else transition.missing),
            index=Fraction(0) if transition is None else transition.index,
            rounding=self._choices.rounding,
        )

    def new(self, settings: SchoolSettings, wanted: Collection[str] | None) -> NewAmounts:
        """Give score x price x share of the year."""
        unit = settings.price * settings.year
        sites = settings.sites
        schools = sites.keys() if wanted is None else [code for code in wanted if code in sites]
        if settings.stage == "sites":
            return NewAmounts(
                {code: Fraction(sum(round_units(n * unit, 0) for n in sites[code]), 100) for code in schools}
            )
        exact = {code: Fraction(sum(sites[code]), 100) * unit for code in schools}
        if settings.stage == "cents":
            exact = {code: Fraction(round_units(amount, 2), 100) for code, amount in exact.items()}
        return NewAmounts(exact)

    def known(self, decided: Mapping[str, int]) -> Iterator[Change]:
        """Give the changes that the law, the calendar and other files suggest."""
        yield from self._prices()
        yield from self._years()
        scores, base = self._files
        yield from transition_changes(self, None if base is None else old_bases(_read_base(base)), base)
        yield Change("each site rounded to cents", ("stage",), {"stage": "sites"})
        yield Change("rounding to whole euros", ("rounding",), {"step": 100})
        yield Change("rounding half to even", ("rounding",), {"rounding": "half_even"})
        yield Change("rounding down", ("rounding",), {"rounding": "down"})
        yield Change("rounding up", ("rounding",), {"rounding": "up"})
        if scores is not None:
            file = read_source(scores)
            sites = _by_school(read_site_scores(file).table)
            yield Change(f"score file {file.name}", ("scores",), {"sites": sites})

    def law_gainers(self) -> Fraction | None:
        """Give the gainers' share of the regulation, None where it is not known."""
        rule = self._choices.grant_law.period.transition
        return None if rule is None else rule.gainers_share.value

    def _prices(self) -> Iterator[Change]:
        for priced in self._choices.grant_law.prices:
            known = priced.price.price.value
            if known is not None and known != self.own.price:
                cause = f"price EUR {known} ({priced.price.version})"
                yield Change(cause, ("price",), {"price": Fraction(known)})

    def _years(self) -> Iterator[Change]:
        period = self._choices.grant_law.period
        shares = {f"only the {written_share(y.paid)} paid in {y.year}": y.paid for y in period.calendar}
        shares |= {
            f"only the {written_share(y.accrued)} accrued in {y.year}": y.accrued for y in period.calendar
        }
        shares |= {claim.source: claim.value for claim in period.share_candidates if claim.value is not None}
        for cause, share in shares.items():
            if share != self.own.year:
                yield Change(cause, ("share of the year",), {"year": self.own.year * share})

    def unknowns(self, decided: Mapping[str, int]) -> Sequence[Unknown]:
        """Give the price, the shares of the transition and the percentage of the old base."""
        price = Unknown(
            "price",
            lambda settings: max(round(self.own.price * 1000), 100_000),
            lambda step: {"price": Fraction(step, 100)},
            lambda step: f"price EUR {written_euros(step)} (implied by the decisions)",
        )
        return (price, *transition_unknowns(self.old_name))

    def frozen(self, settings: SchoolSettings) -> SchoolSettings:
        """Give settings in which one school's amount depends on that school alone."""
        return frozen(self, settings)

    def score_of(self, code: str, settings: SchoolSettings) -> Unknown | None:
        """Give the score of a school, in hundredths."""
        if code not in settings.sites:
            return None
        own = sum(settings.sites[code])
        return Unknown(
            "scores",
            lambda settings: _HIGHEST_SCORE,
            lambda step: {"sites": ChainMap({code: (step,)}, settings.sites)},  # type: ignore[arg-type]
            lambda step: f"another score: {written_euros(step)} instead of {written_euros(own)}",
            own=own,
        )

    def has_transition(self) -> bool:
        """Say whether the law prescribes a transition."""
        return self._choices.transition is not None


def _gainers(part: Schools, choices: SchoolChoices) -> Gainers:
    """Give the gainers' share for a transition that the run did not apply."""
    if isinstance(part.gainers, Fraction):
        return part.gainers
    rule = choices.grant_law.period.transition
    known = None if rule is None else rule.gainers_share.value
    if part.gainers == "solve":
        return "solve"
    return "unknown" if known is None else known


def _missing(missing: str | None) -> Literal["zero", "exempt"]:
    return "zero" if missing == "zero" else "exempt"


def _read_base(file: str | Path | SourceFile) -> pa.Table:
    return read_table(file, SCHOOL_OLD_BASE)


def _by_school(sites: pa.Table) -> dict[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {}
    for school, score in zip(school_of_site(sites), units(sites, "score", 2), strict=True):
        found[school] = (*found.get(school, ()), score)
    return found
