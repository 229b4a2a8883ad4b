from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

import oab_funding as oab
from oab_funding.web.lookup import Institution, Lookup


@pytest.fixture(scope="module")
def made_up() -> Lookup:
    return Lookup.open()


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Lookup:
    scores = tmp_path_factory.mktemp("bare") / "scores.csv"
    scores.write_text("site_id,score\n00AP00,33.02\n", encoding="utf-8")
    return Lookup.open(scores)


def test_the_made_up_country_says_so(made_up: Lookup) -> None:
    assert any("verzonnen" in label for label in made_up.in_force.labels)
    assert (made_up.price, made_up.threshold) == (Decimal("559.50"), "12")


@pytest.mark.parametrize("typed", ["600", "600,00", "€ 600.00", "EUR 600"])
def test_a_price_may_be_typed_as_people_type_it(bare: Lookup, typed: str) -> None:
    assert bare.asked(price=typed).total == Decimal("19812.00")


@pytest.mark.parametrize("typed", ["10", "10%", "10,0", " 10 % "])
def test_so_may_a_threshold(made_up: Lookup, typed: str) -> None:
    assert "what-if: threshold_share 10% instead of 12%" in made_up.asked(threshold=typed).labels


def test_nothing_asked_is_what_is_in_force(made_up: Lookup) -> None:
    asked = made_up.asked()
    assert (asked.total, asked.labels) == (made_up.in_force.total, made_up.in_force.labels)
    assert all(change.difference == 0 for change in made_up.compared("school", asked))


def test_the_same_total_divides_the_money_anew(made_up: Lookup) -> None:
    asked = made_up.asked(threshold="10", same_total=True)
    assert abs(asked.total - made_up.in_force.total) < 100
    changes = made_up.compared("school", asked)
    assert any(change.difference > 0 for change in changes)
    assert any(change.difference < 0 for change in changes)
    assert sum(change.difference for change in changes) == asked.total - made_up.in_force.total


@pytest.mark.parametrize("kind", ["school", "municipality", "board"])
def test_every_kind_adds_up_to_the_same(made_up: Lookup, kind: str) -> None:
    asked = made_up.asked(price="600")
    changes = made_up.compared(kind, asked)  # type: ignore[arg-type]
    assert sum(change.before for change in changes) == made_up.in_force.total
    assert sum(change.after for change in changes) == asked.total


@pytest.mark.parametrize("wrong", [{"price": "x"}, {"price": "1.2,3"}, {"price": "-5"}, {"threshold": "150"}])
def test_what_is_no_number_is_refused(made_up: Lookup, wrong: dict[str, str]) -> None:
    with pytest.raises(oab.InputError):
        made_up.asked(**wrong)  # type: ignore[arg-type]


def test_without_a_register_there_are_schools_by_code(bare: Lookup) -> None:
    assert bare.kinds == ("school",)
    assert bare.institutions("school") == [Institution("00AP")]


def test_another_threshold_needs_more_than_a_score(bare: Lookup) -> None:
    with pytest.raises(oab.InputError, match="pupils"):
        bare.asked(threshold="10")


def test_a_period_without_a_known_price_asks_for_one(tmp_path: Path) -> None:
    scores = tmp_path / "scores.csv"
    scores.write_text("site_id,score\n00AP00,33.02\n", encoding="utf-8")
    with pytest.raises(oab.InputError, match="price"):
        Lookup.open(scores, period="2023")
    found = Lookup.open(scores, period="2023", price="600.00", source="an example")
    assert found.asked(price="700").total == Decimal("23114.00")


def test_an_institution_is_shown_by_what_is_known() -> None:
    assert str(Institution("00AP", "Wereldwijs", "Amsterdam")) == "00AP · Wereldwijs · Amsterdam"
    assert str(Institution("41646")) == "41646"
