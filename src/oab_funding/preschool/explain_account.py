"""The explanation of one municipality's spending account, in Dutch and English."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oab_funding.preschool.explain import closing, rows_of
from oab_funding.preschool.texts import read_texts
from oab_funding.report.document import Column, Document, Grid, Paragraph, Section
from oab_funding.report.phrases import read_phrases

if TYPE_CHECKING:
    from oab_funding.preschool.outcome import Lang, Outcome

_AMOUNTS = ("opening", "granted", "spent", "balance")


def explain_account(outcome: Outcome, code: str, lang: Lang) -> Document:
    """Put one municipality's account into words: a row per year, and how it ends."""
    numbers, texts = read_phrases(lang).numbers, read_texts(lang)
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
