"""`oab-funding compare municipalities`, `settle municipalities`, and reconciling municipal grants."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from .conftest import Ran

Command = Callable[..., Ran]

HEADER = "municipality_code,score,eligible,topped_up,amount_new,grant_2018,share,amount\n"
PROVISIONAL = HEADER + (
    "GM0001,200.000,true,false,100000.00,,,100000.00\n"
    "GM0002,0.000,true,true,64000.00,,,64000.00\n"
    "GM0003,0.000,false,false,0.00,,,0.00\n"
    "GM0009,1.000,true,true,64000.00,,,64000.00\n"
)
FINAL = HEADER + (
    "GM0001,210.005,true,false,106052.53,,,106052.53\n"
    "GM0002,130.000,true,false,65650.00,,,65650.00\n"
    "GM0003,0.000,false,false,0.00,,,0.00\n"
)
SPENDING = "municipality_code,year,granted,spent\n" + "".join(
    f"{code},{year},{granted},{spent}\n"
    for code, granted, spent in (("GM0001", "100.01", "80.00"), ("GM0002", "100.00", "110.00"))
    for year in range(2019, 2023)
)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def refused(ran: Ran) -> str:
    assert ran.code == 2, ran
    assert ran.out == ""
    [line] = ran.err.strip().splitlines()
    assert line.startswith("error: ")
    return line


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "provisional.csv").write_text(PROVISIONAL)
    (tmp_path / "final.csv").write_text(FINAL)
    (tmp_path / "spending.csv").write_text(SPENDING)
    return tmp_path


def compare(folder: Path, command: Command, *more: object, price: str = "500.00") -> Ran:
    words = ["--provisional", folder / "provisional.csv", "--final", folder / "final.csv", "--price", price]
    words += ["--final-price", "505.00", *([] if "--year" in more else ["--year", "2024"])]
    return command("compare", "municipalities", *words, "--out", folder / "out.csv", *more)


def settle(folder: Path, command: Command, *more: object, period: str = "2019-2022") -> Ran:
    words = ["--spending", folder / "spending.csv", "--period", period, "--out", folder / "out.csv"]
    return command("settle", "municipalities", *words, *more)


def test_two_versions_side_by_side(folder: Path, command: Command) -> None:
    ran = compare(folder, command)
    assert ran.code == 0, ran.err
    # 10.005 more units at 500 are 5,002.50, and 210.005 units at 5 more 1,050.03; 130 units at 500 are
    # 65,000, at 5 more 650, and no longer the minimum of 64,000.
    assert [tuple(row.values()) for row in rows(folder / "out.csv")] == [
        ("GM0001", "100000.00", "106052.53", "6052.53", "5002.50", "1050.03", "0.00", "0.00"),
        ("GM0002", "64000.00", "65650.00", "1650.00", "65000.00", "650.00", "-64000.00", "0.00"),
        ("GM0003", "0.00", "0.00", "0.00", "0.00", "0.00", "0.00", "0.00"),
        ("GM0009", "64000.00", "0.00", "-64000.00", "-500.00", "0.00", "-63500.00", "0.00"),
    ]
    expected = {"price": "500.00", "rose": "2", "fell": "1", "stayed": "1", "only_in_one": "1"}
    assert {name: ran.figure(name) for name in expected} == expected
    assert ran.figure("total_change") == "-56297.47"


def test_a_price_may_be_a_fraction_as_a_run_prints_it(folder: Path, command: Command) -> None:
    assert compare(folder, command, price="1000/3").code == 0
    assert rows(folder / "out.csv")[0]["from_score"] == "3335.00"


@pytest.mark.parametrize("price", ["0", "-5", "500,00", "5%", "x", "5/0", "1e3"])
def test_a_price_that_is_none_is_refused(price: str, folder: Path, command: Command) -> None:
    refused(compare(folder, command, price=price))
    assert not (folder / "out.csv").exists()


def test_a_year_that_is_not_covered_is_refused(folder: Path, command: Command) -> None:
    assert "2018" in refused(compare(folder, command, "--year", "2018"))
    assert compare(folder, command, "--year", "2021").code == 0


def test_grants_that_are_no_grants_are_refused(folder: Path, command: Command) -> None:
    (folder / "final.csv").write_text("municipality_code,amount\nGM0001,1.00\n")
    assert "final.csv" in refused(compare(folder, command))
    (folder / "final.csv").unlink()
    assert "does not exist" in refused(compare(folder, command))
    assert not (folder / "out.csv").exists()


def test_the_end_of_a_spending_period(folder: Path, command: Command) -> None:
    ran = settle(folder, command)
    assert ran.code == 0, ran.err
    # Half of the last year's 100.01 is 50.005: no more than half may move on.
    assert [tuple(row.values()) for row in rows(folder / "out.csv")] == [
        ("GM0001", "400.04", "320.00", "80.04", "50.00", "30.04"),
        ("GM0002", "400.00", "440.00", "0.00", "0.00", "0.00"),
    ]
    assert ran.figure("recovered") == "30.04"
    assert ran.figure("article").endswith("(BWBR0041370), art. 5")


@pytest.mark.parametrize("period", ["2020-2023", "2019", "2019-2026", "2019 - 2022", "", "x"])
def test_periods_that_no_regulation_lists_are_refused(period: str, folder: Path, command: Command) -> None:
    assert "choose one of 2019-2022, 2023-2026" in refused(settle(folder, command, period=period))
    assert not (folder / "out.csv").exists()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("GM0002,2022,100.00,110.00\n", ""), "municipality GM0002: the year 2022 is missing"),
        (("GM0002,2022", "GM0002,2023"), "the year 2023 is outside 2019-2022"),
        (("GM0002,2019,100.00", "GM0002,2019,-1.00"), "spending.csv, column granted, row 6"),
        (("municipality_code,year", "code,year"), "municipality_code"),
    ],
)
def test_spending_that_does_not_fit_is_refused(
    change: tuple[str, str], says: str, folder: Path, command: Command
) -> None:
    (folder / "spending.csv").write_text(SPENDING.replace(*change))
    assert says in refused(settle(folder, command))
    assert not (folder / "out.csv").exists()


@pytest.mark.parametrize("ask", [compare, settle])
def test_outputs_are_not_overwritten_by_accident(
    ask: Callable[..., Ran], folder: Path, command: Command
) -> None:
    (folder / "out.csv").write_text("precious")
    assert "already exists" in refused(ask(folder, command))
    assert (folder / "out.csv").read_text() == "precious"
    assert ask(folder, command, "--overwrite").code == 0
    assert (folder / "out.csv").read_text() != "precious"


def test_parquet_goes_in_and_comes_out(folder: Path, command: Command) -> None:
    first = settle(folder, command)
    again = command(
        *("settle", "municipalities", "--spending", folder / "spending.csv", "--period", "2019-2022"),
        *("--out", folder / "out.parquet"),
    )
    assert again.out == first.out
    assert pq.read_table(folder / "out.parquet").num_rows == 2


def test_both_commands_say_what_they_are(command: Command) -> None:
    assert "provisional" in command("compare", "municipalities", "--help").out
    assert "carry over" in command("settle", "municipalities", "--help").out


SCORES = (
    "municipality_code,score_raw,score\nGM0001,900.00,600.00\nGM0002,50.00,0.00\nGM0003,1900.00,1400.00\n"
)


@pytest.fixture
def bundle(folder: Path, command: Command) -> Path:
    (folder / "scores.csv").write_text(SCORES)
    header, *others = SCORES.splitlines()
    (folder / "previous.csv").write_text("\n".join([header, *reversed(others)]))
    words = ["--scores", folder / "scores.csv", "--previous", folder / "previous.csv", "--year", "2024"]
    ran = command(
        *("allocate", "municipalities", *words, "--price", "500.00"),
        *("--out", folder / "grants.csv", "--bundle", folder / "run"),
    )
    assert ran.code == 0, ran.err
    return folder / "run"


def test_municipal_decisions_are_reconciled_by_their_column(
    folder: Path, bundle: Path, command: Command
) -> None:
    decisions, out = folder / "decisions.csv", folder / "comparison.csv"
    decisions.write_text("municipality_code,amount\nGM0001,300000.00\nGM0002,64000.00\nGM0003,700000.00\n")
    ran = command("reconcile", bundle, "--decisions", decisions)
    assert ran.code == 0
    assert ran.figure("equal") == "3"
    decisions.write_text("municipality_code,amount\nGM0001,300000.00\nGM0002,0.00\nGM0003,700123.00\n")
    ran = command("reconcile", bundle, "--decisions", decisions, "--out", out)
    assert ran.code == 1
    assert [(row["municipality_code"], row["cause"]) for row in rows(out)] == [
        ("GM0001", "equal"),
        ("GM0002", "minimum not applied, at the run's price"),
        ("GM0003", "unexplained"),
    ]
    assert ran.out.splitlines()[-2].split("\t")[0] == "GM0003"


def test_other_scores_of_either_date_are_tried(folder: Path, bundle: Path, command: Command) -> None:
    decisions, other = folder / "decisions.csv", folder / "reissued.csv"
    other.write_text(SCORES.replace("1400.00", "1401.00"))
    decisions.write_text("municipality_code,amount\nGM0001,300000.00\nGM0002,64000.00\nGM0003,700250.00\n")
    for option in ("--scores", "--previous"):
        ran = command("reconcile", bundle, "--decisions", decisions, option, other)
        assert ran.code == 1
        assert ran.figure("score file reissued.csv") == "1"


def test_decisions_of_another_stream_are_refused(folder: Path, bundle: Path, command: Command) -> None:
    (folder / "decisions.csv").write_text("school_id,amount\n00AP,1.00\n")
    assert "holds no school grants" in refused(
        command("reconcile", bundle, "--decisions", folder / "decisions.csv")
    )
