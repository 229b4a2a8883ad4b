"""Counts per institution, and A, B and members from them."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from oab_funding.scores.counted import read_children
from oab_funding.scores.institutions import Counts, count
from oab_funding.scores.population import PUPIL, Population
from oab_funding.scores.target_group import target_group
from oracle.target_group import Child
from oracle_bridge import children_table

F = Fraction
# T = 3 of 20: an asylum seeker, one at 520 and, at the line, two at 524 for one place (share 1/2 each).
CHILDREN = [
    Child("s", None, True, "01AA00", age=5),
    Child("a", F(520), site="01AA00", age=8),
    Child("b", F(524), site="01AA00", age=7),
    Child("c", F(524), site="02BB00", age=8),
    *(Child(f"h{i}", F(530), site="02BB00", age=4) for i in range(16)),
]


def test_counts_by_hand() -> None:
    table = children_table(CHILDREN)
    children = read_children(
        lambda: [table.slice(0, 3), table.slice(3)], Population("site_id", (PUPIL,), {}, None, 7)
    )
    group = target_group(children, F(15, 100))
    cells = count(children, group)
    everyone, lower = cells.years("all"), cells.years("lower")
    assert everyone.children.tolist() == [3, 17]
    assert everyone.below.tolist() == [1, 0]
    assert everyone.below_sum.tolist() == [520_000_000, 0]
    assert everyone.at_line.tolist() == [1, 1]
    assert everyone.asylum.tolist() == [1, 0]
    assert lower.children.tolist() == [2, 16]
    assert (lower.below.tolist(), lower.at_line.tolist(), lower.asylum.tolist()) == ([0, 0], [1, 0], [1, 0])
    # G = (520 + 524) / 2 = 522; C = (522 + 520 + 2 x 524 + 16 x 530) / 20 = 528.5; C - G = 6.5
    assert (group.group_mean, group.mean, group.weight) == (522, F("528.5"), F(1, 2))
    assert everyone.raw_scores(group).fractions() == [F("6.5") + F("8.5") + F("2.25"), F("2.25")]
    assert lower.raw_scores(group).fractions() == [F("6.5") + F("2.25"), 0]
    assert everyone.members(group).fractions() == [F("2.5"), F("0.5")]
    assert everyone.thresholds(group, F(12, 100)).fractions() == [3 * F("0.78"), 17 * F("0.78")]


def test_counts_add_up_and_are_taken_by_row() -> None:
    one = Counts(*(np.array([1, 2]) * factor for factor in (1, 2, 3, 4, 5)))
    both = one + one
    assert [column.tolist() for column in (both.children, both.asylum)] == [[2, 4], [10, 20]]
    assert one.take([1, 0]).below_sum.tolist() == [6, 3]
