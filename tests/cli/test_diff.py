"""`oab-funding diff` on two small runs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import oab_funding as oab

from .conftest import Ran

Command = Callable[..., Ran]
SCORES = {"site_id": ["00AP00", "00AR00"], "score": ["33.02", "10.00"]}


@pytest.fixture
def runs(tmp_path: Path) -> tuple[Path, Path]:
    for name, price in (("ONE", None), ("TWO", "600.00")):
        part = {"scores": SCORES, "period": "2020-2021", "price": price}
        oab.run(oab.Calculation(title=name, schools=part), tmp_path / name)
    return tmp_path / "ONE", tmp_path / "TWO"


def test_a_difference_ends_with_1_and_none_with_0(command: Command, runs: tuple[Path, Path]) -> None:
    ran = command("diff", *runs)
    assert ran.code == 1
    assert ran.figure("schools difference") == "1742.31"
    assert ran.out.splitlines()[-1] == "schools\tprice\t1,742.31\t1,742.31\t1,742.31\tno"
    assert command("diff", runs[0], runs[0]).code == 0


def test_one_institution_is_explained(command: Command, runs: tuple[Path, Path]) -> None:
    ran = command("diff", *runs, "--school", "00AP", "--lang", "en")
    assert ran.code == 1
    assert "EUR 1,337.31   the difference" in ran.out
    assert "put down to price or budget" in ran.out


@pytest.mark.parametrize("name", ["d.csv", "d.parquet", "d.xlsx", "d.html"])
def test_it_is_written(command: Command, runs: tuple[Path, Path], tmp_path: Path, name: str) -> None:
    out = tmp_path / name
    assert command("diff", *runs, "--out", out).code == 1
    assert out.stat().st_size
    assert command("diff", *runs, "--out", out).code == 2


def test_an_order_is_taken(command: Command, runs: tuple[Path, Path]) -> None:
    assert command("diff", *runs, "--order", "price").code == 1
    ran = command("diff", *runs, "--order", "seed")
    assert ran.code == 2
    assert "--order: 'seed'" in ran.err or "--order" in ran.err


def test_a_language_there_is_not_is_refused(
    command: Command, runs: tuple[Path, Path], tmp_path: Path
) -> None:
    ran = command("diff", *runs, "--lang", "fr", "--out", tmp_path / "d.csv")
    assert ran.code == 2
    assert not (tmp_path / "d.csv").exists()
