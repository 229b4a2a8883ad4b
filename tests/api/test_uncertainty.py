"""`uncertainty` in one line of Python."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import oab_funding as oab
from oab_funding.errors import InputError
from oab_funding.synthetic import country


@pytest.fixture(scope="module")
def run() -> oab.Run:
    made = country(800, seed=4).now
    model = oab.supplied_model({"start": "530"}, "cbs-2019", label="made up", source="made up", others="0.5")
    children = {"reference_date": made.day, "pupils": made.pupils, "sites": made.sites, "scores_of": "sites"}
    indicator = {"model": oab.SourceFile("model.json", model.to_json())}
    return oab.run(
        oab.Calculation(
            title="Small", children=children, indicator=indicator, schools={"period": "2020-2021"}
        )
    )


@pytest.fixture(scope="module")
def found(run: oab.Run) -> oab.Uncertainty:
    return oab.uncertainty(run, replicates=39, parts=2)


def test_it_shows_itself_and_can_be_saved(found: oab.Uncertainty, tmp_path: Path) -> None:
    assert repr(found).startswith("<Uncertainty uncertainty of Small: ")
    assert "within the noise" in repr(found)
    found.save(tmp_path / "u.csv")
    assert (tmp_path / "u.csv").read_text().splitlines()[0].startswith("stream,level,institution,score,")
    assert found.to_frame("nation").shape[1] == 5
    assert found.replicates().shape == (39, len(found.made["schools"].names))
    with pytest.raises(InputError, match="choose schools"):
        found.replicates("municipalities")


def test_any_executor_gives_the_same_bits(run: oab.Run, found: oab.Uncertainty) -> None:
    with ThreadPoolExecutor(2) as two:
        other = oab.uncertainty(run, replicates=39, parts=2, executor=two)
    assert other.sha256 == found.sha256
    assert other.table == found.table
    with pytest.raises(InputError, match="cannot carry out work"):
        oab.uncertainty(run, replicates=39, executor=2)  # type: ignore[arg-type]


def test_wrong_arguments_are_refused(run: oab.Run) -> None:
    for wrong in ({"replicates": 10}, {"replicates": "many"}, {"level": "2"}, {"seed": -1}, {"parts": 1.5}):
        with pytest.raises(InputError):
            oab.uncertainty(run, **wrong)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="`run`: is a int"):
        oab.uncertainty(3)  # type: ignore[arg-type]


def test_it_tells_of_an_institution(found: oab.Uncertainty) -> None:
    site = found.made["schools"].names[0]
    told = found.explain(site, "en")
    assert "Had the parents' education been known, the amount would with 95%" in told.replace("\n  ", " ")
    assert "corrects no amount" in told
    assert "<svg" in found.page("nl")
