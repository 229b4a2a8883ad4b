"""Text from outside does nothing to a terminal or a page, and stops neither."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from decimal import Decimal

import pyarrow as pa
import pytest

from oab_funding.report.explain import explain
from oab_funding.report.figures import grants_per_province
from oab_funding.report.page import report_page
from oab_funding.report.printable import printable
from oab_funding.run.run import Run
from report.pages import read_page
from report.runs import small_run

HOSTILE = [
    "EUR 100% = US$ 110%, not US$ 105%",
    "a $5 and $6",
    "$\\frac{",
    "[red]x[/red]",
    "[/red]",
    "<script>alert(1)</script>",
    "\x1b]0;title\x07\x1b[31mred",
    "\u202eright to left\u2066",
    "",
    "x" * 3000,
    "{{ 7 * 7 }} %s {0}",
    "a\x00b\x85c\u2028d",
    "&lt;\"'><img src=x onerror=alert(1)>",
]
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028]")


def hostile_run(text: str) -> Run:
    """A run whose title, label and every name are the text."""
    run = small_run(labels=(text,))
    calculation = run.calculation.model_copy(update={"title": text})
    named = {name: _renamed(table, text) for name, table in run.tables.items()}
    return Run(calculation, run.statutes, run.records, named, (text,))


def _renamed(table: pa.Table, text: str) -> pa.Table:
    for place, field in enumerate(table.schema):
        if field.name in ("name", "municipality_name", "province"):
            table = table.set_column(place, field, pa.array([text] * table.num_rows, field.type))
    return table


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:20]))
def test_a_report_survives_any_text(text: str) -> None:
    page = report_page(hostile_run(text))
    assert not CONTROL.search(page)
    assert "<script>alert" not in page
    assert "<img src" not in page
    _, problems = read_page(page)
    assert not problems


@pytest.mark.parametrize("form", ["text", "html"])
@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:20]))
@pytest.mark.parametrize(
    "asked", [{"site": "00AP00"}, {"school": "00AP"}, {"board": "41646"}, {"municipality": "GM0637"}]
)
def test_an_explanation_survives_any_text(asked: dict[str, str], text: str, form: str) -> None:
    said = explain(hostile_run(text), format=form, **asked)  # type: ignore[arg-type]
    assert not CONTROL.search(said)
    assert form == "text" or "<script" not in said


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:20]))
def test_a_picture_shows_names_as_they_are(text: str) -> None:
    money = pa.array([Decimal("1.00")] * 3, pa.decimal128(18, 2))
    provinces = pa.table({"province": [f"{n}{text}" for n in range(3)], "amount": money})
    drawn = grants_per_province(provinces, text)
    letters = "".join(ET.fromstring(drawn).itertext())
    if "$" in text:
        assert printable(text).split()[0] in letters
