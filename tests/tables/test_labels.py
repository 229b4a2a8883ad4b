from pathlib import Path

import pyarrow as pa

from oab_funding.tables.files import read_source
from oab_funding.tables.labels import labels_of
from oab_funding.tables.output import write_table
from oab_funding.tables.parquet import with_labels
from oab_funding.tables.source import SourceFile

LABELS = ("made-up data", "vóór de overgang")


def test_labels_travel_in_parquet_and_not_in_csv(tmp_path: Path) -> None:
    table = pa.table({"site_id": ["00AP00"]})
    for name, carried in (("a.parquet", LABELS), ("a.csv", ())):
        write_table(table, tmp_path / name, labels=LABELS)
        assert labels_of(read_source(tmp_path / name)) == carried


def test_no_labels_leave_no_trace() -> None:
    assert with_labels(pa.table({"a": [1]}), ()).schema.metadata is None


def test_broken_files_and_foreign_metadata_give_no_labels(tmp_path: Path) -> None:
    assert labels_of(SourceFile("a.parquet", b"PAR1 no more")) == ()
    foreign = pa.table({"a": [1]}).replace_schema_metadata({b"oab_funding.labels": b'{"no": "list"}'})
    write_table(foreign, tmp_path / "a.parquet")
    assert labels_of(read_source(tmp_path / "a.parquet")) == ()
