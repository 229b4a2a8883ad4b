"""`oab-funding uncertainty` on a small run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import oab_funding as oab
from oab_funding.synthetic import country

from .conftest import Ran

Command = Callable[..., Ran]
FEW = ("--replicates", "39", "--parts", "0")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = country(800, seed=4).now
    model = oab.supplied_model({"start": "530"}, "cbs-2019", label="made up", source="made up", others="0.5")
    children = {"reference_date": made.day, "pupils": made.pupils, "sites": made.sites, "scores_of": "sites"}
    indicator = {"model": oab.SourceFile("model.json", model.to_json())}
    calculation = oab.Calculation(
        title="Small", children=children, indicator=indicator, schools={"period": "2020-2021"}
    )
    path = tmp_path_factory.mktemp("uncertain") / "RUN"
    oab.run(calculation, path)
    return path


def test_figures_labels_and_a_table(command: Command, folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "u.csv"
    ran = command("uncertainty", folder, *FEW, "--out", out)
    assert ran.code == 0
    assert ran.figure("replicates") == "39"
    assert "label: coefficients are taken as given" in ran.out
    assert len(ran.figure("sha256")) == 64
    assert out.read_text().startswith("stream,level,institution")
    assert command("uncertainty", folder, *FEW, "--out", out).code == 2


@pytest.mark.thorough
def test_two_processes_give_what_one_gives(command: Command, folder: Path) -> None:
    one, two = (command("uncertainty", folder, *FEW, "--workers", number) for number in ("1", "2"))
    assert one.figure("sha256") == two.figure("sha256")


def test_of_one_school_and_as_a_page(command: Command, folder: Path, tmp_path: Path) -> None:
    school = oab.open_run(folder).table("school_grants")["school_id"][0].as_py()
    page = tmp_path / "u.html"
    ran = command("uncertainty", folder, *FEW, "--school", school, "--out", page)
    assert ran.code == 0
    assert f"School {school}, bekostiging van scholen" in ran.out
    assert "<svg" in page.read_text(encoding="utf-8")


def test_a_folder_holds_the_tables_and_the_page(command: Command, folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "U"
    assert command("uncertainty", folder, *FEW, "--out", out).code == 0
    assert {path.name for path in out.iterdir()} >= {"uncertainty.html", "uncertainty.csv", "nation.csv"}
    assert command("uncertainty", folder, *FEW, "--out", out).code == 2
    assert command("uncertainty", folder, *FEW, "--out", out, "--overwrite").code == 0


def test_what_is_wrong_is_said(command: Command, folder: Path) -> None:
    assert command("uncertainty", folder, "--replicates", "10").code == 2
    assert command("uncertainty", folder, *FEW, "--coefficients", "schools").code == 2
    assert command("uncertainty", folder, *FEW, "--lang", "fr").code == 2
