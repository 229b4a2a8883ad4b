from pathlib import Path

import pyarrow as pa
import pytest

import oab_funding as oab
from oab_funding.report.phrases import read_phrases
from oab_funding.tables.carried_labels import labels_of
from oab_funding.tables.files import read_source
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


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("site_id;name\n00AP00;De Brug\n00AP01;Fryslân é\n", 'column name, row 3 holds "âé"'),
        ("sep=;\nsite_id;provincië\n00AP00;Utrecht\n", 'column provincië, row 2 holds "ë"'),
        ('site_id;name\n00AP00;"De\nBrug"\n00AP01;Curaçao\n', 'column name, row 3 holds "ç"'),
    ],
)
def test_letters_read_in_the_code_page_of_windows_are_told(text: str, where: str) -> None:
    found = labels_of(SourceFile("sites.csv", text.encode("cp1252")))
    assert found == (f"read in the code page of Windows: sites.csv, {where}",)
    assert labels_of(SourceFile("sites.csv", text.encode())) == ()
    assert labels_of(SourceFile("sites.csv", text.encode("utf-8-sig"))) == ()


def test_of_a_register_of_duo_and_of_what_cannot_be_read_nothing_is_told() -> None:
    header = "BRIN_NUMMER;VESTIGINGSNUMMER;PLAATSNAAM\n00AP;00AP00;"
    assert labels_of(SourceFile("sites.csv", (header + "Fryslân\n").encode("iso-8859-1"))) == ()
    assert labels_of(SourceFile("sites.csv", b"site_id,name\n00AP00,Frysl\xe2n\n")) == ()
    assert labels_of(SourceFile("sites.csv", b"site_id;name\n00AP00;\xa4\n")) == ()


def test_a_result_says_how_its_table_was_read(tmp_path: Path) -> None:
    path = tmp_path / "sites.csv"
    path.write_bytes("site_id;school_id;name\n00AP00;00AP;Fryslân\n".encode("cp1252"))
    (label,) = oab.read_sites(path).labels
    assert label.endswith('sites.csv, column name, row 2 holds "â"')
    assert (
        read_phrases("nl")
        .label(label)
        .startswith("gelezen in de codetabel van Windows: sites.csv, kolom name")
    )
