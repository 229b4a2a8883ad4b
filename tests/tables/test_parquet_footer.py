"""What a footer states, and footers that contradict themselves."""

from __future__ import annotations

import io
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet
import pytest

from oab_funding.tables.parquet_footer import Chunk, Struct, read_footer, read_struct


def test_every_type_of_value() -> None:
    data = (
        b"\x11\x12\x13\x7f"  # 1 true, 2 false, 3 a byte
        b"\x14\x03\x15\x80\x01\x16\x01"  # 4, 5, 6: -2, 64, -1
        b"\x17" + bytes(8) + b"\x18\x02ab"  # 7 a double, 8 text
        b"\x19\x21\x01\x02\x1a\x15\x04"  # 9 a list of two truth values, 10 a set of one integer
        b"\x1c\x15\x02\x00\x08\x80\x02\x01z\x00"  # 11 a struct, 128 named in full: a text
    )
    simple = {1: True, 2: False, 3: 127, 4: -2, 5: 64, 6: -1, 7: bytes(8), 8: b"ab"}
    assert read_struct(data).fields == simple | {9: [1, 2], 10: [2], 11: Struct({1: 1}), 128: b"z"}


def test_a_list_of_fifteen_or_more_states_its_length_apart() -> None:
    assert read_struct(b"\x19\xf5\x0f" + bytes(15) + b"\x00").fields == {1: [0] * 15}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "ends early"),
        (b"\x18\x05ab\x00", "ends early"),
        (b"\x00\x00", "goes on after its end"),
        (b"\x19\xf5\xff\xff\xff\xff\x0f\x00", "a list beyond its end"),
        (b"\x1c" * 40, "nested too deeply"),
        (b"\x19\x19" * 40, "a list beyond its end"),
        (b"\x15\x02\x05\x02\x02\x00", "states field 1 twice"),
        (b"\x16" + b"\xff" * 10 + b"\x00", "more than 64 bits"),
        (b"\x15\xff\xff\xff\xff\x1f\x00", "more than 32 bits"),
        (b"\x1b\x00\x00", "unknown type 11"),
    ],
)
def test_what_is_no_struct(data: bytes, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read_struct(data)


def test_fields_of_another_type() -> None:
    stated = Struct({1: -1, 2: True, 3: b"a", 4: [1]})
    for read in (lambda: stated.count(1), lambda: stated.count(2), lambda: stated.count(9)):
        with pytest.raises(ValueError, match="no count"):
            read()
    with pytest.raises(ValueError, match="no text"):
        stated.text(1)
    with pytest.raises(ValueError, match="nothing in field 3"):
        stated.struct(3)
    with pytest.raises(ValueError, match="no list"):
        stated.structs(4)
    assert stated.count(9, 7) == 7
    assert stated.text(3) == "a"


def stored(table: pa.Table, **options: object) -> bytes:
    stream = io.BytesIO()
    pyarrow.parquet.write_table(table, stream, **options)
    return stream.getvalue()


TABLE = pa.table({"site_id": ["00AP00", "00AR00", "00AS00"], "n": [1, None, 3]})
DATA = stored(TABLE, row_group_size=2, store_schema=False)
START = len(DATA) - 8 - int.from_bytes(DATA[-8:-4], "little")


def forged(old: bytes, new: bytes) -> bytes:
    """Put something else in the footer, its length right."""
    assert old in DATA[START:]
    footer = DATA[START:-8].replace(old, new, 1)
    return DATA[:START] + footer + len(footer).to_bytes(4, "little") + b"PAR1"


@pytest.mark.parametrize("compression", ["none", "snappy", "zstd"])
def test_it_states_what_arrow_states(tmp_path: Path, compression: str) -> None:
    table = pa.table(
        {
            "text": ["a", None, "b"],
            "score": pa.array([Decimal("1.5"), None, Decimal(2)], pa.decimal128(12, 6)),
            "list": [[1, 2], [], None],
            "parts": [{"x": 1, "y": "z"}] * 3,
            "truth": [True, False, None],
        }
    )
    path = tmp_path / "t.parquet"
    path.write_bytes(stored(table, row_group_size=2, compression=compression))
    footer, stated = read_footer(path), pyarrow.parquet.read_metadata(path)
    assert footer == read_footer(path.read_bytes())
    assert (footer.rows, len(footer.columns)) == (stated.num_rows, stated.num_columns)
    assert footer.columns == tuple(stated.schema.column(index).name for index in range(stated.num_columns))
    assert footer.texts == ("text", "y")
    for number, group in enumerate(footer.groups):
        other = stated.row_group(number)
        assert (group.rows, group.size) == (other.num_rows, other.total_byte_size)
        chunks = [other.column(index) for index in range(other.num_columns)]
        assert group.chunks == tuple(Chunk(item.num_values, item.total_uncompressed_size) for item in chunks)


@pytest.mark.parametrize("table", [TABLE[:0], pa.table({}), pa.table({"n": pa.nulls(3)})])
@pytest.mark.parametrize("options", [{}, {"version": "1.0", "data_page_version": "2.0"}])
def test_tables_of_nothing(table: pa.Table, options: dict[str, str]) -> None:
    footer = read_footer(stored(table, **options))
    assert (footer.rows, footer.columns) == (table.num_rows, tuple(table.column_names))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"PAR1PAR1", "too short"),
        (b"PAR1" + bytes(8), "no Parquet footer"),
        (b"PAR1\xff\xff\xff\xffPAR1", "no Parquet footer"),
        (DATA[:-8] + bytes(4) + b"PAR1", "ends early"),
        (forged(b"\x15\x04\x00\x15\x0c", b"\x15\x06\x00\x15\x0c"), "schema is not whole"),
        (forged(b"\x15\x04\x00\x15\x0c", b"\x15\x02\x00\x15\x0c"), "schema goes on"),
        (forged(b"\x16\x06\x19", b"\x16\x08\x19"), "another number of rows"),
        (forged(b"\x15\x0c\x19", b"\x15\x0e\x19"), "other types"),
        (forged(b"\x26\x08", b"\x26\xfe\x7f"), "outside the file"),
    ],
)
def test_a_footer_that_contradicts_itself(data: bytes, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read_footer(data)


def test_no_forged_footer_ends_the_process() -> None:
    """In a process of its own: pyarrow's accessors abort at some of these, the first among them."""
    ran = subprocess.run(
        [sys.executable, "-X", "faulthandler", "-c", FORGERIES, REQUIRED.hex()],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stdout) == (0, "3001 forgeries\n"), ran.stderr


REQUIRED = forged(b"\x25\x02\x18\x07site_id", b"\x25\x00\x18\x07site_id")
"""A column that may be empty called one that may not; the statistics of its levels no longer fit."""

FORGERIES = """
import io, random, sys
from oab_funding.audit.sealed import read_stored
from oab_funding.errors import InputError
from oab_funding.tables.parquet import parquet_schema, read_parquet

first = bytes.fromhex(sys.argv[1])
length = int.from_bytes(first[-8:-4], "little")
chance = random.Random(4)
forgeries = [first]
for number in range(3000):
    data = bytearray(first.replace(b"\\x25\\x00\\x18\\x07site_id", b"\\x25\\x02\\x18\\x07site_id"))
    for _ in range(chance.randint(1, 4)):
        start = 0 if number % 4 == 0 else len(data) - 8 - length
        data[chance.randrange(start, len(data))] = chance.randrange(256)
    forgeries.append(bytes(data))
for data in forgeries:
    for read in (parquet_schema, read_parquet):
        try:
            read(data)
        except InputError:
            pass
    try:
        read_stored(data, 3)
    except Exception:
        pass
print(len(forgeries), "forgeries")
"""
