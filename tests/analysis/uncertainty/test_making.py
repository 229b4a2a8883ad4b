"""Blocks of replicates: the same bits however they are worked on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from fractions import Fraction
from multiprocessing import get_context
from typing import Any

import numpy as np
import pytest

from oab_funding.analysis.uncertainty import making
from oab_funding.analysis.uncertainty.making import Plan, content_hash, make
from oab_funding.analysis.uncertainty.state import State
from oab_funding.errors import InputError
from oab_funding.indicator.parts.sources import with_dask, with_executor

PLAN = Plan(replicates=60, parts=3, seed=3)


@pytest.fixture(scope="module")
def state(state: State) -> State:
    return replace(state, together=20)  # as in a large country, where it saves time


@pytest.fixture(scope="module")
def alone(state: State) -> str:
    return content_hash(make(state, PLAN))


def test_threads_and_blocks_of_any_size_give_one_hash(
    state: State, alone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ThreadPoolExecutor(2) as two:
        assert content_hash(make(state, PLAN, with_executor(two))) == alone
    monkeypatch.setattr(making, "BLOCK", 7)
    assert content_hash(make(state, PLAN)) == alone


@pytest.mark.thorough
def test_two_processes_give_one_hash(state: State, alone: str) -> None:
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as two:
        assert content_hash(make(state, PLAN, with_executor(two))) == alone


def test_dask_gives_one_hash(state: State, alone: str) -> None:
    pytest.importorskip("dask")
    assert content_hash(make(state, PLAN, with_dask)) == alone


def test_another_seed_gives_another_hash(state: State, alone: str) -> None:
    assert content_hash(make(state, replace(PLAN, seed=4))) != alone


def test_replicates_stand_at_their_number(state: State) -> None:
    def backwards(work: Callable[..., Any], given: Sequence[tuple[Any, ...]]) -> list[Any]:
        return [work(*one) for one in reversed(given)][::-1]

    made, steps = make(state, PLAN)["schools"], list[str]()
    other = make(state, PLAN, backwards, steps.append)["schools"]
    assert made.score["all"].shape == (60, len(made.names))
    assert made.score["seed"].shape == (3, len(made.names))
    assert all(np.array_equal(made.score[kind], other.score[kind]) for kind in made.score)
    assert steps[0] == "replicate 1 of 69"
    given = make(replace(state, coefficients=None), replace(PLAN, parts=2))["schools"]
    assert given.score.keys() == {"all", "imputation", "seed"}


def test_a_plan_needs_enough_replicates_for_its_level() -> None:
    assert (Plan(39).rank, Plan(1000).rank, Plan(199, level=Fraction(9, 10)).rank) == (1, 25, 10)
    for wrong in (
        {"replicates": 38},
        {"replicates": 20_001},
        {"parts": 1},
        {"parts": -1},
        {"level": Fraction(1)},
    ):
        with pytest.raises(InputError):
            Plan(**wrong)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="give 39 to 20000"):
        Plan(38)
    assert Plan(120, 50).work(["all", "seed"]) == [
        (0, 50, "all"),
        (50, 50, "all"),
        (100, 20, "all"),
        (0, 50, "seed"),
    ]
