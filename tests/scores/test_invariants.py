"""What must hold whatever the children: order, parts, names, units and one child more."""

from __future__ import annotations

import string
from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pyarrow as pa
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from oab_funding.errors import InputError
from oab_funding.scores import counted
from oab_funding.scores.aggregate import Aggregate, ScoreRule, aggregate
from oab_funding.scores.institution_scores import municipality_scores, site_scores
from oab_funding.scores.population import PUPIL, TODDLER, Population
from oab_funding.tables.step_result import StepResult
from oracle.strategies import Country, countries, outlier_countries, solvable_countries
from oracle.target_group import TIE_RULES, Child, TieRule
from oracle_bridge import children_table, examples, same

F = Fraction
SITES = Population("site_id", (PUPIL,))
MUNICIPALITIES = Population("municipality_code", (PUPIL, TODDLER))

Steps = Callable[[Sequence[pa.Table]], list[StepResult]]


def rule(tie_rule: TieRule, threshold_percent: int = 12) -> ScoreRule:
    return ScoreRule(F(15, 100), F(threshold_percent, 100), tie_rule=tie_rule)


def both_streams(tables: Sequence[pa.Table], tie_rule: TieRule) -> list[StepResult | str]:
    """Scores of sites and of municipalities, or how they are refused."""
    found: list[StepResult | str] = []
    for stream in (
        lambda: site_scores(tables, rule(tie_rule), 7, 40),
        lambda: municipality_scores(tables, rule(tie_rule, 5)),
    ):
        try:
            found.append(stream())
        except InputError as refused:
            found.append(str(refused))
    return found


def alike(first: list[StepResult | str], second: list[StepResult | str]) -> bool:
    return all(
        same(one, other) if isinstance(one, StepResult) and isinstance(other, StepResult) else one == other
        for one, other in zip(first, second, strict=True)
    )


def exact(children: Sequence[Child], tie_rule: TieRule, population: Population = MUNICIPALITIES) -> Aggregate:
    table = children_table(children)
    try:
        return aggregate([table], population, rule(tie_rule))
    except InputError:
        assume(False)
        raise


@examples(100)
@given(solvable_countries, st.sampled_from(TIE_RULES), st.data())
def test_any_order_and_any_parts_give_the_same_bits(
    country: Country, tie_rule: TieRule, data: st.DataObject
) -> None:
    whole = both_streams([children_table(country.children)], tie_rule)
    shuffled = data.draw(st.permutations(country.children))
    cuts = sorted(data.draw(st.sets(st.integers(1, len(shuffled)), max_size=5)) | {0, len(shuffled)})
    # Each part is a table of its own, with dictionaries of its own.
    parts = [children_table(shuffled[a:b]) for a, b in pairwise(cuts)]
    assert alike(whole, both_streams(parts, tie_rule))
    assert alike(whole, both_streams([pa.concat_tables(parts)], tie_rule))  # one table of several chunks
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(counted, "MOST_KEPT", 0)  # every pass reads the parts again
        assert alike(whole, both_streams(parts, tie_rule))


@examples(60)
@given(
    solvable_countries, st.sampled_from(["share", "include", "exclude"]), st.randoms(use_true_random=False)
)
def test_other_ids_change_nothing(country: Country, tie_rule: TieRule, random: object) -> None:
    names = [f"{i}" for i in range(len(country.children))]
    random.shuffle(names)  # type: ignore[attr-defined]
    renamed = [replace(c, child_id=name) for c, name in zip(country.children, names, strict=True)]
    first = both_streams([children_table(country.children)], tie_rule)
    assert alike(first, both_streams([children_table(renamed)], tie_rule))


@examples(60)
@given(solvable_countries, st.data())
def test_under_order_ids_of_the_same_order_change_nothing(country: Country, data: st.DataObject) -> None:
    tie_rule: TieRule = "order"
    prefix = data.draw(st.text(string.ascii_letters, min_size=1, max_size=3))
    renamed = [replace(child, child_id=prefix + child.child_id) for child in country.children]
    first = both_streams([children_table(country.children)], tie_rule)
    assert alike(first, both_streams([children_table(renamed)], tie_rule))


@examples(60)
@given(solvable_countries, st.sampled_from(TIE_RULES))
def test_other_names_of_institutions_permute_the_results(country: Country, tie_rule: TieRule) -> None:
    names = sorted({child.municipality for child in country.children})
    new = {name: f"GM{9000 - number:04d}" for number, name in enumerate(names)}  # in reverse
    before = exact(country.children, tie_rule)
    after = exact([replace(c, municipality=new[c.municipality]) for c in country.children], tie_rule)
    assert before.groups == after.groups
    assert after.names == tuple(new[name] for name in reversed(before.names))
    assert after.children == before.children[::-1]
    for column in ("raw", "thresholds", "members", "member_sums"):
        assert getattr(after, column).fractions() == getattr(before, column).fractions()[::-1]


@examples(60)
@given(solvable_countries, st.sampled_from(TIE_RULES), st.integers(-500 * 10**6, 500 * 10**6))
def test_a_shift_of_all_scores_changes_nothing_but_c_g_and_the_line(
    country: Country, tie_rule: TieRule, millionths: int
) -> None:
    shift = F(millionths, 10**6)
    moved = [replace(c, score=None if c.score is None else c.score + shift) for c in country.children]
    before, after = exact(country.children, tie_rule), exact(moved, tie_rule)
    (first,), (second,) = before.groups, after.groups
    assert (second.mean, second.group_mean, second.line) == (
        first.mean + shift,
        first.group_mean + shift,
        first.line + shift,
    )
    for column in ("raw", "raw_lower", "thresholds", "members"):
        assert getattr(before, column).fractions() == getattr(after, column).fractions()


@examples(60)
@given(solvable_countries, st.sampled_from(TIE_RULES), st.integers(1, 1000))
def test_scaled_scores_scale_raw_scores_and_thresholds(
    country: Country, tie_rule: TieRule, factor: int
) -> None:
    scaled = [replace(c, score=None if c.score is None else c.score * factor) for c in country.children]
    before, after = exact(country.children, tie_rule), exact(scaled, tie_rule)
    assert after.groups[0].distance == factor * before.groups[0].distance
    for column in ("raw", "raw_lower", "thresholds"):
        expected = [factor * value for value in getattr(before, column).fractions()]
        assert getattr(after, column).fractions() == expected
    assert after.members is not None
    assert before.members is not None
    assert after.members.fractions() == before.members.fractions()


@examples(100)
@given(countries(), st.sampled_from(TIE_RULES), st.integers(1, 10**7))
def test_one_child_more_above_the_line_moves_c_alone(country: Country, tie_rule: TieRule, above: int) -> None:
    n = len(country.children)
    assume(-(-15 * n // 100) == -(-15 * (n + 1) // 100))  # the group keeps its size
    before = exact(country.children, tie_rule)
    score = before.groups[0].line + F(above, 10**6)
    # Under `exclude` the tied children stand above the line; one more of them must not fit.
    assume(tie_rule != "exclude" or score > max((c.score or F(0)) for c in country.children))
    child = Child("one more", score, municipality=before.names[0], age=3)
    after = exact([*country.children, child], tie_rule)
    (old,), (new,) = before.groups, after.groups
    assert (new.group_mean, new.line, new.below, new.weight) == (
        old.group_mean,
        old.line,
        old.below,
        old.weight,
    )
    assert new.mean == (n * old.mean + score) / (n + 1)
    gain = new.mean - old.mean
    assert before.members is not None
    moved = [a + m * gain for a, m in zip(before.raw.fractions(), before.members.fractions(), strict=True)]
    assert after.raw.fractions() == moved
    assert after.children == (before.children[0] + 1, *before.children[1:])


@examples(100)
@given(st.one_of(solvable_countries, outlier_countries()), st.sampled_from(TIE_RULES))
def test_raw_scores_add_up_to_the_group_times_its_distance(country: Country, tie_rule: TieRule) -> None:
    found = exact(country.children, tie_rule)
    (group,) = found.groups
    assert sum(found.raw.fractions()) == group.size * group.distance
    assert sum(found.thresholds.fractions()) == F(12, 100) * group.children * group.distance
    assert found.members is not None
    assert found.member_sums is not None
    assert sum(found.members.fractions()) == group.size
    for a, m, s in zip(
        found.raw.fractions(), found.members.fractions(), found.member_sums.fractions(), strict=True
    ):
        assert a == m * group.mean - s
