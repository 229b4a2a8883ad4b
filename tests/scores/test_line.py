"""Finding the score at a rank, against sorting."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oab_funding.errors import InputError
from oab_funding.scores.line import Cut, Survey, cut_at
from oracle_bridge import examples

WIDTH = 2**18
AT_EDGES = st.builds(lambda bucket, offset: bucket * WIDTH + offset, st.integers(-3, 3), st.integers(-2, 2))
SCORES = st.lists(
    st.one_of(AT_EDGES, st.integers(-(10**12), 10**12), st.integers(5, 8)), min_size=1, max_size=40
)


def surveyed(parts: Sequence[Sequence[int]]) -> Survey:
    return sum((Survey.of(np.array(part, dtype=np.int64)) for part in parts), Survey())


@examples(200)
@given(SCORES, st.data())
def test_every_rank_is_that_of_the_sorted_scores(scores: list[int], data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(scores)), max_size=4)))
    parts = [scores[a:b] for a, b in zip([0, *cuts], [*cuts, len(scores)], strict=True)]
    survey = surveyed(parts)
    assert (survey.count, survey.total, survey.largest) == (len(scores), sum(scores), max(map(abs, scores)))
    rank = data.draw(st.integers(1, len(scores)))
    line = sorted(scores)[rank - 1]
    below = [score for score in scores if score < line]
    found = cut_at([np.array(part, dtype=np.int64) for part in parts], survey, rank)
    assert found == Cut(line, len(below), sum(below), scores.count(line))


@pytest.mark.parametrize("rank", [0, 3])
def test_a_rank_that_is_not_there(rank: int) -> None:
    scores = np.array([1, 2])
    with pytest.raises(ValueError, match=f"no rank {rank} among 2 scores"):
        cut_at([scores], Survey.of(scores), rank)


def test_sums_that_could_pass_63_bits_are_refused() -> None:
    most = (2**63 - 1) // 7
    Survey(most, {0: (7, 0)}).check_sums()
    with pytest.raises(InputError, match="can add up to more than 63 bits"):
        Survey(most + 1, {0: (7, 0)}).check_sums()
    with pytest.raises(InputError, match="63 bits"):
        surveyed([[2**62], [2**62]]).check_sums()
