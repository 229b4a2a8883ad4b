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
    Line,
    Paragraph,
    Section,
    Source,
    Sources,
)
from oab_funding.report.phrases import Phrases, read_phrases

if TYPE_CHECKING:
    from oab_funding.preschool.outcome import Lang, Outcome

Row = Mapping[str, Any]


def explain_preschool(outcome: Outcome, code: str, lang: Lang) -> Document:
    """Put one municipality's rows into words; nothing is computed anew."""
    phrases, texts = read_phrases(lang), read_texts(lang)
    rows = rows_of(outcome, "municipality_code", code)
    warnings = [texts["comparison"], texts["other_duties"]]
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
    texts, n = read_texts(phrases.language), phrases.numbers
    mark = f" ({texts['variant'].format(number=row['variant'])})" if numbered else ""
    yield Section(texts["sum"] + mark, (Derivation(tuple(_sum(row, outcome, phrases))),))
    toddlers, price = row["break_even_toddlers"], row["break_even_price"]
    lines = (
        Line(texts["any_number"] if toddlers is None else n.number(toddlers), texts["even_toddlers"]),
        Line(texts["any_price"] if price is None else n.euros(price), texts["even_price"]),
    )
    yield Section(texts["even"] + mark, (Derivation(lines),))


def _sum(row: Row, outcome: Outcome, phrases: Phrases) -> Iterator[Line]:
    texts, n, given, law = read_texts(phrases.language), phrases.numbers, outcome.given, year_law(row["year"])
    values = {
        "toddlers": n.number(row["toddlers"]),
        "reach": n.percent(row["reach"]),
        "per_toddler": n.number(row["hours_per_toddler"].normalize()),
        "by_law": n.number(law.hours),
        "workers": law.children_per_worker,
        "group": law.children_per_group,
        "price": n.number(row["hour_price"], 2),
        "hbo": given["hbo_hours"],
        "wage": n.number(given["hbo_wage"], 2),
        "place": n.number(given["place_cost"], 2),
        "tariff": n.number(row["tariff"], 2),
        "charged": given["charged_hours"],
        "weeks": given["weeks"],
        "share": n.percent(given["allowance_share"]),
        "ceiling": n.number(given["ceiling"], 2),
        "full": n.number(law.full_hours),
    }
    for name in ("hours", "staff_hours"):
        yield Line(f"{n.number(row[name], 2)}", texts[name].format(**values))
    for name in ("cost", "parents", "allowance", "to_be_bought", "grant"):
        yield Line(n.euros(row[name]), texts[name].format(**values))
    yield Line(n.euros(row["left"]), texts["left" if row["left"] >= 0 else "short"])
    if row["yardstick"] is not None:
        yield Line(f"EUR {n.number(row['yardstick'], 4)}", texts["yardstick"].format(**values))
