"""`oab-funding allocate` as its users call it."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from .conftest import Ran

Command = Callable[..., Ran]
SCORES = (
    "site_id,pupils,score_raw,score,flags\n"
    "00AP00,100,102.62,33.02,\n"
    "00AP01,40,30.84,3.00,a\n"
    "00AR00,142,19.46,0.00,\n"
    "00BB00,72,58.70,8.59,\n"
)


@pytest.fixture
def scores(tmp_path: Path) -> Path:
    path = tmp_path / "scores.csv"
    path.write_text(SCORES)
    return path


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_price_of_the_regulation(tmp_path: Path, scores: Path, command: Command) -> None:
    out = tmp_path / "grants.csv"
    ran = command("allocate", "schools", "--scores", scores, "--period", "2020-2021", "--out", out)
    assert ran.code == 0, ran.err
    assert ran.err == ""
    # 36.02 x 559.50 = 20,153.19; 8.59 x 559.50 = 4,806.105, a half cent, goes up.
    assert [(row["school_id"], row["score"], row["amount_new"], row["amount"]) for row in rows(out)] == [
        ("00AP", "36.02", "20153.19", "20153.19"),
        ("00AR", "0.00", "0.00", "0.00"),
        ("00BB", "8.59", "4806.11", "4806.11"),
    ]
    assert [row["flags"] for row in rows(out)] == [
        "a; before transition",
        "before transition",
        "before transition",
    ]
    assert ran.figure("label") == "before transition"
    assert ran.figure("source").startswith(
        "Eerste Regeling bekostiging personeel PO 2020-2021 (Stcrt. 2020, 16933)"
    )
    assert ran.figure("price_times_sum_of_scores") == "24959.295"
    assert ran.figure("total") == "24959.30"
    assert ran.figure("half_cents") == "1"


def test_given_price_without_source_says_so(tmp_path: Path, scores: Path, command: Command) -> None:
    out = tmp_path / "grants.parquet"
    ran = command(
        "allocate", "schools", "--scores", scores, "--period", "2023", "--price", "600", "--out", out
    )
    assert ran.figure("source") == "not stated"
    assert "label" not in ran.out
    table = pq.read_table(out)
    assert str(table.schema.field("score").type) == "decimal128(12, 6)"
    assert str(table.schema.field("amount").type) == "decimal128(18, 2)"


def test_budget(tmp_path: Path, scores: Path, command: Command) -> None:
    out = tmp_path / "grants.csv"
    arguments = ["--period", "2023", "--budget", "1000", "--source", "Stcrt. 1, 1 (final)", "--out", out]
    ran = command("allocate", "schools", "--scores", scores, *arguments)
    # 1000 / 44.61 = 22.4165 -> 22.42; 44.61 x 22.42 = 1000.1562
    assert ran.figure("price") == "22.42"
    assert ran.figure("budget_as_spent") == "1000.1562"
    assert ran.figure("budget_missed_by") == "0.1562"
    assert ran.figure("source") == "Stcrt. 1, 1 (final)"


@pytest.mark.parametrize(
    ("gainers", "expected"),
    [
        # B = 20153.19, 0, 4806.105; A = 30000, 1000, 0; losers' c = 50%, gainers' 26.55% of the regulation.
        ([], ("25076.60", "500.00", "3530.08")),
        (["--gainers", "0%"], ("25076.60", "500.00", "4806.11")),
        (["--gainers", "none"], ("25076.60", "500.00", "4806.11")),
        # solved: 0.5 x 10846.81 / 4806.105 = 1.13 is above the cap of 50%.
        (["--gainers", "solve"], ("25076.60", "500.00", "2403.05")),
    ],
)
def test_transition(
    gainers: list[str], expected: tuple[str, ...], tmp_path: Path, scores: Path, command: Command
) -> None:
    base, out = tmp_path / "base.csv", tmp_path / "grants.csv"
    base.write_text("school_id,old_base\n00AP,30000.00\n00AR,1000.00\n00BB,0.00\n99ZZ,7.00\n")
    arguments = ["--period", "2020-2021", "--old-base", base, *gainers, "--out", out]
    ran = command("allocate", "schools", "--scores", scores, *arguments)
    assert ran.code == 0, ran.err
    assert tuple(row["amount"] for row in rows(out)) == expected
    assert ran.figure("transition") == "applied"
    assert ran.figure("gainers_share_capped") == ("yes" if gainers == ["--gainers", "solve"] else "no")


def test_changes_are_labelled_as_estimates(tmp_path: Path, scores: Path, command: Command) -> None:
    changes, out = tmp_path / "changes.csv", tmp_path / "grants.csv"
    changes.write_text("site_id,change,target\n00AP01,closes,00BB00\n")
    arguments = ["--period", "2020-2021", "--changes", changes, "--out", out]
    ran = command("allocate", "schools", "--scores", scores, *arguments)
    assert ran.code == 0, ran.err
    assert "label: estimate from published scores" in ran.out
    assert [row["flags"] for row in rows(out)] == [
        "before transition",
        "before transition",
        "estimate; before transition",
    ]


def test_contradictions_are_listed_and_exit_1(tmp_path: Path, scores: Path, command: Command) -> None:
    scores.write_text(SCORES.replace("102.62,33.02", "102.62,35.02").replace("58.70,8.59", "58.70,9.59"))
    out = tmp_path / "grants.csv"
    ran = command("allocate", "schools", "--scores", scores, "--period", "2020-2021", "--out", out)
    assert ran.code == 1
    assert ran.err.startswith("check failed: ")
    assert "00AP00: " in ran.err or "00BB00: " in ran.err
    assert not out.exists()


@pytest.mark.published
def test_published_workbook(tmp_path: Path, published_data: Path, command: Command) -> None:
    """CBS, Achterstandsscores basisscholen 2019 (February 2020), at the first price of 2020-2021."""
    book = published_data / "cbs" / "achterstandsscores-scholen-2019.xlsx"
    duo = published_data / "duo"
    distances = next(duo.glob("gemiddelde-afstand*.csv"))
    register = next(duo.glob("*alle-vestigingen-bo.csv"))
    out, bundle = tmp_path / "grants.csv", tmp_path / "run"
    arguments = ["--sites", distances, "--sites", register, "--out", out, "--bundle", bundle]
    ran = command("allocate", "schools", "--scores", book, "--period", "2020-2021", *arguments)
    assert ran.code == 0, ran.err
    expected = {
        "schools": "6173",
        "sum_of_scores": "561736.12",
        "schools_above_zero": "2510",
        "price": "559.50",
        "price_times_sum_of_scores": "314291359.14",
        "total": "314291365.28",
        "half_cents": "1228",
        "label": "before transition",
    }
    assert {name: ran.figure(name) for name in expected} == expected
    amounts = {row["school_id"]: row["amount"] for row in rows(out)}
    assert len(amounts) == 6173
    assert amounts["13EK"] == "1619730.12"  # 2,894.96 x 559.50
    assert (bundle / "grants_schools.csv").read_bytes() == out.read_bytes()
    assert {row["unit_price"] for row in rows(out)} == {"559.50"}
    assert command("verify", bundle, "--root", ran.figure("root")).code == 0
    assert command("replay", bundle).code == 0
