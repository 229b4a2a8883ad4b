"""Decided against computed amounts: every cause."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from oab_funding.reconciliation.causes import Candidate
from oab_funding.reconciliation.comparison import EQUAL, NOT_COMPUTED, UNEXPLAINED, compare
from oab_funding.tables.step_result import StepResult
from oracle_bridge import examples

F = Fraction
COMPUTED = {"00AA": 1000, "00AB": 2000, "00AC": 3000, "00AD": 4000, "00AE": 5000, "00AF": 6000}
PRICE = Candidate("other price", {code: amount * 2 for code, amount in COMPUTED.items()})
SHARE = Candidate("other share", {code: amount // 2 for code, amount in COMPUTED.items()})


def causes(found: StepResult) -> dict[str, str]:
    return dict(zip(*(found.table.column(name).to_pylist() for name in ("school_id", "cause")), strict=True))


def test_every_cause() -> None:
    decided = {"00AA": 1000, "00AB": 4000, "00AC": 1500, "00AD": 8000, "00AE": 5001, "00AX": 7}
    found = compare(
        "school_id",
        COMPUTED,
        decided,
        [SHARE, PRICE],
        lambda code, amount, taken: "another score" if amount == 5001 and code == "00AE" else None,
    )
    assert causes(found) == {
        "00AA": EQUAL,
        "00AB": "other price",
        "00AC": "other share",
        "00AD": "other price",
        "00AE": "another score",
        "00AX": NOT_COMPUTED,
    }
    figures = found.figures
    assert (figures["decided"], figures[EQUAL], figures["other price"], figures["another score"]) == (
        6,
        1,
        2,
        1,
    )
    assert (figures["other price: euros"], figures["other share: euros"]) == (60, -15)
    assert figures["difference"] == F(sum(decided.values()) - sum(COMPUTED.values()) + COMPUTED["00AF"], 100)
    assert figures["unexplained_difference"] == 0
    assert figures["causes_tried"] == "other share; other price"
    rows = {row["school_id"]: row for row in found.table.to_pylist()}
    assert "00AF" not in rows
    assert figures["not_in_the_decisions"] == 1
    assert (rows["00AX"]["computed"], rows["00AX"]["explained"]) == (None, F("0.07"))


def test_to_the_cent_or_not_at_all() -> None:
    found = compare("school_id", {"00AA": 1000}, {"00AA": 2001}, [PRICE])
    assert causes(found) == {"00AA": UNEXPLAINED}
    assert found.figures["unexplained_difference"] == F("10.01")
    assert found.table.to_pylist()[0]["unexplained"] == F("10.01")


def test_the_candidate_that_explains_most_goes_first_and_ties_by_order() -> None:
    one, two = Candidate("one", {"00AA": 5, "00AB": 6}), Candidate("two", {"00AA": 5, "00AB": 6, "00AC": 7})
    computed, decided = dict.fromkeys(("00AA", "00AB", "00AC"), 1), {"00AA": 5, "00AB": 6, "00AC": 7}
    assert set(causes(compare("school_id", computed, decided, [one, two])).values()) == {"two"}
    tied = Candidate("tied", dict(two.amounts))
    assert set(causes(compare("school_id", computed, decided, [tied, two])).values()) == {"tied"}


def test_two_candidates_of_one_name_are_tried_each() -> None:
    one, two = Candidate("a price", {"00AA": 5}), Candidate("a price", {"00AB": 6})
    found = compare("school_id", {"00AA": 1, "00AB": 1}, {"00AA": 5, "00AB": 6}, [one, two])
    assert found.figures["a price"] == 2


def test_municipalities_by_their_own_code() -> None:
    found = compare("municipality_code", {"GM0001": 1}, {"GM0001": 1}, [])
    assert found.table.column("municipality_code").to_pylist() == ["GM0001"]


AMOUNTS = st.dictionaries(st.sampled_from(sorted(COMPUTED)), st.integers(0, 8), min_size=1)


@examples(60)
@given(AMOUNTS, AMOUNTS, st.lists(AMOUNTS, max_size=3))
def test_explained_and_unexplained_add_up(
    computed: dict[str, int], decided: dict[str, int], others: list[dict[str, int]]
) -> None:
    candidates = [Candidate(f"cause {i}", amounts) for i, amounts in enumerate(others)]
    found = compare("school_id", computed, decided, candidates)
    for row in found.table.to_pylist():
        assert row["explained"] + row["unexplained"] == row["difference"]
        assert (row["cause"] == UNEXPLAINED) == (row["unexplained"] != 0)
        code = row["school_id"]
        if row["cause"].startswith("cause"):
            assert others[int(row["cause"][-1])][code] == decided[code]
        if row["cause"] == UNEXPLAINED:
            assert all(other.get(code) != decided[code] for other in others)
    counts = {name: number for name, number in found.figures.items() if name in set(causes(found).values())}
    assert sum(int(str(number)) for number in counts.values()) == len(decided)
