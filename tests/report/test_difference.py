"""The texts of a difference: the same keys and placeholders in both languages; each stream named."""

from __future__ import annotations

import re

import oab_funding as oab
from oab_funding.analysis.causes import GROUP_OF
from oab_funding.report.phrases import read_texts


def placeholders(text: str) -> list[str]:
    return sorted(re.findall(r"{(\w+)}", text))


def test_both_languages_say_the_same_things() -> None:
    dutch, english = read_texts("difference", "nl"), read_texts("difference", "en")
    assert dutch.keys() == english.keys()
    assert {key: placeholders(dutch[key]) for key in dutch} == {
        key: placeholders(english[key]) for key in english
    }


def test_every_cause_has_a_name() -> None:
    assert {f"cause_{key}" for key in GROUP_OF} == {
        key for key in read_texts("difference", "nl") if key.startswith("cause_")
    }


def test_the_stream_is_named() -> None:
    scores = {"site_id": ["00AP00"], "score": ["33.02"]}
    prices = ("500", "600")
    first, second = (oab.school_grants(scores, period="2020-2021", price=price) for price in prices)
    found = oab.diff(first, second)
    assert "What it got: grants of schools" in found.explain("00AP", lang="en")
    assert "<h1>" in found.page("nl")
