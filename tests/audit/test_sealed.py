import io
import random
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from oab_funding.audit import sealed
from oab_funding.audit.sealed import read_stored


def parquet(table, **options):
    stream = io.BytesIO()
    pq.write_table(table, stream, **options)
    return stream.getvalue()


def test_a_table_comes_back_as_it_was():
    table = pa.table({"a": ["x", "y", "x"], "n": [1, 2, None]})
    assert read_stored(parquet(table), 3).cast(table.schema) == table


@pytest.mark.parametrize("rows", [2, 4, None])
def test_another_number_of_rows(rows):
    with pytest.raises(ValueError, match=f"has 3 rows, not the {rows}"):
        read_stored(parquet(pa.table({"n": [1, 2, 3]})), rows)


def test_hundreds_of_millions_of_empty_values_are_not_unfolded():
    """A small file: nothing is decoded before its footer is looked at."""
    empty = pa.table({"n": pa.nulls(300_000_000)})
    with pytest.raises(ValueError, match="has more than 250000000 values"):
        read_stored(parquet(empty), 300_000_000)


def test_lists_are_no_columns_of_a_table_here():
    with pytest.raises(ValueError, match="has columns of lists"):
        read_stored(parquet(pa.table({"n": [[1, 2], [3]]})), 2)


def test_text_that_unfolds_from_a_dictionary(monkeypatch):
    table = pa.table({"a": ["x" * 1000] * 5000})
    data = parquet(table)
    assert len(data) < 5000
    monkeypatch.setattr(sealed, "MOST_BYTES", 4_999_999)
    with pytest.raises(ValueError, match="holds more than 4999999 bytes of text"):
        read_stored(data, 5000)
    monkeypatch.setattr(sealed, "MOST_BYTES", 5_000_000)
    assert read_stored(data, 5000).num_rows == 5000


def test_bytes_without_compression(monkeypatch):
    data = parquet(pa.table({"n": list(range(1000))}), use_dictionary=False)
    monkeypatch.setattr(sealed, "MOST_BYTES", 1000)
    with pytest.raises(ValueError, match="has more than 1000 bytes"):
        read_stored(data, 1000)


def test_a_forged_footer_does_not_end_the_process() -> None:
    """Some of these make pyarrow end the process when a part of a column is asked for through the footer."""
    texts = pa.array(["00AP00", "00AP01", "00BB00"]).dictionary_encode()
    amounts = pa.array([Decimal("1.20"), None, Decimal("2.00")], pa.decimal128(12, 2))
    good = parquet(pa.table({"site_id": texts, "amount": amounts, "n": [1, 2, 3]}), write_page_checksum=True)
    start = len(good) - 8 - int.from_bytes(good[-8:-4], "little")
    draw = random.Random(1)
    refused = 0
    for _ in range(1000):
        forged = bytearray(good)
        for _ in range(draw.randint(1, 4)):
            forged[draw.randrange(start, len(good) - 8)] = draw.randrange(256)
        try:
            read_stored(bytes(forged), 3)
        except Exception:
            refused += 1
    assert 0 < refused < 1000
