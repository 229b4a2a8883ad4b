"""Coefficients of drawn schools against the exact weighted fit, and draws by a covariance."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import oab_funding as oab
from oab_funding.analysis.child_rows import coded_by
from oab_funding.analysis.uncertainty.drawn_coefficients import (
    Covaried,
    DrawnModel,
    Refits,
    check_sums,
    words,
)
from oab_funding.analysis.uncertainty.state import State
from oab_funding.errors import InputError
from oab_funding.indicator.coding import CodedChildren
from oab_funding.indicator.fit import fit_coded
from oab_funding.indicator.imputation.draws import Purpose
from oab_funding.indicator.specification import Specification

MILLION = 10**6


@pytest.fixture(scope="module")
def specification(state: State) -> Specification:
    return state.model.specification


@pytest.fixture(scope="module")
def pupils(run: oab.Run, specification: Specification) -> CodedChildren:
    return coded_by(run, specification).pupils


@pytest.fixture(scope="module")
def refits(pupils: CodedChildren, specification: Specification) -> Refits:
    return Refits.of(pupils, specification)


def exact(pupils: CodedChildren, specification: Specification, of_school: np.ndarray) -> dict[str, int]:
    """Fit exactly, with every child counted as often as its school."""
    schools = sorted({school for school, _ in pupils.places})
    of_place = np.array([schools.index(school) for school, _ in pupils.places])
    weights = of_school[of_place[pupils.place]].astype(np.int64) * MILLION
    any_number = specification.model_copy(
        update={"sample": specification.sample.model_copy(update={"minimum_rows": 1})}
    )
    coded = replace(pupils, weights=weights, specification_sha256=any_number.sha256)
    return {name: int(value * MILLION) for name, value in fit_coded(coded, any_number).published.items()}


def test_every_school_once_gives_the_model(state: State, refits: Refits) -> None:
    assert dict(refits.fitted(np.ones(refits.schools, dtype=np.int64))) == dict(state.model.values)


@pytest.mark.parametrize("number", [0, pytest.param(1, marks=pytest.mark.thorough)])
def test_drawn_schools_give_the_exact_fit(
    number: int, refits: Refits, pupils: CodedChildren, specification: Specification
) -> None:
    weights = refits.weights(7, number)
    assert weights.sum() == refits.schools
    found, expected = refits.draw(7, number), exact(pupils, specification, weights)
    assert found.keys() == expected.keys()
    # Floats may fall on the other side of a half, never further.
    assert max(abs(found[name] - expected[name]) for name in found) <= 1
    assert sum(found[name] != expected[name] for name in found) <= 1


def test_schools_are_drawn_by_raw_words(refits: Refits) -> None:
    raw = [int(word) >> 32 for word in words(7, Purpose.COEFFICIENTS, 3, refits.schools)]
    drawn = [word * refits.schools >> 32 for word in raw]
    assert refits.weights(7, 3).tolist() == [drawn.count(school) for school in range(refits.schools)]
    assert refits.weights(7, 3, again=1).tolist() != refits.weights(7, 3).tolist()


def test_a_draw_that_determines_nothing_is_drawn_anew(
    refits: Refits, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = np.zeros(refits.schools, dtype=np.int64)
    alone[0] = refits.schools
    with pytest.raises(InputError):
        refits.fitted(alone)
    good = refits.weights(7, 1)
    monkeypatch.setattr(Refits, "weights", lambda self, seed, number, again=0: good if again == 2 else alone)
    assert refits.draw(7, 1) == refits.fitted(good)
    monkeypatch.setattr(Refits, "weights", lambda *_: alone)
    with pytest.raises(InputError, match="leave a coefficient undetermined"):
        refits.draw(7, 1)


def test_sums_that_could_pass_53_bits_are_refused(refits: Refits) -> None:
    check_sums(refits)
    large = refits.low.copy()
    large[0, 0] = 2.0**53 / refits.schools
    with pytest.raises(InputError, match="too large"):
        check_sums(replace(refits, low=large))


def test_a_covariance_is_drawn_by() -> None:
    given = {"start": {"start": 4.0, "school_mean": 1.0}, "school_mean": {"start": 1.0, "school_mean": 0.5}}
    model = oab.supplied_model(
        {"start": "530", "school_mean": "0.8"},
        "cbs-2019",
        label="x",
        source="x",
        others="0",
        covariance=given,
    )
    drawn = [Covaried(model).draw(1, number) for number in range(2_000)]
    assert drawn[0].keys() == given.keys()
    values = np.array([[one["start"], one["school_mean"]] for one in drawn]) / MILLION
    assert np.allclose(values.mean(axis=0), [530, 0.8], atol=0.15)
    assert np.allclose(np.cov(values.T), [[4, 1], [1, 0.5]], rtol=0.1)
    assert drawn[3] == Covaried(model).draw(1, 3)


def test_a_drawn_model_keeps_what_is_not_drawn(state: State) -> None:
    model = oab.supplied_model({"start": "530"}, "cbs-2019", label="x", source="x", others="1")
    changed = DrawnModel.of(model, {"start": 5})
    assert (changed.units("start"), changed.units("school_mean")) == (5, MILLION)
