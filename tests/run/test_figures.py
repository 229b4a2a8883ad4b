"""Figures keep their type and their unit on the way through the journal."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oab_funding.audit import plain
from oab_funding.run.figures import TEXT, Figures, unit_of

_EXACT = st.one_of(
    st.none(),
    st.integers(-(2**70), 2**70),
    st.fractions(),
    st.decimals(allow_nan=False, allow_infinity=False, places=2),
)


@given(_EXACT)
def test_a_number_comes_back_as_it_was(value: object) -> None:
    recorded = plain({"total": value})
    found = Figures(recorded)["total"]  # type: ignore[arg-type]
    assert found == value
    assert type(found) is type(value)


@given(st.text())
def test_text_stays_text(value: str) -> None:
    assert Figures({"label": value})["label"] == value


@pytest.mark.parametrize("digits", ["3487", "1/2", "559.50", "0123"])
def test_text_that_looks_like_a_number_stays_text(digits: str) -> None:
    assert Figures({"T that fit": digits, "statistics_sha256": digits})["T that fit"] == digits


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("total", "euros"),
        ("price", "euros per unit of score"),
        ("accrued_2020", "euros"),
        ("left_out: toddlers under 30 months", "children"),
        ("sum of A", "units of score"),
        ("gainers_share", "share"),
        ("no such figure", TEXT),
    ],
)
def test_units(name: str, unit: str) -> None:
    assert unit_of(name) == unit
    assert Figures({name: "1"}).units == {name: unit}


def test_they_are_a_mapping_and_a_frame() -> None:
    found = Figures({"total": "3/2", "rounds": 10, "price": "559.50"})
    assert found == {"total": Fraction(3, 2), "rounds": 10, "price": Decimal("559.50")}
    assert found.to_frame().to_numpy().tolist() == [
        ["total", Fraction(3, 2), "euros"],
        ["rounds", 10, "rounds"],
        ["price", Decimal("559.50"), "euros per unit of score"],
    ]
    assert repr(found) == "total: 1.50 euros\nrounds: 10 rounds\nprice: 559.50 euros per unit of score"


def test_figures_of_a_step_are_taken_as_they_are() -> None:
    given = {
        "total": Fraction(3, 2),
        "price": Decimal("559.50"),
        "label": "x",
        "rounds": 1,
        "nobody_gains": False,
    }
    found = Figures.of(given)
    assert found == given
    assert {type(value) for value in found.values()} == {Fraction, Decimal, str, int, bool}
    assert found.units["nobody_gains"] == "yes or no"
