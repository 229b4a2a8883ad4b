"""Aggregation in rounds, who is left out, and what the figures say."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oab_funding.errors import InputError
from oab_funding.exact.ratios import Ratios
from oab_funding.scores.aggregate import Counts, ScoreRule, aggregate, count
from oab_funding.scores.child_source import source_of
from oab_funding.scores.counted import read_children
from oab_funding.scores.institution_scores import site_scores
from oab_funding.scores.population import PUPIL, Population
from oab_funding.scores.target_group import target_group
from oab_funding.tables.step_result import StepResult
from oracle import sites as oracle_sites
from oracle import target_group as oracle_group
from oracle.rounding import half_up
from oracle.strategies import Country, solvable_countries
from oracle.target_group import Child
from oracle_bridge import both, children_table, column, examples

F = Fraction
RULE = ScoreRule(F(15, 100), F(12, 100))
SITES = Population("site_id", (PUPIL,))


def in_rounds(rounds: list[pa.Table]) -> pa.Table:
    numbered = [
        table.append_column("round", pa.array([number] * table.num_rows, pa.int64()))
        for number, table in enumerate(rounds, start=1)
    ]
    return pa.concat_tables(numbered)


def scores_of(table: pa.Table) -> StepResult:
    return site_scores([table], RULE, 7, 40)


@examples(100)
@given(
    solvable_countries,
    st.lists(st.integers(-30, 30), min_size=1, max_size=3),
    st.randoms(use_true_random=False),
)
def test_rounds_are_averaged_after_aggregation(country: Country, moves: list[int], random: object) -> None:
    """Each round has its own scores, line, C and G; A and B are averaged, and rounded once."""
    rounds = []
    for move in moves:
        scores = [child.score for child in country.pupils]
        random.shuffle(scores)  # type: ignore[attr-defined]
        rounds.append(
            [
                Child(
                    c.child_id,
                    (score or F(530)) + F(move, 10),
                    c.asylum,
                    c.site,
                    c.municipality,
                    c.age,
                )
                for c, score in zip(country.pupils, scores, strict=True)
            ]
        )

    def by_the_oracle() -> list[tuple[oracle_group.TargetGroup, dict[str, oracle_sites.SiteScore]]]:
        groups = [oracle_group.target_group(children) for children in rounds]
        return [(g, oracle_sites.site_scores(c, g)) for g, c in zip(groups, rounds, strict=True)]

    def by_the_library() -> StepResult:
        tables = [children_table(children) for children in rounds]
        return scores_of(in_rounds(tables))

    outcome = both("sites in rounds", by_the_oracle, by_the_library)
    if outcome is None:
        return
    expected, found = outcome
    n = len(rounds)
    assert found.figures["rounds"] == n
    assert found.figures["N"] == len(country.pupils)
    assert found.figures["C"] == sum(group.mean for group, _ in expected) / n
    assert found.figures["G"] == sum(group.group_mean for group, _ in expected) / n
    for site in expected[0][1]:
        raw = sum(rows[site].raw for _, rows in expected) / n
        threshold = sum(rows[site].threshold for _, rows in expected) / n
        lower = sum(rows[site].raw_lower for _, rows in expected) / n
        assert column(found.table, "site_id", "score_raw")[site] == half_up(raw, 2)
        assert column(found.table, "site_id", "score_raw_lower")[site] == half_up(lower, 2)
        assert column(found.table, "site_id", "score_raw_upper")[site] == half_up(raw - lower, 2)
        assert column(found.table, "site_id", "score")[site] == max(F(0), half_up(raw - threshold, 2))


PUPILS = children_table([Child(f"{i:02d}", F(520 + i), site=f"0{1 + i % 2}AA00") for i in range(20)])


def test_a_single_round_is_no_rounds() -> None:
    one, plain = scores_of(in_rounds([PUPILS])), scores_of(PUPILS)
    assert one.table.equals(plain.table)
    assert dict(one.figures) == dict(plain.figures)


def test_of_several_rounds_no_target_children_are_given() -> None:
    derived = scores_of(in_rounds([PUPILS, PUPILS])).tables["site_derivations"]
    assert set(derived.column("target_children").to_pylist() + derived.column("target_sum").to_pylist()) == {
        None
    }
    assert scores_of(in_rounds([PUPILS, PUPILS])).figures["at_line"] is None


def test_rounds_may_come_in_any_order_and_in_parts() -> None:
    higher = PUPILS.set_column(
        PUPILS.schema.get_field_index("education_score"),
        PUPILS.schema.field("education_score"),
        pc.add(PUPILS.column("education_score"), pa.scalar(1, pa.int64())).cast(pa.decimal128(12, 6)),
    )
    table = in_rounds([PUPILS, higher])
    parts = [table.slice(start, 7) for start in range(0, 40, 7)][::-1]
    expected = scores_of(table)
    found = site_scores(parts, RULE, 7, 40)
    assert found.table.equals(expected.table)
    assert found.figures["C"] == F("530.0")


def test_the_rounds_must_hold_the_same_children() -> None:
    other = children_table([Child(f"{i:02d}", F(520 + i), site=f"0{1 + i % 2}AA00") for i in range(1, 21)])
    moved = children_table([Child(f"{i:02d}", F(520 + i), site=f"0{1 + i // 10}AA00") for i in range(20)])
    moved_more = children_table([Child(f"{i:02d}", F(520 + i), site="01AA00") for i in range(20)])
    for rounds in ([PUPILS, other], [PUPILS, PUPILS.slice(1)], [PUPILS, moved_more]):
        with pytest.raises(InputError, match="rounds do not hold the same children"):
            scores_of(in_rounds(rounds))
    scores_of(in_rounds([PUPILS, moved]))  # as many children at each site: their places are not compared
    with pytest.raises(InputError, match="'00': is there twice"):
        scores_of(in_rounds([pa.concat_tables([PUPILS, PUPILS.slice(0, 1)]), PUPILS]))


def test_a_child_twice_is_refused_also_in_different_parts_and_kinds() -> None:
    toddler = children_table([Child("07", F(530), municipality="GM0001", age=3)])
    with pytest.raises(
        InputError, match="'07': is there twice; each child counts once, as pupil or as toddler"
    ):
        aggregate([PUPILS, toddler], SITES, RULE)


def test_who_is_left_out_is_counted_once_also_in_rounds() -> None:
    toddlers = children_table([Child(f"t{i}", F(530), municipality="GM0001", age=3) for i in range(3)])
    table = pa.concat_tables([PUPILS, toddlers])
    for given_table in (table, in_rounds([table, table])):
        found = site_scores(given_table, RULE, 7, 40, {"02AA00": "excluded site"})
        assert found.figures["left_out: of another kind"] == 3
        assert found.figures["left_out: excluded site"] == 10
        assert found.figures["N"] == 10
        assert found.table.column("site_id").to_pylist() == ["01AA00"]


def test_institutions_of_which_no_child_counts_do_not_appear() -> None:
    # The dictionary of a slice names sites that the slice does not hold.
    found = scores_of(PUPILS.filter(pc.equal(PUPILS.column("site_id").cast(pa.string()), "01AA00")))
    assert found.table.column("site_id").to_pylist() == ["01AA00"]


def test_scores_are_floored_after_rounding() -> None:
    assert RULE.scores(Ratios((-1, -5, 4, 5, 1500), 1000)) == [0, 0, 0, 1, 150]


# T = 3 of 20: an asylum seeker, one at 520 and, at the line, two at 524 for one place (share 1/2 each).
CHILDREN = [
    Child("s", None, True, "01AA00", age=5),
    Child("a", F(520), site="01AA00", age=8),
    Child("b", F(524), site="01AA00", age=7),
    Child("c", F(524), site="02BB00", age=8),
    *(Child(f"h{i}", F(530), site="02BB00", age=4) for i in range(16)),
]


def test_counts_by_hand() -> None:
    table = children_table(CHILDREN)
    children = read_children(
        source_of([table.slice(0, 3), table.slice(3)]), Population("site_id", (PUPIL,), {}, None, 7)
    )
    group = target_group(children, F(15, 100))
    cells = count(children, group)
    everyone, lower = cells.years("all"), cells.years("lower")
    assert everyone.children.tolist() == [3, 17]
    assert everyone.below.tolist() == [1, 0]
    assert everyone.below_sum.tolist() == [520_000_000, 0]
    assert everyone.at_line.tolist() == [1, 1]
    assert everyone.asylum.tolist() == [1, 0]
    assert lower.children.tolist() == [2, 16]
    assert (lower.below.tolist(), lower.at_line.tolist(), lower.asylum.tolist()) == ([0, 0], [1, 0], [1, 0])
    # G = (520 + 524) / 2 = 522; C = (522 + 520 + 2 x 524 + 16 x 530) / 20 = 528.5; C - G = 6.5
    assert (group.group_mean, group.mean, group.weight) == (522, F("528.5"), F(1, 2))
    assert everyone.raw_scores(group).fractions() == [F("6.5") + F("8.5") + F("2.25"), F("2.25")]
    assert lower.raw_scores(group).fractions() == [F("6.5") + F("2.25"), 0]
    assert everyone.members(group).fractions() == [F("2.5"), F("0.5")]
    assert everyone.thresholds(group, F(12, 100)).fractions() == [3 * F("0.78"), 17 * F("0.78")]


def test_counts_add_up_and_are_taken_by_row() -> None:
    one = Counts(*(np.array([1, 2]) * factor for factor in (1, 2, 3, 4, 5)))
    both = one + one
    assert [column.tolist() for column in (both.children, both.asylum)] == [[2, 4], [10, 20]]
    assert one.take([1, 0]).below_sum.tolist() == [6, 3]
