"""Every kind of frame gives the same table."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.dataset as ds
import pytest

from oab_funding.errors import InputError
from oab_funding.tables.conform import conform
from oab_funding.tables.frames import to_arrow
from oab_funding.tables.score_tables import SITE_SCORES

PLAIN = pa.table(
    {
        "site_id": ["00AP00", "00AR00"],
        "score": pa.array([Decimal("33.02"), Decimal("0.00")], pa.decimal128(12, 2)),
        "remark": ["x", "y"],
    }
)
EXPECTED = conform(PLAIN, SITE_SCORES)


class Stream:
    """Nothing but the Arrow stream interface."""

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        return PLAIN.__arrow_c_stream__(requested_schema)


class Result:
    """A result that holds a table."""

    table = PLAIN


FRAMES: dict[str, Callable[[], Any]] = {
    "pandas": PLAIN.to_pandas,
    "pandas with Arrow types": lambda: PLAIN.to_pandas(types_mapper=pd.ArrowDtype),
    "pandas with categories": lambda: PLAIN.to_pandas().astype({"site_id": "category"}),
    "pandas with another index": lambda: PLAIN.to_pandas().set_index(pd.Index([7, 3])),
    "pandas with an object beside": lambda: PLAIN.to_pandas().assign(remark=[object(), 1]),
    "polars": lambda: pl.DataFrame(PLAIN),
    "polars, categories": lambda: pl.DataFrame(PLAIN).with_columns(pl.col("site_id").cast(pl.Categorical)),
    "polars, enum": lambda: pl.DataFrame(PLAIN).with_columns(
        pl.col("site_id").cast(pl.Enum(["00AR00", "00AP00", "00ZZ00"]))
    ),
    "polars, lazy": lambda: pl.DataFrame(PLAIN).lazy(),
    "string views": lambda: PLAIN.set_column(0, "site_id", PLAIN["site_id"].cast(pa.string_view())),
    "dictionary of views": lambda: PLAIN.set_column(
        0, "site_id", PLAIN["site_id"].cast(pa.string_view()).dictionary_encode()
    ),
    "reader": lambda: PLAIN.to_reader(),
    "batch": lambda: PLAIN.to_batches()[0],
    "dataset": lambda: ds.dataset(PLAIN),
    "stream": Stream,
    "result": Result,
    "mapping": lambda: (
        {"site_id": ["00AP00", "00AR00"], "score": ["33.02", 0.0], "remark": [object(), 1]}
        | {"score": ["33.02", "0"]}
    ),
    "duckdb": lambda: duckdb.connect().from_arrow(PLAIN),
}


@pytest.mark.parametrize("kind", FRAMES)
def test_a_frame_of_any_kind_is_read(kind: str) -> None:
    assert conform(FRAMES[kind](), SITE_SCORES).equals(EXPECTED)


@pytest.mark.parametrize("wrong", [None, 5, "scores", [1, 2], object(), 1.5, {"a", "b"}])
def test_what_is_no_table_is_said(wrong: Any) -> None:
    with pytest.raises(InputError, match="not a table"):
        to_arrow(wrong, "scores")


def test_only_what_is_wanted_is_converted() -> None:
    frame = pd.DataFrame({"a": [1], "b": [object()]})
    assert to_arrow(frame, "f", lambda names: ["a"]).column_names == ["a"]
    with pytest.raises(InputError, match="cannot be read as a table"):
        to_arrow(frame, "f")


def test_no_rows_are_taken_only_where_told() -> None:
    with pytest.raises(InputError, match="holds no rows"):
        conform(PLAIN.slice(0, 0), SITE_SCORES)
    assert conform(PLAIN.slice(0, 0), SITE_SCORES, empty=True).num_rows == 0


@pytest.mark.parametrize("forms", [("Fryslân", "Fryslân"), ("a ", " a"), ("a", "a\u00a0")])
def test_one_name_in_two_forms_is_one_name(forms: tuple[str, str]) -> None:
    from oab_funding.tables.register_tables import SITES

    frame = {
        "site_id": ["00AP00", "00AR00"],
        "school_id": ["00AP", "00AR"],
        "municipality_code": ["GM0001", "GM0001"],
        "province": list(forms),
    }
    assert len(conform(frame, SITES)["province"].unique()) == 1
    coded = dict(frame, province=pa.array(list(forms)).dictionary_encode())
    assert len(conform(coded, SITES)["province"].unique()) == 1


def test_keys_are_compared_as_they_are_read() -> None:
    with pytest.raises(InputError, match="occurs twice"):
        conform({"site_id": ["00AP00", "00AP00 "], "score": ["1", "2"]}, SITE_SCORES)
