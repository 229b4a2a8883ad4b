"""Bringing municipality scores to another division."""

from __future__ import annotations

from fractions import Fraction

import pyarrow as pa
import pytest
from hypothesis import given

from oab_funding.errors import InputError
from oab_funding.scores.aggregate import ScoreRule
from oab_funding.scores.institution_scores import municipality_scores
from oab_funding.scores.published.code_map import map_codes
from oab_funding.tables.columns import build
from oab_funding.tables.register_tables import CODE_MAP
from oab_funding.tables.score_tables import MUNICIPALITY_SCORES
from oab_funding.tables.step_result import StepResult
from oracle import municipalities as oracle_municipalities
from oracle.strategies import Country, solvable_countries
from oracle.target_group import target_group
from oracle_bridge import CASES, children_table, column, examples

F = Fraction
KEY = "municipality_code"
K = F(3, 10)
SCORES = build(
    MUNICIPALITY_SCORES,
    {
        KEY: ["GM0004", "GM0001", "GM0002", "GM0003"],
        "children": [1000, 100, 200, 300],
        "score_raw": [40000, 5000, 6000, 1000],
        "score": [12000, 2000, 150, 0],
    },
)


def mapped(*pairs: tuple[str, str], scores: pa.Table = SCORES, k: Fraction | None = K) -> StepResult:
    codes, new = zip(*pairs, strict=True)
    return map_codes(scores, build(CODE_MAP, {KEY: codes, "new_code": new}), k)


def test_nothing_is_mapped() -> None:
    found = map_codes(SCORES, None, None)
    assert found.table.equals(SCORES.sort_by(KEY))
    assert (found.figures["merged"], found.figures["label"]) == (0, "no estimates")


def test_a_renamed_municipality_is_no_merger() -> None:
    found = mapped(("GM0003", "GM9999"), k=None)
    assert column(found.table, KEY, "score")["GM9999"] == 0
    assert (found.figures["merged"], found.figures["label"]) == (0, "no estimates")


def test_scores_above_0_add_up() -> None:
    found = mapped(("GM0001", "GM0002"), ("GM0004", "GM0002"), k=None)
    assert found.table.to_pylist()[0] == {
        KEY: "GM0002",
        "children": 1300,
        "score_raw": found.table.column("score_raw")[0].as_py(),
        "score": found.table.column("score")[0].as_py(),
    }
    assert column(found.table, KEY, "score") == {"GM0002": F("141.50"), "GM0003": 0}
    assert column(found.table, KEY, "score_raw")["GM0002"] == 510
    assert found.figures["label"] == "estimate from published scores"
    assert (found.figures["merged"], found.figures["merged_with_a_floored_part"]) == (1, 0)


def test_a_floored_part_takes_off_what_it_lacks() -> None:
    # A = 60 + 10, E = 500: 70 - 0.3 x 500 is negative.
    found = mapped(("GM0003", "GM0002"))
    assert column(found.table, KEY, "score")["GM0002"] == 0
    found = mapped(("GM0003", "GM0002"), k=F(1, 10))
    assert column(found.table, KEY, "score")["GM0002"] == 20  # 70 - 0.1 x 500
    assert found.figures["merged_with_a_floored_part"] == 1


@pytest.mark.parametrize(("scores", "k"), [(SCORES, None), (SCORES.drop_columns(["children"]), F(3, 10))])
def test_a_floored_part_needs_children_and_k(scores: pa.Table, k: Fraction | None) -> None:
    with pytest.raises(InputError, match="merged municipality GM0002 does not follow from floored scores"):
        mapped(("GM0003", "GM0002"), scores=scores, k=k)
    unfloored = mapped(("GM0001", "GM0002"), scores=scores, k=k)
    assert column(unfloored.table, KEY, "score")["GM0002"] == F("21.5")


def test_codes_of_the_map_without_a_score_are_named() -> None:
    assert (
        mapped(("GM0007", "GM0001"), ("GM0006", "GM0001")).figures["codes_without_a_score"]
        == "GM0006, GM0007"
    )


def test_a_chain_is_refused() -> None:
    with pytest.raises(InputError, match="maps GM0001 to GM0002, which is itself mapped to GM0003"):
        mapped(("GM0001", "GM0002"), ("GM0002", "GM0003"))
    mapped(("GM0001", "GM0002"), ("GM0002", "GM0002"))  # which says only that it stays


@examples(100)
@given(solvable_countries)
def test_a_mapped_merger_is_that_of_the_children_but_for_rounding(country: Country) -> None:
    table = children_table(country.children)
    try:
        found = municipality_scores([table], ScoreRule(F(15, 100), F(5, 100)))
    except InputError:
        return
    CASES["mergers"] += 1
    codes = found.table.column(KEY).to_pylist()
    k = F(5, 100) * found.figures["C_minus_G"]  # type: ignore[operator]
    merged = mapped(*((code, "GM5555") for code in codes), scores=found.table, k=k)
    group = target_group(country.children)
    raw = oracle_municipalities.raw_score(country.children, group)
    exact = oracle_municipalities.net_score(raw, k * len(country.children))
    off = abs(column(merged.table, KEY, "score")["GM5555"] - exact)
    assert off <= F(1, 200) * (len(codes) + 1)
