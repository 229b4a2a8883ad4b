"""Results of steps."""

from dataclasses import FrozenInstanceError
from typing import Any

import pyarrow as pa
import pytest

from oab_funding.tables.step_result import StepResult

RESULT = StepResult({"first": pa.table({"a": [1]}), "second": pa.table({"b": [2]})}, {"N": 3})


def test_the_first_table_is_the_main_one() -> None:
    assert RESULT.table.column_names == ["a"]
    assert list(RESULT.to_frame().columns) == ["a"]
    assert list(RESULT.to_frame("second").columns) == ["b"]
    assert RESULT.figures["N"] == 3


def test_a_result_cannot_be_changed() -> None:
    changeable: Any = RESULT
    with pytest.raises(TypeError):
        changeable.tables["third"] = pa.table({})
    with pytest.raises(TypeError):
        changeable.figures["N"] = 4
    with pytest.raises(FrozenInstanceError):
        changeable.figures = {}
