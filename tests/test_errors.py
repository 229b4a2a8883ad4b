"""Errors are sentences, and stay what they are on their way between processes."""

from __future__ import annotations

import pickle

import pytest

from oab_funding.errors import CheckError, DamagedError, InputError, OabError, Place, shortened

WHOLE = Place("a.xlsx", "Tabel 2", "score", 12, "1,5", "scores")


def test_a_place_says_what_is_known_of_it() -> None:
    assert str(WHOLE) == "`scores`, a.xlsx, sheet Tabel 2, column score, row 12, value '1,5'"
    assert str(Place()) == ""


@pytest.mark.parametrize("kind", [InputError, DamagedError])
def test_a_sentence_says_where_what_and_what_would_be_right(kind: type[InputError]) -> None:
    error = kind("is no number", WHOLE, "write 1.50")
    assert str(error) == f"{WHOLE}: is no number; write 1.50"
    assert str(kind("is no number")) == str(kind("is no number", Place())) == "is no number"
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again), again.place) == (kind, str(error), WHOLE)


def test_a_check_lists_what_was_found() -> None:
    error = pickle.loads(pickle.dumps(CheckError("2 sites", ["00AP00", "00AR00"])))
    assert str(error) == "2 sites\n00AP00\n00AR00"
    assert error.findings == ("00AP00", "00AR00")


@pytest.mark.parametrize("kind", [InputError, DamagedError, CheckError])
def test_one_tree(kind: type[Exception]) -> None:
    assert issubclass(kind, OabError)
    assert not issubclass(kind, ValueError)


def test_long_values_are_cut() -> None:
    assert shortened("x" * 200) == f"'{'x' * 159}..."
    assert shortened(10**5000) == "a number of thousands of digits"
