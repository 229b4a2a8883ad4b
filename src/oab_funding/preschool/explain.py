"""The explanation of one municipality's comparison, line by line, in Dutch and English."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from oab_funding.errors import InputError
from oab_funding.grants.preschool.year_law import year_law
from oab_funding.preschool.texts import read_texts
from oab_funding.report.document import (
    Derivation,
    Document,
    Paragraph,
    Section,
    Source,
    Sources,
)
from oab_funding.report.institutions.bought import even_lines, sum_lines
from oab_funding.report.phrases import Phrases, read_phrases

if TYPE_CHECKING:
    from oab_funding.preschool.outcome import Lang, Outcome

Row = Mapping[str, Any]


def explain_preschool(outcome: Outcome, code: str, lang: Lang) -> Document:
    """Put one municipality's rows into words; nothing is computed anew."""
    phrases, texts = read_phrases(lang), read_texts(lang)
    rows = rows_of(outcome, "municipality_code", code)
    warnings = [phrases(f"preschool.{name}") for name in ("comparison", "other_duties")]
    if len(rows) > 1:
        warnings.append(texts["what_if"].format(count=len(rows)))
    if any("fewer hours" in label for label in outcome.labels):
        warnings.append(texts["below_law"])
    return Document(
        language=lang,
        title=texts["preschool_title"].format(year=rows[0]["year"], code=code),
        subtitle="",
        run=texts["preschool_run"],
        warnings=tuple(warnings),
        sections=(
            *(section for row in rows for section in _sections(row, outcome, phrases, len(rows) > 1)),
            *closing(outcome, texts),
        ),
        recorded=False,
    )


def rows_of(outcome: Outcome, column: str, code: str) -> list[Row]:
    """Give the rows of a municipality or school.

    Raises
    ------
    InputError
        There are none.
    """
    rows = [row for row in outcome.step.table.to_pylist() if row[column] == code]
    if not rows:
        raise InputError(f"{code!r} is not in the table", remedy="choose a code of the table")
    return rows


def closing(outcome: Outcome, texts: Mapping[str, str]) -> Iterator[Section]:
    """Say what was given, what the law leaves open, and where it stands."""
    said = "; ".join(f"{name} = {value}" for name, value in outcome.given.items())
    yield Section(texts["given"], (Paragraph(said),))
    gaps = tuple(
        Paragraph(
            texts["gap"].format(
                question=texts.get(f"gap_{gap.name}", gap.question),
                choice=outcome.given.get(gap.name, gap.default),
            )
        )
        for gap in outcome.gaps
    )
    if gaps:
        yield Section(texts["gaps"], gaps)
    sources = tuple(Source(texts["law"], source) for source in outcome.sources)
    yield Section(texts["sources"], (Sources(sources),))


def _sections(row: Row, outcome: Outcome, phrases: Phrases, numbered: bool) -> Iterator[Section]:
    texts, rule = read_texts(phrases.language), year_law(row["year"]).rule
    mark = f" ({texts['variant'].format(number=row['variant'])})" if numbered else ""
    yield Section(texts["sum"] + mark, (Derivation(tuple(sum_lines(row, outcome.given, rule, phrases))),))
    yield Section(texts["even"] + mark, (Derivation(tuple(even_lines(row, phrases))),))
