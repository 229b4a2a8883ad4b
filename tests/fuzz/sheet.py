"""A table as a person might hand it in: rows of plain values, written in one of many ways.

Whatever the way, the rows stay the same, so what a reader makes of them can be compared with them. `broken`
says that the table must be refused.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from oab_funding.tables.schema import Code, Day, Number, TableSchema, Text, Whole, YesNo

Row = dict[str, Any]


@dataclass(frozen=True)
class Sheet:
    """Rows by column, the headers they go under, and what was done to them."""

    schema: TableSchema
    rows: tuple[Row, ...]
    headers: dict[str, str]
    done: tuple[str, ...] = ()
    broken: bool = False
    raw_cells: dict[tuple[int, str], str] = field(default_factory=dict)

    def did(self, what: str, **changes: Any) -> Sheet:
        """Give the sheet with a change, and remember what it was."""
        return replace(self, done=(*self.done, what), **changes)

    @property
    def names(self) -> list[str]:
        return list(self.headers)


def sheet(schema: TableSchema, rows: list[Row]) -> Sheet:
    names = list(rows[0])
    return Sheet(schema, tuple(rows), {name: name for name in names})


# What keeps the meaning.


def recase(given: Sheet, rng: random.Random) -> Sheet:
    forms: list[Callable[[str], str]] = [
        str.upper,
        str.title,
        lambda name: name.replace("_", " "),
        lambda name: name.replace("_", "-").capitalize(),
        lambda name: f" {name} ",
        lambda name: name.replace("_", ""),
    ]
    form = rng.choice(forms)
    chosen = {name: form(name) if rng.random() < 0.7 else name for name in given.headers}
    return given.did(f"headers {list(chosen.values())}", headers=chosen)


def shuffle_rows(given: Sheet, rng: random.Random) -> Sheet:
    rows = list(given.rows)
    rng.shuffle(rows)
    return given.did("rows in another order", rows=tuple(rows))


def shuffle_columns(given: Sheet, rng: random.Random) -> Sheet:
    names = list(given.headers)
    rng.shuffle(names)
    return given.did("columns in another order", headers={name: given.headers[name] for name in names})


# What changes the meaning.


def drop_rows(given: Sheet, rng: random.Random) -> Sheet:
    keep = max(1, rng.randrange(len(given.rows)))
    rows = tuple(rng.sample(given.rows, keep))
    return given.did(f"{len(given.rows) - keep} rows dropped", rows=rows)


def change_value(given: Sheet, rng: random.Random) -> Sheet:
    name = rng.choice([name for name in given.names if name not in given.schema.key] or given.names)
    kind, at = given.schema[name].kind, rng.randrange(len(given.rows))
    old = given.rows[at][name]
    new: Any = old
    if isinstance(kind, Number) and old is not None:
        step = Decimal(rng.choice([1, 10, 101])).scaleb(-kind.places)
        new = old + step
    elif isinstance(kind, YesNo) and old is not None:
        new = not old
    if new == old:
        return given
    rows = tuple({**row, name: new} if number == at else row for number, row in enumerate(given.rows))
    return given.did(f"{name} of row {at} from {old} to {new}", rows=rows)


# What must be refused.


def double_row(given: Sheet, rng: random.Random) -> Sheet:
    again = dict(rng.choice(given.rows))
    rows = list(given.rows)
    rows.insert(rng.randrange(len(rows) + 1), again)
    return given.did("a row twice", rows=tuple(rows), broken=True)


def empty_cell(given: Sheet, rng: random.Random) -> Sheet:
    needed = [name for name in given.names if not given.schema[name].nullable]
    name, at = rng.choice(needed), rng.randrange(len(given.rows))
    rows = tuple({**row, name: None} if number == at else row for number, row in enumerate(given.rows))
    return given.did(f"{name} of row {at} emptied", rows=rows, broken=True)


def ambiguous_number(given: Sheet, rng: random.Random) -> Sheet:
    """A number whose only separator has exactly three digits behind it: a thousand, or a third decimal."""
    columns = [
        name
        for name in given.names
        if isinstance(given.schema[name].kind, Number) and given.schema[name].kind.places == 2  # type: ignore[union-attr]
    ]
    if not columns:
        return garbage(given, rng)
    name, at = rng.choice(columns), rng.randrange(len(given.rows))
    cell = f"{rng.randrange(1, 999)}{rng.choice('.,')}{rng.choice(['000', '500', '120'])}"
    return given.did(f"{name} of row {at} is {cell!r}", raw_cells={(at, name): cell}, broken=True)


def garbage(given: Sheet, rng: random.Random) -> Sheet:
    columns = [name for name in given.names if not isinstance(given.schema[name].kind, Text | Code)]
    if not columns:
        return double_row(given, rng)
    name, at = rng.choice(columns), rng.randrange(len(given.rows))
    cell = rng.choice(
        ["12%", "1e3x", "n.v.t.", "#N/A", "--", "1.2.3", "0x10", "EUR 5", "2019-13-01", "NaN", "inf"]
    )
    return given.did(f"{name} of row {at} is {cell!r}", raw_cells={(at, name): cell}, broken=True)


KEEPING = (recase, shuffle_rows, shuffle_columns)
CHANGING = (drop_rows, change_value)
BREAKING = (double_row, empty_cell, ambiguous_number, garbage)


# Ways to write a sheet.


def as_text(value: Any, rng: random.Random, comma: bool = False) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return rng.choice(["true", "TRUE", "True"] if value else ["false", "FALSE", "False"])
    if isinstance(value, Decimal):
        text = f"{value:f}"
        if "." in text and rng.random() < 0.2:
            text += "00"
        return text.replace(".", ",") if comma else text
    return str(value)


def csv_bytes(given: Sheet, rng: random.Random, comma: bool = False) -> bytes:
    buffer = io.StringIO()
    quoting = rng.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
    end = rng.choice(["\n", "\r\n"])
    writer = csv.writer(buffer, delimiter=";" if comma else ",", quoting=quoting, lineterminator=end)
    writer.writerow(given.headers.values())
    for at, row in enumerate(given.rows):
        writer.writerow(
            [given.raw_cells.get((at, name), as_text(row[name], rng, comma)) for name in given.headers]
        )
    start = rng.choice([b"", b"\xef\xbb\xbf"])
    return start + buffer.getvalue().encode("utf-8")


def to_csv(given: Sheet, rng: random.Random, folder: Path) -> Path:
    path = folder / "table.csv"
    path.write_bytes(csv_bytes(given, rng))
    return path


def to_dutch_csv(given: Sheet, rng: random.Random, folder: Path) -> Path:
    path = folder / "table.csv"
    path.write_bytes(csv_bytes(given, rng, comma=True))
    return path


def to_xlsx(given: Sheet, rng: random.Random, folder: Path) -> Path:
    path = folder / "table.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet(rng.choice(["Blad1", "Tabel 1"]))
        day = book.add_format({"num_format": "dd-mm-yyyy"})
        page.write_row(0, 0, list(given.headers.values()))
        for at, row in enumerate(given.rows):
            for column, name in enumerate(given.headers):
                value = given.raw_cells.get((at, name), row[name])
                if value is None:
                    continue
                if isinstance(value, bool):
                    page.write_boolean(at + 1, column, value)
                elif isinstance(value, dt.date):
                    page.write_datetime(at + 1, column, dt.datetime.combine(value, dt.time()), day)
                elif isinstance(value, Decimal | int):
                    page.write_number(at + 1, column, float(value))
                else:
                    page.write_string(at + 1, column, str(value))
    return path


def to_parquet(given: Sheet, rng: random.Random, folder: Path) -> Path:
    path = folder / "table.parquet"
    pq.write_table(to_arrow(given, rng, folder), path, compression=rng.choice(["none", "snappy", "zstd"]))
    return path


def to_arrow(given: Sheet, rng: random.Random, folder: Path) -> pa.Table:
    arrays = [_array(given, name, rng) for name in given.headers]
    return pa.Table.from_arrays(arrays, names=list(given.headers.values()))


def to_pandas(given: Sheet, rng: random.Random, folder: Path) -> pd.DataFrame:
    table = to_arrow(given, rng, folder)
    if rng.random() < 0.3:
        return table.to_pandas(types_mapper=pd.ArrowDtype)
    frame = table.to_pandas()
    return frame.sample(frac=1, random_state=rng.randrange(99)) if rng.random() < 0.3 else frame


def to_polars(given: Sheet, rng: random.Random, folder: Path) -> pl.DataFrame:
    frame = pl.DataFrame(to_arrow(given, rng, folder))
    texts = [name for name, kind in frame.schema.items() if kind == pl.String]
    if texts and rng.random() < 0.5:
        frame = frame.with_columns(pl.col(rng.choice(texts)).cast(pl.Categorical))
    return frame


def to_duckdb(given: Sheet, rng: random.Random, folder: Path) -> Any:
    table = to_arrow(given, rng, folder)
    return duckdb.connect().from_arrow(table)


def to_dict(given: Sheet, rng: random.Random, folder: Path) -> dict[str, list[Any]]:
    return {
        header: [given.raw_cells.get((at, name), row[name]) for at, row in enumerate(given.rows)]
        for name, header in given.headers.items()
    }


WAYS = (to_csv, to_dutch_csv, to_xlsx, to_parquet, to_arrow, to_pandas, to_polars, to_duckdb, to_dict)


def _array(given: Sheet, name: str, rng: random.Random) -> pa.Array:
    values = [row[name] for row in given.rows]
    kind = given.schema[name].kind
    if any(column == name for _, column in given.raw_cells):
        return pa.array(
            [given.raw_cells.get((at, name), as_text(value, rng) or None) for at, value in enumerate(values)]
        )
    if isinstance(kind, Number):
        return _numbers(values, kind, rng)
    if isinstance(kind, Whole):
        chosen = rng.choice([pa.int64(), pa.int32(), pa.int16(), pa.float64(), pa.string()])
        texts = [None if value is None else str(value) for value in values]
        return pa.array(texts if chosen == pa.string() else values, chosen)
    if isinstance(kind, YesNo):
        if rng.random() < 0.3:
            return pa.array([as_text(value, rng) or None for value in values], pa.string())
        return pa.array(values, pa.bool_())
    if isinstance(kind, Day):
        return _days(values, rng)
    chosen = rng.choice(
        [pa.string(), pa.large_string(), pa.string_view(), pa.dictionary(pa.int32(), pa.string())]
    )
    return pa.array(values, pa.string()).cast(chosen)


def _numbers(values: list[Decimal | None], kind: Number, rng: random.Random) -> pa.Array:
    way = rng.choice(["decimal", "wide", "float", "text"])
    if way == "text":
        return pa.array([as_text(value, rng) or None for value in values], pa.string())
    if way == "float" and all(value is None or abs(value) < 10**9 for value in values):
        return pa.array([None if value is None else float(value) for value in values], pa.float64())
    return pa.array(values, pa.decimal128(38 if way == "wide" else 28, kind.places + 2 * (way == "wide")))


def _days(values: list[dt.date | None], rng: random.Random) -> pa.Array:
    way = rng.choice(
        ["day", "milliseconds", "text", "Europe/Amsterdam", "UTC", "America/New_York", "Asia/Tokyo"]
    )
    if way == "text":
        return pa.array([None if value is None else value.isoformat() for value in values], pa.string())
    if way == "day":
        return pa.array(values, pa.date32())
    if way == "milliseconds":
        return pa.array(values, pa.date32()).cast(pa.timestamp("ms"))
    stamps = pd.to_datetime(pd.Series(values)).dt.tz_localize(way)
    return pa.array(stamps, pa.timestamp(rng.choice(["us", "ns"]), tz=way))
