"""What a state is made from, and what it refuses."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import oab_funding as oab
from oab_funding.analysis.uncertainty.drawn_coefficients import Covaried, Refits
from oab_funding.analysis.uncertainty.making import Plan, content_hash, make
from oab_funding.analysis.uncertainty.state import State, make_state
from oab_funding.errors import InputError
from oab_funding.tables.columns import texts

from .conftest import asked

PLAN = Plan(replicates=39, parts=2, seed=3)


def with_model(run: oab.Run, model: oab.Model) -> oab.Run:
    file = oab.SourceFile("model.json", model.to_json())
    return replace(run, sources={**run.sources, "indicator.model": file})


def test_children_are_counted_where_the_run_counts_them(state: State, run: oab.Run) -> None:
    for stream, name, code, count in zip(
        state.streams,
        ("site_scores", "municipality_scores"),
        ("site_id", "municipality_code"),
        ("pupils", "children"),
        strict=True,
    ):
        table = run.table(name)
        expected = dict(zip(texts(table, code), table[count].to_pylist(), strict=True))
        assert dict(zip(stream.names, stream.children.tolist(), strict=True)) == expected
        weighed = np.bincount(stream.institution, stream.weight, len(stream.names))
        assert (weighed + stream.asylum).tolist() == stream.children.tolist()


def test_the_order_of_the_rows_does_not_matter(state: State, run: oab.Run) -> None:
    turned = make_state(replace(run, sources=asked(shuffled=True).sources))
    plan = replace(PLAN, parts=0)
    assert content_hash(make(turned, plan)) == content_hash(make(state, plan))


def test_coefficients_are_drawn_as_the_run_allows(run: oab.Run) -> None:
    assert isinstance(make_state(run).coefficients, Refits)
    assert make_state(run, "given").coefficients is None
    with pytest.raises(InputError, match="is not to be had of this run; choose schools or given"):
        make_state(run, "model")
    with pytest.raises(InputError, match="is no way to draw coefficients"):
        make_state(run, "seed")


def test_a_supplied_model_is_drawn_by_its_covariance(run: oab.Run) -> None:
    own = oab.supplied_model({"start": "530"}, "cbs-2019", label="x", source="x", others="0.5")
    assert make_state(with_model(run, own)).coefficients is None
    table = {"school_mean": {"school_mean": 0.01}}
    with_one = oab.supplied_model(
        {"start": "530"}, "cbs-2019", label="x", source="x", others="0.5", covariance=table
    )
    assert isinstance(make_state(with_model(run, with_one)).coefficients, Covaried)


def test_ties_by_identifier_and_runs_without_pupils_are_refused(run: oab.Run) -> None:
    scores = {"site_id": ["00AP00"], "score": ["33.02"]}
    with pytest.raises(InputError, match="did not impute and score children"):
        make_state(oab.school_grants(scores, period="2020-2021").run)
    children = run.calculation.children
    assert children is not None
    ordered = replace(
        run,
        calculation=run.calculation.model_copy(
            update={"children": children.model_copy(update={"tie_rule": "order"})}
        ),
    )
    with pytest.raises(InputError, match="choose share, include or exclude"):
        make_state(ordered)


def test_dates_have_draws_of_their_own(state: State) -> None:
    assert state.seed_of(1) != replace(state, salt="2018-10-01").seed_of(1)
    assert state.seed_of(1) != state.seed_of(2)
