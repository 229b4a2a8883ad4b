from __future__ import annotations

import socket
import sys

import pytest

import oab_funding as oab
from oab_funding.report.phrases import read_phrases
from oab_funding.web.lookup import Lookup
from oab_funding.web.page import HOST, answered, page, serve


@pytest.fixture(scope="module")
def made_up() -> Lookup:
    return Lookup.open()


def test_without_shiny_the_line_that_installs_it_is_named(
    made_up: Lookup, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "shiny", None)
    with pytest.raises(oab.InputError, match=r'pip install "oab-funding\[web\]"'):
        page(made_up)


def test_an_unknown_language_is_refused(made_up: Lookup) -> None:
    with pytest.raises(oab.InputError, match="choose nl or en"):
        page(made_up, "fr")


def test_a_port_that_is_taken_is_refused(made_up: Lookup) -> None:
    pytest.importorskip("shiny", reason="needs the extra `web`")
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        taken.listen()
        with pytest.raises(oab.InputError, match="cannot be served on"):
            serve(made_up, taken.getsockname()[1], "nl", pytest.fail)


def test_only_this_machine_is_served() -> None:
    assert HOST == "127.0.0.1"


@pytest.mark.parametrize(("lang", "amount"), [("nl", "EUR 828,06"), ("en", "EUR 828.06")])
def test_an_answer_has_the_amount_the_labels_and_the_derivation(
    made_up: Lookup, lang: str, amount: str
) -> None:
    pytest.importorskip("shiny", reason="needs the extra `web`")
    said = str(answered(made_up, None, "school", "99AA", read_phrases(lang)))
    assert amount.replace("EUR ", "") in said
    assert "verzonnen gegevens" in said
    assert "<iframe" in said


@pytest.mark.thorough
def test_what_was_asked_stands_beside_what_is_in_force(made_up: Lookup) -> None:
    pytest.importorskip("shiny", reason="needs the extra `web`")
    asked = made_up.asked(threshold="10", same_total=True)
    said = str(answered(made_up, asked, "board", "BG0001", read_phrases("en")))
    assert "what-if: threshold_share 10% instead of 12%" in said
    assert "Gain: " in said
    assert "Lose: " in said
