"""The explanation of one forecast, line by line, in Dutch and English."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from oab_funding.preschool.explain import Row, closing, rows_of
from oab_funding.preschool.texts import read_texts
from oab_funding.report.document import Derivation, Document, Line, Section
from oab_funding.report.numbers import Numbers
from oab_funding.report.phrases import read_phrases

if TYPE_CHECKING:
    from oab_funding.preschool.outcome import Lang, Outcome

_PARTS = ("score", "total", "price", "minimum", "transition")


def explain_municipality(outcome: Outcome, code: str, lang: Lang) -> Document:
    """Put one municipality's forecast into words."""
    return _explain(outcome, "municipality_code", code, outcome.given["year"], "score", lang)


def explain_school(outcome: Outcome, code: str, lang: Lang) -> Document:
    """Put one school's forecast into words."""
    return _explain(outcome, "school_id", code, outcome.given["period"], "school_score", lang)


def _explain(outcome: Outcome, column: str, code: str, when: str, score: str, lang: Lang) -> Document:
    numbers, texts = read_phrases(lang).numbers, read_texts(lang)
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
    return label if name is None else read_texts(lang)[f"label_{name}"].format(year=label.split()[-1])


def _lines(row: Row, outcome: Outcome, numbers: Numbers, score: str, lang: Lang) -> Iterator[Line]:
    texts = read_texts(lang)
    yield Line(numbers.number(row["score"]), texts[score])
    price = outcome.figures["price"]
    yield Line(f"EUR {numbers.number(str(price), 4)}", texts["price"])
    yield Line(numbers.euros(row["amount"]), texts["topped_up" if row.get("topped_up") else "amount"])
    if row.get("amount_low") is not None:
        low, high = (numbers.euros(row[name]) for name in ("amount_low", "amount_high"))
        yield Line("", texts["interval"].format(low=low, high=high))


def _change(row: Row, numbers: Numbers, lang: Lang) -> Iterator[Line]:
    texts = read_texts(lang)
    for name in ("last", "change", *(f"from_{part}" for part in _PARTS)):
        if name in row:
            yield Line(numbers.euros(row[name]), texts[name])
