"""Scores side by side, and who rose and fell most."""

from __future__ import annotations

import oab_funding as oab
from analysis.test_diff import LATER, SCORES
from oab_funding.analysis.plausibility.compared import MOST, compared, mover_rows, score_rows


def run(scores: dict[str, list[object]]) -> oab.Run:
    return oab.school_grants(scores, period="2020-2021").run


def test_both_dates_stand_side_by_side() -> None:
    found = compared(run(SCORES), run(LATER))
    assert found["site", "00AP00"] == ((100, 10262, 3302), (101, 9800, 2770))
    assert found["site", "00AV00"][1] == (None, None, None)
    rows = list(score_rows(("a", "b"), found))
    assert rows[0] == ("a", "b", "site", "00AP00", 100, 101, 10262, 9800, 3302, 2770)
    assert len(rows) == 6


def test_risers_and_fallers_are_ranked_apart() -> None:
    rows = list(mover_rows(("a", "b"), compared(run(SCORES), run(LATER)), None))
    assert [(row[3], row[4], row[7]) for row in rows] == [
        ("00AR00", 1, 2301),
        ("00AP01", 2, 639),
        ("00AP00", -1, -532),
        ("00AZ00", -2, -369),
    ]


def test_no_more_than_so_many_are_listed() -> None:
    many = {"site_id": [f"{n:02d}AA00" for n in range(30)], "score": [f"{n}.00" for n in range(30)]}
    more = {**many, "score": [f"{2 * n}.00" for n in range(30)]}
    rows = list(mover_rows(("a", "b"), compared(run(many), run(more)), None))
    assert len(rows) == MOST
    assert rows[0][3] == "29AA00"
