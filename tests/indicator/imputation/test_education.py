"""Imputed education: the same bits whatever the order, nothing known is touched, draws follow the model."""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from oab_funding.errors import InputError
from oab_funding.indicator.imputation.counts import count_education
from oab_funding.indicator.imputation.education import (
    ImputedEducation,
    draw_class,
    draw_given_father,
    impute_education,
)
from oab_funding.indicator.imputation.joint import Odds
from oab_funding.indicator.imputation.parents_model import fit_parents

from .population import made_up, take

CHILDREN = made_up(4000)
DONE = impute_education(CHILDREN, rounds=4, seed=2019)
RECORDED = "ec88c2bf0953fa1e"


def digest(done: ImputedEducation) -> str:
    """Hash of everything imputed and of every bit of the model behind it."""
    model = fit_parents(count_education(CHILDREN))
    parts = (
        done.mother + np.int8(1),
        done.father + np.int8(1),
        model.estimate,
        model.factor,
        model.draw(2019, 1).flat,
    )
    return hashlib.sha256(b"".join(part.tobytes() for part in parts)).hexdigest()[:16]


def test_shuffled_rows_give_the_same_bits() -> None:
    order = np.random.default_rng(3).permutation(CHILDREN.children)
    shuffled = impute_education(take(CHILDREN, order), rounds=4, seed=2019)
    assert np.array_equal(shuffled.mother, DONE.mother[:, order])
    assert np.array_equal(shuffled.father, DONE.father[:, order])


@pytest.mark.parametrize("parts", [2, 7, 50])
def test_chunks_give_the_same_bits(parts: int) -> None:
    chunks = np.array_split(np.arange(CHILDREN.children), parts)
    counted = [count_education(take(CHILDREN, rows)) for rows in reversed(chunks)]
    total = counted[0]
    for part in counted[1:]:
        total = total + part
    model = fit_parents(total)
    done = [impute_education(take(CHILDREN, rows), rounds=4, seed=2019, model=model) for rows in chunks]
    assert np.array_equal(np.concatenate([part.mother for part in done], axis=1), DONE.mother)
    assert np.array_equal(np.concatenate([part.father for part in done], axis=1), DONE.father)


def test_one_child_alone_gets_what_it_gets_among_all() -> None:
    model = fit_parents(count_education(CHILDREN))
    for row in np.flatnonzero(DONE.imputed)[:20]:
        alone = impute_education(take(CHILDREN, slice(row, row + 1)), rounds=4, seed=2019, model=model)
        assert alone.mother[:, 0].tolist() == DONE.mother[:, row].tolist()
        assert alone.father[:, 0].tolist() == DONE.father[:, row].tolist()


def test_more_rounds_leave_the_earlier_ones_alone() -> None:
    fewer = impute_education(CHILDREN, rounds=2, seed=2019)
    assert np.array_equal(fewer.mother, DONE.mother[:2])


def test_the_bits_are_those_of_every_other_machine() -> None:
    assert digest(DONE) == RECORDED


@pytest.mark.parametrize("surroundings", ["plain", "one thread", "other processor"])
def test_threads_and_processor_do_not_matter(surroundings: str) -> None:
    """Without numpy's routes for this processor's special instructions, and with another BLAS kernel."""
    from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__  # type: ignore[import-not-found]

    special = [name for name in __cpu_dispatch__ if __cpu_features__.get(name)]
    extra = {
        "plain": {},
        "one thread": {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        "other processor": {"NPY_DISABLE_CPU_FEATURES": " ".join(special), "OPENBLAS_CORETYPE": "Nehalem"},
    }[surroundings]
    module = f"{__package__}.test_education"
    root = Path(__file__).resolve().parents[module.count(".")]
    code = f"from {module} import DONE, digest; print(digest(DONE))"
    run = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **extra, "PYTHONPATH": os.pathsep.join([str(root), *sys.path])},
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.strip() == RECORDED


def test_known_education_stays_and_unknown_is_filled() -> None:
    for drawn, observed, lacks in (
        (DONE.mother, CHILDREN.mother, DONE.mother_imputed),
        (DONE.father, CHILDREN.father, DONE.father_imputed),
    ):
        assert np.array_equal(lacks, (observed == -1) & CHILDREN.eligible)
        assert np.all(drawn[:, ~lacks] == observed[~lacks])
        assert drawn[:, lacks].min() == 0
        assert drawn[:, lacks].max() == 7
        assert drawn.dtype == np.int8


def test_children_who_take_no_part_neither_teach_nor_learn() -> None:
    outside = ~CHILDREN.eligible
    assert np.all(DONE.mother[:, outside] == CHILDREN.mother[outside])
    mother = np.where(outside & (CHILDREN.mother >= 0), 0, CHILDREN.mother)
    again = impute_education(replace(CHILDREN, mother=mother), rounds=4, seed=2019)
    assert np.array_equal(again.mother[:, ~outside], DONE.mother[:, ~outside])


def test_rounds_and_seeds_differ() -> None:
    lacks = DONE.mother_imputed
    other = impute_education(CHILDREN, rounds=4, seed=2020)
    for first, second in ((DONE.mother[0], DONE.mother[1]), (DONE.mother[0], other.mother[0])):
        assert 0.5 < np.mean(first[lacks] != second[lacks]) < 0.95


@pytest.mark.parametrize("pattern", ["both", "mother", "father"])
def test_draws_follow_the_joint_model(pattern: str) -> None:
    """Copies of one child under many keys: the pairs drawn against the conditional of the joint model."""
    model = fit_parents(count_education(CHILDREN))
    many = take(CHILDREN, np.zeros(20_000, dtype=int))
    known = np.full(20_000, 2, dtype=np.int8)
    nobody = np.full(20_000, -1, dtype=np.int8)
    many = replace(
        many,
        child_key=np.arange(20_000, dtype=np.uint64),
        mother=known if pattern == "father" else nobody,
        father=known if pattern == "mother" else nobody,
        eligible=np.ones(20_000, dtype=bool),
    )
    done = impute_education(many, rounds=2, seed=5, model=model)
    codes = np.array([[predictor.codes[0] for predictor in many.predictors]])
    for index in range(2):
        joint = Odds.of(model.draw(5, index + 1), model.design(codes)).joint()[:, :, 0]
        if pattern == "mother":
            joint[:, np.arange(8) != 2] = 0.0
        if pattern == "father":
            joint[np.arange(8) != 2] = 0.0
        seen = np.zeros((8, 8))
        np.add.at(seen, (done.mother[index], done.father[index]), 1)
        expected = 20_000 * joint / joint.sum()
        assert np.all(seen[joint == 0.0] == 0)
        likely = expected > 5
        observed, wanted = np.append(seen[likely], seen[~likely].sum()), np.append(expected[likely], 0.0)
        wanted[-1] = 20_000 - wanted.sum()
        inside = wanted > 5
        assert (
            stats.chisquare(
                observed[inside], wanted[inside] * observed[inside].sum() / wanted[inside].sum()
            ).pvalue
            > 1e-4
        )


ODDS = st.lists(st.floats(0.001, 1000.0), min_size=7, max_size=7)


def plain_classes(odds: list[float]) -> list[float]:
    above = [1.0, *np.cumprod([value / (1.0 + value) for value in odds])]
    return [*(high - low for high, low in itertools.pairwise(above)), above[-1]]


@given(ODDS, st.integers(0, 2**64 - 1))
def test_the_class_is_where_the_draw_falls(odds: list[float], bits: int) -> None:
    drawn = int(draw_class(np.array(odds)[:, None], np.array([bits], np.uint64))[0])
    assert drawn in near(plain_classes(odds), bits)


@given(ODDS, st.lists(ODDS, min_size=8, max_size=8), st.integers(0, 7), st.integers(0, 2**64 - 1))
def test_the_mother_beside_a_father_is_drawn_by_bayes(
    mother: list[float], father: list[list[float]], known: int, bits: int
) -> None:
    of_father = np.array(father).T[:, :, None]
    drawn = draw_given_father(np.array(mother)[:, None], of_father, known, np.array([bits], np.uint64))
    joint = [p * plain_classes(odds)[known] for p, odds in zip(plain_classes(mother), father, strict=True)]
    assert int(drawn[0]) in near([p / sum(joint) for p in joint], bits)


def near(classes: list[float], bits: int) -> set[int]:
    """Give the class in which the draw falls, and its neighbours if it falls within 2^-31 of an end."""
    ends = np.cumsum(classes)[:-1]
    return {int((bits / 2**64 + shift >= ends).sum()) for shift in (-(2**-31), 0.0, 2**-31)}


def test_the_edges_of_a_draw() -> None:
    odds = np.array([[1.0] * 4, [0.0] * 4])
    bits = np.array([0, (2**31 - 1) << 32, 2**63, 2**64 - 1], dtype=np.uint64)
    assert draw_class(odds, bits).tolist() == [0, 0, 1, 1]
    first_never = np.array([[1e300] * 4, [1.0] * 4])
    assert draw_class(first_never, bits).tolist() == [1, 1, 2, 2]


def test_an_unseen_cell_is_imputed_from_its_levels() -> None:
    gone = (CHILDREN.predictors[0].codes == 2) & (CHILDREN.predictors[2].codes == 3)
    model = fit_parents(count_education(replace(CHILDREN, eligible=CHILDREN.eligible & ~gone)))
    done = impute_education(CHILDREN, rounds=2, seed=1, model=model)
    assert done.mother[:, gone & CHILDREN.eligible].min() >= 0


def test_the_description_is_plain_and_complete() -> None:
    described = json.loads(json.dumps(dict(DONE.description)))
    assert described["predictors"] == {"origin": 3, "age": 2, "density": 4}
    assert (described["rounds"], described["seed"]) == (4, "2019")
    assert any("siblings" in gap for gap in described["gaps"])


def test_wrong_calls_are_refused() -> None:
    with pytest.raises(InputError, match="0 rounds are too few"):
        impute_education(CHILDREN, rounds=0)
    with pytest.raises(InputError, match="does not fit 64 bits"):
        impute_education(CHILDREN, seed=-1)
    model = fit_parents(count_education(replace(CHILDREN, predictors=())))
    with pytest.raises(InputError, match="the model has predictors"):
        impute_education(CHILDREN, model=model)
