"""Which causes are told apart."""

from __future__ import annotations

import pytest

from oab_funding.analysis.causes import GROUP_OF, GROUPS, MOST, told_apart
from oab_funding.errors import InputError

MANY = ["threshold", "price", "transition", "model", "features", "came", "left", "moves", "imputation"]


def test_every_cause_has_a_group() -> None:
    assert {*GROUP_OF.values()} == {*GROUPS}


def test_above_seven_the_smallest_of_a_group_are_taken_together_and_named() -> None:
    size = dict.fromkeys(MANY, 100) | {"came": 1, "left": 2, "moves": 3}
    causes = told_apart(MANY, None, size.__getitem__)
    assert len(causes) == MOST
    assert "came + left + moves" in [cause.name for cause in causes]


def test_the_smallest_of_all_may_be_of_different_groups_and_are_then_not_taken_together() -> None:
    size = dict.fromkeys(MANY, 100) | {"model": 0, "imputation": 0, "threshold": 9, "price": 8}
    names = [cause.name for cause in told_apart(MANY, None, size.__getitem__)]
    assert {"model", "imputation", "threshold + price + transition"} <= {*names}


def test_seven_stay_apart() -> None:
    assert len(told_apart(MANY[:7], None, lambda key: 0)) == 7


def test_the_others_of_a_group_are_taken_together_where_some_are_chosen() -> None:
    names = [cause.name for cause in told_apart(MANY, ["left"], lambda key: 0)]
    assert names == [
        "threshold + price + transition",
        "model",
        "features + came + moves",
        "left",
        "imputation",
    ]


@pytest.mark.parametrize("chosen", [["minimum"], ["left", "left"], ["no such"], MANY])
def test_what_does_not_differ_is_refused(chosen: list[str]) -> None:
    with pytest.raises(InputError):
        told_apart(MANY, chosen, lambda key: 0)
