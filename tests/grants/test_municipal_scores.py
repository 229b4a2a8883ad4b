"""Joining the two reference dates of a budget year."""

from __future__ import annotations

from fractions import Fraction

import pyarrow as pa
import pytest

from oab_funding.errors import InputError
from oab_funding.grants.municipal_scores import JoinedScores, join_dates
from oab_funding.tables.columns import build
from oab_funding.tables.score_tables import MUNICIPALITY_SCORES

F = Fraction


def scores(**rows: tuple[int, int]) -> pa.Table:
    """Raw score and score in hundredths by code."""
    return build(
        MUNICIPALITY_SCORES,
        {
            "municipality_code": list(rows),
            "score_raw": [raw for raw, _ in rows.values()],
            "score": [score for _, score in rows.values()],
        },
    )


def test_half_of_both_by_ascending_code() -> None:
    later = scores(GM0002=(100, 3), GM0001=(0, 0))
    earlier = scores(GM0001=(1, 0), GM0002=(-5, 0))
    joined = join_dates(later, earlier)
    assert joined == JoinedScores(("GM0001", "GM0002"), (F(0), F("0.015")), (True, True))
    assert join_dates(earlier, later) == joined


def test_a_raw_score_of_exactly_0_is_not_above_0() -> None:
    joined = join_dates(scores(GM0001=(0, 0), GM0002=(-1, 0)), scores(GM0001=(0, 0), GM0002=(0, 0)))
    assert joined.raw_above_zero == (False, False)


def test_absent_on_one_date() -> None:
    one, two = scores(GM0001=(1, 1)), scores(GM0001=(1, 1), GM0002=(1, 1), GM0003=(1, 1))
    with pytest.raises(InputError, match=r"GM0002 \(and 1 more\) is not in the scores of the later date"):
        join_dates(one, two)
    with pytest.raises(InputError, match=r"GM0002 \(and 1 more\) is not in the scores of the earlier date"):
        join_dates(two, one)
    with pytest.raises(InputError, match="municipality GM0003 is not in the scores of the later date"):
        join_dates(two.slice(0, 2), two)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ((100, 101), "1.01 is not between 0 and the score without threshold 1.00"),
        ((-5, 1), "0.01 is not between 0 and the score without threshold -0.05"),
        ((100, -1), "-0.01 is not between 0 and the score without threshold 1.00"),
    ],
)
def test_a_score_is_between_0_and_the_raw_score(row: tuple[int, int], said: str) -> None:
    where = "scores of the earlier date, column score, value 'GM0001'"
    with pytest.raises(InputError, match=f"{where}: the score {said}"):
        join_dates(scores(GM0001=(1, 1)), scores(GM0001=row))
    join_dates(scores(GM0001=(100, 100)), scores(GM0001=(100, 100)))


def test_twice_in_one_table() -> None:
    twice = pa.concat_tables([scores(GM0001=(1, 1)), scores(GM0001=(2, 2))])
    with pytest.raises(InputError, match=r"scores of the later date.*is there twice"):
        join_dates(twice, scores(GM0001=(1, 1)))
