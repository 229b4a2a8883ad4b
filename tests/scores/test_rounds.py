"""Each round on its own."""

from __future__ import annotations

import pyarrow as pa
import pytest

from oab_funding.errors import InputError
from oab_funding.scores.rounds import tables_by_round


def test_ascending_rounds_also_round_0() -> None:
    parts = [pa.table({"round": [3, 0], "x": [1, 2]}), pa.table({"round": [3, 3], "x": [3, 4]})]
    rounds = tables_by_round(lambda: parts)
    found = [[value for table in source() for value in table.column("x").to_pylist()] for source in rounds]
    assert found == [[2], [1, 3, 4]]
    assert [table.num_rows for table in rounds[0]()] == [1, 0]  # and can be read again


def test_no_rounds_give_the_source_itself() -> None:
    source = lambda: [pa.table({"x": [1]})]  # noqa: E731
    assert tables_by_round(source) == [source]


def test_a_child_without_a_round() -> None:
    with pytest.raises(InputError, match="some children carry no round"):
        tables_by_round(lambda: [pa.table({"round": pa.array([1, None])})])
