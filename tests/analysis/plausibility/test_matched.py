"""The same children on two dates, counted by hand."""

from __future__ import annotations

from decimal import Decimal

from analysis.test_child_scores import AFTER, BEFORE, grants
from oab_funding.analysis.plausibility.matched import matched


def test_who_came_left_moved_and_changed() -> None:
    one, other = (frame.set_index("child_id") for frame in (BEFORE, AFTER))
    both = one.index.intersection(other.index)
    found = {name: (number, mean) for name, number, mean in matched(grants(BEFORE), grants(AFTER))}
    assert found["came"] == (len(other.index.difference(one.index)), None)
    assert found["left"] == (len(one.index.difference(other.index)), None)
    assert found["on both dates"][0] == len(both)
    moved = (one.site_id[both] != other.site_id[both]).sum()
    assert (found["moved"][0], found["at the same place"][0]) == (moved, len(both) - moved)
    asylum = one.asylum_seeker[both].astype(bool) | other.asylum_seeker[both].astype(bool)
    assert found["seeking asylum on either date"] == (asylum.sum(), None)
    change = (other.education_score[both] - one.education_score[both])[~asylum]
    assert found["another score"][0] == (change != 0).sum()
    mean = Decimal(sum(change)) / len(change)
    assert abs(Decimal(found["on both dates"][1] or 0).scaleb(-6) - mean) <= Decimal("0.0000005")


def test_nothing_changes_against_itself() -> None:
    found = {name: number for name, number, _ in matched(grants(BEFORE), grants(BEFORE))}
    assert (found["came"], found["left"], found["moved"], found["another score"]) == (0, 0, 0, 0)
