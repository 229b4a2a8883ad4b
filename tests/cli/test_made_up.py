"""`demo`, `synth`, `run` on a made-up country, and the way there in single commands."""

from __future__ import annotations

import csv
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import oab_funding as oab
from oab_funding.synthetic.files import shipped_country

from .conftest import Ran

Command = Callable[..., Ran]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("demo") / "run"
    oab.run(shipped_country() / "calculation.toml", out)
    return out


def grants(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_demo_ends_with_where_to_look(tmp_path: Path, command: Command) -> None:
    ran = command("demo", "--out", tmp_path / "run")
    assert ran.code == 0, ran.err
    assert "label: made-up data" in ran.out
    assert "label: fitted on synthetic data" in ran.out
    assert f"look at: {tmp_path / 'run' / 'report.html'}" in ran.out
    assert "check: the municipal grants after the transition add up to the budget to the cent" in ran.out
    assert command("demo", "--out", tmp_path / "run").code == 2
    assert command("demo", "--out", tmp_path / "run", "--overwrite").code == 0


def test_demo_can_be_verified_and_replayed(demo: Path, command: Command) -> None:
    assert command("verify", demo).code == 0
    replayed = command("replay", demo)
    assert replayed.code == 0, replayed.out


def test_both_grants_are_written(demo: Path) -> None:
    schools, municipalities = grants(demo / "grants_schools.csv"), grants(demo / "grants_municipalities.csv")
    assert len(municipalities) == 10
    assert len(schools) == 86
    budget = oab.open_run(demo).calculation.municipalities.budget
    assert sum(Decimal(row["amount_new"]) for row in municipalities) == budget
    assert sum(Decimal(row["amount"]) for row in municipalities) == budget
    money = oab.open_run(demo).figures("budget or price")
    assert money["source"].startswith("declared assumption")
    assert any(row["topped_up"] == "true" and Decimal(row["amount_new"]) == 64000 for row in municipalities)


def test_single_commands_give_what_the_run_gives(demo: Path, tmp_path: Path, command: Command) -> None:
    data = shipped_country()
    children = ["--pupils", data / "pupils.parquet", "--toddlers", data / "toddlers.parquet"]
    sites = ["--sites", data / "sites.parquet"]
    model, imputed = tmp_path / "model.json", tmp_path / "imputed"
    assert (
        command("fit", *children[:2], *sites, "--out", model, "--label", "fitted on synthetic data").code == 0
    )
    assert command("impute", *children, *sites, "--out", imputed).code == 0
    scored, own = tmp_path / "scored.parquet", tmp_path / "own.parquet"
    ran = command("score", *children, *sites, "--model", model, "--imputed", imputed, "--out", scored)
    assert ran.code == 0, ran.err
    assert ran.figure("label") == "fitted on synthetic data"
    assert command("score", *children, *sites, "--model", model, "--out", own).code == 0
    assert pq.read_table(own).equals(pq.read_table(scored))
    assert pq.read_table(scored).equals(pq.read_table(demo / "tables" / "scored_children.parquet"))

    by_site, by_municipality = tmp_path / "sites.csv", tmp_path / "municipalities.csv"
    where = ["--children", scored, "--date", "2019-10-01", *sites]
    ran = command("aggregate", "sites", *where, "--out", by_site)
    assert ran.code == 0, ran.err
    assert ran.figure("label") == "fitted on synthetic data"  # it travels in the file
    assert command("aggregate", "municipalities", *where, "--out", by_municipality).code == 0
    opened = oab.open_run(demo)
    assert oab.read_site_scores(by_site).table.column("score") == opened.table("site_scores").column("score")

    out = tmp_path / "grants.csv"
    base = ["--old-base", data / "old_base_schools.csv", "--gainers", "solve"]
    assert (
        command("allocate", "schools", "--scores", by_site, "--period", "2020-2021", *base, "--out", out).code
        == 0
    )
    assert out.read_bytes() == (demo / "grants_schools.csv").read_bytes()

    budget = opened.calculation.municipalities.budget
    arguments = ["--scores", by_municipality, "--previous", data / "previous" / "municipality_scores.csv"]
    more = ["--year", 2021, "--budget", budget, "--old-base", data / "grants_2018.csv", "--gainers", "solve"]
    ran = command("allocate", "municipalities", *arguments, *more, "--out", out, "--overwrite")
    assert ran.code == 0, ran.err
    assert out.read_bytes() == (demo / "grants_municipalities.csv").read_bytes()


@pytest.mark.parametrize("scores_of", ["sites", pytest.param("municipalities", marks=pytest.mark.thorough)])
def test_scores_of_one_kind_can_be_replayed(scores_of: str, tmp_path: Path, command: Command) -> None:
    data = shipped_country()
    text = (data / "calculation.toml").read_text().split("[schools]")[0]
    for name in ("pupils", "toddlers", "sites"):
        text = text.replace(f'"{name}.parquet"', f'"{data / name}.parquet"')
    path = tmp_path / "calculation.toml"
    path.write_text(text.replace("[children]", f'[children]\nscores_of = "{scores_of}" #'))
    assert command("run", path, "--out", tmp_path / "run").code == 0
    assert command("verify", tmp_path / "run").code == 0
    assert command("replay", tmp_path / "run").code == 0


def test_an_imputation_by_other_features_is_refused(tmp_path: Path, command: Command) -> None:
    data = shipped_country()
    where = ["--pupils", data / "pupils.parquet", "--sites", data / "sites.parquet"]
    model, imputed = tmp_path / "model.json", tmp_path / "imputed"
    assert command("fit", *where, "--spec", "cbs-2019-before-correction", "--out", model).code == 0
    assert command("impute", *where, "--rounds", 2, "--out", imputed).code == 0
    ran = command("score", *where, "--model", model, "--imputed", imputed, "--out", tmp_path / "s.csv")
    assert ran.code == 2
    assert "was imputed by the specification cbs-2019, the model's is cbs-2019-before-correction" in ran.err
    (imputed / "imputation.json").write_text("{")
    ran = command("score", *where, "--model", model, "--imputed", imputed, "--out", tmp_path / "s.csv")
    assert ran.code == 2
    assert "imputation.json: is not a JSON file" in ran.err


def test_workbook_of_the_made_up_country(demo: Path, tmp_path: Path, command: Command) -> None:
    """The made-up workbook is what CBS would publish of the demo, and passes the same checks."""
    book = oab.read_cbs_workbook(next(shipped_country().glob("*.xlsx")))
    assert "verzonnen" in (book.label or "")
    assert book.table.column("score") == oab.open_run(demo).table("site_scores").column("score")
    out = tmp_path / "grants.csv"
    path = next(shipped_country().glob("*.xlsx"))
    ran = command("allocate", "schools", "--scores", path, "--period", "2020-2021", "--out", out)
    assert ran.code == 0, ran.err
    assert "label: verzonnen gegevens" in ran.out


def test_synth_writes_what_run_needs(tmp_path: Path, command: Command) -> None:
    out = tmp_path / "country"
    ran = command("synth", "--out", out, "--pupils", 3000, "--seed", 7)
    assert ran.code == 0, ran.err
    assert command("run", out / "calculation.toml", "--out", tmp_path / "run").code == 0
    assert command("synth", "--out", out, "--pupils", 3000).code == 2
    assert command("synth", "--out", tmp_path / "other", "--pupils", 3).code == 2
    assert not (tmp_path / "other").exists()


def test_averaging_after_aggregation(tmp_path: Path, command: Command) -> None:
    data = shipped_country()
    text = (data / "calculation.toml").read_text().split("[schools]")[0].replace('"child" ', '"institution" ')
    for name in ("pupils", "toddlers", "sites"):
        text = text.replace(f'"{name}.parquet"', f'"{data / name}.parquet"')
    path = tmp_path / "calculation.toml"
    path.write_text(text)
    ran = command("run", path, "--out", tmp_path / "run", "--verbose")
    assert ran.code == 0, ran.err
    assert ran.figure("rounds") == "10"
    opened = oab.open_run(tmp_path / "run")
    assert opened.figures("scores of sites")["rounds"] == 10


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["fit", "--pupils", "P", "--sites", "S", "--spec", "cbs-1066"], "cbs-1066"),
        (["score", "--pupils", "P", "--sites", "S", "--model", "P"], "pupils.parquet"),
        (["score", "--pupils", "P", "--sites", "S", "--model", "absent.json"], "absent.json: does not exist"),
        (["fit", "--pupils", "S", "--sites", "S"], "child_id"),
        (["impute", "--pupils", "P", "--sites", "P"], "school_id is missing"),
        (["aggregate", "sites", "--children", "P", "--date", "2019-10-01"], "is missing"),
        (["aggregate", "sites", "--children", "P", "--date", "1-10-2019"], "does not match"),
    ],
)
def test_refusals(words: list[str], says: str, tmp_path: Path, command: Command) -> None:
    data = shipped_country()
    files = {"P": data / "pupils.parquet", "S": data / "sites.parquet"}
    out = tmp_path / ("out" if words[0] == "impute" else "out.json" if words[0] == "fit" else "out.parquet")
    ran = command(*(files.get(word, word) for word in words), "--out", out)
    assert ran.code == 2, ran
    assert says in ran.err
    assert "Traceback" not in ran.err
    assert list(tmp_path.iterdir()) == []
