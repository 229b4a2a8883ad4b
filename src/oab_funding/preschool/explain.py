"""Explanations of what this room answers, line by line: a comparison, an account, a forecast."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from oab_funding.errors import InputError
from oab_funding.grants.preschool.year_law import year_law
from oab_funding.report.document import (
    Column,
    Derivation,
    Document,
    Grid,
    Line,
    Paragraph,
    Section,
    Source,
    Sources,
)
from oab_funding.report.institutions.bought import even_lines, sum_lines
from oab_funding.report.numbers import Numbers
from oab_funding.report.phrases import Phrases, read_phrases, read_texts

if TYPE_CHECKING:
    from oab_funding.preschool.outcome import Lang, Outcome


Row = Mapping[str, Any]


def explain_preschool(outcome: Outcome, code: str, lang: Lang) -> Document:
    """Put one municipality's rows into words; nothing is computed anew."""
    phrases, texts = read_phrases(lang), read_texts("preschool", lang)
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
    texts, rule = read_texts("preschool", phrases.language), year_law(row["year"]).rule
    mark = f" ({texts['variant'].format(number=row['variant'])})" if numbered else ""
    yield Section(texts["sum"] + mark, (Derivation(tuple(sum_lines(row, outcome.given, rule, phrases))),))
    yield Section(texts["even"] + mark, (Derivation(tuple(even_lines(row, phrases))),))


_AMOUNTS = ("opening", "granted", "spent", "balance")


def explain_account(outcome: Outcome, code: str, lang: Lang) -> Document:
    """Put one municipality's account into words: a row per year, and how it ends."""
    numbers, texts = read_phrases(lang).numbers, read_texts("preschool", lang)
    rows = rows_of(outcome, "municipality_code", code)
    grid = Grid(
        texts["account_caption"],
        (
            Column(texts["account_year"]),
            *(Column(texts[f"account_{name}"], numeric=True) for name in _AMOUNTS),
        ),
        tuple((str(row["year"]), *(numbers.number(row[name], 2) for name in _AMOUNTS)) for row in rows),
    )
    end = texts["account_end"].format(
        carried=numbers.euros(rows[-1]["carried_over"]),
        recovered=numbers.euros(rows[-1]["recovered"]),
        share=numbers.percent(str(outcome.figures["carry_over_share"])),
    )
    return Document(
        lang,
        texts["account_title"].format(code=code, period=outcome.given["period"]),
        "",
        texts["account_run"],
        (texts["account_sisa"],),
        (Section(texts["account_years"], (grid, Paragraph(end))), *closing(outcome, texts)),
        recorded=False,
    )


_PARTS = ("score", "total", "price", "minimum", "transition")


def explain_municipality(outcome: Outcome, code: str, lang: Lang) -> Document:
    """Put one municipality's forecast into words."""
    return _explain(outcome, "municipality_code", code, outcome.given["year"], "score", lang)


def explain_school(outcome: Outcome, code: str, lang: Lang) -> Document:
    """Put one school's forecast into words."""
    return _explain(outcome, "school_id", code, outcome.given["period"], "school_score", lang)


def _explain(outcome: Outcome, column: str, code: str, when: str, score: str, lang: Lang) -> Document:
    numbers, texts = read_phrases(lang).numbers, read_texts("preschool", lang)
    row = rows_of(outcome, column, code)[0]
    lines = tuple(_lines(row, outcome, numbers, score, lang))
    sections = [Section(texts["forecast_sum"], (Derivation(lines),))]
    if "change" in row:
        sections.append(Section(texts["change_title"], (Derivation(tuple(_change(row, numbers, lang))),)))
    return Document(
        lang,
        texts["forecast_title"].format(year=when, code=code),
        "",
        texts["forecast_run"],
        tuple(_label(label, lang) for label in outcome.labels),
        (*sections, *closing(outcome, texts)),
        recorded=False,
    )


_LABELS = (
    ("forecast:", "forecast"),
    ("assumed in force", "assumed"),
    ("the effect of the national", "total_unknown"),
    ("the last price was derived", "derived"),
    ("a new school", "other"),
    ("before transition", "before_transition"),
)


def _label(label: str, lang: Lang) -> str:
    """Say a label in the language; one that is not known here stays as it is."""
    name = next((name for start, name in _LABELS if label.startswith(start)), None)
    return (
        label
        if name is None
        else read_texts("preschool", lang)[f"label_{name}"].format(year=label.split()[-1])
    )


def _lines(row: Row, outcome: Outcome, numbers: Numbers, score: str, lang: Lang) -> Iterator[Line]:
    texts = read_texts("preschool", lang)
    yield Line(numbers.number(row["score"]), texts[score])
    price = Fraction(str(outcome.figures["price"]))
    cents = (price * 100).denominator == 1  # a price that follows from a budget does not end in cents
    yield Line(f"EUR {numbers.number(price, 2 if cents else 4)}", texts["price"])
    yield Line(numbers.euros(row["amount"]), texts["topped_up" if row.get("topped_up") else "amount"])
    if row.get("amount_low") is not None:
        low, high = (numbers.euros(row[name]) for name in ("amount_low", "amount_high"))
        yield Line("", texts["interval"].format(low=low, high=high))


def _change(row: Row, numbers: Numbers, lang: Lang) -> Iterator[Line]:
    texts = read_texts("preschool", lang)
    for name in ("last", "change", *(f"from_{part}" for part in _PARTS)):
        if name in row:
            yield Line(numbers.euros(row[name]), texts[name])
