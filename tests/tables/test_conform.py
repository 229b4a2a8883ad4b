"""Any frame into an Arrow table of its schema; accepting a column must give what converting it would."""

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
from oab_funding.tables.column import convert
from oab_funding.tables.conform import Checked, accept, conform, to_arrow
from oab_funding.tables.grant_tables import SCHOOL_OLD_BASE
from oab_funding.tables.schema import Code, Column, Day, Number, TableSchema, Text, Whole, YesNo
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


COLUMNS: dict[str, list[Any]] = {"score": ["33.02", "0"], "other": [1, 2], "site_id": ["00AP00", "00AR00"]}


class Streaming:
    """A frame that has nothing but the Arrow stream interface."""

    def __init__(self, table: pa.Table) -> None:
        self.table = table

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        return self.table.__arrow_c_stream__(requested_schema)


@pytest.mark.parametrize("make", [pa.table, pd.DataFrame, lambda columns: Streaming(pa.table(columns))])
def test_frames_of_any_make(make: Any) -> None:
    table = conform(make(COLUMNS), SITE_SCORES)
    assert table.column_names == ["site_id", "score"]
    assert table.to_pylist()[0] == {"site_id": "00AP00", "score": Decimal("33.02")}


def test_the_index_of_pandas_is_no_column() -> None:
    frame = pd.DataFrame(COLUMNS, index=pd.Index(["x", "y"], name="pupils"))
    assert conform(frame, SITE_SCORES).column_names == ["site_id", "score"]


def test_conforming_twice_changes_nothing() -> None:
    once = conform(pd.DataFrame(COLUMNS), SITE_SCORES)
    assert conform(once, SITE_SCORES) == once


@pytest.mark.parametrize(
    ("frame", "says"),
    [
        (pd.DataFrame({"site_id": ["00AP00"]}), "the column score is missing"),
        (pd.DataFrame({"site_id": ["00AP00"], "scroe": [1]}), "is 'scroe' meant to be score?"),
        (
            pd.DataFrame([["00AP00", 1, 2]], columns=["site_id", "score", "score"]),
            "column score: the column occurs",
        ),
        (
            pa.table([["00AP00"], [1], [2]], names=["site_id", "score", "score"]),
            "column score: the column occurs",
        ),
        (pd.DataFrame({"site_id": ["00AP00"], "score": [10**40]}), "cannot be read as a table"),
        (pd.DataFrame({"site_id": ["00AP00", 1], "score": [1, 2]}), "cannot be read as a table"),
        (pd.DataFrame({"site_id": ["00AP00"], "score": [float("nan")]}), "row 2: is empty"),
        (pd.DataFrame({"site_id": [], "score": []}, dtype=object), "holds no rows"),
        ([1, 2], "is a list, not a table"),
        (None, "is a NoneType, not a table"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_refused_frames(frame: Any, says: str) -> None:
    with pytest.raises(InputError) as caught:
        conform(frame, SITE_SCORES)
    assert says in str(caught.value)
    assert "table site_scores" in str(caught.value)
    assert caught.value.remedy


def test_a_key_of_two_columns() -> None:
    schema = TableSchema(
        "rounds", (Column("child", Text()), Column("round", Whole())), key=("child", "round")
    )
    table = pa.table({"child": ["x", "x", "y"], "round": [1, 2, 1]})
    assert conform(table, schema).num_rows == 3
    with pytest.raises(
        InputError, match=r"column child, round, row 5, value \('x', 2\): occurs twice, first in row 3"
    ):
        conform(pa.concat_tables([table, pa.table({"child": ["x"], "round": [2]})]), schema)


def test_the_row_counts_from_the_first_row() -> None:
    with pytest.raises(InputError, match=r"scores\.parquet, column site_id, row 1, value 'x'"):
        conform(pa.table({"site_id": ["x"], "score": [1]}), SITE_SCORES, "scores.parquet", first_row=1)


def test_to_arrow_keeps_an_arrow_table() -> None:
    table = pa.table({"a": [1]})
    assert to_arrow(table) is table


CODE = Code("[a-c]", "a, b or c")
FITTING = [
    (["x", "y"], Column("c", Text())),
    (["x", None], Column("c", Text(), nullable=True)),
    (pa.array([" ", "x y", "~"]).slice(1), Column("c", Text())),
    (["Súdwest", "x"], Column("c", Text())),
    (pa.array(["a", "b", "a"]).dictionary_encode(), Column("c", CODE)),
    (pa.array(["a", None]).dictionary_encode(), Column("c", CODE, nullable=True)),
    ([0, 25], Column("c", Whole(minimum=0, maximum=25))),
    ([None, 3], Column("c", Whole(minimum=0, maximum=25), nullable=True)),
    (pa.array([None, None], pa.int64()), Column("c", Whole(minimum=0), nullable=True)),
    (pa.array([Decimal("1.50")], pa.decimal128(12, 2)), Column("c", Number(2, minimum=Decimal(0)))),
    ([True, False], Column("c", YesNo())),
    (pa.array([17_000], pa.date32()), Column("c", Day())),
]
OTHERS = [
    (["a", "b"], Column("c", CODE)),
    (["1.50"], Column("c", Number(2))),
    ([1.5], Column("c", Number(2))),
    ([-0.0, None, 8.0], Column("c", Whole(minimum=0, maximum=8), nullable=True)),
    (pa.array(["a", "b"], pa.large_string()), Column("c", Text())),
    (pa.array(["a", None], pa.large_string()).slice(1), Column("c", Text(), nullable=True)),
    (pa.array(["", " b"], pa.large_string()), Column("c", Text(), nullable=True)),
    (pa.array([3], pa.int8()), Column("c", Whole())),
    (["a1"], Column("c", Text("[a-z][0-9]", "a letter and a digit"))),
    (["", "x"], Column("c", Text(), nullable=True)),
    (["x "], Column("c", Text())),
    (["x", "\u00a0y"], Column("c", Text())),
    (["x", "Su\u0301dwest"], Column("c", Text())),
    (pa.array(["a", ""]).dictionary_encode(), Column("c", CODE, nullable=True)),
]
WRONG = [
    (["x", None], Column("c", Text())),
    (["", "x"], Column("c", Text())),
    (pa.array(["a", "d"]).dictionary_encode(), Column("c", CODE)),
    ([26], Column("c", Whole(minimum=0, maximum=25))),
    ([26.0], Column("c", Whole(minimum=0, maximum=25))),
    ([0.5], Column("c", Whole())),
    ([float("inf")], Column("c", Whole())),
    (pa.array([float("nan")]), Column("c", Whole(), nullable=True)),
    ([2.0**53], Column("c", Whole())),
    ([-1], Column("c", Whole(minimum=0, maximum=25))),
    (pa.array([Decimal("-0.01")], pa.decimal128(12, 2)), Column("c", Number(2, minimum=Decimal(0)))),
    (pa.array([b"\xff"], pa.binary()).view(pa.string()), Column("c", Text())),
    (pa.DictionaryArray.from_arrays(pa.array([0, 1]), ["a"], safe=False), Column("c", CODE)),
    (pa.DictionaryArray.from_arrays(pa.array([-1, 0]), ["a"], safe=False), Column("c", CODE)),
    (
        pa.StringArray.from_buffers(2, pa.py_buffer(b"\0\0\0\0\2\0\0\0\1\0\0\0"), pa.py_buffer(b"xy")),
        Column("c", Text()),
    ),
]


def column_of(values: Any) -> Any:
    return pa.chunked_array([values if isinstance(values, pa.Array) else pa.array(values)])


@pytest.mark.parametrize(("values", "column"), FITTING)
def test_what_fits_is_taken_as_it_is(values: Any, column: Column) -> None:
    given = column_of(values)
    assert accept(given, column, "f", 1) is given
    assert convert(given, column, "f", 1).to_pylist() == given.to_pylist()
    assert convert(given, column, "f", 1).type == given.type


@pytest.mark.parametrize(("values", "column"), OTHERS)
def test_what_does_not_is_converted(values: Any, column: Column) -> None:
    given = column_of(values)
    assert accept(given, column, "f", 1).equals(convert(given, column, "f", 1))


@pytest.mark.parametrize(("values", "column"), WRONG)
def test_what_is_wrong_is_refused(values: Any, column: Column) -> None:
    with pytest.raises(InputError, match="f, column c"):
        accept(column_of(values), column, "f", 1)


def test_what_says_that_it_was_checked_is_not_checked_again() -> None:
    frame = {"site_id": ["00AP00"], "score": ["33.02"]}
    conformed = conform(frame, SITE_SCORES)
    checked = Checked(conformed, SITE_SCORES)
    assert conform(checked, SITE_SCORES) is conformed
    assert conform(conformed, SITE_SCORES) is not conformed
    with pytest.raises(InputError, match="school_id"):
        conform(checked, SCHOOL_OLD_BASE)
    assert conform(checked, SITE_SCORES, only=("site_id",)).column_names == ["site_id"]


def test_what_was_checked_as_a_part_may_be_too_little_for_a_whole() -> None:
    none = conform({"site_id": [], "score": []}, SITE_SCORES, empty=True)
    assert conform(Checked(none, SITE_SCORES), SITE_SCORES, empty=True) is none
    with pytest.raises(InputError, match="no rows"):
        conform(Checked(none, SITE_SCORES), SITE_SCORES)


def test_a_checked_table_is_taken_as_any_frame() -> None:
    checked = Checked(conform({"site_id": ["00AP00"], "score": ["33.02"]}, SITE_SCORES), SITE_SCORES)
    assert checked.column_names == ["site_id", "score"]
    assert to_arrow(checked) is checked.table
