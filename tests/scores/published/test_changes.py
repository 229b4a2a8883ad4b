"""Mergers and independence on published scores."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oab_funding.errors import InputError
from oab_funding.scores.aggregate import ScoreRule
from oab_funding.scores.institution_scores import site_scores
from oab_funding.scores.published.changes import ThresholdPerPupil, apply_changes, estimate_merger
from oab_funding.scores.schools import school_scores
from oab_funding.tables.columns import build
from oab_funding.tables.register_tables import SITE_CHANGES
from oab_funding.tables.score_tables import SITE_SCORES
from oab_funding.tables.step_result import StepResult
from oracle import sites as oracle_sites
from oracle.rounding import half_up
from oracle.strategies import Country, solvable_countries
from oracle.target_group import target_group
from oracle_bridge import CASES, children_table, column, examples, hundredths

F = Fraction
K = ThresholdPerPupil(F(7, 10), F(7, 10), F(7, 10))
SCORES = build(
    SITE_SCORES,
    {
        "site_id": ["00AP00", "00AP01", "13EK00", "13EK01"],
        "pupils": [100, 50, 200, 30],
        "score_raw": [9000, 2000, 20000, 5000],
        "score_raw_lower": [4000, 1500, 9000, 1000],
        "score_raw_upper": [5000, 500, 11000, 4000],
        "threshold": [70_000_000, 35_000_000, 140_000_000, 21_000_000],
        "score": [2000, 0, 6000, 2900],
        "flags": ["", "b, c", "", "a, b, c"],
    },
)


def changed(
    *changes: tuple[str, str, str], scores: pa.Table = SCORES, k: ThresholdPerPupil | None = K
) -> StepResult:
    names = ("site_id", "change", "target")
    table = build(SITE_CHANGES, dict(zip(names, zip(*changes, strict=True), strict=True)))
    return apply_changes(scores, table, k)


def row(result: StepResult, site: str) -> dict[str, Any]:
    rows = {entry["site_id"]: entry for entry in result.table.to_pylist()}
    found: dict[str, Any] = rows[site]
    return found


def test_without_changes_only_the_school_is_added() -> None:
    found = apply_changes(SCORES, None, None)
    assert found.table.select(SCORES.column_names).equals(SCORES)
    assert found.table.column("school_id").to_pylist() == ["00AP", "00AP", "13EK", "13EK"]
    assert found.table.column("estimated").to_pylist() == [False] * 4
    assert found.tables["merger_estimates"].num_rows == 0
    assert found.figures["label"] == "no estimates"


def test_a_site_closes() -> None:
    found = changed(("00AP01", "closes", "13EK00"))
    assert column(found.table, "site_id", "score") == {
        "00AP00": 20,
        "13EK00": 45,
        "13EK01": 29,
    }  # 220 - 0.7 x 250
    merged = row(found, "13EK00")
    assert (merged["pupils"], merged["estimated"], merged["threshold"], merged["flags"]) == (
        250,
        True,
        None,
        None,
    )
    assert [F(merged[f"score_raw{part}"]) for part in ("", "_lower", "_upper")] == [220, 105, 115]
    assert row(found, "00AP00") == row(apply_changes(SCORES, None, None), "00AP00")
    (estimate,) = found.tables["merger_estimates"].to_pylist()
    assert (estimate["site_id"], estimate["closed"], estimate["pupils"]) == ("13EK00", "00AP01", 250)
    assert [F(estimate[name]) for name in ("score_low", "score", "score_high")] == [
        F("44.99"),
        45,
        F("45.01"),
    ]
    assert found.figures["label"] == "estimate from published scores"
    assert (found.figures["sites_closed"], found.figures["sites_moved"]) == (1, 0)


def test_two_sites_close_into_one() -> None:
    found = changed(("13EK01", "closes", "00AP00"), ("00AP01", "closes", "00AP00"))
    assert column(found.table, "site_id", "pupils") == {"00AP00": 180, "13EK00": 200}
    assert found.tables["merger_estimates"].column("closed").to_pylist() == ["00AP01, 13EK01"]


def test_both_sites_continue_and_the_scores_add_up() -> None:
    found = changed(("00AP00", "joins", "13EK"), ("00AP01", "joins", "13EK"))
    assert column(school_scores(found.table).table, "school_id", "score") == {"13EK": 109}
    assert found.table.select(SCORES.column_names).equals(SCORES)


def test_independence_is_the_old_score_less_the_new() -> None:
    before = column(school_scores(SCORES).table, "school_id", "score")
    after = column(
        school_scores(changed(("13EK01", "independent", "99ZZ")).table).table, "school_id", "score"
    )
    assert after == {"00AP": 20, "13EK": before["13EK"] - 29, "99ZZ": 29}


def test_two_sites_become_one_new_school() -> None:
    found = changed(("13EK01", "independent", "99ZZ"), ("00AP01", "independent", "99ZZ"))
    assert column(school_scores(found.table).table, "school_id", "score") == {
        "00AP": 20,
        "13EK": 60,
        "99ZZ": 29,
    }


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ([("77XX00", "closes", "00AP00")], "row 2, value '77XX00': is not in the scores"),
        ([("00AP00", "closes", "77XX00")], "closes into 77XX00, which is not a site that stays open"),
        ([("00AP00", "closes", "00AP00")], "closes into 00AP00, which is not a site that stays open"),
        (
            [("00AP00", "closes", "00AP01"), ("00AP01", "closes", "13EK00")],
            "closes into 00AP01, which is not",
        ),
        ([("00AP00", "closes", "13EK")], "closes into 13EK, which is not a site"),
        ([("00AP00", "joins", "13EK00")], "goes to 13EK00, which is no school"),
        ([("00AP00", "joins", "99ZZ")], "joins 99ZZ, which does not exist"),
        ([("00AP00", "independent", "13EK")], "becomes 13EK, which exists already"),
        (
            [("13EK00", "joins", "00AP"), ("00AP00", "independent", "00AP")],
            "row 3.*becomes 00AP, which exists",
        ),
    ],
)
def test_what_cannot_happen(changes: list[tuple[str, str, str]], message: str) -> None:
    with pytest.raises(InputError, match=message):
        changed(*changes)


@pytest.mark.parametrize("missing", ["pupils", "score_raw", "k"])
def test_an_estimate_needs_pupils_raw_scores_and_k(missing: str) -> None:
    scores = SCORES if missing == "k" else SCORES.drop_columns([missing])
    k = None if missing == "k" else K
    with pytest.raises(InputError, match="the merger into 00AP00 cannot be estimated"):
        changed(("00AP01", "closes", "00AP00"), scores=scores, k=k)
    found = changed(("00AP01", "joins", "13EK"), scores=scores, k=k)  # needs none of them
    assert found.table.column("school_id").to_pylist() == ["00AP", "13EK", "13EK", "13EK"]


def test_only_the_columns_that_are_there() -> None:
    few = SCORES.select(["site_id", "pupils", "score_raw", "score"])
    found = changed(("00AP01", "closes", "00AP00"), scores=few)
    assert found.table.column_names == ["site_id", "pupils", "score_raw", "score", "school_id", "estimated"]
    assert column(found.table, "site_id", "score")["00AP00"] == 5


@examples(100)
@given(solvable_countries)
def test_the_interval_holds_what_the_children_give(country: Country) -> None:
    """Compute the sites from children, merge two from the table, and the same two from the children."""
    rule = ScoreRule(F(15, 100), F(12, 100))
    table = children_table(country.children)
    try:
        found = site_scores([table], rule, 7, 40)
    except InputError:
        return
    sites = found.table.column("site_id").to_pylist()
    if len(sites) < 2:
        return
    k = F(12, 100) * found.figures["C_minus_G"]  # type: ignore[operator]
    merged = changed((sites[1], "closes", sites[0]), scores=found.table, k=ThresholdPerPupil(k, k, k))
    CASES["mergers"] += 1
    together = [child for child in country.pupils if child.site in sites[:2]]
    raw = oracle_sites.raw_score(together, target_group(country.pupils))
    exact = max(F(0), half_up(raw - k * len(together), 2))
    (estimate,) = merged.tables["merger_estimates"].to_pylist()
    assert F(estimate["score_low"]) <= exact <= F(estimate["score_high"])


SITES = st.lists(
    st.tuples(st.integers(1, 400), st.fractions(0, 400, max_denominator=10**6)), min_size=2, max_size=4
)
SOME_K = st.fractions(F(6, 10), F(8, 10), max_denominator=10**6)
WIDTH = st.fractions(0, F(1, 10**5), max_denominator=10**8)


@examples(200)
@given(SITES, SOME_K, WIDTH, WIDTH)
def test_the_truth_lies_in_the_interval(
    sites: list[tuple[int, Fraction]], k: Fraction, below: Fraction, above: Fraction
) -> None:
    truth = hundredths(
        max(F(0), half_up(sum((a for _, a in sites), F(0)) - k * sum(pupils for pupils, _ in sites), 2))
    )
    published = [hundredths(half_up(a, 2)) for _, a in sites]
    known = ThresholdPerPupil(k + (above - below) / 2, k - below, k + above)
    merger = estimate_merger(
        "00AA00", ["00AA02", "00AA01"], [pupils for pupils, _ in sites], published, known
    )
    assert merger.score_low <= truth <= merger.score_high
    assert merger.score_low <= merger.score <= merger.score_high
    assert (merger.pupils, merger.score_raw) == (sum(pupils for pupils, _ in sites), sum(published))
    assert merger.closed == ("00AA01", "00AA02")


@pytest.mark.parametrize(
    ("raw", "low", "score", "high"),
    [
        ([7000, 7000], 0, 0, 1),  # A = 140.00, B = 140: from A - 0.01 to A + 0.01
        ([7000, 7001], 0, 1, 2),
        ([7000, 6999], 0, 0, 0),
        ([9000, 9000], 3999, 4000, 4001),
    ],
)
def test_the_interval_is_half_a_cent_per_site(raw: list[int], low: int, score: int, high: int) -> None:
    k = ThresholdPerPupil(F(7, 10), F(7, 10), F(7, 10))
    found = estimate_merger("00AA00", ["00AA01"], [100, 100], raw, k)
    assert (found.score_low, found.score, found.score_high) == (low, score, high)


def test_of_four_sites_it_is_two_cents() -> None:
    k = ThresholdPerPupil(F(7, 10), F(7, 10), F(7, 10))
    found = estimate_merger("00AA00", ["00AA01", "00AA02", "00AA03"], [50] * 4, [4500] * 4, k)
    assert (found.score_low, found.score, found.score_high) == (3998, 4000, 4002)


def test_the_interval_of_k_widens_it_by_the_pupils() -> None:
    k = ThresholdPerPupil(F("0.70"), F("0.69"), F("0.72"))
    found = estimate_merger("00AA00", ["00AA01"], [100, 100], [9000, 9000], k)
    assert (found.score_low, found.score, found.score_high) == (3599, 4000, 4201)
