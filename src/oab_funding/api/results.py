"""What the functions of the front door give: a calculation that was carried out, seen from its main table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import pyarrow as pa

from oab_funding.errors import InputError, Place
from oab_funding.exact import to_fraction
from oab_funding.run import steps
from oab_funding.run.figures import Figures
from oab_funding.run.run import Run
from oab_funding.tables.display import Displayed, in_words

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
    def figures(self) -> Figures:
        """A table by itself has no figures."""
        return Figures({})


@dataclass(frozen=True, slots=True, repr=False)
class Result(Displayed):
    """The outcome of a calculation: tables, figures, labels, and the record from which it can be explained.

    Parameters
    ----------
    run
        The calculation that was carried out.
    """

    run: Run

    _main: ClassVar[tuple[str, ...]] = ()
    _steps: ClassVar[tuple[steps.Step, ...]] = ()

    @property
    def tables(self) -> Mapping[str, pa.Table]:
        """Every table that a step gave, by name; the main one first."""
        found = self.run.tables
        first = {name: found[name] for name in self._main if name in found}
        return MappingProxyType(first | dict(found))

    @property
    def table(self) -> pa.Table:
        """The main table."""
        return next(iter(self.tables.values()))

    @property
    def figures(self) -> Figures:
        """National figures and totals by name: exact numbers, counts and text, with their units."""
        every = [self.run.figures(step) for step in self._steps]
        return Figures({name: value for one in every for name, value in one.recorded.items()})

    @property
    def labels(self) -> tuple[str, ...]:
        """What must be said with every output, such as "before transition"."""
        return self.run.labels

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
        return explain_code(self.run, code, lang, format)

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
        return added_up(self.run, whole)

    def _title(self) -> str:
        return self.run.calculation.title

    def _written(self) -> Mapping[str, pa.Table]:
        return {name: self.run.with_terms(name) for name in self.tables}


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
    _steps = (steps.PRICE, steps.SCHOOLS, steps.GRANTS_OF_SCHOOLS)


class MunicipalGrants(_Grants):
    """Grants of municipalities in a budget year: table `municipal_grants`."""

    __slots__ = ()
    _main = ("municipal_grants",)
    _steps = (steps.MONEY, steps.GRANTS_OF_MUNICIPALITIES)


class SiteScores(Result):
    """Scores of school sites from children: table `site_scores`, with N, T, C, G among its figures."""

    __slots__ = ()
    _main = ("site_scores",)
    _steps = (steps.SITES,)

    @property
    def reference_date(self) -> date:
        """The day on which the children were counted."""
        return _day(self)


class MunicipalityScores(Result):
    """Scores of municipalities from children: table `municipality_scores`, with N, T, C, G as figures."""

    __slots__ = ()
    _main = ("municipality_scores",)
    _steps = (steps.MUNICIPALITIES,)

    @property
    def reference_date(self) -> date:
        """The day on which the children were counted."""
        return _day(self)


def _day(result: Result) -> date:
    children = result.run.calculation.children
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
    def figures(self) -> Figures:
        """Schools, schools above 0, and the sum of the scores."""
        return Figures.of(self.step.figures)


def explain_code(run: Run, code: str, lang: Language, format: Format) -> str:  # noqa: A002
    """Explain one institution of a run by its code; see `Result.explain`."""
    from oab_funding.report.explain import explain

    kind = "municipality" if str(code).startswith("GM") else _INSTITUTIONS.get(len(str(code)))
    if kind is None:
        raise InputError(
            "is the code of no institution",
            Place(value=code, argument="code"),
            "give a school such as 00AP, a site such as 00AP00, a board or a municipality such as GM0363",
        )
    asked: dict[str, Any] = {kind: str(code), "lang": lang, "format": format}
    return explain(run, **asked)


def added_up(run: Run, whole: By) -> TableResult:
    """Give the grants of a run added up by a larger whole; see `Result.by`."""
    tables = _WHOLES_OF_SITES if run.has("school_grants") else _WHOLES_OF_MUNICIPALITIES
    known = [one for one, name in tables.items() if run.has(name)]
    if whole not in known:
        listed = ", ".join(known) or "none: this result holds no grants"
        raise InputError("cannot be added up by", Place(value=whole, argument="by"), f"choose {listed}")
    needs_register = tables is _WHOLES_OF_SITES and whole != "school"
    if needs_register and not run.sources.keys() & {"schools.sites.1", "children.sites"}:
        raise InputError(f"no register says which {whole} a site belongs to", remedy="pass `sites`")
    return TableResult(tables[whole], run.table(tables[whole]), run.labels)


_WHOLES_OF_SITES: Mapping[By, str] = {
    "municipality": "totals_municipality",
    "province": "totals_province",
    "board": "totals_board",
    "school": "school_grants",
}
_WHOLES_OF_MUNICIPALITIES: Mapping[By, str] = {"municipality": "municipal_grants"}
"""By what grants can be added up, and the table that has it."""
