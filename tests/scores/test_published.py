"""The steps that check published scores: tables and figures, or an error that lists what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from oab_funding.errors import CheckError
from oab_funding.scores.consistency import check_against_law
from oab_funding.scores.mergers import ThresholdPerPupil
from oab_funding.scores.published import (
    check_published,
    check_published_municipalities,
    contradictions,
    threshold_per_pupil,
)
from oab_funding.tables.build import build
from oab_funding.tables.cbs_workbook import read_cbs_workbook
from oab_funding.tables.conform import conform
from oab_funding.tables.schema import TableSchema
from oab_funding.tables.score_tables import CONTRADICTIONS, MUNICIPALITY_SCORES, SITE_SCORES
from oab_funding.tables.step_result import StepResult

D, F = Decimal, Fraction

SITES = pa.table(
    {
        "site_id": ["00AP00", "00AR00"],
        "pupils": [100, 142],
        "score_raw": ["102.62", "19.46"],
        "score_raw_lower": ["26.17", "10.33"],
        "score_raw_upper": ["76.45", "9.14"],
        "score": ["33.02", "0.00"],
        "flags": ["", "b"],
    }
)
MUNICIPALITIES = pa.table(
    {
        "municipality_code": ["GM0014", "GM0034", "GM0037"],
        "children": [1000, 2000, None],
        "score_raw": ["390.00", "680.00", "5.00"],
        "score": ["100.00", "100.00", "0.00"],
    }
)


def of_sites(table: pa.Table, c: Decimal | None = None, g: Decimal | None = None) -> StepResult:
    return check_published(conform(table, SITE_SCORES), F("0.12"), F("0.15"), c, g, 40)


def of_municipalities(table: pa.Table) -> StepResult:
    return check_published_municipalities(conform(table, MUNICIPALITY_SCORES), F("0.05"), F("0.15"))


def replaced(table: pa.Table, column: str, values: list[Any]) -> pa.Table:
    return table.set_column(table.column_names.index(column), column, pa.array(values))


def test_sites_that_fit() -> None:
    result = of_sites(SITES)
    assert list(result.tables) == ["contradictions"]
    assert result.table.num_rows == 0
    assert result.table.schema == CONTRADICTIONS.arrow()
    assert result.figures["sites"] == 2
    assert (result.figures["k low"], result.figures["k high"]) == (F("0.6959"), F("0.6961"))
    assert result.figures["contradictions"] == 0


def test_municipalities_that_fit() -> None:
    result = of_municipalities(MUNICIPALITIES)
    assert list(result.tables) == ["contradictions"]
    assert result.table.num_rows == 0
    assert result.table.schema == CONTRADICTIONS.arrow()
    assert list(result.figures) == ["municipalities", *list(of_sites(SITES).figures)[1:]]
    assert (result.figures["municipalities"], result.figures["N"]) == (3, None)
    assert (result.figures["k low"], result.figures["k high"]) == (F("0.289995"), F("0.290005"))
    assert (result.figures["C - G low"], result.figures["C - G high"]) == (F("5.7999"), F("5.8001"))


@pytest.mark.parametrize(
    ("table", "check", "schema"),
    [(SITES, of_sites, SITE_SCORES), (MUNICIPALITIES, of_municipalities, MUNICIPALITY_SCORES)],
)
def test_columns_that_need_not_be_there_may_be_absent(
    table: pa.Table, check: Callable[[pa.Table], StepResult], schema: TableSchema
) -> None:
    optional = {column.name for column in schema.columns if not column.required} & set(table.column_names)
    assert optional
    for count in range(len(optional) + 1):
        for dropped in combinations(sorted(optional), count):
            figures = check(table.drop(list(dropped))).figures
            assert (figures["k"] is None) == bool({"pupils", "children", "score_raw"} & set(dropped))


def test_contradictions_of_sites_are_listed() -> None:
    wrong = replaced(SITES, "score", ["33.02", "19.47"])
    with pytest.raises(CheckError) as caught:
        of_sites(wrong)
    assert caught.value.summary == "contradictions: 2, at 1 of 2 sites"
    assert caught.value.findings[0] == "00AR00: score 19.47 is above the score without threshold, 19.46"
    assert caught.value.findings[1].startswith("00AR00: A 19.46, 142 pupils and score 19.47 need k ")


def test_published_constants_and_the_flag_limit_are_checked() -> None:
    assert of_sites(SITES, D("535.26"), D("529.46")).figures["contradictions"] == 0
    with pytest.raises(CheckError, match=r"all sites: C 535\.26 - G 529\.26 is 6\.00"):
        of_sites(SITES, D("535.26"), D("529.26"))
    with pytest.raises(CheckError, match="lacks flag a with 100 pupils; the limit is 100"):
        check_published(conform(SITES, SITE_SCORES), F("0.12"), F("0.15"), None, None, 100)


def test_contradictions_of_municipalities_are_listed() -> None:
    with pytest.raises(CheckError) as caught:
        of_municipalities(replaced(MUNICIPALITIES, "score", ["100.03", "100.00", "5.01"]))
    assert caught.value.summary == "contradictions: 2, at 2 of 3 municipalities"
    assert caught.value.findings == (
        "GM0034: A 680.00, 2000 children and score 100.00 need k between 0.289995000 and 0.290005000; "
        "the other municipalities have k between 0.289960000 and 0.289980000",
        "GM0037: score 5.01 is above the score without threshold, 5.00",
    )


def test_one_score_among_many_is_the_one_that_is_wrong() -> None:
    rows = [(f"GM{code:04d}", 100 * code, 500 * code, 471 * code) for code in range(1, 40)]
    codes, children, raw, score = (list(column) for column in zip(*rows, strict=True))
    columns = {"municipality_code": codes, "children": children, "score_raw": raw}
    table = pa.table({**columns, "score": score})
    assert of_municipalities(table).figures["contradictions"] == 0
    score[20] = f"{score[20]}.02"
    with pytest.raises(CheckError) as caught:
        of_municipalities(pa.table({**columns, "score": [str(value) for value in score]}))
    assert [line.split(":")[0] for line in caught.value.findings] == ["GM0021"]


def test_contradictions_as_a_table() -> None:
    wrong = replaced(SITES, "flags", ["a", "b"])
    found = check_against_law(
        wrong,
        threshold_share=F("0.12"),
        target_share=F("0.15"),
        c=D("535.26"),
        g=D("500.00"),
        flag_limit=40,
    )
    table = contradictions(found)
    assert table.schema == CONTRADICTIONS.arrow()
    assert table.column("code").to_pylist() == ["00AP00", "00AP00", "all sites"]
    assert table.column("rule").to_pylist() == ["flag a", "flag a implies b and c", "C - G as published"]
    assert table.column("message").to_pylist() == [finding.message for finding in found.findings]
    assert conform(table, CONTRADICTIONS).equals(table)


def test_k_with_its_interval() -> None:
    for checked in (of_sites(SITES), of_municipalities(MUNICIPALITIES)):
        k = threshold_per_pupil(checked)
        assert k is not None
        assert (k.best, k.low, k.high) == tuple(checked.figures[name] for name in ("k", "k low", "k high"))
        assert k.low < k.best < k.high


@pytest.mark.parametrize("children", [[None, None, None], [0, None, None]])
def test_without_children_k_is_not_identified(children: list[int | None]) -> None:
    scores = ["0.00" if size == 0 else "1.00" for size in children]
    table = replaced(MUNICIPALITIES, "children", children)
    table = replaced(replaced(table, "score", scores), "score_raw", scores)
    assert threshold_per_pupil(of_municipalities(table)) is None
    assert threshold_per_pupil(of_municipalities(table.drop(["children"]))) is None


def test_scores_of_zero_leave_k_unbounded() -> None:
    table = replaced(MUNICIPALITIES, "score", ["0.00", "0.00", "0.00"])
    checked = of_municipalities(table)
    assert checked.figures["k low"] == F("0.38999")
    assert threshold_per_pupil(checked) is None


def check(score: int) -> StepResult:
    """Three sites with k = 0.7, of which the first has a score to be looked at."""
    columns = {
        "site_id": ["00AP00", "00AP01", "00AP02"],
        "pupils": [100, 200, 300],
        "score_raw": [9000, 20000, 30000],
        "score": [score, 6000, 9000],
    }
    return check_published(build(SITE_SCORES, columns), F(12, 100), F(15, 100), None, None, 40)


def test_what_follows_from_scores_that_agree() -> None:
    found = check(2000)
    assert found.table.num_rows == 0
    k = threshold_per_pupil(found)
    assert isinstance(k, ThresholdPerPupil)
    assert k.low < F(7, 10) < k.high
    assert k.low <= k.best <= k.high


def test_a_contradiction_is_listed() -> None:
    with pytest.raises(CheckError) as refused:
        check(2100)
    assert refused.value.findings


def test_where_k_is_not_identified_there_is_none() -> None:
    alone = build(SITE_SCORES, {"site_id": ["00AP00"], "score": [3302]})
    assert (
        threshold_per_pupil(check_published(alone, F(12, 100), F(15, 100), Decimal("535.26"), None, 40))
        is None
    )


@pytest.mark.published
def test_the_published_workbook(published_data: Path) -> None:
    """CBS, "Achterstandsscores basisscholen, 2019", February 2020."""
    book = read_cbs_workbook(published_data / "cbs" / "achterstandsscores-scholen-2019.xlsx")
    checked = check_published(book.table, F("0.12"), F("0.15"), book.c, book.g, 40)
    assert checked.table.num_rows == 0
    assert (checked.figures["sites"], checked.figures["N"]) == (6295, 1396457)
    assert checked.figures["T that fit"] == "209469"
    k = threshold_per_pupil(checked)
    assert k is not None
    assert round(k.best, 9) == F("0.696048236")


def _municipal(children: list[int | None], scores: list[str]) -> pa.Table:
    codes = [f"GM{n:04}" for n in range(len(scores))]
    raw = ["500.00"] * len(scores)
    columns = {"municipality_code": codes, "children": children, "score_raw": raw, "score": scores}
    return conform(pa.table(columns), MUNICIPALITY_SCORES)


@pytest.mark.parametrize(
    ("children", "scores", "said", "unknown"),
    [
        ([None, None], ["1.00", "2.00"], "not checked: no number of children", 2),
        ([1000, None], ["0.00", "2.00"], "not checked: no score above 0", 1),
        ([1000, None], ["210.00", "2.00"], 0, 1),
        ([1000, 1000], ["210.00", "210.00"], 0, 0),
    ],
)
def test_what_was_not_checked_is_said(
    children: list[int | None], scores: list[str], said: object, unknown: int
) -> None:
    figures = check_published_municipalities(
        _municipal(children, scores), Fraction("0.05"), Fraction("0.15")
    ).figures
    assert (figures["contradictions"], figures["not_checked"]) == (said, unknown)


def test_sites_without_a_are_not_checked() -> None:
    sites = conform(pa.table({"site_id": ["00AP00"], "pupils": [100], "score": ["33.02"]}), SITE_SCORES)
    found = check_published(sites, Fraction("0.12"), Fraction("0.15"), None, None, 40)
    assert found.figures["contradictions"] == "not checked: no score without threshold"
