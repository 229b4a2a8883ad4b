"""`impute` and `score`: what was imputed belongs to its children, its day and its features."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

import oab_funding as oab
from cli.conftest import Ran
from oab_funding.indicator.model import read_model
from oab_funding.synthetic import country

Command = Callable[..., Ran]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    where, made = tmp_path_factory.mktemp("indicator"), country(1500, seed=4)
    for name in ("pupils", "toddlers", "sites"):
        pq.write_table(getattr(made, name), where / f"{name}.parquet")
    return where


@pytest.fixture
def imputed(folder: Path, tmp_path: Path, command: Command) -> Path:
    for name, arguments in (
        ("model.json", ("fit", *tables(folder, "pupils", "sites"))),
        ("imputed", ("impute", *tables(folder), "--rounds", 2, "--seed", 5)),
    ):
        assert command(*arguments, "--out", tmp_path / name).code == 0
    return tmp_path


def tables(folder: Path, *names: str) -> list[object]:
    return [part for name in names or ALL for part in (f"--{name}", folder / f"{name}.parquet")]


ALL = ("pupils", "toddlers", "sites")


def scoring(folder: Path, imputed: Path, *more: object) -> list[object]:
    model, made = imputed / "model.json", imputed / "imputed"
    return ["score", *tables(folder), "--model", model, "--imputed", made, "--out", imputed / "s.csv", *more]


def test_what_was_imputed_gives_the_scores_of_imputing_anew(
    folder: Path, imputed: Path, command: Command
) -> None:
    assert command(*scoring(folder, imputed)).code == 0
    anew = ["score", *tables(folder), "--model", imputed / "model.json", "--rounds", 2, "--seed", 5]
    assert command(*anew, "--out", imputed / "anew.csv").code == 0
    assert (imputed / "s.csv").read_bytes() == (imputed / "anew.csv").read_bytes()


def changed(folder: Path, to: Path, table: str, change: Callable[[Any], Any]) -> Path:
    to.mkdir()
    for name in ALL:
        frame = pq.read_table(folder / f"{name}.parquet")
        if name == table:
            data = change(frame.to_pandas())
            frame = pa.Table.from_pandas(data, schema=frame.schema, preserve_index=False)
        pq.write_table(frame, to / f"{name}.parquet")
    return to


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("pupils", "age", 12),
        ("pupils", "debt_restructuring", True),
        ("toddlers", "in_register", False),
        ("sites", "excluded", True),
    ],
)
def test_other_children_are_refused(
    folder: Path, imputed: Path, command: Command, table: str, column: str, value: object
) -> None:
    other = changed(folder, imputed / "other", table, lambda frame: frame.assign(**{column: value}))
    ran = command(*scoring(other, imputed))
    assert ran.code == 2
    assert f"was imputed from other {table} than those given; impute again" in ran.err
    assert not (imputed / "s.csv").exists()


def test_what_imputation_does_not_depend_on_may_change(folder: Path, imputed: Path, command: Command) -> None:
    shuffled = lambda frame: frame.sample(frac=1, random_state=1).assign(attainment=530)  # noqa: E731
    assert command(*scoring(changed(folder, imputed / "o", "pupils", shuffled), imputed)).code == 0
    renamed = changed(folder, imputed / "p", "sites", lambda frame: frame.assign(name="another name"))
    assert command(*scoring(renamed, imputed, "--overwrite")).code == 0


def test_toddlers_left_out_are_refused(folder: Path, imputed: Path, command: Command) -> None:
    model, made = imputed / "model.json", imputed / "imputed"
    ran = command(
        *("score", *tables(folder, "pupils", "sites"), "--model", model),
        *("--imputed", made, "--out", imputed / "s.csv"),
    )
    assert (ran.code, "from other toddlers than those given" in ran.err) == (2, True)


def test_another_day_is_refused(folder: Path, imputed: Path, command: Command) -> None:
    ran = command(*scoring(folder, imputed, "--date", "2019-10-02"))
    assert (ran.code, "was imputed for 2019-10-01, not for 2019-10-02" in ran.err) == (2, True)


@pytest.mark.parametrize("options", [("--rounds", 2), ("--seed", 5), ("--rounds", 10, "--seed", 1)])
def test_rounds_and_seed_have_no_effect_beside_imputed(
    folder: Path, imputed: Path, command: Command, options: tuple[object, ...]
) -> None:
    ran = command(*scoring(folder, imputed, *options))
    assert ran.code == 2
    assert f"{options[0]}" in ran.err
    assert "no effect beside --imputed" in ran.err


def test_changed_tables_and_markers_are_refused(folder: Path, imputed: Path, command: Command) -> None:
    marker = imputed / "imputed" / "imputation.json"
    content = json.loads(marker.read_bytes())
    for key, wrong, said in (
        ("rounds", "2", "does not say how many rounds there are"),
        ("rounds", 0, "does not say how many rounds there are"),
        ("rounds", 3, "different numbers of rounds: 2 and 3"),
        ("reference_date", None, "was imputed for None"),
        ("specification_sha256", "0" * 64, "was imputed by the specification cbs-2019, the model's is"),
    ):
        marker.write_text(json.dumps({**content, key: wrong}))
        ran = command(*scoring(folder, imputed))
        assert (ran.code, said in ran.err) == (2, True), ran.err
    marker.write_text("{")
    assert command(*scoring(folder, imputed)).code == 2
    marker.write_text(json.dumps(content))
    path = imputed / "imputed" / "imputed_education.parquet"
    table = pq.read_table(path)
    pq.write_table(table.set_column(2, "education_mother", table.column("education_father")), path)
    ran = command(*scoring(folder, imputed))
    assert (ran.code, "is not the table that imputation.json was written with" in ran.err) == (2, True)


def test_nothing_is_missing(folder: Path, imputed: Path, command: Command) -> None:
    def known(frame: Any) -> Any:
        columns = ["education_mother", "education_father", "origin_mother", "origin_father"]
        holds = frame[columns].notna().all(axis=1) & frame.in_register & ~frame.asylum_seeker
        return frame[holds & frame.mother_born_in_nl.eq(True)]

    full = changed(folder, imputed / "full", "pupils", known)
    made, model = imputed / "nothing", imputed / "model.json"
    given = tables(full, "pupils", "sites")
    assert command("impute", *given, "--rounds", 3, "--out", made).code == 0
    for average in ("child", "institution"):
        common = ("score", *given, "--model", model, "--average", average)
        assert command(*common, "--imputed", made, "--out", imputed / f"a_{average}.csv").code == 0
        assert command(*common, "--rounds", 3, "--out", imputed / f"b_{average}.csv").code == 0
        one, other = ((imputed / f"{letter}_{average}.csv").read_bytes() for letter in "ab")
        assert one == other
    rows = [
        len((imputed / f"a_{name}.csv").read_text().splitlines()) - 1 for name in ("child", "institution")
    ]
    assert rows[1] == 3 * rows[0]


def test_a_site_outside_the_register_is_refused(folder: Path, tmp_path: Path, command: Command) -> None:
    children = "child_id,kind,site_id,municipality_code,age,education_score,asylum_seeker\n"
    for number in range(40):
        site = "01SB00" if number % 2 else "00AP00"
        children += f"c{number},pupil,{site},GM0001,9,{520 + number},false\n"
    (tmp_path / "children.csv").write_text(children)
    (tmp_path / "sites.csv").write_text("site_id,school_id,municipality_code\n00AP00,00AP,GM0001\n")
    for stream in ("sites", "municipalities"):
        ran = command(
            *("aggregate", stream, "--children", tmp_path / "children.csv", "--date", "2019-10-01"),
            *("--sites", tmp_path / "sites.csv", "--out", tmp_path / "o.csv"),
        )
        assert (ran.code, "site 01SB00 has pupils, but is not in the table of sites" in ran.err) == (2, True)


def test_fit_with_scale_values_and_weights(tmp_path: Path, command: Command) -> None:
    made = country(6000, seed=1)
    weights = pa.array([1 + row % 3 for row in range(made.pupils.num_rows)])
    pq.write_table(made.pupils.append_column("w", weights), tmp_path / "pupils.parquet")
    pq.write_table(made.sites, tmp_path / "sites.parquet")
    fit = ["fit", *tables(tmp_path, "pupils", "sites"), "--weights", "w", "--scale-values"]
    ran = command(*fit, "ordinal", "--out", tmp_path / "model.json")
    assert ran.code == 0
    assert "scale value of education_mother, education_father, school_mean[8]: 8.0000" in ran.out
    model = read_model(tmp_path / "model.json")
    assert model.source == "fitted on pupils.parquet, with weights"
    assert len(model.scale_values) == 1
    wrong = command(*fit, "cardinal", "--out", tmp_path / "other.json")
    assert wrong.code == 2
    assert "is no level of scaling" in wrong.err
    assert not (tmp_path / "other.json").exists()


def test_attainment_from_0_to_100_with_a_decimal_from_fit_to_grants(
    folder: Path, tmp_path: Path, command: Command
) -> None:
    """A scale of one's own is part of the specification, which the model file carries everywhere."""
    text = (files("oab_funding.indicator") / "specs/cbs-2019.toml").read_text(encoding="utf-8")
    text = text.replace('name = "cbs-2019"', 'name = "percent"')
    scale = '[measures.attainment]\nplaces = 1\nminimum = "0"\nmaximum = "100.0"\n'
    (tmp_path / "percent.toml").write_text(f"{text}\n{scale}", encoding="utf-8")
    pupils = pq.read_table(folder / "pupils.parquet")
    place, old = pupils.column_names.index("attainment"), pupils.column("attainment").to_pylist()
    scaled = pa.array([None if one is None else f"{(one - 501) * 2}.5" for one in old])
    frame = pupils.set_column(place, "attainment", scaled)
    pa.csv.write_csv(frame, tmp_path / "pupils.csv")
    for name in ("toddlers", "sites"):
        (tmp_path / f"{name}.parquet").write_bytes((folder / f"{name}.parquet").read_bytes())
    given = ["--pupils", tmp_path / "pupils.csv", "--sites", tmp_path / "sites.parquet"]
    both, spec = [*given, "--toddlers", tmp_path / "toddlers.parquet"], ["--spec", tmp_path / "percent.toml"]
    imputed, model, again = tmp_path / "imputed", tmp_path / "model.json", tmp_path / "again.csv"
    for arguments in (
        ("fit", *given, *spec, "--out", model),
        ("impute", *both, *spec, "--rounds", 2, "--out", imputed),
        ("score", *both, "--model", model, "--imputed", imputed, "--out", tmp_path / "children.csv"),
    ):
        ran = command(*arguments)
        assert ran.code == 0, ran.err
    assert "column attainment" in command("impute", *both, "--rounds", 2, "--out", again).err
    plain = tmp_path / "plain.json"
    assert command("fit", *tables(folder, "pupils", "sites"), "--out", plain).code == 0
    own, other = (
        {one.column: Decimal(one.value) for one in read_model(path).coefficients} for path in (model, plain)
    )
    assert own["start"] == pytest.approx(2 * (other["start"] - 501) + Decimal("0.5"), abs=Decimal("2e-6"))
    assert own["school_mean"] == pytest.approx(2 * other["school_mean"], abs=Decimal("2e-6"))
    scores = pd.read_csv(tmp_path / "children.csv")["education_score"].dropna()
    assert scores.between(0, 100).all()
    (tmp_path / "calculation.toml").write_text(
        'format = 1\ntitle = "percent"\n[children]\npupils = "pupils.csv"\nsites = "sites.parquet"\n'
        'reference_date = 2019-10-01\n[indicator]\nmodel = "model.json"\n'
        '[imputation]\nrounds = 2\nschool = "level"\n[schools]\nperiod = "2020-2021"\n',
        encoding="utf-8",
    )
    ran = command("run", tmp_path / "calculation.toml", "--out", tmp_path / "run")
    assert ran.code == 0, ran.err
    assert command("replay", tmp_path / "run").code == 0
    made = oab.Calculation(
        title="percent",
        children={"pupils": frame, "sites": tmp_path / "sites.parquet", "reference_date": "2019-10-01"},
        indicator={"model": model},
        imputation={"rounds": 2, "school": "level"},
        schools={"period": "2020-2021"},
    )
    assert oab.run(made).table("school_grants").equals(oab.open_run(tmp_path / "run").table("school_grants"))


def test_a_folder_is_taken_in_parts(folder: Path, imputed: Path, tmp_path: Path, command: Command) -> None:
    whole = pq.read_table(folder / "pupils.parquet")
    (tmp_path / "parts").mkdir()
    for number in range(2):
        pq.write_table(whole.slice(900 * number, 900), tmp_path / "parts" / f"{number}.parquet")
    given = ["--pupils", tmp_path / "parts", "--sites", folder / "sites.parquet"]
    assert command("fit", *given, "--out", tmp_path / "own.json").code == 0
    own, other = (read_model(tmp_path / name) for name in ("own.json", "model.json"))
    assert own.coefficients == other.coefficients
    scoring = ["score", *given, "--toddlers", folder / "toddlers.parquet", "--model", tmp_path / "own.json"]
    ran = command(*scoring, "--rounds", 2, "--seed", 5, "--out", tmp_path / "scored")
    assert ran.code == 0, ran.err
    anew = ["score", *tables(folder), "--model", imputed / "model.json", "--rounds", 2, "--seed", 5]
    same = command(*anew, "--out", tmp_path / "whole.parquet")
    assert ran.out == same.out
    found, wanted = (
        pq.read_table(path).to_pandas().sort_values("child_id", ignore_index=True)
        for path in (tmp_path / "scored", tmp_path / "whole.parquet")
    )
    pd.testing.assert_frame_equal(found, wanted, check_dtype=False)


def test_options_without_effect_on_a_folder_or_a_file_are_refused(
    folder: Path, imputed: Path, tmp_path: Path, command: Command
) -> None:
    model, sites = ["--model", imputed / "model.json"], ["--sites", folder / "sites.parquet"]
    given = ["--pupils", folder, *sites, "--out", tmp_path / "scored"]
    ran = command("score", *given, *model, "--average", "institution")
    assert (ran.code, "--average has no effect where pupils are a folder" in ran.err) == (2, True)
    ran = command("fit", *given, "--weights", "weight")
    assert (ran.code, "--weights has no effect where pupils are a folder" in ran.err) == (2, True)
    ran = command("fit", *tables(folder, "pupils", "sites"), "--workers", 2, "--out", tmp_path / "m.json")
    assert (ran.code, "--workers has no effect where pupils are a file" in ran.err) == (2, True)
    assert not (tmp_path / "scored").exists()


def test_fit_on_imputed_rounds(folder: Path, tmp_path: Path, command: Command) -> None:
    given = tables(folder, "pupils", "sites")
    ran = command("fit", *given, "--rounds", 2, "--seed", 5, "--out", tmp_path / "pooled.json")
    assert ran.code == 0, ran.err
    pupils, sites = (pq.read_table(folder / f"{name}.parquet") for name in ("pupils", "sites"))
    made = oab.impute(pupils, None, sites, rounds=2, seed=5, for_="fit")
    own = oab.fit(pupils, sites, imputed=made)
    assert {column: ran.figure(column) for column in own.columns} == {
        column: str(value) for column, value in own.published.items()
    }
    assert "in the mean of 2 rounds of imputation" in read_model(tmp_path / "pooled.json").source
    assert int(ran.figure("n")) == own.n > oab.fit(pupils, sites).n


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--seed", 5), "--seed has no effect without --rounds"),
        (("--rounds", 2, "--scale-values", "ordinal"), "--scale-values has no effect beside --rounds"),
    ],
)
def test_options_of_a_fit_that_change_nothing_are_refused(
    folder: Path, tmp_path: Path, command: Command, options: tuple[object, ...], message: str
) -> None:
    ran = command("fit", *tables(folder, "pupils", "sites"), *options, "--out", tmp_path / "m.json")
    assert (ran.code, message in ran.err) == (2, True)
