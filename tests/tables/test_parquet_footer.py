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

from oab_funding.tables.parquet_footer import Chunk, read_footer


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
from oab_funding.audit.stored import read_stored
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
