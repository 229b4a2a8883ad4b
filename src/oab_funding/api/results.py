"""What the functions of the front door give: a calculation that was carried out, seen from its main table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar, Literal

import pyarrow as pa

from oab_funding.api.running import Carried, terms_of_grants
from oab_funding.errors import InputError, Place
from oab_funding.exact import to_fraction
from oab_funding.grants.terms import with_terms
from oab_funding.tables.display import Displayed, in_words
from oab_funding.tables.step_result import Figure

if TYPE_CHECKING:
    from datetime import date

    from oab_funding.tables.step_result import StepResult

By = Literal["municipality", "province", "board", "school"]
Language = Literal["nl", "en"]
Format = Literal["text", "html"]

_INSTITUTIONS = {6: "site", 5: "board", 4: "school"}
"""By the length of its code; the code of a municipality begins with GM."""


@dataclass(frozen=True, slots=True, repr=False)
class TableResult(Displayed):
    """A table by itself, with its labels.

    Parameters
    ----------
    name
        What the table is.
    table
        The table.
    labels
        What must be said with it.
    """

    name: str
    table: pa.Table
    labels: tuple[str, ...] = ()

    @property
    def tables(self) -> Mapping[str, pa.Table]:
        """The table by its name."""
        return {self.name: self.table}

    @property
    def figures(self) -> Mapping[str, Figure]:
        """A table by itself has no figures."""
        return {}


@dataclass(frozen=True, slots=True, repr=False)
class Result(Displayed):
    """The outcome of a calculation: tables, figures, labels, and the record from which it can be explained.

    Parameters
    ----------
    carried
        The calculation that was carried out.
    """

    carried: Carried

    _main: ClassVar[tuple[str, ...]] = ()
    _steps: ClassVar[tuple[str, ...]] = ()

    @property
    def tables(self) -> Mapping[str, pa.Table]:
        """Every table that a step gave, by name; the main one first."""
        found = self.carried.outcome.tables
        first = {name: found[name] for name in self._main if name in found}
        return MappingProxyType(first | dict(found))

    @property
    def table(self) -> pa.Table:
        """The main table."""
        return next(iter(self.tables.values()))

    @property
    def figures(self) -> Mapping[str, Figure]:
        """National figures and totals by name: exact numbers, counts and text."""
        every = self.carried.outcome.figures
        steps = [step for step in self._steps if step in every] if self._steps else list(every)
        return MappingProxyType({name: value for step in steps for name, value in every[step].items()})

    @property
    def labels(self) -> tuple[str, ...]:
        """What must be said with every output, such as "before transition"."""
        return self.carried.outcome.labels

    def explain(self, code: str, lang: Language = "nl", format: Format = "text") -> str:  # noqa: A002
        """Explain how one institution's score and grant come about, with the articles of law.

        Parameters
        ----------
        code
            A school ("00AP"), site ("00AP00"), board ("41234") or municipality ("GM0363").
        lang
            Language.
        format
            Text for a terminal, or a page.

        Raises
        ------
        InputError
            It is the code of no institution, or not in the calculation.
        """
        from oab_funding.report.explain import explain

        kind = "municipality" if str(code).startswith("GM") else _INSTITUTIONS.get(len(str(code)))
        if kind is None:
            raise InputError(
                "is the code of no institution",
                Place(value=code, argument="code"),
                "give a school such as 00AP, a site such as 00AP00, a board or a municipality such as GM0363",
            )
        return explain(self.carried.told(), **{kind: str(code)}, lang=lang, format=format)

    def by(self, whole: By) -> TableResult:
        """Give the grants added up by a larger whole.

        Parameters
        ----------
        whole
            ``"municipality"``, ``"province"`` or ``"board"``, of the sites that make up the schools; or
            ``"school"``.

        Raises
        ------
        InputError
            There is nothing to add up by it.
        """
        name = self._wholes().get(whole)
        if name is None:
            known = ", ".join(self._wholes()) or "none: this result is not made of sites"
            raise InputError("cannot be added up by", Place(value=whole, argument="by"), f"choose {known}")
        if whole != "school" and not self.carried.sources.keys() & {"schools.sites.1", "children.sites"}:
            raise InputError(f"no register says which {whole} a site belongs to", remedy="pass `sites`")
        return TableResult(name, self.tables[name], self.labels)

    def _wholes(self) -> Mapping[str, str]:
        named = {whole: f"totals_{whole}" for whole in ("municipality", "province", "board")}
        named["school"] = "school_grants"
        return {whole: name for whole, name in named.items() if name in self.tables}

    def _title(self) -> str:
        return self.carried.calculation.title

    def _written(self) -> Mapping[str, pa.Table]:
        terms = terms_of_grants(self.carried.calculation, self.carried.outcome)
        return {
            name: with_terms(table, terms[name]) if name in terms else table
            for name, table in self.tables.items()
        }


class _Grants(Result):
    __slots__ = ()

    @property
    def total(self) -> Decimal:
        """What is paid in all, in euros."""
        total = to_fraction(str(self.figures["total"]))
        return (Decimal(total.numerator) / total.denominator).quantize(Decimal("0.01"))

    def _highlights(self) -> list[str]:
        return [f"EUR {in_words(self.total)}"]


class SchoolGrants(_Grants):
    """Grants of schools in a period: table `school_grants`, totals, and how they come about."""

    __slots__ = ()
    _main = ("school_grants",)
    _steps = ("price per unit", "scores of schools", "grants of schools")


class MunicipalGrants(_Grants):
    """Grants of municipalities in a budget year: table `municipal_grants`."""

    __slots__ = ()
    _main = ("municipal_grants",)
    _steps = ("budget or price", "grants of municipalities")


class SiteScores(Result):
    """Scores of school sites from children: table `site_scores`, with N, T, C, G among its figures."""

    __slots__ = ()
    _main = ("site_scores",)
    _steps = ("scores of sites",)

    @property
    def reference_date(self) -> date:
        """The day on which the children were counted."""
        return _day(self)


class MunicipalityScores(Result):
    """Scores of municipalities from children: table `municipality_scores`, with N, T, C, G as figures."""

    __slots__ = ()
    _main = ("municipality_scores",)
    _steps = ("scores of municipalities",)

    @property
    def reference_date(self) -> date:
        """The day on which the children were counted."""
        return _day(self)


def _day(result: Result) -> date:
    children = result.carried.calculation.children
    assert children is not None  # the steps of these results want children
    return children.reference_date


@dataclass(frozen=True, slots=True, repr=False)
class SchoolScores(Displayed):
    """Scores of schools: the sums of the scores of their sites, which it keeps.

    Parameters
    ----------
    step
        What the sum gave.
    site_scores
        The scores of the sites.
    labels
        What must be said with every output.
    """

    step: StepResult
    site_scores: pa.Table
    labels: tuple[str, ...] = ()

    @property
    def tables(self) -> Mapping[str, pa.Table]:
        """Tables `schools` and `site_scores`."""
        return {**self.step.tables, "site_scores": self.site_scores}

    @property
    def table(self) -> pa.Table:
        """Table `schools`."""
        return self.step.table

    @property
    def figures(self) -> Mapping[str, Figure]:
        """Schools, schools above 0, and the sum of the scores."""
        return self.step.figures
