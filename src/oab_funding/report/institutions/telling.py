"""What every explanation has at hand: the run, the law that applied, and the language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal, cast

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import JsonValue

from oab_funding.errors import DamagedError, InputError
from oab_funding.exact import round_exact, to_fraction
from oab_funding.exact.fraction import Exact
from oab_funding.regulation import MunicipalityGrantProvision, SchoolGrantProvision, SchoolScoreProvision
from oab_funding.report.document import Document, Section
from oab_funding.report.numbers import Numbers
from oab_funding.report.phrases import Phrases
from oab_funding.run.run import Run
from oab_funding.run.steps import SITES, Step
from oab_funding.tables.columns import plain_array

_PLACES = 3
"""Decimals of a sum as an error names it: half a municipality's score has three."""

Row = Mapping[str, Any]
"""A row of a table, by name of column."""


@dataclass(frozen=True, slots=True)
class Telling:
    """A run, told in one language.

    Parameters
    ----------
    run
        The run.
    t
        The texts.
    minimum
        Fewer children than this are not counted out to a reader who may not see them, and no figure is told
        from which the score of one child follows; None tells all.
    """

    run: Run
    t: Phrases
    minimum: int | None = None

    @property
    def hides(self) -> bool:
        """Whether something must be hidden: the run was made from children, and not all may be seen."""
        return self.minimum is not None and self.run.calculation.children is not None

    def counted(self, children: Exact) -> str:
        """Write a number of children, or that they are fewer than may be told."""
        if self.hidden(children):
            return self.t("site.fewer", minimum=self.minimum)
        return self.n.exact(children)

    def hidden(self, children: Exact) -> bool:
        """Say whether a number of children is too small to be told."""
        return self.minimum is not None and self.hides and 0 < to_fraction(children) < self.minimum

    @property
    def n(self) -> Numbers:
        """How numbers are written."""
        return self.t.numbers

    @property
    def grant_law(self) -> SchoolGrantProvision | None:
        """What applies to the grants of schools, if the run has them."""
        part = self.run.calculation.schools
        return None if part is None else self.run.statutes.school_grant(part.period)

    @property
    def score_law(self) -> SchoolScoreProvision | None:
        """What applies to the scores of sites, if the run has them."""
        law, children = self.grant_law, self.run.calculation.children
        if law is not None:
            return self.run.statutes.school_score(law.period.reference_date)
        if children is not None and self.run.figures(SITES):
            return self.run.statutes.school_score(children.reference_date)
        return None

    @property
    def municipal_law(self) -> MunicipalityGrantProvision | None:
        """What applies to the grants of municipalities, if the run has them."""
        part = self.run.calculation.municipalities
        return None if part is None else self.run.statutes.municipality_grant(part.year)

    def figure(self, step: Step | str, name: str) -> JsonValue:
        """Give a figure of a step, None where it is not there."""
        return self.run.figures(step).recorded.get(name)

    def exact(self, step: Step | str, name: str) -> Exact | None:
        """Give a figure of a step that is a number, None where it is not there."""
        return cast(Exact | None, self.figure(step, name))

    def parameter(self, step: Step | str, name: str) -> JsonValue:
        """Give a parameter of a step, None where it is not there."""
        return self.run.parameters(step).get(name)

    def part_of_parameter(self, step: Step | str, name: str, part: str) -> JsonValue:
        """Give a part of a parameter that has parts, None where either is not there."""
        value = self.parameter(step, name)
        return value.get(part) if isinstance(value, Mapping) else None

    def carried_out(self, step: Step | str) -> bool:
        """Say whether the run has a step of this name."""
        return any(record.name == str(step) for record in self.run.records)

    def rows(self, table: str, column: str, value: str) -> list[Row]:
        """Give the rows of a table in which a column has a value; none where there is no such table."""
        if not self.run.has(table):
            return []
        found, wanted = self.run.table(table), plain_array([value], pa.string())  # not by way of pandas
        here = pc.is_in(found.column(column).cast(pa.string()), value_set=wanted)
        return cast(list[Row], found.filter(here).to_pylist())

    def row(self, table: str, column: str, value: str) -> Row | None:
        """Give the first such row, None where there is none."""
        return next(iter(self.rows(table, column, value)), None)

    def require(self, table: str, kind: str, wanted: str) -> pa.Table:
        """Give a table, or say that the run has nothing of the kind that was asked for.

        Raises
        ------
        InputError
            The run has no such table.
        """
        if not self.run.has(table):
            raise InputError(
                f"{kind} {wanted!r} cannot be looked up: the run has no table {table}",
                remedy="name a run that computes it",
            )
        return self.run.table(table)

    def check(self, recorded: Exact, again: Exact, what: str) -> None:
        """Check that a number of the record follows from what else it holds, before it is printed.

        Raises
        ------
        DamagedError
            It does not.
        """
        if to_fraction(recorded) != to_fraction(again):
            raise DamagedError(
                f"{what} is recorded as {recorded}, but what the run holds gives {again}",
                remedy="verify the bundle, and use one that is whole",
            )

    def check_sum(self, recorded: Exact, parts: Iterable[Exact | None], what: str) -> None:
        """Check that a number of the record is the sum of its parts; not where a part is not known.

        Raises
        ------
        DamagedError
            It is not.
        """
        known = list(parts)
        if None in known:
            return
        again = sum((to_fraction(part) for part in known if part is not None), Fraction())
        if to_fraction(recorded) != again:
            self.check(recorded, round_exact(again, _PLACES), what)

    def document(
        self, title: str, subtitle: str, sections: Sequence[Section | None], own_labels: Sequence[str] = ()
    ) -> Document:
        """Put an explanation together: sections that are None are left out, labels stand at the top."""
        labels = dict.fromkeys(self.t.label(label) for label in (*self.run.labels, *own_labels))
        return Document(
            language=cast(Literal["nl", "en"], self.t.language),
            title=title,
            subtitle=subtitle,
            run=self.t.label(self.run.calculation.title),
            warnings=tuple(labels),
            sections=tuple(section for section in sections if section is not None),
        )
