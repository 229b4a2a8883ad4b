"""Reading Parquet: within bounds, on one thread."""

from __future__ import annotations

import io
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet
import pytest

from oab_funding.errors import InputError
from oab_funding.tables import parquet
from oab_funding.tables.parquet import parquet_schema, read_parquet


def stored(table: pa.Table) -> bytes:
    stream = io.BytesIO()
    pyarrow.parquet.write_table(table, stream)
    return stream.getvalue()


TABLE = pa.table({"site_id": ["00AP00", "00AR00"], "score": [1, None]})


def test_bytes_and_path_give_the_same_table(tmp_path: Path) -> None:
    path = tmp_path / "scores.parquet"
    path.write_bytes(stored(TABLE))
    assert read_parquet(path).equals(TABLE)
    assert read_parquet(stored(TABLE)).equals(TABLE)


def test_some_columns() -> None:
    assert read_parquet(stored(TABLE), ["score"]).column_names == ["score"]


def test_schema_alone() -> None:
    assert parquet_schema(stored(TABLE)).names == ["site_id", "score"]


@pytest.mark.parametrize("read", [read_parquet, parquet_schema])
@pytest.mark.parametrize("data", [b"", b"PAR1", b"no parquet at all", stored(TABLE)[:-9]])
def test_what_is_not_whole_is_refused(read: object, data: bytes) -> None:
    with pytest.raises(InputError, match=r"^t\.parquet: is not a whole Parquet file"):
        read(data, name="t.parquet")  # type: ignore[operator]


@pytest.mark.parametrize(
    ("bound", "words"), [("_ROWS", "2 rows"), ("_COLUMNS", "2 columns"), ("_BYTES", "bytes when unpacked")]
)
def test_a_footer_beyond_bounds_is_refused(bound: str, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, bound, 1)
    with pytest.raises(InputError, match=f"announces .*{words}"):
        read_parquet(stored(TABLE))
    monkeypatch.setattr(parquet, bound, 2 if bound != "_BYTES" else 10**6)
    assert read_parquet(stored(TABLE)).num_rows == 2
