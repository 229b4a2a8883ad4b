"""A replicate against plain code, and against the run it belongs to."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

import oab_funding as oab
from oab_funding.analysis.child_rows import coded_by
from oab_funding.analysis.uncertainty.drawn_parents import Drawn
from oab_funding.analysis.uncertainty.replicate import KINDS, Replicates, _grouped, _lowest, _outcome, block
from oab_funding.analysis.uncertainty.state import State, make_state
from oab_funding.indicator.imputation.tables import imputed_from_tables
from oab_funding.scores.aggregate import Counts
from oab_funding.scores.children import ChildBatch
from oab_funding.scores.counted import CountedChildren
from oab_funding.scores.line import Survey
from oab_funding.scores.target_group import TargetGroup, TieRule, target_group
from oab_funding.tables.columns import texts, units

from .conftest import asked
from .plain import FATHER, MOTHER, STAY, Plain

NAMES = {
    "schools": ("site_scores", "site_id"),
    "municipalities": ("municipality_scores", "municipality_code"),
}


@pytest.fixture(scope="module")
def plain(run: oab.Run) -> Plain:
    return Plain(run)


@pytest.mark.parametrize("number", [0, pytest.param(7, marks=pytest.mark.thorough)])
def test_a_replicate_equals_plain_code(state: State, plain: Plain, number: int) -> None:
    maker = Replicates(state, 11)
    assert state.coefficients is not None
    values = state.coefficients.draw(11, number)
    drawn = plain.drawn(state.seed_of(11), number, state.together)
    for stream, outcome in zip(state.streams, maker.replicate(number), strict=True):
        expected = plain.scores(dict(values), drawn, stream.name)
        found = zip(stream.children.tolist(), outcome.raw.tolist(), outcome.score.tolist(), strict=True)
        assert dict(zip(stream.names, found, strict=True)) == expected


class AsImputed(Replicates):
    """Draws what the run itself imputed, round by round."""

    def __init__(self, state: State, run: oab.Run) -> None:
        super().__init__(state, 1)
        names = ("imputed_education", "imputed_stay", "imputed_donors")
        population = coded_by(run, state.model.specification)
        self._imputed = imputed_from_tables({name: run.table(name) for name in names}, population)

    def drawn(self, number: int) -> tuple[Drawn, ...]:
        found = []
        for part, imputed in zip(self._state.parts, self._imputed, strict=True):
            assert part.donors is None
            of_round = [imputed.codes[name][number % self._state.rounds] for name in (MOTHER, FATHER, STAY)]
            found.append(Drawn(*(codes[part.rows] for codes in of_round), np.zeros(0, dtype=np.int64)))
        return tuple(found)


@pytest.mark.parametrize("average", ["child", pytest.param("institution", marks=pytest.mark.thorough)])
def test_with_what_the_run_imputed_it_gives_what_the_run_gave(average: str) -> None:
    run = oab.run(asked(registered=True, average=average))
    state = make_state(run)
    for stream, outcome in zip(state.streams, AsImputed(state, run).replicate(0, "seed"), strict=True):
        table, code = run.table(NAMES[stream.name][0]), NAMES[stream.name][1]
        given = dict(zip(texts(table, code), units(table, "score", 2), strict=True))
        assert dict(zip(stream.names, outcome.score.tolist(), strict=True)) == given


def test_what_is_fixed_stays_and_what_is_drawn_differs(state: State) -> None:
    maker = Replicates(state, 5)
    one, other = (
        {kind: maker.replicate(number, kind)[0].score.tolist() for kind in KINDS} for number in (1, 2)
    )
    assert len({tuple(scores) for each in (one, other) for scores in each.values()}) == 2 * len(KINDS)
    given = replace(state, coefficients=None)
    assert Replicates(given, 5).replicate(1)[0].score.tolist() == one["imputation"]
    assert Replicates(given, 5).replicate(1, "coefficients")[0].score.tolist() == (
        Replicates(given, 5).replicate(2, "coefficients")[0].score.tolist()
    )


def test_a_replicate_depends_on_seed_and_number_alone(state: State) -> None:
    whole, part = block(state, 4, 0, 6, "all"), block(state, 4, 3, 3, "all")
    assert np.array_equal(whole.score[0][3:], part.score[0])
    assert np.array_equal(whole.nation[1][3:], part.nation[1])
    assert not np.array_equal(part.score[0], block(state, 5, 3, 3, "all").score[0])


def test_a_shared_draw_of_parameters_is_that_of_its_first_number(state: State) -> None:
    shared = replace(state, together=4)
    numbers = [Replicates(shared, 4).replicate(number)[0].score.tolist() for number in range(6)]
    assert numbers == block(shared, 4, 0, 6, "all").score[0].tolist()
    alone = Replicates(replace(state, together=1), 4)
    assert numbers[4] == alone.replicate(4)[0].score.tolist()
    assert numbers[5] != alone.replicate(5)[0].score.tolist()


@pytest.mark.parametrize("rule", ["share", "include", "exclude"])
def test_the_line_is_that_of_a_full_sort(state: State, rule: TieRule) -> None:
    random = np.random.default_rng(1)
    size = 4_000
    units_ = random.integers(520_000, 521_000, size).astype(np.int32) * 1000
    weight = random.integers(0, 4, size).astype(np.float64)
    institution = random.integers(0, 9, size)
    children = np.bincount(institution, weight, 9).astype(np.int64)
    made = replace(state.streams[0].rule, tie_rule=rule)
    stream = replace(
        state.streams[0],
        names=tuple("abcdefghi"),
        institution=institution,
        weight=weight,
        children=children,
        asylum=np.zeros(9, dtype=np.int64),
        rule=made,
    )
    everyone = np.repeat(units_, weight.astype(int)).astype(np.int64)
    batch = ChildBatch(everyone, np.zeros(len(everyone), dtype=np.int64), np.zeros(0, dtype=np.int64), None)
    counted = CountedChildren([batch], ("x",), Survey.of(everyone), 0, {})
    expected = target_group(counted, made.target_share, made.size_rounding, rule)
    for rows in (np.arange(size), np.flatnonzero(units_ < 520_010_000), _lowest(units_, stream)):
        group, counts = _grouped(stream, units_, rows)
        assert group == expected
        assert counts.below.sum() == expected.below


def test_scores_near_a_half_are_rounded_exactly(state: State) -> None:
    stream, third = state.streams[0], Fraction(1, 3)
    group = TargetGroup(100, 15, 0, Fraction(535), Fraction(529), Fraction(530), 3, 1, third, None)
    names = ("a", "b")
    counts = Counts(*(np.array(one) for one in ([9, 9], [1, 1], [530_000_000 - 5_000, 0], [3, 3], [0, 0])))
    counts = replace(counts, below_sum=np.array([534_995_000 - 5_000_000, 535_005_000 - 10_000_000]))
    exact = counts.raw_scores(group)
    outcome = _outcome(replace(stream, names=names, children=counts.children), group, counts)
    assert outcome.raw.tolist() == exact.rounded(2)
    lowered = exact - counts.thresholds(group, stream.rule.threshold_share)
    assert outcome.score.tolist() == stream.rule.scores(lowered)
    assert {Fraction(one).denominator for one in exact.times(Fraction(100)).fractions()} == {2}
