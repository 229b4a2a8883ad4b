"""Scores of sites against the oracle, and the law's boundaries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oab_funding.errors import InputError
from oab_funding.exact import Rule
from oab_funding.exact.ratios import Ratios
from oab_funding.scores.aggregate import Aggregate, ScoreRule
from oab_funding.scores.institution_scores import (
    flags,
    municipalities_from_children,
    municipality_scores,
    score_columns,
    score_figures,
    site_scores,
    sites_from_children,
)
from oab_funding.scores.target_group import TargetGroup
from oab_funding.tables.columns import build
from oab_funding.tables.register_tables import SITES
from oab_funding.tables.step_result import StepResult
from oracle import municipalities as oracle_municipalities
from oracle import sites as oracle_sites
from oracle import target_group as oracle_group
from oracle.rounding import half_up
from oracle.strategies import (
    Country,
    half_cent_countries,
    nasty_countries,
    outlier_countries,
    solvable_countries,
    threshold_countries,
)
from oracle.target_group import TIE_RULES, Child, TieRule
from oracle_bridge import both, children_table, column, examples

F = Fraction
LAW = ScoreRule(target_share=F(15, 100), threshold_share=F(12, 100))


def scores_of(children: list[Child] | tuple[Child, ...], rule: ScoreRule = LAW) -> StepResult:
    table = children_table(children)
    return site_scores([table], rule, lower_years_until_age=7, reliable_above=40)


def compare(
    country: Country, tie_rule: TieRule, size_rule: Rule = "up", asylum_at_group_mean: bool = True
) -> None:
    rule = ScoreRule(
        F(15, 100),
        F(12, 100),
        size_rule,
        tie_rule,
        asylum_kinds=("pupil", "toddler") if asylum_at_group_mean else (),
    )

    def by_the_oracle() -> tuple[oracle_group.TargetGroup, dict[str, oracle_sites.SiteScore]]:
        group = oracle_group.target_group(
            country.pupils,
            tie_rule=tie_rule,
            size_rule=size_rule,  # type: ignore[arg-type]
            asylum_at_group_mean=asylum_at_group_mean,
        )
        return group, oracle_sites.site_scores(country.pupils, group)

    outcome = both("sites", by_the_oracle, lambda: scores_of(country.children, rule))
    if outcome is not None:
        _check(*outcome[0], outcome[1])


def _check(
    group: oracle_group.TargetGroup, expected: dict[str, oracle_sites.SiteScore], found: StepResult
) -> None:
    figures = found.figures
    assert (figures["N"], figures["T"], figures["asylum_seekers"]) == (
        group.children,
        group.places,
        group.asylum_seekers,
    )
    assert (figures["C"], figures["G"], figures["C_minus_G"], figures["line"], figures["target_group"]) == (
        group.mean,
        group.group_mean,
        group.distance,
        group.line,
        group.group_size,
    )
    scores, derivations = found.tables["site_scores"], found.tables["site_derivations"]
    assert (
        scores.column("site_id").to_pylist() == derivations.column("site_id").to_pylist() == sorted(expected)
    )
    for name, attribute in (("pupils", "pupils"), ("score", "score"), ("flags", "flags")):
        assert column(scores, "site_id", name) == {s: getattr(row, attribute) for s, row in expected.items()}
    for place, name in enumerate(("score_raw", "score_raw_lower", "score_raw_upper")):
        assert column(scores, "site_id", name) == {s: row.published[place] for s, row in expected.items()}
    six = {s: oracle_sites.half_up(row.threshold, 6) for s, row in expected.items()}
    assert column(scores, "site_id", "threshold") == column(derivations, "site_id", "threshold") == six
    assert column(derivations, "site_id", "difference") == {
        s: oracle_sites.half_up(row.raw - row.threshold, 6) for s, row in expected.items()
    }
    assert figures["sum_of_scores"] == sum(row.score for row in expected.values())
    assert figures["sum_of_raw_scores"] == sum(row.published[0] for row in expected.values())
    assert figures["sites_above_zero"] == sum(row.score > 0 for row in expected.values())


@examples(450)
@given(nasty_countries, st.sampled_from(TIE_RULES), st.sampled_from(["up", "half_up", "down"]))
def test_sites_of_the_oracle(country: Country, tie_rule: TieRule, size_rule: Rule) -> None:
    compare(country, tie_rule, size_rule)


@examples(100)
@given(nasty_countries, st.sampled_from(TIE_RULES))
def test_asylum_seekers_as_children_like_any_other(country: Country, tie_rule: TieRule) -> None:
    compare(country, tie_rule, asylum_at_group_mean=False)


@examples(60)
@given(threshold_countries(), st.sampled_from(["share", "include", "order"]))
def test_at_the_threshold_and_beside_it(country: Country, tie_rule: TieRule) -> None:
    compare(country, tie_rule)
    found = column(
        scores_of(country.children, ScoreRule(F(15, 100), F(12, 100), tie_rule=tie_rule)).table,
        "site_id",
        "score",
    )
    assert found["25AT00"] == found["26DN00"] == 0
    assert found["24UP00"] > 0


@examples(60)
@given(half_cent_countries())
def test_half_a_cent_goes_up(country: Country) -> None:
    compare(country, "share")
    derived = scores_of(country.children).tables["site_derivations"]
    difference = column(derived, "site_id", "difference")["04HC00"]
    assert difference * 200 % 2 == 1
    assert column(derived, "site_id", "score")["04HC00"] == difference + F(1, 200)


@examples(60)
@given(outlier_countries())
def test_a_negative_raw_score_stays_negative(country: Country) -> None:
    compare(country, "share")


def test_a_negative_half_goes_away_from_zero_and_the_score_is_0() -> None:
    # 20 pupils, T = 3: one at 500, nineteen at 540 of whom two are in (share 2/19 each). C = 538,
    # so the site with n pupils at 540 has A = n x 2/19 x (538 - 540) = -4n/19: with 19 pupils -4.00.
    children = [
        Child("low", F(500), site="01AA00"),
        *(Child(f"h{i}", F(540), site="01AB00") for i in range(19)),
    ]
    found = scores_of(children).table
    assert column(found, "site_id", "score_raw") == {"01AA00": 38, "01AB00": -4}
    # G = (500 + 2 x 540) / 3, C - G = 34/3, B = 0.12 x 34/3 = 1.36.
    assert column(found, "site_id", "score") == {"01AA00": F("36.64"), "01AB00": 0}
    small = [
        Child("low", F(500), site="01AA00"),
        *(Child(f"h{i}", F("500.05"), site="01AB00") for i in range(19)),
    ]
    raw = column(scores_of(small).table, "site_id", "score_raw")
    assert raw["01AB00"] == F("-0.01")  # 2 x (500.0475 - 500.05) = -0.005


@pytest.mark.parametrize(
    ("lower", "upper", "expected"),
    [
        (41, 41, ""),
        (40, 41, "b"),
        (41, 40, "c"),
        (0, 41, "b"),
        (41, 0, "c"),
        (40, 40, "b, c"),
        (20, 21, "b, c"),
        (20, 20, "a, b, c"),
        (0, 1, "a, b, c"),
    ],
)
def test_flags_at_40_and_41(lower: int, upper: int, expected: str) -> None:
    assert flags(lower + upper, lower, 40) == expected
    children = [
        *(Child(f"l{i}", F(520), site="01AA00", age=7) for i in range(lower)),
        *(Child(f"u{i}", F(521 + i), site="01AA00", age=8) for i in range(upper)),
        *(Child(f"o{i}", F(500 + i), site="01ZZ00", age=8) for i in range(9)),
    ]
    assert column(scores_of(children).table, "site_id", "flags")["01AA00"] == expected


def test_age_7_is_lower_and_age_8_upper() -> None:
    # 20 pupils, T = 3, all three at one site: C = 528.5, G = 520 on average.
    children = [
        Child("a", F(520), site="01AA00", age=7),
        Child("b", F(520), site="01AA00", age=8),
        Child("c", F(520), site="01AA00", age=4),
        *(Child(f"h{i}", F(530), site="01AB00", age=8) for i in range(17)),
    ]
    found = scores_of(children).table
    assert column(found, "site_id", "score_raw_lower") == {"01AA00": 17, "01AB00": 0}
    assert column(found, "site_id", "score_raw_upper") == {"01AA00": F("8.5"), "01AB00": 0}


def test_the_parts_are_rounded_each_on_its_own() -> None:
    # A = 2 x 0.005 = 0.01; each half is 0.005 and becomes 0.01.
    children = [
        Child("a", F("529.995"), site="01AA00", age=7),
        Child("b", F("529.995"), site="01AA00", age=8),
        *(Child(f"h{i}", F("530.001"), site="01AB00", age=8) for i in range(10)),
    ]
    found = scores_of(children).table
    row = {
        name: column(found, "site_id", name)["01AA00"]
        for name in ("score_raw", "score_raw_lower", "score_raw_upper")
    }
    assert row == {"score_raw": F("0.01"), "score_raw_lower": F("0.01"), "score_raw_upper": F("0.01")}


def test_target_children_times_c_less_their_scores_is_a() -> None:
    children = [
        *(Child(f"{i}", F(520 + i), site="01AA00") for i in range(10)),
        Child("z", None, True, "01AA00"),
    ]
    found = scores_of(children)
    row = found.tables["site_derivations"].to_pylist()[0]
    assert F(row["target_children"]) == found.figures["target_group"] == 2
    assert abs(
        F(row["target_children"]) * found.figures["C"] - F(row["target_sum"]) - F(row["score_raw"])
    ) < F(1, 100)  # type: ignore[operator]


MUNICIPAL_LAW = ScoreRule(target_share=F(15, 100), threshold_share=F(5, 100))
KEY = "municipality_code"


def municipal_scores_of(children: Sequence[Child], rule: ScoreRule = MUNICIPAL_LAW) -> StepResult:
    table = children_table(children)
    return municipality_scores([table], rule)


def compare_municipalities(children: Sequence[Child], seen: Sequence[Child], rule: ScoreRule) -> None:
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

    outcome = both("municipalities", by_the_oracle, lambda: municipal_scores_of(children, rule))
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
    compare_municipalities(country.children, country.children, rule)


@examples(50)
@given(threshold_countries())
def test_a_municipality_at_the_threshold_has_nothing(country: Country) -> None:
    compare_municipalities(country.children, country.children, MUNICIPAL_LAW)
    assert column(municipal_scores_of(country.children).table, KEY, "score")["GM0020"] == 0


@examples(100)
@given(solvable_countries, st.sampled_from(TIE_RULES))
def test_asylum_seeking_toddlers_may_be_children_like_any_other(country: Country, tie_rule: TieRule) -> None:
    children = [
        replace(child, score=child.score or F(530)) if child.asylum and child.site is None else child
        for child in country.children
    ]
    seen = [replace(child, asylum=child.asylum and child.site is not None) for child in children]
    rule = ScoreRule(F(15, 100), F(5, 100), tie_rule=tie_rule, asylum_kinds=("pupil",))
    compare_municipalities(children, seen, rule)


IN_TWO_MUNICIPALITIES = [
    *(Child(f"p{i}", F(520 + i), site="01AA00", municipality="GM0001") for i in range(10)),
    *(Child(f"q{i}", F(525 + i), site="02BB00", municipality="GM0002") for i in range(10)),
    *(Child(f"t{i}", F(519 + i), municipality="GM0002", age=3) for i in range(10)),
]


def test_pupils_count_where_their_site_stands_in_the_division_of_the_budget_year() -> None:
    table = children_table(IN_TWO_MUNICIPALITIES)
    moved = {"01AA00": "GM0002", "02BB00": "GM0002"}
    found = municipality_scores([table], MUNICIPAL_LAW, municipality_of_site=moved)
    assert column(found.table, KEY, "children") == {"GM0002": 30}
    assigned = [replace(child, municipality="GM0002") for child in IN_TWO_MUNICIPALITIES]
    assert found.table.equals(municipal_scores_of(assigned).table)


def test_the_children_need_no_municipality_of_their_own_where_the_register_has_it() -> None:
    pupils = children_table([child for child in IN_TWO_MUNICIPALITIES if child.site]).drop_columns([KEY])
    found = municipality_scores(
        [pupils], MUNICIPAL_LAW, municipality_of_site={"01AA00": "GM0001", "02BB00": "GM0002"}
    )
    assert column(found.table, KEY, "children") == {"GM0001": 10, "GM0002": 10}
    with pytest.raises(InputError, match="the children have no municipality_code"):
        municipality_scores([pupils], MUNICIPAL_LAW)


@pytest.mark.parametrize("register", [{"01AA00": "GM0001"}, {"01AA00": "GM0001", "02BB00": ""}])
def test_a_site_without_a_municipality_is_refused(register: dict[str, str]) -> None:
    table = children_table(IN_TWO_MUNICIPALITIES)
    with pytest.raises(InputError, match=r"site 02BB00 has pupils, such as child q0 \(and 9 more children\)"):
        municipality_scores([table], MUNICIPAL_LAW, municipality_of_site=register)
    found = municipality_scores([table], MUNICIPAL_LAW, {"02BB00": "excluded site"}, register)
    assert found.figures["left_out: excluded site"] == 10  # whose municipality nobody asks for


def test_a_split_needs_the_children_and_gets_them() -> None:
    # Half of the pupils' sites and some toddlers go to the one, the others to the other municipality.
    split = [
        replace(child, municipality="GM0003" if number % 2 else "GM0004")
        for number, child in enumerate(IN_TWO_MUNICIPALITIES)
    ]
    together = column(municipal_scores_of(IN_TWO_MUNICIPALITIES).table, KEY, "children")
    apart = column(municipal_scores_of(split).table, KEY, "children")
    assert sum(together.values()) == sum(apart.values()) == 30
    assert sorted(apart) == ["GM0003", "GM0004"]


def test_the_line_is_over_toddlers_and_pupils_together() -> None:
    found = municipal_scores_of(IN_TWO_MUNICIPALITIES)
    assert (found.figures["N"], found.figures["T"], found.figures["line"]) == (30, 5, 521)


CHILDREN = children_table(
    [
        *(Child(f"a{i}", F(520 + i), site="01AA00", municipality="GM0001") for i in range(10)),
        *(Child(f"b{i}", F(500 + i), site="27MK00", municipality="GM0001") for i in range(5)),
        *(Child(f"c{i}", F(501 + i), site="02BB00", municipality="GM0001") for i in range(5)),
        *(Child(f"t{i}", F(519 + i), municipality="GM0002", age=3) for i in range(5)),
    ]
)
REGISTER = build(
    SITES,
    {
        "site_id": ["01AA00", "02BB00"],
        "school_id": ["01AA", "02BB"],
        "school_type": ["bo", "sbo"],
        "municipality_code": ["GM0003", "GM0003"],
    },
)


def sites(register: object = REGISTER) -> StepResult:
    rule = ScoreRule(F(15, 100), F(12, 100))
    return sites_from_children(CHILDREN, register, rule, 7, 40, ("27MK",))  # type: ignore[arg-type]


def test_who_is_left_out_is_out_of_c_g_and_the_line_too() -> None:
    found = sites()
    assert found.table.column("site_id").to_pylist() == ["01AA00"]
    assert (found.figures["N"], found.figures["C"], found.figures["line"]) == (10, F("524.5"), 521)
    assert found.figures["left_out: school for a travelling population"] == 5
    assert found.figures["left_out: school type sbo"] == 5
    assert found.figures["left_out: of another kind"] == 5
    assert sites(None).figures["N"] == 15


def test_municipalities_by_the_register() -> None:
    rule = ScoreRule(F(15, 100), F(5, 100))
    found = municipalities_from_children(CHILDREN, REGISTER, rule, ("27MK",))
    assert column(found.table, "municipality_code", "children") == {"GM0002": 5, "GM0003": 10}
    own = municipalities_from_children(CHILDREN, None, rule, ("27MK",))
    assert column(own.table, "municipality_code", "children") == {"GM0001": 15, "GM0002": 5}
    without = REGISTER.drop_columns(["municipality_code"])
    assert column(
        municipalities_from_children(CHILDREN, without, rule, ("27MK",)).table,
        "municipality_code",
        "children",
    ) == {"GM0001": 10, "GM0002": 5}


def test_a_site_that_the_register_lacks_is_refused_by_both_streams() -> None:
    with pytest.raises(InputError, match="site 27MK00 has pupils, but is not in the table of sites"):
        municipalities_from_children(CHILDREN, REGISTER, ScoreRule(F(15, 100), F(5, 100)))
    with pytest.raises(InputError, match="site 02BB00 has pupils, but is not in the table of sites"):
        sites(REGISTER.slice(0, 1))


GROUP = TargetGroup(20, 3, 0, F(530), F(520), F(521), 2, 1, F(1), None)


def found(raw: list[int], thresholds: list[int]) -> Aggregate:
    """Two institutions with A and B in thousandths."""
    return Aggregate(
        names=("a", "b"),
        children=(10, 10),
        lower_children=(5, 5),
        raw=Ratios(tuple(raw), 1000),
        raw_lower=Ratios((0, 0), 1),
        thresholds=Ratios(tuple(thresholds), 1000),
        members=Ratios((1, 2), 3),
        member_sums=Ratios((5, 7), 3),
        groups=(GROUP,),
        left_out={"not funded": 3},
    )


def test_each_figure_is_rounded_once() -> None:
    # A - B is rounded from the exact difference, not from the rounded A and B: 1.004 - 0.996 = 0.008.
    columns = score_columns(found([1004, -15], [996, 10]), ScoreRule(F(15, 100), F(12, 100)))
    assert columns == {
        "score_raw": [100, -2],
        "threshold": [996_000, 10_000],
        "difference": [8000, -25_000],
        "score": [1, 0],
        "target_children": [333_333, 666_667],
        "target_sum": [1_666_667, 2_333_333],
    }


def test_control_totals_are_those_of_the_rounded_scores() -> None:
    aggregate, rule = found([1004, 2004], [0, 3000]), ScoreRule(F(15, 100), F(12, 100))
    figures = score_figures(aggregate, rule, score_columns(aggregate, rule), "sites")
    assert (figures["sum_of_raw_scores"], figures["sum_of_scores"]) == (3, 1)
    assert (figures["sites_above_zero"], figures["N"], figures["C_minus_G"]) == (1, 20, 10)
    assert figures["left_out: not funded"] == 3


def test_places_and_rounding_are_those_of_the_rule() -> None:
    rule = ScoreRule(F(15, 100), F(12, 100), places=1, rounding="down")
    columns = score_columns(found([1990, -10], [0, 0]), rule)
    assert (columns["score_raw"], columns["score"]) == ([19, -1], [19, 0])
