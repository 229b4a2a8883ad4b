"""What an office in the Netherlands saves: workbooks, semicolons, decimal commas, Dutch headers."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from tables.workbooks import book_bytes

from .conftest import Ran

Command = Callable[..., Ran]

SCORES = "site_id,score\n00AP00,33.02\n00AR00,102.50\n"
BASE = "BRIN;Old base\n00AP;52800,00\n00AR;1000,50\n"


def book(path: Path, rows: list[list[Any]]) -> Path:
    made = xlsxwriter.Workbook(str(path))
    sheet = made.add_worksheet("Blad1")
    for row, cells in enumerate(rows):
        sheet.write_row(row, 0, cells)
    made.close()
    return path


def dutch(path: Path, rows: list[list[Any]]) -> Path:
    lines = [";".join(str(cell).replace(".", ",") for cell in row) for row in rows]
    path.write_bytes(b"\xef\xbb\xbf" + "\r\n".join(lines).encode() + b"\r\n")
    return path


@pytest.fixture
def folder(tmp_path: Path, command: Command) -> Path:
    (tmp_path / "scores.csv").write_text(SCORES)
    (tmp_path / "base.csv").write_text(BASE)
    words = ["allocate", "schools", "--period", "2020-2021", "--old-base", tmp_path / "base.csv"]
    ran = command(
        *words, "--scores", tmp_path / "scores.csv", "--out", tmp_path / "g.csv", "--bundle", tmp_path / "run"
    )
    assert ran.code == 0, ran
    return tmp_path


def amounts(path: Path, code: str = "school_id") -> dict[str, str]:
    with path.open(encoding="utf-8", newline="") as stream:
        return {row[code]: row["amount"] for row in csv.DictReader(stream)}


def test_an_old_base_from_dutch_excel(folder: Path, command: Command) -> None:
    rows = [["school_id", "old_base"], ["00AP", 52800], ["00AR", 1000.5]]
    for base in (book(folder / "b.xlsx", rows), dutch(folder / "d.csv", rows)):
        words = ["--old-base", base, "--scores", folder / "scores.csv", "--out", folder / "again.csv"]
        assert command("allocate", "schools", "--period", "2020-2021", *words, "--overwrite").code == 0
        assert amounts(folder / "again.csv") == amounts(folder / "g.csv")


@pytest.mark.parametrize("write", [book, dutch])
@pytest.mark.parametrize(("wrong", "code"), [(0, 0), (1, 1)])
def test_decisions(write: Callable[..., Path], wrong: int, code: int, folder: Path, command: Command) -> None:
    decided = amounts(folder / "g.csv")
    rows: list[list[Any]] = [["BRIN", "Naam", "Bedrag"]]
    rows += [[school, "De Wereld", float(amount) + wrong] for school, amount in decided.items()]
    path = write(folder / f"besluit{'.xlsx' if write is book else '.csv'}", rows)
    ran = command("reconcile", folder / "run", "--decisions", path)
    assert ran.code == code, ran
    assert ran.figure("equal") == ("0" if wrong else "2")


def test_decisions_grouped_in_thousands_are_refused(folder: Path, command: Command) -> None:
    path = folder / "besluit.csv"
    path.write_text("BRIN;Bedrag\r\n00AP;18.470\r\n00AR;57,3\r\n")
    ran = command("reconcile", folder / "run", "--decisions", path)
    assert ran.code == 2
    assert "besluit.csv" in ran.err


def municipal(day: str, scale: float) -> bytes:
    rows: list[list[Any]] = [
        [f"Achterstandsscores per gemeente, {day}"],
        ["Gemeentecode", "Gemeente", "Achterstandsscore zonder drempel", "Achterstandsscore met drempel"],
        *([f"GM000{n}", f"Plaats {n}", 300 * n + scale, 200 * n + scale] for n in (1, 2, 3)),
        [],
        ["Bron: CBS"],
    ]
    return book_bytes({"Tabel 1": rows})


def test_municipalities_from_a_workbook_and_dutch_csv(tmp_path: Path, command: Command) -> None:
    (tmp_path / "later.xlsx").write_bytes(municipal("1 oktober 2018", 0.5))
    (tmp_path / "earlier.xlsx").write_bytes(municipal("1 oktober 2017", 0))
    head = "municipality_code,score_raw,score\n"
    (tmp_path / "later.csv").write_text(
        head + "".join(f"GM000{n},{300 * n + 0.5:.2f},{200 * n + 0.5:.2f}\n" for n in (1, 2, 3))
    )
    rows = [["Gemeentecode", "Score zonder drempel", "Score"]]
    dutch(tmp_path / "earlier.csv", rows + [[f"GM000{n}", f"{300 * n}", f"{200 * n}"] for n in (1, 2, 3)])
    dutch(tmp_path / "old.csv", [["Gemeentecode", "Bedrag 2018"], *([f"GM000{n}", 12.5] for n in (1, 2, 3))])
    found = []
    for later, earlier in (("later.xlsx", "earlier.csv"), ("later.csv", "earlier.xlsx")):
        words = [
            "--scores",
            tmp_path / later,
            "--previous",
            tmp_path / earlier,
            "--old-base",
            tmp_path / "old.csv",
        ]
        words += ["--out", tmp_path / "g.csv", "--overwrite", "--price", "500.00", "--year", "2020"]
        words += ["--gainers", "26.55%"]
        ran = command("allocate", "municipalities", *words)
        assert ran.code == 0, ran
        found.append(amounts(tmp_path / "g.csv", "municipality_code"))
    assert found[0] == found[1]


def test_a_workbook_of_another_date_is_refused(tmp_path: Path, command: Command) -> None:
    for name, day in (("later.xlsx", "1 oktober 2019"), ("earlier.xlsx", "1 oktober 2017")):
        (tmp_path / name).write_bytes(municipal(day, 0.5))
    words = ["--scores", tmp_path / "later.xlsx", "--previous", tmp_path / "earlier.xlsx", "--year", "2020"]
    ran = command("allocate", "municipalities", *words, "--price", "500.00", "--out", tmp_path / "g.csv")
    assert ran.code == 2
    assert "later.xlsx: holds scores of 1 oktober 2019, not of 1 oktober 2018" in ran.err


@pytest.mark.parametrize("write", [book, dutch])
def test_spending(write: Callable[..., Path], tmp_path: Path, command: Command) -> None:
    rows: list[list[Any]] = [["Gemeentecode", "Jaar", "Toegekend", "Besteed"]]
    rows += [["GM0001", year, 1000.25, 400] for year in range(2019, 2023)]
    path = write(tmp_path / f"s{'.xlsx' if write is book else '.csv'}", rows)
    ran = command(
        "settle", "municipalities", "--spending", path, "--period", "2019-2022", "--out", tmp_path / "o.csv"
    )
    assert ran.code == 0, ran
    with (tmp_path / "o.csv").open(encoding="utf-8") as stream:
        assert next(csv.DictReader(stream))["granted"] == "4001.00"
