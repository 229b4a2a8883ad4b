"""A difference in words: of one institution, and of all; in Dutch and English.

A cause whose sign depends on the order is never named as what a difference is due to.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Literal

import numpy as np

from oab_funding.analysis.causes import Cause
from oab_funding.analysis.difference import COUNTED_BY, Difference, StreamDifference
from oab_funding.analysis.game import Parts
from oab_funding.errors import InputError, Place
from oab_funding.report.document import Column, Derivation, Document, Grid, Line, Paragraph, Section
from oab_funding.report.html import render_html
from oab_funding.report.phrases import Phrases, read_phrases, read_texts
from oab_funding.report.text import render_text

Format = Literal["text", "html"]

_SHOWN = 20
"""So many of the largest gains and losses are listed."""


def rendered(document: Document, form: Format) -> str:
    """Lay a document out as text for a terminal, or as a page."""
    return render_html(document) if form == "html" else render_text(document)


def of_institution(difference: Difference, code: str, lang: str) -> Document:
    """Say why one institution got another amount.

    Raises
    ------
    InputError
        It is in neither run.
    """
    phrases = read_phrases(lang)
    sections: list[Section] = []
    who = code
    for stream in difference.streams:
        for parts in stream.levels:
            if parts.level.name == "nation" or code not in parts.level.codes:
                continue
            at = parts.level.codes.index(code)
            if name := stream.names.get((parts.level.name, code)):
                who = f"{code} {name}"
            sections += _sections(difference, stream, parts, at, phrases)
    if not sections:
        raise InputError("is in neither of the two", Place(value=code, argument="code"), "check the code")
    return _document(
        difference, read_texts("difference", lang)["diff_title"].format(who=who), sections, phrases
    )


def of_all(difference: Difference, lang: str) -> Document:
    """Say who gained and lost in all, with the largest differences."""
    phrases, texts = read_phrases(lang), read_texts("difference", lang)
    sections: list[Section] = []
    for stream in difference.streams:
        whole = stream.levels[-1]
        said = {name: difference.figures[f"{stream.name} {name}"] for name in ("gainers", "losers", "same")}
        gross = phrases.numbers.euros(Fraction(str(difference.figures[f"{stream.name} changed hands"])))
        line = Paragraph(texts["diff_gained"].format(gross=gross, **said))
        title = texts["diff_total"].format(stream=texts[stream.name])
        first, *rest = _sections(difference, stream, whole, 0, phrases)
        sections += [Section(title, (line, *first.blocks)), *rest, _largest(stream, phrases)]
    return _document(difference, texts["diff_whole"], sections, phrases)


def _document(difference: Difference, title: str, sections: list[Section], phrases: Phrases) -> Document:
    first, second = difference.titles
    return Document(
        language="en" if phrases.language == "en" else "nl",
        title=title,
        subtitle="",
        run=read_texts("difference", phrases.language)["diff_run"].format(first=first, second=second),
        warnings=tuple(map(phrases.label, difference.labels)),
        sections=tuple(sections),
    )


def _sections(
    difference: Difference, stream: StreamDifference, parts: Parts, at: int, phrases: Phrases
) -> Iterator[Section]:
    texts, n = read_texts("difference", phrases.language), phrases.numbers
    first, second = int(parts.first[at]), int(parts.second[at])
    lines = (
        Line(n.euros(Fraction(first, 100)), texts["diff_first"].format(title=difference.titles[0])),
        Line(n.euros(Fraction(second, 100)), texts["diff_second"].format(title=difference.titles[1])),
        Line(n.euros(Fraction(second - first, 100)), texts["diff_difference"]),
    )
    grants = f"{texts['diff_amounts']}: {texts[f'grants_of_{stream.name}']}"
    yield Section(grants, (Derivation(lines), Paragraph(_verdict(stream, parts, at, phrases))))
    if stream.game.causes:
        yield Section(texts["diff_causes"], (_grid(stream, parts, at, phrases), *_method(stream, phrases)))
    noise = stream.noise.get((parts.level.name, parts.level.codes[at]), (None, None))
    spread = tuple(
        Line(n.euros(Fraction(cents, 100)), texts["diff_noise_line"].format(which=texts[which]))
        for cents, which in zip(noise, ("first", "second"), strict=True)
        if cents is not None
    )
    if spread:
        yield Section(texts["diff_noise"], (Derivation(spread),))


def _verdict(stream: StreamDifference, parts: Parts, at: int, phrases: Phrases) -> str:
    """Say what the difference may be put down to: only causes whose sign no order changes."""
    texts = read_texts("difference", phrases.language)
    sure, unsure = list[Cause](), list[Cause]()
    for number, cause in enumerate(stream.game.causes):
        low, high = int(parts.lowest[number, at]), int(parts.highest[number, at])
        if low < 0 < high:
            unsure.append(cause)
        elif low or high:
            sure.append(cause)
    said = []
    if sure:
        said.append(texts["diff_because"].format(causes=_named(sure, phrases)))
    if unsure:
        said.append(texts["diff_never"].format(causes=_named(unsure, phrases)))
    return " ".join(said) or texts["diff_nothing"]


def _named(causes: list[Cause], phrases: Phrases) -> str:
    return "; ".join(named(cause, phrases.language) for cause in causes)


def named(cause: Cause, language: str) -> str:
    """Name a cause in a language.

    Examples
    --------
    >>> named(Cause(("came", "left")), "en")
    'children who came + children who left'
    """
    texts = read_texts("difference", language)
    return " + ".join(texts[f"cause_{key}"] for key in cause.keys)


def _grid(stream: StreamDifference, parts: Parts, at: int, phrases: Phrases) -> Grid:
    texts, n = read_texts("difference", phrases.language), phrases.numbers

    def euros(cents: int) -> str:
        return n.number(Fraction(cents, 100), 2)

    rows = []
    for number, cause in enumerate(stream.game.causes):
        low, high = int(parts.lowest[number, at]), int(parts.highest[number, at])
        amount, own = int(parts.amount[number, at]), int(parts.own[number, at])
        known = bool(parts.own_known[number])
        rows.append(
            (
                named(cause, phrases.language),
                euros(amount),
                euros(low),
                euros(high),
                euros(own) if known else "",
                euros(amount - own) if known else "",
                texts["diff_flag" if low < 0 < high else "diff_clear"],
            )
        )
    names = ("cause", "amount", "lowest", "highest", "own", "elsewhere", "said")
    columns = tuple(Column(texts[f"diff_{name}"], numeric=name not in ("cause", "said")) for name in names)
    total = (texts["diff_sum"], euros(int(parts.second[at] - parts.first[at])), *[""] * 5)
    return Grid(texts["diff_causes"], columns, tuple(rows), total)


def _method(stream: StreamDifference, phrases: Phrases) -> tuple[Paragraph, Paragraph]:
    texts = read_texts("difference", phrases.language)
    if stream.game.order is None:
        return Paragraph(texts["diff_average"]), Paragraph(texts["diff_split"])
    taken = " > ".join(named(stream.game.causes[at], phrases.language) for at in stream.game.order)
    return Paragraph(texts["diff_in_order"].format(order=taken)), Paragraph(texts["diff_split"])


def _largest(stream: StreamDifference, phrases: Phrases) -> Section:
    texts, n = read_texts("difference", phrases.language), phrases.numbers
    parts = next(parts for parts in stream.levels if parts.level.name == COUNTED_BY[stream.name])
    change = parts.second - parts.first
    ranking = np.lexsort((np.arange(len(change)), -np.abs(change)))[:_SHOWN]
    rows = [
        (
            parts.level.codes[at],
            stream.names.get((parts.level.name, parts.level.codes[at]), ""),
            *(
                n.number(Fraction(int(cents), 100), 2)
                for cents in (parts.first[at], parts.second[at], change[at])
            ),
            *(n.number(Fraction(int(row[at]), 100), 2) for row in parts.amount),
        )
        for at in ranking.tolist()
        if change[at]
    ]
    causes = [Column(named(cause, phrases.language), numeric=True) for cause in stream.game.causes]
    names = (("code", False), ("name", False))
    columns = [Column(texts[f"diff_{name}"], numeric) for name, numeric in names]
    columns += [Column(texts[which], numeric=True) for which in ("first", "second")]
    columns += [Column(texts["diff_difference"], numeric=True), *causes]
    title = texts["diff_top"].format(stream=texts[stream.name])
    if not rows:
        return Section(title, (Paragraph(texts["diff_nothing"]),))
    return Section(title, (Grid(title, tuple(columns), tuple(rows)),))
