"""Who takes lengths of stay and scores over, and from whom."""

from __future__ import annotations

import numpy as np

from oab_funding.analysis.uncertainty.state import State
from oab_funding.analysis.uncertainty.taken_over import ScoreDonors, Stays


def drawn(stays: Stays, words: list[int]) -> list[int]:
    bits = np.array([word << 32 for word in words], dtype=np.uint64)
    return stays.drawn(np.array([2, 2, 3], dtype=np.int8), bits).tolist()  # type: ignore[no-any-return]


def test_a_class_serves_when_it_has_twenty_donors_with_the_mothers_drawn() -> None:
    fixed = np.zeros((1, 8, 3), dtype=np.int64)
    fixed[0, 2] = [0, 18, 0]
    one = np.zeros(1, dtype=np.int64)
    # Two donors of stay 2, whose mothers fall into class 2: with them the class has twenty.
    stays = Stays(one, one, one, fixed, np.array([0, 1]), np.array([2, 2]), np.array([[1, 0, 0]]))
    assert drawn(stays, [0]) == [1]
    assert drawn(stays, [2**32 * 18 // 20]) == [1]
    assert drawn(stays, [2**32 * 18 // 20 + 1]) == [2]
    # Of the mother in class 3 there is one donor less: nineteen do not serve, the wider class does.
    fewer = Stays(one, one, one, fixed, np.array([0, 2]), np.array([2, 2]), np.array([[1, 0, 0]]))
    assert drawn(fewer, [2**32 - 1]) == [0]


def test_a_taker_without_a_class_goes_to_the_wider_one() -> None:
    fixed = np.full((1, 8, 2), 50, dtype=np.int64)
    one, none = np.zeros(1, dtype=np.int64), np.zeros(0, dtype=np.int64)
    stays = Stays(one, one - 1, one, fixed, none, none, np.array([[0, 7]]))
    assert drawn(stays, [0]) == [1]


def test_a_donor_is_drawn_among_those_of_the_class() -> None:
    donors = ScoreDonors(np.arange(2), np.array([0, 2]), np.array([2, 3]), np.array([7, 8, 4, 5, 6]))
    words = np.array([2**63, 2**64 - 1], dtype=np.uint64)
    assert donors.chosen(words).tolist() == [8, 6]


def test_donors_of_scores_are_entries_that_count(state: State) -> None:
    part, scored, stream = state.parts[0], state.scored[0], state.streams[0]
    assert part.donors is not None
    assert part.donors.members.max() < len(scored.cells)
    assert (stream.weight[part.donors.members] > 0).all()
    assert len(stream.institution) == len(scored.cells) + len(part.donors.takers)
