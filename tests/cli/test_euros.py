"""Results first, money with two decimals, and options in place of keys."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from oab_funding.cli.euros import show_results

from .conftest import Ran

Command = Callable[..., Ran]


def test_totals_come_first_and_in_cents(capsys: pytest.CaptureFixture[str]) -> None:
    show_results(
        {
            "K": Fraction(1),
            "budget": None,
            "total": Fraction(10),
            "transition": "none",
            "total_new": Fraction(1, 3),
        }
    )
    assert capsys.readouterr().out.splitlines() == [
        "total: 10.00",
        "total_new: 0.3333333333 (1/3)",
        "transition: none",
        "K: 1",
    ]


SCORES = "municipality_code,score_raw,score\nGM0637,900.00,600.00\n"


@pytest.fixture
def one(tmp_path: Path) -> Path:
    (tmp_path / "later.csv").write_text(SCORES)
    (tmp_path / "earlier.csv").write_text(SCORES.replace("600", "610"))
    (tmp_path / "sites.csv").write_text("site_id,score\n00AP00,33.02\n")
    (tmp_path / "old.csv").write_text("municipality_code,grant_2018\nGM0637,1200000.00\nGM0999,5.50\n")
    return tmp_path


def municipal(one: Path, command: Command, *more: object) -> Ran:
    words = ["--scores", one / "later.csv", "--previous", one / "earlier.csv", "--out", one / "out.csv"]
    return command("allocate", "municipalities", *words, *more)


@pytest.mark.parametrize("year", [2019, 2020])
def test_the_budget_of_the_country_is_not_for_one_municipality(
    year: int, one: Path, command: Command
) -> None:
    ran = municipal(one, command, "--year", year)
    assert ran.code == 2
    assert "is for the 355 municipalities of the country, and here is 1 municipality; pass --price" in ran.err
    assert not (one / "out.csv").exists()


def test_a_budget_that_is_given_is_shared_among_who_is_there(one: Path, command: Command) -> None:
    ran = municipal(one, command, "--year", 2022, "--budget", "1000000")
    assert ran.figure("label") == "budget shared among 1 municipality"
    assert ran.figure("total") == "1000000.00"


def test_one_municipality_that_loses(one: Path, command: Command) -> None:
    words = ["--year", 2020, "--price", "502.66", "--old-base", one / "old.csv"]
    ran = municipal(one, command, *words)
    assert ran.figure("total") == "752054.65"  # (605 x 502.66 + 1,200,000) / 2
    assert ran.figure("label") == "grant of 2018 without a score, not paid: 1 (GM0999), EUR 5.50 in all"
    assert ran.figure("grant_2018_without_a_score") == "1"
    assert ran.figure("sum_of_grant_2018_without_a_score") == "5.50"
    (one / "old.csv").write_text("municipality_code,grant_2018\nGM0637,12.00\n")
    ran = municipal(one, command, *words, "--overwrite")
    assert "municipality GM0637 gains, and the gainers' share cannot be solved from 1 municip" in ran.err
    ran = municipal(one, command, *words, "--overwrite", "--gainers", "regulation")
    assert "GM0637 gains, and the gainers' share is not known here; give it with --gainers" in ran.err


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--price", "559,50"], "error: --price: has a decimal comma; write a decimal point: '559.50'"),
        (["--budget", "99999999999999999999"], "error: --budget: is too large"),
        (["--base-index", "1.2"], "error: --base-index: could be a share or a percentage"),
        (["--gainers", "solve"], "error: --gainers has no effect without --old-base; leave it out"),
        (["--missing-base", "zero"], "error: --missing-base has no effect without --old-base"),
        (["--other-date"], "error: --other-date has no effect: the scores do not state their date"),
    ],
)
def test_errors_speak_of_options(options: list[str], says: str, one: Path, command: Command) -> None:
    words = ["--scores", one / "sites.csv", "--period", "2020-2021", "--out", one / "out.csv"]
    ran = command("allocate", "schools", *words, *options)
    assert ran.code == 2
    assert ran.err.startswith(says)


def test_periods_are_listed_in_order_with_the_one_that_may_be_meant(one: Path, command: Command) -> None:
    words = ["--scores", one / "sites.csv", "--out", one / "out.csv", "--period", "2020"]
    assert command("allocate", "schools", *words).err.endswith(
        "choose one of 2019-2020, 2020-2021, 2021-2022, 2022-2023, 2023, 2024, 2025, 2026; "
        "did you mean 2020-2021?\n"
    )


def test_one_file_for_two_dates_is_refused(one: Path, command: Command) -> None:
    (one / "earlier.csv").write_text(SCORES)
    ran = municipal(one, command, "--year", 2022, "--price", "500")
    assert "later.csv and earlier.csv are the same file, byte for byte, given as the scores of" in ran.err


def test_the_same_scores_in_another_file_are_said(one: Path, command: Command) -> None:
    rows = ["municipality_code,score_raw,score", "GM0001,2.00,1.00", "GM0002,3.00,2.00"]
    (one / "later.csv").write_text("\n".join(rows))
    (one / "earlier.csv").write_text("\n".join([rows[0], rows[2], rows[1]]))
    ran = municipal(one, command, "--year", 2022, "--price", "500")
    assert ran.figure("label") == "the scores of both dates are the same in every row"


def test_versions_of_two_years_are_compared_only_when_told(one: Path, command: Command) -> None:
    for year, price in ((2022, "500"), (2024, "510")):
        ran = municipal(one, command, "--year", year, "--price", price)
        assert ran.code == 0, ran.err
        (one / "out.csv").rename(one / f"{year}.csv")
    words = ["--provisional", one / "2022.csv", "--final", one / "2024.csv", "--out", one / "out.csv"]
    ran = command("compare", "municipalities", *words)
    assert ran.err == (
        "error: the versions are of 2022 and 2024; give two versions of one decision, or --anyway\n"
    )
    ran = command("compare", "municipalities", *words, "--anyway")
    assert ran.figure("label") == "compared across: the versions are of 2022 and 2024"
    assert ran.figure("total_from_price") == "6050.00"
    same = [*words[:3], one / "2022.csv", "--out", one / "other.csv"]
    assert "the same file is given as both versions" in command("compare", "municipalities", *same).err
    ran = command("compare", "municipalities", *words, "--anyway", "--price", "400", "--overwrite")
    assert "has a price per unit of 500, not 400; leave out --price" in ran.err
