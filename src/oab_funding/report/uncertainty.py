"""How certain an amount is, in words: of one institution, and of all; in Dutch and English.

Never a correction of an amount, and no claim to another one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal, Protocol

import pyarrow as pa
import pyarrow.compute as pc

from oab_funding.errors import InputError, Place
from oab_funding.report.document import (
    Column,
    Derivation,
    Document,
    Grid,
    Line,
    PageSection,
    Paragraph,
    Section,
)
from oab_funding.report.figures.uncertainty import interval_plot, width_histogram
from oab_funding.report.html import render_html
from oab_funding.report.phrases import Phrases, read_phrases, read_texts
from oab_funding.report.sections.pictures import picture
from oab_funding.report.text import render_text
from oab_funding.tables.step_result import Figure

Format = Literal["text", "html"]

_SHOWN = 20
"""So many institutions are listed: those with the largest amounts, or scores where there are no amounts."""
_COUNTED = {"schools": "school", "municipalities": "municipality"}
_DRAWN = {"schools": "site", "municipalities": "municipality"}
_SOURCES = ("sd", "sd_draw", "sd_imputation", "sd_coefficients")


class Uncertain(Protocol):
    """What is told of: the uncertainty of the scores and grants of a run."""

    @property
    def title(self) -> str:
        """The title of the run."""
        ...

    @property
    def tables(self) -> Mapping[str, pa.Table]:
        """Tables `uncertainty` and `nation`."""
        ...

    @property
    def figures(self) -> Mapping[str, Figure]:
        """Replicates, level, and euros within the noise."""
        ...

    @property
    def labels(self) -> tuple[str, ...]:
        """What must be said."""
        ...


def rendered(told: tuple[Document, tuple[PageSection, ...]], form: Format) -> str:
    """Lay a document out as text for a terminal, or as a page with its pictures."""
    document, pictures = told
    return render_html(document, pictures) if form == "html" else render_text(document)


def of_institution(found: Uncertain, code: str, lang: str) -> tuple[Document, tuple[PageSection, ...]]:
    """Say how certain the score and the amount of one institution are.

    Raises
    ------
    InputError
        It has no score in this run.
    """
    phrases, texts = read_phrases(lang), read_texts("uncertainty", lang)
    sections = []
    for row in found.tables["uncertainty"].to_pylist():
        if row["institution"] == code and row["level"] != "nation":
            level, stream = texts[f"level_{row['level']}"], texts[row["stream"]]
            title = texts["of"].format(level=level, code=code, stream=stream)
            sections.append(Section(title, tuple(_blocks(found, row, phrases))))
    if not sections:
        raise InputError("has no score in this run", Place(value=code, argument="code"), "check the code")
    return _document(found, texts["title"].format(who=code), sections, phrases), ()


def of_all(found: Uncertain, lang: str) -> tuple[Document, tuple[PageSection, ...]]:
    """Say how certain the allocation is as a whole, with the largest amounts and pictures."""
    phrases, texts = read_phrases(lang), read_texts("uncertainty", lang)
    table, sections, pictures = found.tables["uncertainty"], [], []
    for stream in _COUNTED:
        rows = table.filter(pc.equal(table["stream"], stream))
        if not rows.num_rows:
            continue
        whole = rows.filter(pc.equal(rows["level"], "nation")).to_pylist()[0]
        title = texts["whole_of"].format(stream=texts[stream])
        sections += [
            Section(title, (*_noise(found, stream, phrases), *_blocks(found, whole, phrases))),
            _largest(rows, stream, phrases),
        ]
        drawn = rows.filter(pc.equal(rows["level"], _DRAWN[stream]))
        pictures.append(_pictures(drawn, stream, found, phrases))
    return _document(found, texts["whole"], sections, phrases), tuple(pictures)


def _document(found: Uncertain, title: str, sections: list[Section], phrases: Phrases) -> Document:
    texts = read_texts("uncertainty", phrases.language)
    given = found.figures["coefficients"] == "taken as given"
    method = texts["method"].format(
        replicates=found.figures["replicates"],
        seed=found.figures["seed"],
        coefficients=texts["coefficients_given" if given else "coefficients_drawn"],
        parts=found.figures["replicates per source"],
        sha256=found.figures["sha256"],
    )
    return Document(
        language="en" if phrases.language == "en" else "nl",
        title=title,
        subtitle="",
        run=found.title,
        warnings=tuple(map(phrases.label, found.labels)),
        sections=(*sections, Section(texts["how"], (Paragraph(method),))),
        recorded=False,
    )


def _blocks(found: Uncertain, row: Mapping[str, Any], phrases: Phrases) -> Iterator[Paragraph | Derivation]:
    """Say what the interval means, then give the numbers."""
    texts, n = read_texts("uncertainty", phrases.language), phrases.numbers
    level = n.percent(Fraction(str(found.figures["level"])))

    def euros(value: Decimal) -> str:
        return n.euros(Fraction(value))

    def score(value: Decimal) -> str:
        return n.number(Fraction(value), 2)

    paid = row["amount"] is not None
    write, of = (euros, "amount") if paid else (score, "score")
    key = "sentence" if paid else "sentence_score"
    yield Paragraph(
        texts[key].format(level=level, low=write(row[f"{of}_low"]), high=write(row[f"{of}_high"]))
    )
    yield Paragraph(texts["random"])
    yield Paragraph(texts["never"])
    lines = [
        Line(score(row["score"]), texts["score"]),
        Line(score(row["score_median"]), texts["median"]),
        Line(f"{score(row['score_low'])} - {score(row['score_high'])}", texts["interval"]),
        Line(n.percent(Fraction(row["p_above_zero"])), texts["above"]),
    ]
    lines += [Line(score(row[one]), texts[one]) for one in _SOURCES if row[one] is not None]
    if paid:
        lines += [
            Line(euros(row["amount"]), texts["amount"]),
            Line(euros(row["amount_median"]), texts["median"]),
            Line(f"{euros(row['amount_low'])} - {euros(row['amount_high'])}", texts["interval"]),
        ]
    yield Derivation(tuple(lines))


def _noise(found: Uncertain, stream: str, phrases: Phrases) -> Iterator[Paragraph]:
    texts, name = read_texts("uncertainty", phrases.language), f"{stream}: euros within the noise"
    if name in found.figures:
        share = Fraction(str(found.figures[f"{stream}: share of the money within the noise"]))
        yield Paragraph(
            texts["noise"].format(
                euros=phrases.numbers.euros(Fraction(str(found.figures[name]))),
                share=phrases.numbers.number(share * 100, 2) + "%",
            )
        )


def _largest(rows: pa.Table, stream: str, phrases: Phrases) -> Section:
    texts, n = read_texts("uncertainty", phrases.language), phrases.numbers
    counted = rows.filter(pc.equal(rows["level"], _COUNTED[stream])).to_pylist()
    paid = any(row["amount"] is not None for row in counted)
    of = "amount" if paid else "score"
    names = (of, f"{of}_low", f"{of}_median", f"{of}_high")
    counted.sort(key=lambda row: (-row[of], row["institution"]))
    shown = [
        (
            row["institution"],
            *(n.number(Fraction(row[name]), 2) for name in names),
            n.percent(Fraction(row["p_above_zero"])),
        )
        for row in counted[:_SHOWN]
    ]
    heads = (of, "low", "median", "high")
    columns = (
        Column(texts["code"]),
        *(Column(texts[name], numeric=True) for name in (*heads, "above")),
    )
    title = texts["largest"].format(stream=texts[stream])
    return Section(title, (Grid(title, columns, tuple(shown)),))


def _pictures(rows: pa.Table, stream: str, found: Uncertain, phrases: Phrases) -> PageSection:
    texts = read_texts("uncertainty", phrases.language)
    names = {name.removeprefix(_PICTURE): text for name, text in texts.items() if name.startswith(_PICTURE)}
    source = "; ".join(map(phrases.label, found.labels[:1]))
    return PageSection(
        texts["pictures"].format(stream=texts[stream]),
        (
            picture(
                interval_plot(rows, names, source),
                texts["picture_title"].format(shown=""),
                texts["caption_intervals"],
            ),
            picture(width_histogram(rows, names, source), texts["picture_spread"], texts["caption_widths"]),
        ),
    )


_PICTURE = "picture_"
