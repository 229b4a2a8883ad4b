"""Old amounts: who has one, who lacks one, and what is said of either."""

from __future__ import annotations

from fractions import Fraction

import pytest

from oab_funding.errors import InputError
from oab_funding.grants.municipalities import GRANT_2018
from oab_funding.grants.old_amounts import Paid, left_over, old_amounts, partners
from oab_funding.grants.schools import OLD_BASE
from oab_funding.grants.transition import Transition

F = Fraction


def test_who_has_no_old_amount() -> None:
    known = {"a": F(1)}
    assert old_amounts(["a", "b"], known, "zero", "") == [1, 0]
    assert old_amounts(["a", "b"], known, "exempt", "") == [1, None]
    assert old_amounts(["a"], known, "refuse", "") == [1]
    with pytest.raises(InputError, match="school b has no base; add its row"):
        old_amounts(["a", "b"], known, "refuse", "school {} has no base")
    with pytest.raises(InputError, match=r"school b \(and 1 more\) has no base"):
        old_amounts(["a", "b", "c"], known, "refuse", "school {} has no base")


def test_who_is_on_one_side_only_is_counted_and_added_up() -> None:
    known = {"z": F("1.50"), "a": F(1), "y": F(2)}
    assert list(left_over(known, ["a", "b"])) == ["y", "z"]
    assert partners("old_base", known, ["a", "b"], "exempt") == {
        "old_base_without_a_score": 2,
        "sum_of_old_base_without_a_score": F("3.50"),
        "scores_without_old_base": 1,
        "scores_without_old_base_taken_as": "exempt",
    }
    assert partners("old_base", known, list(known), "zero")["scores_without_old_base_taken_as"] == (
        "there are none"
    )


def test_what_is_paid_after_and_before_a_transition() -> None:
    half = Transition(F(1, 2), None)
    paid = OLD_BASE.paid(["a", "b", "c"], [F(1), F(4), F(7)], [F(3), F(0), None], half, whole=True)
    assert (paid.exact, paid.share) == ([2, 3, 7], [F(1, 2), F(1, 4), None])
    assert paid.columns("old_base") == {
        "old_base": [300, 0, None],
        "share": [5 * 10**11, 25 * 10**10, None],
    }
    before = Paid.before([F(1), F(2)])
    assert (before.exact, before.shares, before.columns("x")) == (
        [1, 2],
        None,
        {"x": [None, None], "share": [None, None]},
    )


def test_old_amounts_without_a_transition_are_refused_in_the_words_of_their_stream() -> None:
    for old, words in ((OLD_BASE, "period .*`old_base`"), (GRANT_2018, "year .*`grants_2018`")):
        with pytest.raises(InputError, match=words.replace(" .*", " has no transition; leave out ")):
            old.settled(None)
        with pytest.raises(InputError, match="given and no transition; give `transition`"):
            old.settled("not stated")


def test_who_has_an_old_amount_only_stands_in_a_table() -> None:
    known = {"GM0014": F(1), "GM0003": F("2.005")}
    table = GRANT_2018.alone(known, ["GM0014"])
    assert table.column_names == ["municipality_code", "grant_2018"]
    assert [str(column[0]) for column in table.to_pydict().values()] == ["GM0003", "2.01"]
    assert OLD_BASE.alone({}, []).num_rows == 0
