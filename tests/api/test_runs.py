"""Running, opening and reconciling from Python."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pandas as pd
import pytest

import oab_funding as oab
from bundles import write_inputs

LATER = {
    "municipality_code": ["GM0001", "GM0002"],
    "score_raw": ["300.25", "900.00"],
    "score": ["200.50", "800.00"],
}


def test_a_calculation_file_and_the_calculation_built_from_it_give_one_bundle(tmp_path: Path) -> None:
    path = write_inputs(tmp_path)
    read = oab.Calculation.read(path)
    assert oab.run(path, tmp_path / "a").root == oab.run(read, tmp_path / "b").root


def test_results_in_memory_are_reconciled_as_a_bundle_is(tmp_path: Path) -> None:
    path = write_inputs(tmp_path)
    (tmp_path / "decided.csv").write_text("school_id,amount\n00AA,1.00\n", encoding="utf-8")
    decided = tmp_path / "decided.csv"
    written = oab.run(path, tmp_path / "RUN")
    in_memory = oab.run(path)
    assert in_memory.path is None
    folder = oab.reconcile(tmp_path / "RUN", decided)
    for run in (written, in_memory, oab.open_run(tmp_path / "RUN")):
        assert oab.reconcile(run, decided).table.equals(folder.table)
    for frame in (
        {"school_id": ["00AA"], "amount": ["1.00"]},
        pd.DataFrame({"brin": ["00AA"], "bedrag": ["1.00"]}),
    ):
        assert oab.reconcile(in_memory, frame).table.equals(folder.table)
    part = {"scores": tmp_path / "scores.csv", "old_base": tmp_path / "base.csv"}
    grants = oab.school_grants(period="2020-2021", sites=tmp_path / "sites.csv", **part)
    assert oab.reconcile(grants, decided).table.equals(folder.table)


def test_without_grants_there_is_nothing_to_reconcile(tmp_path: Path) -> None:
    (tmp_path / "decided.csv").write_text("municipality_code,amount\nGM0001,1.00\n", encoding="utf-8")
    run = oab.run(write_inputs(tmp_path))
    with pytest.raises(oab.InputError, match="run: holds no municipal grants; give a run that computes them"):
        oab.reconcile(run, tmp_path / "decided.csv")


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        (("school_id", "municipality_code", "amount"), "has both school_id and municipality_code"),
        (("school_id",), "lacks a code or the amount; give school_id or municipality_code, with amount"),
    ],
)
def test_a_frame_of_decisions_says_whose_they_are(
    columns: tuple[str, ...], said: str, tmp_path: Path
) -> None:
    with pytest.raises(oab.InputError, match=f"`decisions`: {said}"):
        oab.reconcile(oab.run(write_inputs(tmp_path)), {name: ["1"] for name in columns})


def test_grants_of_municipalities_by_municipality() -> None:
    earlier = LATER | {"score": ["100.50", "700.00"]}
    grants = oab.municipal_grants(LATER, earlier, year=2021, budget="1000000", source="an example")
    assert grants.by("municipality").table.equals(grants.table)
    with pytest.raises(oab.InputError, match="cannot be added up by; choose municipality"):
        grants.by("province")
    assert grants.total == Decimal("1000000.00")
    assert grants.figures.units["J"] == "euros"


def test_an_opened_run_cannot_be_written_again(tmp_path: Path) -> None:
    from oab_funding.api.bundled import made_bundle

    oab.run(write_inputs(tmp_path), tmp_path / "RUN")
    with pytest.raises(oab.InputError, match="`run`: was opened from a bundle"):
        made_bundle(oab.open_run(tmp_path / "RUN"))


def test_a_calculation_is_a_path_or_a_calculation() -> None:
    with pytest.raises(oab.InputError, match="`calculation`: is a int"):
        oab.run(3)  # type: ignore[arg-type]


def test_figures_of_school_scores_have_units() -> None:
    found = oab.school_scores({"site_id": ["00AP00", "00AP01"], "score": ["33.02", "0.00"]}).figures
    assert found["sum_of_scores"] == Fraction(3302, 100)
    assert found.units == {
        "schools": "schools",
        "schools_above_zero": "schools",
        "sum_of_scores": "units of score",
    }
