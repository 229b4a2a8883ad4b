"""Workbooks that commands write: a cover, names beside codes, one sheet per total; and `table`."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import python_calamine

from oab_funding.tables.files import read_table
from oab_funding.tables.grant_tables import MUNICIPAL_GRANTS, SCHOOL_GRANTS, SITE_GRANTS

from .conftest import Ran

Command = Callable[..., Ran]

REGISTER = (
    "site_id,school_id,board_id,municipality_code,municipality_name,province,name\n"
    "00AP00,00AP,41646,GM0003,Appingedam,Groningen,De Wereld\n"
    "00AP01,00AP,41646,GM0003,Appingedam,Groningen,De Dependance\n"
    "00AR00,00AR,12345,GM0363,Amsterdam,Noord-Holland,=1+1\n"
)


def sheets(path: Path) -> dict[str, list[list[Any]]]:
    book = python_calamine.CalamineWorkbook.from_path(str(path))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


@pytest.fixture
def folder(tmp_path: Path, command: Command) -> Path:
    (tmp_path / "scores.csv").write_text("site_id,score\n00AP00,33.02\n00AP01,1.00\n00AR00,102.50\n")
    (tmp_path / "register.csv").write_text(REGISTER)
    for name in ("grants.xlsx", "grants.parquet"):
        words = [
            "--scores",
            tmp_path / "scores.csv",
            "--sites",
            tmp_path / "register.csv",
            "--out",
            tmp_path / name,
        ]
        words += ["--bundle", tmp_path / "run"] if name == "grants.xlsx" else []
        ran = command("allocate", "schools", "--period", "2020-2021", *words)
        assert ran.code == 0, ran
    return tmp_path


def test_grants_with_names_boards_and_totals(folder: Path) -> None:
    found = sheets(folder / "grants.xlsx")
    assert list(found) == [
        "Voorblad",
        "Inhoud",
        "Toelichting",
        "Bronbestanden",
        *(f"Tabel {number}" for number in range(1, 7)),
    ]
    assert [row[2] for row in found["Inhoud"] if str(row[0]).startswith("Tabel")] == [
        "school_grants",
        "site_grants",
        "totals_board",
        "totals_municipality",
        "totals_province",
        "school_calendar",
    ]
    title, label, head, first, second = found["Tabel 1"][1:]
    assert title[0] == "Bedragen van scholen"
    assert "before transition" in label[0]
    assert head[:6] == [
        "school_id",
        "school_name",
        "board_id",
        "municipality_code",
        "municipality_name",
        "province",
    ]
    assert first[:6] == ["00AP", "De Wereld", "41646", "GM0003", "Appingedam", "Groningen"]
    assert second[1] == "=1+1"  # as text: no formula
    assert isinstance(first[head.index("amount")], float)
    assert ["School grants 2020-2021", ""] in found["Voorblad"]
    assert ["label", "before transition"] in found["Voorblad"]
    sources = [row[1] for row in found["Bronbestanden"]]
    assert any(line.startswith("scores.csv (SHA-256 ") for line in sources)
    assert any(line.startswith("register.csv (SHA-256 ") for line in sources)


def test_the_workbook_reads_back_as_the_parquet(folder: Path) -> None:
    book, stored = (read_table(folder / f"grants.{end}", SCHOOL_GRANTS) for end in ("xlsx", "parquet"))
    assert book.equals(stored)
    assert read_table(folder / "grants.xlsx", SITE_GRANTS).equals(
        read_table(folder / "run" / "tables" / "site_grants.parquet", SITE_GRANTS)
    )


@pytest.mark.parametrize("ending", [".csv", ".parquet", ".xlsx"])
def test_a_table_of_a_run(ending: str, folder: Path, command: Command) -> None:
    out = folder / f"t{ending}"
    ran = command("table", folder / "run", "school_grants", "--out", out)
    assert (ran.code, ran.figure("rows")) == (0, "2"), ran
    assert read_table(out, SCHOOL_GRANTS).column("amount").to_pylist()[1] == Decimal("57348.75")
    assert command("table", folder / "run", "school_grants", "--out", out).code == 2


def test_a_table_that_is_not_there_or_was_changed(folder: Path, command: Command) -> None:
    ran = command("table", folder / "run", "grants", "--out", folder / "t.csv")
    assert ran.code == 2
    assert "has no table grants" in ran.err
    path = folder / "run" / "tables" / "school_grants.parquet"
    table = pq.read_table(path)
    pq.write_table(table.slice(1), path)
    ran = command("table", folder / "run", "school_grants", "--out", folder / "t.csv")
    assert ran.code == 2
    assert not (folder / "t.csv").exists()


def test_a_comparison_as_a_workbook(folder: Path, command: Command) -> None:
    (folder / "d.csv").write_text("school_id,amount\n00AP,1.00\n")
    ran = command("reconcile", folder / "run", "--decisions", folder / "d.csv", "--out", folder / "r.xlsx")
    assert ran.code == 1
    found = sheets(folder / "r.xlsx")
    assert list(found)[4:] == ["Tabel 1"]
    assert found["Tabel 1"][4][:2] == ["00AP", "De Wereld"]


def test_a_workbook_of_grants_is_no_decision_of_one_kind(folder: Path, command: Command) -> None:
    ran = command("reconcile", folder / "run", "--decisions", folder / "grants.xlsx")
    assert ran.code == 2
    assert "has both school_id and municipality_code" in ran.err


def test_a_workbook_of_municipal_grants_reads_back(tmp_path: Path, command: Command) -> None:
    for name, score in (("s.csv", "1822.00"), ("p.csv", "1700.00")):
        (tmp_path / name).write_text(f"municipality_code,score_raw,score\nGM0637,1900.00,{score}\n")
    words = ["--scores", tmp_path / "s.csv", "--previous", tmp_path / "p.csv"]
    words += ["--year", 2021, "--price", "510"]
    for name in ("m.xlsx", "m.parquet"):
        ran = command("allocate", "municipalities", *words, "--out", tmp_path / name)
        assert ran.code == 0, ran
    book, stored = (read_table(tmp_path / f"m.{end}", MUNICIPAL_GRANTS) for end in ("xlsx", "parquet"))
    assert book.equals(stored)
