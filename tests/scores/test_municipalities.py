"""Scores of municipalities against the oracle, and where each child counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oab_funding.errors import InputError
from oab_funding.exact import Rule
from oab_funding.scores.aggregate import ScoreRule
from oab_funding.scores.municipalities import municipality_scores
from oab_funding.tables.step_result import StepResult
from oracle import municipalities as oracle_municipalities
from oracle import target_group as oracle_group
from oracle.rounding import half_up
from oracle.strategies import Country, nasty_countries, solvable_countries, threshold_countries
from oracle.target_group import TIE_RULES, Child, TieRule
from oracle_bridge import both, children_table, column, examples

F = Fraction
LAW = ScoreRule(target_share=F(15, 100), threshold_share=F(5, 100))
KEY = "municipality_code"


def scores_of(children: Sequence[Child], rule: ScoreRule = LAW) -> StepResult:
    table = children_table(children)
    return municipality_scores(lambda: [table], rule)


def compare(children: Sequence[Child], seen: Sequence[Child], rule: ScoreRule) -> None:
    """Compare the library on `children` with the oracle on `seen`."""

    def by_the_oracle() -> tuple[
        oracle_group.TargetGroup, dict[str, oracle_municipalities.MunicipalityScore]
    ]:
        group = oracle_group.target_group(
            seen,
            tie_rule=rule.tie_rule,
            size_rule=rule.size_rounding,  # type: ignore[arg-type]
        )
        return group, oracle_municipalities.municipality_scores(seen, group)

    outcome = both("municipalities", by_the_oracle, lambda: scores_of(children, rule))
    if outcome is None:
        return
    (group, expected), found = outcome
    assert (found.figures["N"], found.figures["T"]) == (group.children, group.places)
    assert (found.figures["C"], found.figures["G"]) == (group.mean, group.group_mean)
    assert column(found.table, KEY, "children") == {code: row.children for code, row in expected.items()}
    assert column(found.table, KEY, "score_raw") == {
        code: row.published_raw for code, row in expected.items()
    }
    assert column(found.table, KEY, "score") == {code: row.score for code, row in expected.items()}
    assert found.table.column(KEY).to_pylist() == sorted(expected)
    derived = found.tables["municipality_derivations"]
    assert column(derived, KEY, "threshold") == {c: half_up(row.threshold, 6) for c, row in expected.items()}
    assert found.figures["municipalities_above_zero"] == sum(row.score > 0 for row in expected.values())


@examples(350)
@given(nasty_countries, st.sampled_from(TIE_RULES), st.sampled_from(["up", "half_up", "down"]))
def test_municipalities_of_the_oracle(country: Country, tie_rule: TieRule, size_rule: Rule) -> None:
    rule = ScoreRule(F(15, 100), F(5, 100), size_rule, tie_rule)
    compare(country.children, country.children, rule)


@examples(50)
@given(threshold_countries())
def test_a_municipality_at_the_threshold_has_nothing(country: Country) -> None:
    compare(country.children, country.children, LAW)
    assert column(scores_of(country.children).table, KEY, "score")["GM0020"] == 0


@examples(100)
@given(solvable_countries, st.sampled_from(TIE_RULES))
def test_asylum_seeking_toddlers_may_be_children_like_any_other(country: Country, tie_rule: TieRule) -> None:
    children = [
        replace(child, score=child.score or F(530)) if child.asylum and child.site is None else child
        for child in country.children
    ]
    seen = [replace(child, asylum=child.asylum and child.site is not None) for child in children]
    rule = ScoreRule(F(15, 100), F(5, 100), tie_rule=tie_rule, asylum_kinds=("pupil",))
    compare(children, seen, rule)


CHILDREN = [
    *(Child(f"p{i}", F(520 + i), site="01AA00", municipality="GM0001") for i in range(10)),
    *(Child(f"q{i}", F(525 + i), site="02BB00", municipality="GM0002") for i in range(10)),
    *(Child(f"t{i}", F(519 + i), municipality="GM0002", age=3) for i in range(10)),
]


def test_pupils_count_where_their_site_stands_in_the_division_of_the_budget_year() -> None:
    table = children_table(CHILDREN)
    moved = {"01AA00": "GM0002", "02BB00": "GM0002"}
    found = municipality_scores(lambda: [table], LAW, municipality_of_site=moved)
    assert column(found.table, KEY, "children") == {"GM0002": 30}
    assigned = [replace(child, municipality="GM0002") for child in CHILDREN]
    assert found.table.equals(scores_of(assigned).table)


def test_the_children_need_no_municipality_of_their_own_where_the_register_has_it() -> None:
    pupils = children_table([child for child in CHILDREN if child.site]).drop_columns([KEY])
    found = municipality_scores(
        lambda: [pupils], LAW, municipality_of_site={"01AA00": "GM0001", "02BB00": "GM0002"}
    )
    assert column(found.table, KEY, "children") == {"GM0001": 10, "GM0002": 10}
    with pytest.raises(InputError, match="the children have no municipality_code"):
        municipality_scores(lambda: [pupils], LAW)


@pytest.mark.parametrize("register", [{"01AA00": "GM0001"}, {"01AA00": "GM0001", "02BB00": ""}])
def test_a_site_without_a_municipality_is_refused(register: dict[str, str]) -> None:
    table = children_table(CHILDREN)
    with pytest.raises(InputError, match=r"site 02BB00 has pupils, such as child q0 \(and 9 more children\)"):
        municipality_scores(lambda: [table], LAW, municipality_of_site=register)
    found = municipality_scores(lambda: [table], LAW, {"02BB00": "excluded site"}, register)
    assert found.figures["left_out: excluded site"] == 10  # whose municipality nobody asks for


def test_a_split_needs_the_children_and_gets_them() -> None:
    # Half of the pupils' sites and some toddlers go to the one, the others to the other municipality.
    split = [
        replace(child, municipality="GM0003" if number % 2 else "GM0004")
        for number, child in enumerate(CHILDREN)
    ]
    together = column(scores_of(CHILDREN).table, KEY, "children")
    apart = column(scores_of(split).table, KEY, "children")
    assert sum(together.values()) == sum(apart.values()) == 30
    assert sorted(apart) == ["GM0003", "GM0004"]


def test_the_line_is_over_toddlers_and_pupils_together() -> None:
    found = scores_of(CHILDREN)
    assert (found.figures["N"], found.figures["T"], found.figures["line"]) == (30, 5, 521)
