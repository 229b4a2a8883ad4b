"""Scores of sites against the oracle, and the law's boundaries."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oab_funding.exact import Rule
from oab_funding.scores.aggregate import ScoreRule
from oab_funding.scores.sites import flags, site_scores
from oab_funding.tables.step_result import StepResult
from oracle import sites as oracle_sites
from oracle import target_group as oracle_group
from oracle.strategies import (
    Country,
    half_cent_countries,
    nasty_countries,
    outlier_countries,
    threshold_countries,
)
from oracle.target_group import TIE_RULES, Child, TieRule
from oracle_bridge import both, children_table, column, examples

F = Fraction
LAW = ScoreRule(target_share=F(15, 100), threshold_share=F(12, 100))


def scores_of(children: list[Child] | tuple[Child, ...], rule: ScoreRule = LAW) -> StepResult:
    table = children_table(children)
    return site_scores(lambda: [table], rule, lower_years_until_age=7, reliable_above=40)


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
