"""The oracle against examples worked by hand, and against identities that hold whatever the numbers."""

from collections.abc import Callable, Sequence
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from . import municipal_grants as municipal
from . import school_grants as schools
from .apportion import largest_remainder
from .municipalities import municipality_scores
from .refusal import RefusedError
from .rounding import ceil, floor, half_up, whole
from .sites import flags, school_scores, site_scores
from .strategies import (
    Country,
    MunicipalCase,
    SchoolCase,
    fractions,
    half_cent_countries,
    municipal_cases,
    nasty_countries,
    outlier_countries,
    refused_countries,
    school_cases,
    solvable_countries,
    threshold_countries,
)
from .target_group import TIE_RULES, Child, TargetGroup, TieRule, target_group
from .transition import transition

F = Fraction
modest = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
tie_rules = st.sampled_from(TIE_RULES)


def _pupils(scores: Sequence[int], site: str = "00AA00", start: int = 0) -> list[Child]:
    return [Child(f"{start + i:03d}", F(score), site=site) for i, score in enumerate(scores)]


def _refusal(call: Callable[[], object]) -> str | None:
    try:
        call()
    except RefusedError as refused:
        return refused.reason
    return None


def _solved(country: Country, tie_rule: TieRule) -> TargetGroup:
    """The group of all children, or no example where it is refused."""
    try:
        return target_group(country.children, tie_rule=tie_rule)
    except RefusedError:
        assume(False)
        raise


# Rounding


@pytest.mark.parametrize(
    ("x", "decimals", "rounded"),
    [
        ("0.5", 0, "1"),
        ("-0.5", 0, "-1"),
        ("1.5", 0, "2"),
        ("2.5", 0, "3"),
        ("0.49999999999999999999", 0, "0"),
        ("2.675", 2, "2.68"),  # the float 2.675 lies below
        ("1.005", 2, "1.01"),
        ("-1.005", 2, "-1.01"),
        ("-0.004", 2, "0"),
        ("5.595", 2, "5.6"),
    ],
)
def test_half_goes_away_from_zero(x: str, decimals: int, rounded: str) -> None:
    assert half_up(F(x), decimals) == F(rounded)


def test_floor_and_ceil_of_negatives() -> None:
    assert (floor(F(-3, 2)), ceil(F(-3, 2)), floor(F(4)), ceil(F(4))) == (-2, -1, 4, 4)


def test_target_size_of_2019() -> None:
    # 15% of 1,396,457 is 209,468.55
    exact = F(15, 100) * 1_396_457
    assert [whole(exact, rule) for rule in ("up", "half_up", "down")] == [209_469, 209_469, 209_468]


def test_largest_remainder_by_hand() -> None:
    # 1/3 euro each of 1 euro: 33 cents each and one cent left; equal remainders, so the lowest code has it
    third = F(1, 3)
    assert largest_remainder({"b": third, "c": third, "a": third}, F(1)) == {
        "a": F("0.34"),
        "b": F("0.33"),
        "c": F("0.33"),
    }


# Target group


# 10 children, T = 2 (15% of 10 is 1.5, up): one at 520, then two at 525 for one place.
TIED = _pupils([520, 525, 525, 530, 530, 530, 530, 530, 530, 530])
# C = (520 + 2 x 525 + 7 x 530) / 10 = 528 whatever the rule.


@pytest.mark.parametrize(
    ("rule", "size", "group_mean", "line", "weights"),
    [
        ("share", F(2), F(1045, 2), 525, [1, F(1, 2), F(1, 2)]),  # (520 + 525/2 + 525/2) / 2
        ("include", F(3), F(1570, 3), 525, [1, 1, 1]),  # (520 + 525 + 525) / 3
        ("exclude", F(1), F(520), 520, [1, 0, 0]),
        ("order", F(2), F(1045, 2), 525, [1, 1, 0]),  # 001 before 002
    ],
)
def test_each_tie_rule_by_hand(
    rule: TieRule, size: Fraction, group_mean: Fraction, line: int, weights: list[Fraction]
) -> None:
    group = target_group(TIED, tie_rule=rule)
    assert (group.places, group.mean) == (2, 528)
    assert (group.group_size, group.group_mean, group.line) == (size, group_mean, line)
    assert [group.weights[f"{i:03d}"] for i in range(4)] == [*weights, 0]


def test_order_goes_by_code_point() -> None:
    # "10" < "9" < "Z" < "a" < "é" < "～" (U+FF5E) < "😀" (U+1F600; first by UTF-16 units)
    tied = [Child(i, F(520)) for i in ("😀", "～", "é", "a", "Z", "9", "10")]
    rest = [Child(f"~{i}", F(540)) for i in range(33)]  # 40 children, T = 6
    group = target_group([*tied, *rest], tie_rule="order")
    assert [i for i in ("10", "9", "Z", "a", "é", "～", "😀") if group.weights[i]] == [
        "10",
        "9",
        "Z",
        "a",
        "é",
        "～",
    ]


# 20 children, T = 3: an asylum seeker, 520, 524 and seventeen at 530. G = (520 + 524) / 2 = 522;
# C = (522 + 520 + 524 + 17 x 530) / 20 = 528.8; C - G = 6.8.
REFUGE = [
    Child("asylum", None, asylum=True, site="00AA00", age=5),
    *_pupils([530] * 9, "00AA00"),
    *_pupils([520, 524, *[530] * 8], "00AA01", start=10),
]


def test_asylum_seekers_take_their_places_and_count_at_g() -> None:
    group = target_group(REFUGE)
    assert (group.places, group.asylum_seekers, group.line) == (3, 1, 524)
    assert (group.group_mean, group.mean, group.distance) == (522, F("528.8"), F("6.8"))
    assert group.scores["asylum"] == 522


def test_a_score_given_for_an_asylum_seeker_is_ignored() -> None:
    scored = [Child("asylum", F(549), asylum=True, site="00AA00", age=5), *REFUGE[1:]]
    assert target_group(scored) == target_group(REFUGE)


def test_without_the_asylum_rule_an_asylum_seeker_is_a_child_like_any_other() -> None:
    scored = [Child("asylum", F(549), asylum=True), *REFUGE[1:]]
    group = target_group(scored, asylum_at_group_mean=False)
    assert (group.asylum_seekers, group.weights["asylum"], group.line) == (0, 0, 530)
    assert _refusal(lambda: target_group(REFUGE, asylum_at_group_mean=False)) == "no score"


def test_what_is_refused() -> None:
    asylum = [Child("x", None, asylum=True), Child("y", None, asylum=True)]
    assert _refusal(lambda: target_group([])) == "no places"
    assert _refusal(lambda: target_group(_pupils([530] * 6), size_rule="down")) == "no places"
    assert _refusal(lambda: target_group([*asylum, *_pupils([530] * 8)])) == "only asylum seekers"  # T = 2
    assert _refusal(lambda: target_group(_pupils([530] * 8), tie_rule="exclude")) == "nobody below the line"
    assert _refusal(lambda: target_group([*TIED, TIED[0]])) == "present twice"
    assert _refusal(lambda: target_group([*TIED, Child("z", None)])) == "no score"


@modest
@given(refused_countries(), tie_rules)
def test_refused_countries_are_refused(country: Country, rule: TieRule) -> None:
    reason = _refusal(lambda: target_group(country.children, tie_rule=rule))
    assert reason in {"no places", "only asylum seekers"}


@modest
@given(
    nasty_countries, tie_rules, st.sampled_from(["up", "half_up", "down"]), st.randoms(use_true_random=False)
)
def test_row_order_never_matters(country: Country, rule: TieRule, size_rule: str, random: object) -> None:
    shuffled = list(country.children)
    random.shuffle(shuffled)  # type: ignore[attr-defined]

    def outcome(children: Sequence[Child]) -> object:
        try:
            return target_group(children, tie_rule=rule, size_rule=size_rule)  # type: ignore[arg-type]
        except RefusedError as refused:
            return refused.reason

    assert outcome(country.children) == outcome(shuffled)


@modest
@given(solvable_countries, tie_rules)
def test_the_group_means_what_it_says(country: Country, rule: TieRule) -> None:
    group = _solved(country, rule)
    weights, scores = group.weights, group.scores
    assert group.group_size == sum(weights.values())
    # G is the mean of the whole group too, asylum seekers and all.
    assert group.group_mean * group.group_size == sum(weights[i] * scores[i] for i in weights)
    assert group.mean * group.children == sum(scores.values())
    assert group.distance >= 0
    asylum = {child.child_id for child in country.children if child.asylum}
    assert all(weights[i] == 1 and scores[i] == group.group_mean for i in asylum)
    for i in set(weights) - asylum:
        assert scores[i] <= group.line if weights[i] else scores[i] >= group.line
    if rule in {"share", "order"}:
        assert group.group_size == group.places
    elif rule == "include":
        assert group.group_size >= group.places
    else:
        assert group.group_size <= group.places


@modest
@given(solvable_countries)
def test_the_tie_rules_differ_only_at_the_line(country: Country) -> None:
    share = _solved(country, "share")
    order, include = (target_group(country.children, tie_rule=rule) for rule in ("order", "include"))
    assert (share.group_mean, share.mean, share.line) == (order.group_mean, order.mean, order.line)
    assert include.line == share.line
    for i, weight in share.weights.items():
        assert weight == order.weights[i] == include.weights[i] or share.scores[i] == share.line
        assert include.weights[i] == (1 if weight else 0)
    if include.group_size == include.places:  # all fit
        everyone = {rule: target_group(country.children, tie_rule=rule) for rule in TIE_RULES}
        assert all(group == share for group in everyone.values())


# Sites and municipalities


def test_sites_by_hand() -> None:
    # 00AA00: A = 6.8 (the asylum seeker), B = 10 x 0.12 x 6.8 = 8.16, so 0.
    # 00AA01: A = (528.8 - 520) + (528.8 - 524) = 13.6, B = 8.16, so 5.44.
    scores = site_scores(REFUGE, target_group(REFUGE), sites=["00AA02"])
    first, second, empty = scores["00AA00"], scores["00AA01"], scores["00AA02"]
    assert (first.raw, first.threshold, first.score) == (F("6.8"), F("8.16"), 0)
    assert (first.raw_lower, first.raw_upper, first.pupils_lower) == (F("6.8"), 0, 1)
    assert (second.pupils, second.raw, second.threshold, second.score) == (
        10,
        F("13.6"),
        F("8.16"),
        F("5.44"),
    )
    assert (empty.pupils, empty.raw, empty.score, empty.flags) == (0, 0, 0, "a, b, c")
    assert school_scores({site: row.score for site, row in scores.items()}) == {"00AA": F("5.44")}


def test_the_floor_is_per_site_and_not_per_school() -> None:
    # Together the two sites have A - B = 20.4 - 16.32 = 4.08; apart 0 + 5.44.
    scores = site_scores(REFUGE, target_group(REFUGE))
    assert sum(row.raw - row.threshold for row in scores.values()) == F("4.08")
    assert sum(row.score for row in scores.values()) == F("5.44")


def test_municipality_by_hand() -> None:
    # All in GM0000: A = 3 x 6.8 = 20.4, B = 20 x 0.05 x 6.8 = 6.8.
    scores = municipality_scores(REFUGE, target_group(REFUGE), municipalities=["GM0001"])
    row, empty = scores["GM0000"], scores["GM0001"]
    assert (row.children, row.raw, row.threshold, row.score) == (20, F("20.4"), F("6.8"), F("13.6"))
    assert (empty.children, empty.raw, empty.score) == (0, 0, 0)


@pytest.mark.parametrize(
    ("lower", "upper", "expected"),
    [
        (41, 41, ""),
        (40, 41, "b"),
        (41, 40, "c"),
        (0, 41, "b"),
        (40, 40, "b, c"),
        (20, 21, "b, c"),
        (20, 20, "a, b, c"),
        (0, 0, "a, b, c"),
    ],
)
def test_flags(lower: int, upper: int, expected: str) -> None:
    assert flags(lower, upper) == expected


def test_a_pupil_needs_a_site() -> None:
    toddler = [Child("t", F(520), age=3), *TIED]
    assert _refusal(lambda: site_scores(toddler, target_group(toddler))) == "a pupil without a site"


@modest
@given(solvable_countries, tie_rules)
def test_raw_scores_add_up_to_the_group_times_its_distance(country: Country, rule: TieRule) -> None:
    everyone = _solved(country, rule)
    towns = municipality_scores(country.children, everyone, municipalities=country.municipalities)
    assert set(towns) == set(country.municipalities)
    assert sum(row.raw for row in towns.values()) == everyone.group_size * everyone.distance
    assert sum(row.threshold for row in towns.values()) == F(5, 100) * everyone.children * everyone.distance
    assert sum(row.children for row in towns.values()) == everyone.children

    try:
        pupils = target_group(country.pupils, tie_rule=rule)
    except RefusedError:
        return
    rows = site_scores(country.pupils, pupils, sites=country.sites)
    assert set(rows) == set(country.sites)
    assert sum(row.raw for row in rows.values()) == pupils.group_size * pupils.distance
    for row in rows.values():
        assert row.raw == row.raw_lower + row.raw_upper
        assert row.score >= 0
        assert abs(row.score - max(F(0), row.raw - row.threshold)) <= F(1, 200)
        assert ("a" in row.flags) <= ("b" in row.flags and "c" in row.flags)


@modest
@given(threshold_countries(), st.sampled_from(["share", "include", "order"]))
def test_at_the_threshold_is_nothing_and_just_above_is_something(country: Country, rule: TieRule) -> None:
    group = _solved(country, rule)
    rows = site_scores(country.pupils, group)
    at, up, down = rows["25AT00"], rows["24UP00"], rows["26DN00"]
    assert at.raw == at.threshold
    assert at.raw == up.raw == down.raw == 3 * group.distance
    assert (at.score, down.score) == (0, 0)
    assert up.score == half_up(F(12, 100) * group.distance, 2) > 0
    town = municipality_scores(country.children, group)["GM0020"]
    assert town.raw == town.threshold > 0
    assert town.score == 0


def test_a_raw_score_below_zero_by_hand() -> None:
    # 20 children, T = 3: one at 510, nineteen at 540, two places for the nineteen. C = 538.5; G = 530.
    # Ten of the nineteen at 00AA01: A = 10 x 2/19 x (538.5 - 540) = -30/19, published as -1.58; score 0.
    country = [*_pupils([510, *[540] * 9]), *_pupils([540] * 10, "00AA01", start=10)]
    group = target_group(country)
    assert (group.mean, group.group_mean, group.line) == (F("538.5"), 530, 540)
    row = site_scores(country, group)["00AA01"]
    assert (row.raw, row.published[0], row.score) == (F(-30, 19), F("-1.58"), 0)


@modest
@given(outlier_countries(), st.sampled_from(["share", "include"]))
def test_a_raw_score_below_zero_is_not_floored(country: Country, rule: TieRule) -> None:
    group = target_group(country.children, tie_rule=rule)
    row = site_scores(country.pupils, group)["01HI00"]
    assert group.line > group.mean
    assert row.raw < 0
    assert row.score == 0


@modest
@given(half_cent_countries(), st.sampled_from(["share", "include", "order"]))
def test_half_cents_of_a_score_go_up(country: Country, rule: TieRule) -> None:
    row = site_scores(country.pupils, target_group(country.children, tie_rule=rule))["04HC00"]
    net = row.raw - row.threshold
    assert net * 200 % 2 == 1
    assert row.score == net + F(1, 200)


# Transition


def test_transition_by_hand() -> None:
    # Losses 100 and 300, gains 600 and 200. Losers get 75%: 75 + 225 = 300; gainers give 300 / 800 = 37.5%.
    new = {"a": F(0), "b": F(500), "c": F(900), "d": F(200), "e": F(50)}
    old = {"a": F(100), "b": F(800), "c": F(300), "d": F(0), "e": F(50), "gone": F(9)}
    step = transition(new, old, loser_share=F(3, 4))
    assert step.paid == {"a": 75, "b": 725, "c": 675, "d": 125, "e": 50}
    assert (step.gainer_share, step.losses, step.gains) == (F(3, 8), 400, 800)
    assert (step.gap, step.capped, step.base_without_score) == (0, False, ("gone",))


def test_gainers_give_up_at_most_what_losers_keep() -> None:
    # Needed 75% of 400 = 300 from gains of 200: 150% becomes 75%, so 150 is covered and 150 is not.
    step = transition({"a": F(0), "b": F(200)}, {"a": F(400), "b": F(0)}, loser_share=F(3, 4))
    assert (step.paid, step.gap, step.capped) == ({"a": 300, "b": 50}, 150, True)
    given_too_much = _refusal(lambda: transition({}, {}, loser_share=F(1, 4), gainer_share=F(1, 2)))
    assert given_too_much == "gainers give up more than losers keep"


def test_nobody_gains() -> None:
    step = transition({"a": F(100)}, {"a": F(500)}, loser_share=F(1, 2))
    assert (step.paid["a"], step.gainer_share, step.gap) == (300, 0, 200)


def test_a_solved_share_in_two_decimals_of_a_percent_leaves_a_gap() -> None:
    # 75% of 100 from gains of 700: 10.714...% becomes 10.71%: 75 - 74.97 is not covered.
    step = transition(
        {"a": F(0), "b": F(700)}, {"a": F(100), "b": F(0)}, loser_share=F(3, 4), percent_decimals=2
    )
    assert (step.gainer_share, step.gap) == (F("0.1071"), F("0.03"))


def test_a_missing_base() -> None:
    new, old = {"a": F(100), "b": F(100)}, {"b": F(300)}
    assert _refusal(lambda: transition(new, old, loser_share=F(1, 2))) == "no base"
    zero = transition(new, old, loser_share=F(1, 2), missing="zero")  # loss 200, gain 100: capped at 50%
    assert (zero.paid, zero.gap) == ({"a": 50, "b": 200}, 50)
    exempt = transition(new, old, loser_share=F(1, 2), missing="exempt")
    assert (exempt.paid, exempt.gap, exempt.exempt) == ({"a": 100, "b": 200}, 100, ("a",))


# Grants to schools


def test_school_amounts_by_hand() -> None:
    # 559.50 x 0.01 = 5.595, a half cent; 559.50 x 33.02 = 18,474.69; x 0.3455 = 6,383.005395
    scores = {"00AA": F("0.01"), "00AP": F("33.02"), "00AR": F(0)}
    assert schools.new_amounts(scores, F("559.50")) == {"00AA": F("5.60"), "00AP": F("18474.69"), "00AR": 0}
    assert schools.new_amounts(scores, F("559.50"), F("0.3455"))["00AP"] == F("6383.01")


def test_published_sum_of_the_scores_at_the_published_price() -> None:
    # reference date 1-10-2019: 561,736.12 units at EUR 559.50
    assert schools.exact_amount(F("561736.12"), F("559.50")) == F("314291359.14")


def test_price_of_a_budget_by_hand() -> None:
    price = schools.price_of_budget({"a": F(1), "b": F(2)}, F(1000))
    assert (price.exact, price.price) == (F(1000, 3), F("333.33"))
    assert _refusal(lambda: schools.price_of_budget({"a": F(0)}, F(1000))) == "nothing to divide by"


def test_old_base_by_hand() -> None:
    # (100 + 20 + 30 - 50 + 7) x 1.02
    parts = [F(100), F(20), F(30), F(50), F(7)]
    assert (schools.old_base(*parts), schools.old_base(*parts, F(2, 100))) == (107, F("109.14"))


def test_site_parts_by_hand() -> None:
    # 5.595 each makes 11.19: 5.59 each and one cent for the lower code, though each alone would be 5.60
    scores = {"00AA01": F("0.01"), "00AA00": F("0.01")}
    assert schools.site_parts(scores, F("559.50")) == {"00AA00": F("5.60"), "00AA01": F("5.59")}
    # one site and a total of 5.595: the school gets 5.60 and so does its site
    assert schools.site_parts({"00AA00": F("0.01"), "00AA01": F(0)}, F("559.50"))["00AA00"] == F("5.60")
    assert _refusal(lambda: schools.site_parts_of(F(1), {"00AA00": F(0)})) == "no score to split by"


def test_a_school_with_score_0_and_an_old_base_is_paid() -> None:
    result = schools.with_transition({"00AA": F(0)}, {"00AA": F("100.01")}, loser_share=F(1, 2))
    assert result.amounts == {"00AA": F("50.01")}  # 50.005


@modest
@given(school_cases())
def test_school_identities(case: SchoolCase) -> None:
    scores = school_scores(case.site_scores)
    assert sum(scores.values()) == sum(case.site_scores.values())
    amounts = schools.new_amounts(scores, case.price, case.share)
    for school, amount in amounts.items():
        assert abs(amount - case.price * scores[school] * case.share) <= F(1, 200)
        sites = {site: score for site, score in case.site_scores.items() if site[:4] == school}
        parts = schools.site_parts(sites, case.price, case.share)
        assert sum(parts.values()) == amount
        assert all(abs(parts[s] - case.price * sites[s] * case.share) < F(1, 100) for s in sites)
        assert all(parts[s] == 0 for s in sites if sites[s] == 0)
        if scores[school]:
            assert sum(schools.site_parts_of(amount, sites).values()) == amount


@modest
@given(school_cases(), st.sampled_from(["zero", "exempt"]))
def test_school_transition_identities(case: SchoolCase, missing: str) -> None:
    new = schools.new_amounts(school_scores(case.site_scores), case.price, case.share)
    result = schools.with_transition(new, case.old, loser_share=case.loser_share, missing=missing)  # type: ignore[arg-type]
    step = result.transition
    assert sum(step.paid.values()) == sum(new.values()) + step.gap
    assert 0 <= step.gainer_share <= step.loser_share
    assert step.gap >= 0
    assert (step.gap == 0) or step.capped or step.gains == 0
    for school, paid in step.paid.items():
        base = case.old.get(school, F(0) if missing == "zero" else new[school])
        assert min(base, new[school]) <= paid <= max(base, new[school])
        assert abs(result.amounts[school] - paid) <= F(1, 200)
    if missing == "exempt":
        assert set(step.exempt) == set(new) - set(case.old)


# Grants to municipalities


def _row(code: str, s: int | str, raw: int | str | None = None) -> municipal.MunicipalRow:
    """The same score on both dates, so that H + I is that score."""
    score, above = F(s), F(s if raw is None else raw)
    return municipal.MunicipalRow(code, above, score, above, score)


def test_one_topped_up_by_hand() -> None:
    # a: 10, b: 200, c: 1000; budget 664,000. a topped up: p = 600,000 / 1,200 = 500; a would have got 5,000.
    # By the letter: J = 664,000 - 59,000 = 605,000; K = 1,210; J / K = 500.
    result = municipal.from_budget([_row("c", 1000), _row("a", 10), _row("b", 200)], F(664_000))
    assert (result.price, result.k, result.j, result.topped_up) == (500, 1210, 605_000, {"a"})
    assert result.amounts == {"a": 64_000, "b": 100_000, "c": 500_000}


def test_topping_up_one_pushes_the_next_below_the_minimum() -> None:
    # a: 10, b: 130, c: 1000; budget 561,840. Nobody topped up: p = 492.84, b gets 64,069. With a topped up:
    # p = 497,840 / 1,130 = 440.57, b gets 57,274. With a and b: p = 433,840 / 1,000 = 433.84.
    result = municipal.from_budget([_row("a", 10), _row("b", 130), _row("c", 1000)], F(561_840))
    assert (result.price, result.topped_up) == (F("433.84"), {"a", "b"})
    assert result.amounts == {"a": 64_000, "b": 64_000, "c": 433_840}


def test_exactly_the_minimum_is_not_topped_up() -> None:
    # 64,000 / 128 = 500, so b gets 64,000 by the formula; c 500,000.
    result = municipal.from_budget([_row("b", 128), _row("c", 1000)], F(564_000))
    assert (result.price, result.topped_up, result.amounts["b"]) == (500, frozenset(), 64_000)


def test_the_budget_is_just_enough_for_the_minimums() -> None:
    rows = [_row("a", 10), _row("b", 100)]
    result = municipal.from_budget(rows, F(128_000))
    assert (result.price, result.topped_up) == (640, {"a"})
    assert result.amounts == {"a": 64_000, "b": 64_000}
    assert _refusal(lambda: municipal.from_budget(rows, F("127999.99"))) == "minimums exhaust the budget"


def test_nothing_to_divide_by() -> None:
    rows = [_row("a", 0, raw=5), _row("b", 0)]
    assert _refusal(lambda: municipal.from_budget(rows, F(10**6))) == "nothing to divide by"
    assert _refusal(lambda: municipal.from_budget([_row("b", 0)], F(10**6))) == "nothing to divide by"


def test_net_score_0_with_a_raw_score() -> None:
    rows = [_row("a", 0, raw="0.01"), _row("b", 0), _row("c", 1000)]
    paid = municipal.from_budget(rows, F(564_000))
    assert paid.amounts == {"a": 64_000, "b": 0, "c": 500_000}
    literal = municipal.from_budget(rows, F(564_000), eligibility="formula")
    assert (literal.price, literal.amounts) == (564, {"a": 0, "b": 0, "c": 564_000})


def test_a_raw_score_on_one_date_is_enough() -> None:
    once = municipal.MunicipalRow("a", F(0), F(0), F("0.01"), F("0.01"))
    assert once.s == F("0.005")
    assert municipal.from_budget([once, _row("c", 1000)], F(564_000)).amounts["a"] == 64_000


def test_a_cent_left_over_goes_to_the_lower_code() -> None:
    # 200,000.01 over two equal municipalities: 100,000.005 each
    result = municipal.from_budget([_row("b", 7), _row("a", 7)], F("200000.01"))
    assert result.amounts == {"a": F("100000.01"), "b": F(100_000)}
    assert _refusal(lambda: municipal.from_budget([_row("a", 7)], F("70000.001"))) == "not in whole cents"


def test_a_price_in_cents_misses_the_budget() -> None:
    # 1,000,000 / 3,000 = 333.333... becomes 333.33: 666,660 and 333,330; 10 euros stay behind
    rows = [_row("a", 2000), _row("b", 1000)]
    result = municipal.from_budget(rows, F(1_000_000), price_rounding="cents")
    assert (result.price, result.exact_price, result.gap) == (F("333.33"), F(1000, 3), 10)
    assert result.amounts == {"a": 666_660, "b": 333_330}


def test_one_municipality_and_a_known_price() -> None:
    # 502.66 x 127.325 = 64,001.1845; 502.66 x 127.32 = 63,998.6712, so 64,000
    price = F("502.66")
    above = municipal.MunicipalRow("a", F(500), F("127.33"), F(500), F("127.32"))
    assert municipal.from_price([above], price).amounts == {"a": F("64001.18")}
    below = municipal.from_price([_row("a", "127.32")], price)
    assert (below.amounts, below.topped_up) == ({"a": 64_000}, {"a"})


def test_both_dates_are_needed_and_scores_must_be_scores() -> None:
    day = {"a": (F(2), F(1))}
    assert _refusal(lambda: municipal.join_dates(day, {})) == "absent on one date"
    assert municipal.join_dates(day, day) == [municipal.MunicipalRow("a", F(2), F(1), F(2), F(1))]
    assert _refusal(lambda: municipal.join_dates({"a": (F(0), F(1))}, day)) == "not a net score"


def test_municipal_transition_by_hand() -> None:
    # New 64,000 and 500,000; in 2018 264,000 and 100,000, and 40,000 for b, which is not eligible any more.
    # Losses 200,000 + 40,000, of which 75% = 180,000, out of gains of 400,000: 45%.
    new = municipal.from_budget([_row("a", 10), _row("b", 0), _row("c", 1000)], F(564_000))
    old = {"a": F(264_000), "b": F(40_000), "c": F(100_000)}
    result = municipal.with_transition(new, old, loser_share=F(3, 4))
    assert result.amounts == {"a": 214_000, "b": 30_000, "c": 320_000}
    assert (result.transition.gainer_share, result.not_eligible_with_grant) == (F(45, 100), ("b",))
    # With nothing for b: 150,000 out of 400,000 is 37.5%.
    without = municipal.with_transition(new, old, loser_share=F(3, 4), not_eligible="nothing")
    assert without.amounts == {"a": 214_000, "b": 0, "c": 350_000}


def test_the_minimum_is_not_applied_again() -> None:
    new = municipal.from_budget([_row("a", 10), _row("c", 1000)], F(564_000))
    result = municipal.with_transition(
        new, {"a": F(0), "c": F(500_000)}, loser_share=F(3, 4), gainer_share=F(1, 4)
    )
    assert result.amounts == {"a": 48_000, "c": 500_000}


@settings(modest, max_examples=300)
@given(municipal_cases(), st.sampled_from(["minimum", "formula"]))
def test_municipal_identities(case: MunicipalCase, eligibility: municipal.Eligibility) -> None:
    eligible = [row for row in case.rows if row.eligible(eligibility)]
    cost = 64_000 * len(eligible)
    no_score = all(row.s == 0 for row in eligible)
    if case.budget < cost or no_score:
        with pytest.raises(RefusedError) as refused:
            municipal.from_budget(case.rows, case.budget, eligibility=eligibility)
        assert refused.value.facts == {"budget": case.budget, "minimums": cost}
        assert (refused.value.reason == "minimums exhaust the budget") == (case.budget < cost)
        return
    result = municipal.from_budget(case.rows, case.budget, eligibility=eligibility)
    assert result.price > 0
    assert sum(result.exact.values()) == sum(result.amounts.values()) == case.budget
    assert result.gap == 0
    for row in case.rows:
        amount, exact = result.amounts[row.code], result.exact[row.code]
        assert abs(amount - exact) < F(1, 100)
        assert (amount * 100).denominator == 1
        if row.code not in result.eligible:
            assert (amount, row.s) == (0, 0) if eligibility == "minimum" else amount == 0
        elif row.code in result.topped_up:
            assert (amount, row.s * result.price < 64_000) == (64_000, True)
        else:
            assert exact == row.s * result.price >= 64_000
    # The same price, given by hand, gives the same amounts.
    assert municipal.from_price(case.rows, result.price, eligibility=eligibility).exact == result.exact
    if eligibility == "minimum" and case.kind == "none topped up":
        assert not result.topped_up


@modest
@given(municipal_cases())
def test_a_price_in_cents_misses_by_half_a_cent_per_unit_at_most(case: MunicipalCase) -> None:
    assume(_refusal(lambda: municipal.from_budget(case.rows, case.budget)) is None)
    result = municipal.from_budget(case.rows, case.budget, price_rounding="cents")
    assert result.k is not None
    assert result.gap is not None
    assert abs(result.gap) <= F(1, 200) * (result.k + len(case.rows))


@modest
@given(municipal_cases(), st.data())
def test_municipal_transition_identities(case: MunicipalCase, data: st.DataObject) -> None:
    assume(_refusal(lambda: municipal.from_budget(case.rows, case.budget)) is None)
    new = municipal.from_budget(case.rows, case.budget)
    old = {row.code: data.draw(fractions(0, 10**8, 100)) for row in case.rows}
    share = data.draw(st.sampled_from([F(3, 4), F(1, 2), F(1, 4)]))

    solved = municipal.with_transition(new, old, loser_share=share)
    assert sum(solved.transition.paid.values()) == case.budget + solved.transition.gap
    if solved.transition.gap == 0:
        assert sum(solved.amounts.values()) == case.budget

    rounded = municipal.with_transition(new, old, loser_share=share, percent_decimals=2)
    step = rounded.transition
    assert (step.gainer_share * 10_000).denominator == 1
    assert sum(step.paid.values()) == case.budget + step.gap
    assert abs(step.gap - solved.transition.gap) <= F(1, 20_000) * step.gains

    nothing = municipal.with_transition(new, old, loser_share=share, not_eligible="nothing")
    assert all(nothing.amounts[code] == 0 for code in new.amounts if code not in new.eligible)
    assert nothing.not_eligible_with_grant == solved.not_eligible_with_grant
