"""Published scores against the law as a whole; the parts of the check have tests of their own."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import fields
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oab_funding.errors import CheckError, InputError
from oab_funding.scores.aggregate import ScoreRule
from oab_funding.scores.institution_scores import municipality_scores
from oab_funding.scores.published.changes import ThresholdPerPupil
from oab_funding.scores.published.check import (
    check_against_law,
    check_published,
    contradictions,
    threshold_per_pupil,
)
from oab_funding.scores.published.consistency import Consistency
from oab_funding.scores.published.target_size import MIDPOINT, ONE_TARGET_FITS
from oab_funding.tables.cbs_workbook import PublishedScores, read_cbs_workbook
from oab_funding.tables.columns import build
from oab_funding.tables.conform import conform
from oab_funding.tables.schema import TableSchema
from oab_funding.tables.score_tables import CONTRADICTIONS, MUNICIPALITY_SCORES, SITE_SCORES
from oab_funding.tables.step_result import StepResult
from oracle.strategies import Country, nasty_countries
from oracle_bridge import children_table, examples

D, F = Decimal, Fraction
LAW: dict[str, Any] = {
    "threshold_share": F(12, 100),
    "target_share": F(15, 100),
    "c": None,
    "g": None,
    "flag_limit": 40,
}


def half_up(value: Fraction) -> int:
    return math.floor(value + F(1, 2))


def check(table: Any, **changes: Any) -> Consistency:
    return check_against_law(table, **(LAW | changes))


def scores(*rows: tuple[int, int, int], **columns: Any) -> pa.Table:
    """Make a table of (pupils, raw score, score), scores in hundredths."""
    pupils, raw, score = zip(*rows, strict=True)
    return pa.table(
        {
            "site_id": [f"{index // 100:02d}AA{index % 100:02d}" for index in range(len(rows))],
            "pupils": list(pupils),
            "score_raw": [D(value).scaleb(-2) for value in raw],
            "score": [D(value).scaleb(-2) for value in score],
            **columns,
        }
    )


def by_law(k: Fraction, sites: list[tuple[int, Fraction]]) -> list[tuple[int, int, int]]:
    """What would be published, in hundredths, for sites of so many pupils and so large a true A."""
    return [(e, half_up(100 * a), max(0, half_up(100 * (a - k * e)))) for e, a in sites]


def rules(result: Consistency) -> list[tuple[str | None, str]]:
    return [(finding.code, finding.rule) for finding in result.findings]


# --- the interval of k


true_sites = st.lists(
    st.tuples(st.integers(1, 300), st.fractions(min_value=0, max_value=600, max_denominator=10_000)),
    min_size=1,
    max_size=30,
)


@given(k=st.fractions(min_value=F(1, 100), max_value=2, max_denominator=10**6), sites=true_sites)
@settings(deadline=None)
def test_scores_by_the_law_never_contradict_it(k: Fraction, sites: list[tuple[int, Fraction]]) -> None:
    rows = by_law(k, sites)
    result = check(scores(*rows))
    assert result.ok
    result.raise_if_contradicted()
    assert result.k_low is not None
    assert result.k_low < k
    assert result.k_high is None or k < result.k_high
    if any(score for _, _, score in rows):
        assert result.k is not None
        assert result.k_high is not None
        assert result.k_low < result.k < result.k_high
    else:
        assert (result.k, result.k_source, result.target_sizes_independent) == (None, None, None)


def test_the_order_of_rows_changes_nothing_but_the_order_of_findings() -> None:
    table = scores((100, 10262, 3305), (142, 1946, 0), (92, 12175, 5771), (72, 5870, 859), (160, 15256, 4120))
    turned = table.take(list(reversed(range(table.num_rows))))
    one, two = check(table), check(turned)
    assert set(one.findings) == set(two.findings)
    for field in fields(Consistency):
        if field.name != "findings":
            assert getattr(one, field.name) == getattr(two, field.name)


def test_scores_in_float_or_with_six_places_are_the_same() -> None:
    table = scores((100, 10262, 3302), (142, 1946, 0))
    wide = table.set_column(3, "score", table.column("score").cast(pa.decimal128(12, 6)))
    loose = table.set_column(3, "score", pa.array([33.02, 0.0]))
    assert check(table) == check(wide) == check(loose)


@pytest.mark.parametrize("dropped", ["pupils", "score_raw"])
def test_without_e_or_a_nothing_is_identified(dropped: str) -> None:
    result = check(scores((100, 10262, 3302)).drop([dropped]), c=D("535.26"), g=D("500.00"))
    assert result.ok
    assert (result.k, result.k_low, result.k_high, result.target_low) == (None, None, None, None)
    assert result.target_rules == ()
    assert result.figures()["k"] is None


def test_without_a_positive_score_k_has_a_lower_bound_only() -> None:
    result = check(scores((100, 5000, 0), (10, 100, 0)))
    assert (result.k_low, result.k_high, result.k) == (F(4999, 10000), None, None)
    assert result.target_low is None


# --- the size of the target group


def country(target: int) -> tuple[pa.Table, Fraction]:
    """300 sites of 100 pupils with so many target places, C - G = 5.8 and so 0.696 per pupil."""
    k = F(696, 1000)
    shares = [target * (index + 1) for index in range(300)]
    total = sum(shares)
    true = [(100, F(58, 10) * target * share / total) for share in shares]
    return scores(*by_law(k, true)), k


@pytest.mark.parametrize("target", [4500, 4499, 4300])
def test_the_target_size_is_found(target: int) -> None:
    table, k = country(target)
    result = check(table)
    assert result.ok
    assert result.target_sizes_independent is not None
    assert target in result.target_sizes_independent
    assert result.target_hard_low is not None
    assert result.target_hard_high is not None
    assert result.target_hard_low <= target <= result.target_hard_high
    assert result.target_hard_sizes is not None
    assert set(result.target_sizes_independent) <= set(result.target_hard_sizes)
    assert result.target_candidates == (("up", 4500), ("half_up", 4500), ("down", 4500))
    assert result.target_rules == (
        ("up", "half_up", "down") if 4500 in result.target_sizes_independent else ()
    )
    assert result.k_low is not None
    assert result.k_high is not None
    assert result.k_low < k < result.k_high


def test_one_target_gives_k_exactly_and_several_give_the_midpoint() -> None:
    one = check(country(4500)[0])
    assert one.target_sizes_independent == (4500,)
    assert (one.k, one.k_source) == (F(12, 100) * F(one.sum_raw or 0) / 4500, ONE_TARGET_FITS)
    several = check(scores((100, 10_000_000, 9_993_040)))
    assert several.target_sizes_independent == (17239, 17240, 17241, 17242, 17243)
    assert several.k_low is not None
    assert several.k_high is not None
    assert (several.k, several.k_source) == ((several.k_low + several.k_high) / 2, MIDPOINT)


def test_a_target_that_asks_for_a_k_outside_the_interval_gives_the_midpoint() -> None:
    """T = 200 fits only if A, published as 1160.02, is a little less, but 0.12 x 1160.02 / 200 is above k."""
    result = check(scores((1000, 116002, 46402)))
    assert result.target_sizes_independent == (200,)
    assert result.k_high == F("0.69601")
    assert result.k_high < F(12, 100) * F("1160.02") / 200
    assert (result.k, result.k_source) == (F("0.696"), MIDPOINT)


# --- contradictions, site by site


def test_every_rule_is_checked_in_the_order_of_the_table() -> None:
    """Each site breaks all it can; C - G contradicts the sites together."""
    table = scores(
        *((50, 100, 200), (100, 10262, 3305), (142, 19460, 9576), (0, 100, 0)),
        score_raw_lower=["0.00", "26.17", "97.30", "1.00"],
        score_raw_upper=["0.00", "76.45", "97.30", "0.00"],
        flags=["a", "b", "", "a, b, c"],
    )
    assert rules(check(table, c=D("535.26"), g=D("500.00"))) == [
        ("00AA00", "score at most A"),
        ("00AA00", "A is the sum of its parts"),
        ("00AA00", "flag a"),
        ("00AA00", "flag a implies b and c"),
        ("00AA00", "one k fits all"),
        ("00AA02", "one k fits all"),
        ("00AA03", "no pupils"),
        (None, "C - G as published"),
    ]


def test_a_table_that_is_no_table_of_scores() -> None:
    with pytest.raises(InputError, match="column score is missing"):
        check(pa.table({"site_id": ["00AP00"]}))


# --- municipalities


def municipal(table: pa.Table) -> Consistency:
    return check_against_law(table, threshold_share=F(5, 100), target_share=F(15, 100))


def municipalities(*rows: tuple[int | None, int, int]) -> pa.Table:
    """Make a table of (children, raw score, score), scores in hundredths."""
    children, raw, score = zip(*rows, strict=True)
    return pa.table(
        {
            "municipality_code": [f"GM{index:04d}" for index in range(len(rows))],
            "children": pa.array(children, pa.int64()),
            "score_raw": [D(value).scaleb(-2) for value in raw],
            "score": [D(value).scaleb(-2) for value in score],
        }
    )


@given(k=st.fractions(min_value=F(1, 100), max_value=2, max_denominator=10**6), true=true_sites)
@settings(deadline=None)
def test_municipal_scores_by_the_law_never_contradict_it(
    k: Fraction, true: list[tuple[int, Fraction]]
) -> None:
    rows = by_law(k, true)
    result = municipal(municipalities(*rows))
    assert result.ok
    assert result.k_low is not None
    assert result.k_low < k
    assert result.k_high is None or k < result.k_high
    assert (result.institutions, result.children) == (len(rows), sum(size for size, _, _ in rows))


@given(k=st.fractions(min_value=F(1, 100), max_value=2, max_denominator=10**6), true=true_sites)
@settings(deadline=None)
def test_sites_and_municipalities_are_checked_alike(k: Fraction, true: list[tuple[int, Fraction]]) -> None:
    """Every third score is wrong by 0.05."""
    rows = [(e, a, s + 5 * (i % 3 == 0)) for i, (e, a, s) in enumerate(by_law(k, true))]
    one = check(scores(*rows), threshold_share=F(5, 100))
    other = municipal(municipalities(*rows))
    assert [rule for _, rule in rules(one)] == [rule for _, rule in rules(other)]
    for field in fields(Consistency):
        if field.name not in ("kind", "findings"):
            assert getattr(one, field.name) == getattr(other, field.name)


@examples(100)
@given(nasty_countries)
def test_scores_from_children_never_contradict_the_law(country: Country) -> None:
    """Tied, asylum-seeking and empty: whatever the children, their scores pass, with the true C - G."""
    rule = ScoreRule(target_share=F(15, 100), threshold_share=F(5, 100))
    table = children_table(country.children)
    try:
        found = municipality_scores([table], rule)
    except InputError:  # no children, or no G
        return
    result = municipal(found.tables["municipality_scores"])
    assert result.ok, result.findings
    if result.c_minus_g_low:
        distance = found.figures["C_minus_G"]
        assert isinstance(distance, Fraction)
        assert result.c_minus_g_low < distance
        assert result.c_minus_g_high is None or distance < result.c_minus_g_high


def test_a_country_of_municipalities() -> None:
    """30 municipalities of 1,000 children each, 4,500 target places, C - G = 5.8: k = 0.29 by F = 5%."""
    shares = [F(58, 10) * 4500 * (index + 1) / 465 for index in range(30)]
    result = municipal(municipalities(*by_law(F("0.29"), [(1000, share) for share in shares])))
    assert result.ok
    assert result.target_sizes_independent == (4500,)
    assert result.target_rules == ("up", "half_up", "down")
    assert result.k_source == ONE_TARGET_FITS
    assert result.k is not None
    assert abs(result.k - F("0.29")) < F("0.00001")
    assert result.c_minus_g_low is not None
    assert result.c_minus_g_high is not None
    assert result.c_minus_g_low < F("5.8") < result.c_minus_g_high


def test_k_follows_from_the_municipalities_with_children() -> None:
    result = municipal(municipalities((1000, 39000, 10000), (None, 100, 71), (None, 5000, 0)))
    assert result.ok
    assert (result.k_low, result.k_high) == (F("0.28999"), F("0.29001"))
    assert (result.children, result.sum_raw, result.sum_score) == (None, D("441.00"), D("100.71"))
    assert result.target_low == F(5, 100) * 441 / F("0.29001")
    assert result.target_candidates == ()


@pytest.mark.parametrize(
    "table",
    [
        municipalities((1000, 39000, 10000)).drop(["children"]),
        municipalities((None, 39000, 10000), (None, 100, 0)),
        municipalities((1000, 20000, 0)),
        municipalities((0, 0, 0)),
    ],
)
def test_nothing_may_identify_k(table: pa.Table) -> None:
    result = municipal(table)
    assert result.ok
    assert (result.k, result.k_source, result.k_high) == (None, None, None)


def test_contradictions_of_municipalities() -> None:
    table = municipalities(
        (1000, 39000, 10003), (1000, 39000, 10000), (2000, 68000, 10000), (None, 100, 101), (0, 100, 0)
    )
    result = municipal(table)
    assert rules(result) == [
        ("GM0000", "one k fits all"),
        ("GM0003", "score at most A"),
        ("GM0004", "no children"),
    ]
    assert str(result.findings[0]) == (
        "GM0000: A 390.00, 1000 children and score 100.03 need k between 0.289960000 and 0.289980000; "
        "the other municipalities have k between 0.289995000 and 0.290005000"
    )


def test_a_table_that_is_no_table_of_municipal_scores() -> None:
    with pytest.raises(InputError, match="column score_raw is missing"):
        municipal(pa.table({"municipality_code": ["GM0014"], "score": ["1.00"]}))


# --- CBS, "Achterstandsscores basisscholen, 2019", February 2020


@pytest.fixture(scope="module")
def published(published_data: Path) -> PublishedScores:
    return read_cbs_workbook(published_data / "cbs" / "achterstandsscores-scholen-2019.xlsx")


@pytest.mark.published
def test_the_published_scores_follow_the_law(published: PublishedScores) -> None:
    result = check(published.table, c=published.c, g=published.g)
    result.raise_if_contradicted()
    assert (result.institutions, result.children) == (6295, 1396457)
    assert (result.sum_raw, result.sum_score) == (D("1215004.40"), D("561736.12"))
    assert result.k_low is not None
    assert result.k_high is not None
    assert result.k is not None
    assert F("0.6960465") < result.k_low < F("0.6960466")
    assert F("0.6960493") < result.k_high < F("0.6960494")
    assert (result.k, result.k_source) == (F(12, 100) * F("1215004.40") / 209469, ONE_TARGET_FITS)
    assert round(result.k, 9) == F("0.696048236")
    assert result.c_minus_g_low == result.k_low / F(12, 100)
    assert round(result.k / F(12, 100), 7) == F("5.8004020")


@pytest.mark.published
def test_the_published_target_group(published: PublishedScores) -> None:
    result = check(published.table)
    assert result.target_sizes_independent == (209469,)
    assert result.target_low is not None
    assert result.target_high is not None
    assert result.target_hard_low is not None
    assert result.target_hard_high is not None
    assert (round(result.target_low, 2), round(result.target_high, 2)) == (F("209468.65"), F("209469.52"))
    assert (round(result.target_hard_low, 2), round(result.target_hard_high, 2)) == (
        F("209463.23"),
        F("209474.95"),
    )
    assert result.target_hard_sizes == range(209464, 209475)
    assert round(result.target_sd or 0, 2) == D("0.04")
    assert result.target_candidates == (("up", 209469), ("half_up", 209469), ("down", 209468))
    assert result.target_rules == ("up", "half_up")


@pytest.mark.published
def test_the_best_k_reproduces_every_published_score(published: PublishedScores) -> None:
    k = check(published.table).k
    assert k is not None
    rows = published.table.select(["pupils", "score_raw", "score"]).to_pylist()
    gaps = [abs(max(F(0), F(row["score_raw"]) - k * row["pupils"]) - F(row["score"])) for row in rows]
    assert round(max(gaps), 5) == F("0.00985")


@pytest.mark.published
def test_the_rounded_constants_do_not_fit_the_published_scores(published: PublishedScores) -> None:
    """With C - G as printed, 5.80, 1,029 sites are off by more than 0.01, 1,341 by 0.01 or more.

    Half-up rounding of A and of the score leaves no room for exactly 0.01: C and G enter unrounded.
    """
    k = F(12, 100) * F("5.80")
    rows = published.table.select(["pupils", "score_raw", "score"]).to_pylist()
    gaps = [abs(max(F(0), F(row["score_raw"]) - k * row["pupils"]) - F(row["score"])) for row in rows]
    assert sum(gap > F(1, 100) for gap in gaps) == 1029
    assert sum(gap >= F(1, 100) for gap in gaps) == 1341


@pytest.mark.published
@pytest.mark.parametrize("change", ["0.02", "-0.02", "-8.59"])
def test_one_changed_published_score_is_found(change: str, published: PublishedScores) -> None:
    rows = published.table.to_pylist()
    site = next(row for row in rows if row["site_id"] == "00BB00")
    site["score"] += D(change)
    result = check(pa.Table.from_pylist(rows, published.table.schema))
    assert rules(result) == [("00BB00", "one k fits all")]
    assert result.k_source == ONE_TARGET_FITS


TWO_SITES = pa.table(
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
THREE_MUNICIPALITIES = pa.table(
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
    return check_published(conform(table, MUNICIPALITY_SCORES), F("0.05"), F("0.15"))


def replaced(table: pa.Table, column: str, values: list[Any]) -> pa.Table:
    return table.set_column(table.column_names.index(column), column, pa.array(values))


def test_sites_that_fit() -> None:
    result = of_sites(TWO_SITES)
    assert list(result.tables) == ["contradictions"]
    assert result.table.num_rows == 0
    assert result.table.schema == CONTRADICTIONS.arrow()
    assert result.figures["sites"] == 2
    assert (result.figures["k low"], result.figures["k high"]) == (F("0.6959"), F("0.6961"))
    assert result.figures["contradictions"] == 0


def test_municipalities_that_fit() -> None:
    result = of_municipalities(THREE_MUNICIPALITIES)
    assert list(result.tables) == ["contradictions"]
    assert result.table.num_rows == 0
    assert result.table.schema == CONTRADICTIONS.arrow()
    assert list(result.figures) == ["municipalities", *list(of_sites(TWO_SITES).figures)[1:]]
    assert (result.figures["municipalities"], result.figures["N"]) == (3, None)
    assert (result.figures["k low"], result.figures["k high"]) == (F("0.289995"), F("0.290005"))
    assert (result.figures["C - G low"], result.figures["C - G high"]) == (F("5.7999"), F("5.8001"))


@pytest.mark.parametrize(
    ("table", "check_first", "schema"),
    [(TWO_SITES, of_sites, SITE_SCORES), (THREE_MUNICIPALITIES, of_municipalities, MUNICIPALITY_SCORES)],
)
def test_columns_that_need_not_be_there_may_be_absent(
    table: pa.Table, check_first: Callable[[pa.Table], StepResult], schema: TableSchema
) -> None:
    optional = {column.name for column in schema.columns if not column.required} & set(table.column_names)
    assert optional
    for count in range(len(optional) + 1):
        for dropped in combinations(sorted(optional), count):
            figures = check_first(table.drop(list(dropped))).figures
            assert (figures["k"] is None) == bool({"pupils", "children", "score_raw"} & set(dropped))


def test_contradictions_of_sites_are_listed() -> None:
    wrong = replaced(TWO_SITES, "score", ["33.02", "19.47"])
    with pytest.raises(CheckError) as caught:
        of_sites(wrong)
    assert caught.value.summary == "contradictions: 2, at 1 of 2 sites"
    assert caught.value.findings[0] == "00AR00: score 19.47 is above the score without threshold, 19.46"
    assert caught.value.findings[1].startswith("00AR00: A 19.46, 142 pupils and score 19.47 need k ")


def test_published_constants_and_the_flag_limit_are_checked() -> None:
    assert of_sites(TWO_SITES, D("535.26"), D("529.46")).figures["contradictions"] == 0
    with pytest.raises(CheckError, match=r"all sites: C 535\.26 - G 529\.26 is 6\.00"):
        of_sites(TWO_SITES, D("535.26"), D("529.26"))
    with pytest.raises(CheckError, match="lacks flag a with 100 pupils; the limit is 100"):
        check_published(conform(TWO_SITES, SITE_SCORES), F("0.12"), F("0.15"), None, None, 100)


def test_contradictions_of_municipalities_are_listed() -> None:
    with pytest.raises(CheckError) as caught:
        of_municipalities(replaced(THREE_MUNICIPALITIES, "score", ["100.03", "100.00", "5.01"]))
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
    wrong = replaced(TWO_SITES, "flags", ["a", "b"])
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
    for checked in (of_sites(TWO_SITES), of_municipalities(THREE_MUNICIPALITIES)):
        k = threshold_per_pupil(checked)
        assert k is not None
        assert (k.best, k.low, k.high) == tuple(checked.figures[name] for name in ("k", "k low", "k high"))
        assert k.low < k.best < k.high


@pytest.mark.parametrize("children", [[None, None, None], [0, None, None]])
def test_without_children_k_is_not_identified(children: list[int | None]) -> None:
    scores = ["0.00" if size == 0 else "1.00" for size in children]
    table = replaced(THREE_MUNICIPALITIES, "children", children)
    table = replaced(replaced(table, "score", scores), "score_raw", scores)
    assert threshold_per_pupil(of_municipalities(table)) is None
    assert threshold_per_pupil(of_municipalities(table.drop(["children"]))) is None


def test_scores_of_zero_leave_k_unbounded() -> None:
    table = replaced(THREE_MUNICIPALITIES, "score", ["0.00", "0.00", "0.00"])
    checked = of_municipalities(table)
    assert checked.figures["k low"] == F("0.38999")
    assert threshold_per_pupil(checked) is None


def check_first(score: int) -> StepResult:
    """Three sites with k = 0.7, of which the first has a score to be looked at."""
    columns = {
        "site_id": ["00AP00", "00AP01", "00AP02"],
        "pupils": [100, 200, 300],
        "score_raw": [9000, 20000, 30000],
        "score": [score, 6000, 9000],
    }
    return check_published(build(SITE_SCORES, columns), F(12, 100), F(15, 100), None, None, 40)


def test_what_follows_from_scores_that_agree() -> None:
    found = check_first(2000)
    assert found.table.num_rows == 0
    k = threshold_per_pupil(found)
    assert isinstance(k, ThresholdPerPupil)
    assert k.low < F(7, 10) < k.high
    assert k.low <= k.best <= k.high


def test_a_contradiction_is_listed() -> None:
    with pytest.raises(CheckError) as refused:
        check_first(2100)
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
    figures = check_published(_municipal(children, scores), Fraction("0.05"), Fraction("0.15")).figures
    assert (figures["contradictions"], figures["not_checked"]) == (said, unknown)


def test_sites_without_a_are_not_checked() -> None:
    sites = conform(pa.table({"site_id": ["00AP00"], "pupils": [100], "score": ["33.02"]}), SITE_SCORES)
    found = check_published(sites, Fraction("0.12"), Fraction("0.15"), None, None, 40)
    assert found.figures["contradictions"] == "not checked: no score without threshold"
