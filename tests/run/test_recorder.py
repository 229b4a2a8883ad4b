"""Steps carried out by their declarations."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from oab_funding.audit import CLOSING, OPENING
from oab_funding.run.recorder import Recorder
from oab_funding.run.steps import Step
from oab_funding.tables.step_result import StepResult

SITES = pa.table({"site_id": ["00AP00"], "score": [1]})


def first(sites: pa.Table | None, *, times: int, large: object = None) -> StepResult:
    assert large is None or sites is not None
    return StepResult(
        {} if sites is None else {"schools": sites.rename_columns(["school_id", "score"])}, {"n": times}
    )


def recorder(**given: pa.Table) -> Any:
    step = Recorder(given, None)
    step.asked("T", "made up", "0" * 64)
    return step


def test_it_is_given_the_first_table_that_is_there_and_keeps_what_it_gives() -> None:
    step = recorder(site_scores=SITES)
    declared = Step("first", first, ("what_if_scores|site_scores",), "art. 1", {"schools": "school_grants"})
    result = step(declared, bound={"large": object()}, times=2)
    assert result.figures == step.figures["first"] == {"n": 2}
    assert step.tables.keys() == {"school_grants"}
    assert step.known.keys() == {"site_scores", "school_grants"}
    record = step.journal.records[-1]
    assert (record.name, record.article, record.parameters) == ("first", "art. 1", {"times": 2})
    assert record.inputs.keys() == {"site_scores"}
    assert record.outputs.keys() == {"school_grants"}


def test_of_tables_that_are_not_there_the_last_is_named() -> None:
    step = recorder()
    step(Step("first", first, ("what_if_scores|site_scores",)), "art. 2", times=1)
    record = step.journal.records[-1]
    assert (record.article, dict(record.inputs)) == ("art. 2", {"site_scores": None})


def test_labels_stand_once_in_the_order_in_which_they_were_said() -> None:
    step = recorder()
    step.say("b", "", "a")
    step.applied("nl/one.toml", "nl/two.toml", labels=("a", "c"))
    journal = step.close()
    assert list(step.labels) == ["made up", "b", "a", "c"]
    assert list(step.regulation_files) == ["nl/one.toml", "nl/two.toml"]
    assert [record.name for record in journal.records] == [OPENING, CLOSING]
    assert journal.records[-1].parameters == {"labels": ["made up", "b", "a", "c"]}
