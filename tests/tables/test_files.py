"""Reading files: bytes once, then parsed by ending."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from oab_funding.errors import InputError
from oab_funding.tables.files import read_source, read_table
from oab_funding.tables.output import write_table
from oab_funding.tables.score_tables import SITE_SCORES
from oab_funding.tables.source import SourceFile

TABLE = pa.table(
    {
        "site_id": ["00AP00", "00AR00"],
        "score_raw": pa.array([Decimal("102.62"), Decimal("19.46")], pa.decimal128(12, 2)),
        "score": pa.array([Decimal("33.02"), Decimal(0)], pa.decimal128(12, 2)),
        "flags": ["", "b, c"],
    }
)


def test_a_source_knows_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / "Scores.CSV"
    path.write_bytes(b"site_id,score\n")
    source = read_source(path)
    assert (source.name, source.suffix, source.data) == ("Scores.CSV", ".csv", b"site_id,score\n")
    assert source.sha256 == hashlib.sha256(b"site_id,score\n").hexdigest()
    assert "site_id" not in repr(source)


@pytest.mark.parametrize("ending", [".csv", ".parquet", ".pq", ".CSV"])
def test_what_is_written_is_read_back(ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"scores{ending}"
    write_table(TABLE, path)
    assert read_table(path, SITE_SCORES) == TABLE
    assert read_table(str(path), SITE_SCORES) == TABLE
    assert read_table(read_source(path), SITE_SCORES) == TABLE


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(InputError, match="may not be read; is it open in Excel"):
        read_source(tmp_path / "scores.csv")


def test_parquet_rows_count_from_one() -> None:
    from .broken import SOUND_PARQUET, _parquet_bytes

    data = _parquet_bytes({**SOUND_PARQUET, "site_id": ["00AP00", "x"]})
    with pytest.raises(InputError, match="row 2, value 'x'"):
        read_table(SourceFile("scores.parquet", data), SITE_SCORES)
