"""DUO's two files of sites: encodings, rows, columns."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oab_funding.errors import InputError
from oab_funding.tables.cbs_workbook import read_cbs_workbook
from oab_funding.tables.conform import conform
from oab_funding.tables.duo import decode, header_of, parse, read_duo_distances, read_duo_register, read_sites
from oab_funding.tables.output import write_table
from oab_funding.tables.register_tables import SITES
from oab_funding.tables.site_registers import combine_registers
from oab_funding.tables.source import SourceFile

from .broken import DISTANCES, REGISTER

DISTANCES_FILE = SourceFile("distances.csv", DISTANCES.encode("iso-8859-1"))
REGISTER_FILE = SourceFile("register.csv", REGISTER.encode("iso-8859-1"))


def test_distances_give_the_primary_schools() -> None:
    table = read_duo_distances(DISTANCES_FILE)
    assert table.to_pylist() == [
        {
            "site_id": "00AP00",
            "school_id": "00AP",
            "board_id": "41646",
            "municipality_code": "GM0637",
            "municipality_name": "Zoetermeer",
            "province": "Zuid-Holland",
            "name": "Wereldwijs",
            "school_type": "bo",
            "pupils": 100,
        },
        {
            "site_id": "00AR00",
            "school_id": "00AR",
            "board_id": "41797",
            "municipality_code": "GM1641",
            "municipality_name": "Maasgouw",
            "province": "Limburg",
            "name": 'BS "Maas"',
            "school_type": "bo",
            "pupils": 142,
        },
    ]
    assert conform(table, SITES) == table


@pytest.mark.parametrize("encoding", ["iso-8859-1", "utf-8", "utf-8-sig"])
def test_the_register_in_either_encoding(encoding: str) -> None:
    table = read_duo_register(SourceFile("register.csv", REGISTER.encode(encoding)))
    assert table.column_names == [
        "site_id",
        "school_id",
        "board_id",
        "municipality_code",
        "municipality_name",
        "province",
        "name",
    ]
    assert table.column("municipality_code").to_pylist() == ["GM0637", "GM0080"]
    assert table.column("name").to_pylist() == ["Wereldwijs", "Skoalle Fryslân"]


def test_which_file_it_is_shows_in_its_header(tmp_path: Path) -> None:
    distances, register = read_duo_distances(DISTANCES_FILE), read_duo_register(REGISTER_FILE)
    assert read_sites(DISTANCES_FILE) == distances
    assert read_sites(REGISTER_FILE) == register
    for ending in (".csv", ".parquet"):
        write_table(distances, tmp_path / f"sites{ending}")
        assert read_sites(tmp_path / f"sites{ending}") == distances


# --- DUO, open data: average distance between home and site 2019-2020; all primary sites 3-9-2019


@pytest.fixture(scope="module")
def distances(published_data: Path) -> pa.Table:
    name = "gemiddelde-afstand-tussen-woonadres-leerling-en-schoolvestiging-2019-2020.csv"
    return read_sites(published_data / "duo" / name)


@pytest.fixture(scope="module")
def register(published_data: Path) -> pa.Table:
    return read_sites(published_data / "duo" / "03-09-2019_03-alle-vestigingen-bo.csv")


@pytest.mark.published
def test_published_sites_match_those_of_cbs_one_to_one(distances: pa.Table, published_data: Path) -> None:
    scores = read_cbs_workbook(published_data / "cbs" / "achterstandsscores-scholen-2019.xlsx").table
    of_duo = dict(zip(distances["site_id"].to_pylist(), distances["pupils"].to_pylist(), strict=True))
    of_cbs = dict(zip(scores["site_id"].to_pylist(), scores["pupils"].to_pylist(), strict=True))
    assert len(of_duo) == 6295
    assert of_duo == of_cbs


@pytest.mark.published
def test_published_schools_in_several_municipalities_and_provinces(distances: pa.Table) -> None:
    schools = distances.to_pandas().groupby("school_id")
    assert schools.ngroups == 6173
    assert (schools["municipality_code"].nunique() > 1).sum() == 22
    assert (schools["province"].nunique() > 1).sum() == 4


@pytest.mark.published
def test_published_registers_differ_in_three_municipalities_and_two_boards(
    distances: pa.Table, register: pa.Table
) -> None:
    table, differences = combine_registers(distances, register)
    assert (register.num_rows, table.num_rows) == (6319, 6319)
    assert [tuple(row.values()) for row in differences.to_pylist()] == [
        ("05SG00", "board_id", "42794", "90130"),
        ("06PM00", "board_id", "42794", "60673"),
        ("08YB00", "municipality_code", "GM0777", "GM0798"),
        ("15UB00", "municipality_code", "GM0086", "GM0090"),
        ("15UV00", "municipality_code", "GM0086", "GM0090"),
    ]
    municipality = dict(
        zip(table["site_id"].to_pylist(), table["municipality_code"].to_pylist(), strict=True)
    )
    assert municipality["08YB00"] == "GM0777"


TEXT = "NAAM;PLAATS\nSkoalle Fryslân;Mariëndael\nHet Reliëf, Noardeast-FryslÔn;É\n"


def source(data: bytes) -> SourceFile:
    return SourceFile("duo.csv", data)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "iso-8859-1"])
def test_both_encodings_read_alike(encoding: str) -> None:
    assert decode(source(TEXT.encode(encoding))) == TEXT


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (
            TEXT.encode().decode("iso-8859-1").encode(),
            "row 2",
        ),
        (TEXT.encode().decode("cp1252").encode(), "row 2"),
        (TEXT.replace("â", "\ufffd").encode(), "row 2"),
        (TEXT.encode("cp850"), "row 2"),
        ("NAAM\nDe ‘Brug’\n".encode("cp1252"), "row 2"),
        (TEXT.encode("utf-16"), "row 1"),
        (b"NAAM\n\x00\n", "row 2"),
    ],
)
def test_garbled_text_is_refused_with_its_row(data: bytes, says: str) -> None:
    with pytest.raises(InputError) as caught:
        decode(source(data))
    assert says in str(caught.value)
    assert "download the file again" in str(caught.value)


@given(st.text(st.sampled_from("aeéèëêïîôûüÉËÔç -'")))
def test_dutch_and_frisian_names_pass_in_either_encoding(name: str) -> None:
    for encoding in ("utf-8", "iso-8859-1"):
        assert decode(source(name.encode(encoding))) == name


def test_header() -> None:
    assert header_of("Brin_Nummer;  SOORT_PO \n") == ["BRIN NUMMER", "SOORT PO"]
    assert header_of("") == []


def test_rows_carry_the_number_of_their_line() -> None:
    lines = parse(source(b'A;B\n1;"x\ny"\n 2 ;z\n\n'), ("B", "A"))
    assert lines.columns == {"A": ["1", "2"], "B": ["x\ny", "z"]}
    assert lines.numbers == [3, 4]
    assert str(lines.place("A", 1)) == "duo.csv, column A, row 4, value '2'"


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"A;B\n1;2\n3\n", "row 3: has 1 values, not 2"),
        (b"A;B\n1;2\n\n3;4\n", "row 3: has 0 values, not 2"),
        (b"A;A\n1;2\n", "column A, row 1: the column occurs twice"),
        (b"B\n1\n", "row 1: the column A is missing (found: B)"),
        (b"A\n", "holds no rows"),
        (b"\n\n", "found: no columns at all"),
        (b'A\n"1\n', "cannot be parsed"),
    ],
)
def test_refused(data: bytes, says: str) -> None:
    with pytest.raises(InputError) as caught:
        parse(source(data), ("A",))
    assert says in str(caught.value)
