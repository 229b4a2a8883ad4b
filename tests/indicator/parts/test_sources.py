"""What is taken as parts."""

from __future__ import annotations

import pyarrow as pa
import pytest

from oab_funding.errors import InputError
from oab_funding.indicator.parts.sources import in_turn, parts_of

TABLE = pa.table({"child_id": ["a", "b", "c"]})


def test_nobody_is_no_part() -> None:
    assert parts_of(None) == []


def test_what_can_be_gone_through_only_once_is_refused() -> None:
    with pytest.raises(InputError, match=r"a generator.*give a dataset"):
        parts_of(part for part in TABLE.to_batches())


def test_in_turn_waits_until_it_is_asked() -> None:
    done: list[int] = []
    results = iter(in_turn(done.append, [(1,), (2,)]))
    next(results)
    assert done == [1]
