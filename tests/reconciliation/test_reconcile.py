"""Which grants a file of decisions is about."""

from __future__ import annotations

from pathlib import Path

import pytest

from oab_funding.api.runs import run
from oab_funding.errors import InputError
from oab_funding.reconciliation.reconcile import reconcile_run
from oab_funding.run.opened import open_run
from oab_funding.run.run import Run

HEAD = 'format = 1\ntitle = "T"\n'


@pytest.fixture
def schools(tmp_path: Path) -> Run:
    (tmp_path / "scores.csv").write_text("site_id,score\n00AP00,33.02\n00AR00,0.00\n")
    file = tmp_path / "calculation.toml"
    file.write_text(HEAD + '[schools]\nperiod = "2023"\nscores = "scores.csv"\nprice = "600.00"\n')
    run(file, tmp_path / "run")
    return open_run(tmp_path / "run")


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("d.csv", "code,amount\n1,2\n", "d.csv: has no school_id or municipality_code"),
        ("d.csv", "school_id,municipality_code,amount\n00AP,GM0001,1.00\n", "has both"),
        ("d.csv", "municipality_code,amount\nGM0001,1.00\n", "holds no municipal grants"),
        ("d.csv", "school_id,amount\n00AP,x\n", "column amount, row 2"),
        ("d.xlsx", "x", "d.xlsx: is not a whole workbook"),
        ("d.txt", "x", "its ending .txt is not that of a table; give a .csv, .parquet or .xlsx file"),
        ("d.parquet", "x", "is not a whole Parquet file"),
    ],
)
def test_decisions_that_cannot_be_used(name: str, text: str, says: str, schools: Run, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(InputError) as caught:
        reconcile_run(schools, path)
    assert says in str(caught.value)


def test_earlier_scores_have_no_part_in_school_grants(schools: Run, tmp_path: Path) -> None:
    path = tmp_path / "d.csv"
    path.write_text("school_id,amount\n00AP,19812.00\n00AR,0.00\n")
    assert reconcile_run(schools, path).figures["equal"] == 2
    with pytest.raises(InputError, match="leave out `previous`"):
        reconcile_run(schools, path, other_previous=path)


def test_a_run_of_municipalities_has_no_school_grants(tmp_path: Path) -> None:
    scores = "municipality_code,score_raw,score\nGM0001,300.00,200.00\n"
    (tmp_path / "scores.csv").write_text(scores)
    (tmp_path / "earlier.csv").write_text(scores.replace("200", "190"))
    file = tmp_path / "calculation.toml"
    part = (
        '[municipalities]\nyear = 2024\nprice = "600.00"\nscores = "scores.csv"\nprevious = "earlier.csv"\n'
    )
    file.write_text(HEAD + part)
    run(file, tmp_path / "run")
    path = tmp_path / "d.csv"
    path.write_text("school_id,amount\n00AP,1.00\n")
    with pytest.raises(InputError, match="holds no school grants"):
        reconcile_run(open_run(tmp_path / "run"), path)


@pytest.mark.parametrize("missing", ["zero", "exempt"])
def test_whole_euros_are_those_of_what_was_paid(missing: str, tmp_path: Path) -> None:
    (tmp_path / "scores.csv").write_text("site_id,score\n00AP00,33.02\n00AR00,50.00\n00AZ00,10.03\n")
    (tmp_path / "base.csv").write_text("school_id,old_base\n00AP,30000.50\n00AR,1000.25\n")
    file = tmp_path / "calculation.toml"
    more = f'old_base = "base.csv"\ngainers = "26.55%"\nmissing_base = "{missing}"\n'
    file.write_text(
        HEAD + '[schools]\nperiod = "2020-2021"\nscores = "scores.csv"\nprice = "559.55"\n' + more
    )
    run(file, tmp_path / "run")
    # B = 18,476.341, 27,977.50, 5,612.2865; A = 30,000.50, 1,000.25, and 0 or none.
    paid = {"00AP": 24238, "00AR": 20815, "00AZ": {"zero": 4122, "exempt": 5612}[missing]}
    path = tmp_path / "d.csv"
    path.write_text("school_id,amount\n" + "".join(f"{code},{euros}.00\n" for code, euros in paid.items()))
    result = reconcile_run(open_run(tmp_path / "run"), path)
    assert set(result.table.column("cause").to_pylist()) == {"rounding to whole euros"}
