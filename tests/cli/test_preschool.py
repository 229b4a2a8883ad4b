"""`oab-funding preschool`, `week-plan` and `forecast`."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import Ran

Command = Callable[..., Ran]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    contents = {
        "grants": "municipality_code,amount\nGM0001,916236.08\n",
        "toddlers": "municipality_code,toddlers,toddlers_1_january\nGM0001,110,104\n",
        "later": "municipality_code,score_raw,score\nGM0001,2395.20,1699.20\n",
        "earlier": "municipality_code,score_raw,score\nGM0001,2401.75,1709.17\n",
        "sites": "site_id,score\n00AP00,33.02\n",
        "spending": "municipality_code,year,granted,spent\n"
        + "".join(f"GM0001,{year},900000.00,750000.00\n" for year in range(2019, 2023)),
    }
    for name, text in contents.items():
        (tmp_path / f"{name}.csv").write_text(text)
    return tmp_path


def rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text().splitlines()))


def compared(command: Command, folder: Path, *more: object) -> Ran:
    files = (
        "--grants",
        folder / "grants.csv",
        "--toddlers",
        folder / "toddlers.csv",
        "--out",
        folder / "out.csv",
    )
    return command("preschool", *files, "--year", 2024, *more)


def test_a_grant_against_its_cost(command: Command, folder: Path) -> None:
    terms = ("--hour-price", "10.25", "--hbo-wage", "45", "--tariff", "0.41", "--charged-hours", 16)
    ran = compared(command, folder, *terms, "--explain", "GM0001", "--lang", "nl")
    assert ran.code == 0
    assert ran.figure("left") == "176700.08"
    assert "nooit een aanspraak" in ran.out
    assert rows(folder / "out.csv")[0]["break_even_toddlers"] == "138"


def test_repeated_options_are_a_what_if(command: Command, folder: Path) -> None:
    ran = compared(
        command,
        folder,
        "--hbo-wage",
        45,
        "--hour-price",
        10,
        "--hour-price",
        11,
        "--reach",
        "80%",
        "--reach",
        "90%",
    )
    assert "label: what-if" in ran.out
    assert len(rows(folder / "out.csv")) == 4


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--hour-price", "10,25", "--hbo-wage", 45), "--hour-price"),
        (("--hour-price", "10"), "--hbo-wage: is needed"),
        (("--hour-price", "10", "--hbo-wage", 45, "--hours", 639), "give --below-law"),
        (("--hour-price", "10", "--hbo-wage", 45, "--explain", "GM0009"), "'GM0009' is not in the table"),
    ],
)
def test_refusals_leave_nothing_behind(
    command: Command, folder: Path, more: tuple[object, ...], said: str
) -> None:
    ran = compared(command, folder, *more)
    assert ran.code == 2
    assert said in ran.err
    assert not (folder / "out.csv").exists()


def test_a_week_plan(command: Command) -> None:
    ran = command("week-plan", "--hours", "5.5 0 5.5 5", "--on", "2024-01-01")
    assert ran.figure("whole") == "960"
    shut = command(
        "week-plan", "--hours", "6 6 6", "--birth-date", "2021-08-01", "--closed", "2024-07-13:2024-08-25"
    )
    assert shut.figure("required") == "960"
    assert (
        command("week-plan", "--hours", "6 6 6", "--birth-date", "2021-08-01", "--closed", "july").code == 2
    )


def test_forecasts(command: Command, folder: Path) -> None:
    scores = ("--scores", folder / "later.csv", "--previous", folder / "earlier.csv", "--price", 520)
    ran = command("forecast", "municipalities", *scores, "--year", 2027, "--out", folder / "next.csv")
    assert ran.figure("total") == "886176.20"
    assert "label: assumed in force: the regulation of 2026" in ran.out
    schools = ("--scores", folder / "sites.csv", "--price", 600, "--period", 2027)
    ran = command("forecast", "schools", *schools, "--out", folder / "schools.csv")
    assert rows(folder / "schools.csv") == [{"school_id": "00AP", "score": "33.02", "amount": "19812.00"}]


def test_two_scores_and_a_price_are_enough(command: Command) -> None:
    given = ("--score", "1699.20", "--previous-score", "1709.17", "--price", 520, "--year", 2025)
    ran = command("forecast", "municipality", *given, "--lang", "en")
    assert ran.code == 0
    for amount in ("886,176.20", "883,584.00"):
        assert f"EUR {amount}" in ran.out
    assert "Forecast for 2026" in ran.out
    assert "Preschool education against the grant of 2025" in ran.out
    assert "the maximum of the childcare allowance in 2025, not a price" in ran.out


@pytest.mark.parametrize(
    ("told", "grant"), [("--raw-above-zero", "64,000.00"), ("--raw-not-above-zero", "0.00")]
)
def test_scores_of_zero_want_the_score_without_threshold(command: Command, told: str, grant: str) -> None:
    given = ("--score", 0, "--previous-score", 0, "--price", 520, "--year", 2025, "--lang", "en")
    assert "--raw-above-zero: is needed" in command("forecast", "municipality", *given).err
    assert f"EUR {grant}" in command("forecast", "municipality", *given, told).out


def test_the_account_of_a_spending_period(command: Command, folder: Path) -> None:
    paths = ("--account", folder / "account.csv", "--out", folder / "settled.csv")
    ran = command(
        "settle", "municipalities", "--spending", folder / "spending.csv", "--period", "2019-2022", *paths
    )
    assert ran.figure("sisa_code") == "D8"
    assert [row["balance"] for row in rows(folder / "account.csv")][-1] == "600000.00"
    assert rows(folder / "settled.csv")[0]["recovered"] == "150000.00"
