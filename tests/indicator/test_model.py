import json
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import rfc8785

from indicator.frames import SITES, many_children, small_specification
from oab_funding.errors import InputError
from oab_funding.indicator.fit import fit
from oab_funding.indicator.model import Model, read_model, supplied_model, write_model
from oab_funding.indicator.model_schema import model_schema
from oab_funding.indicator.normal_equations import design_columns
from oab_funding.indicator.specification_file import load_specification
from oab_funding.tables.source import SourceFile


@pytest.fixture(scope="module")
def model() -> Model:
    fitted = fit(many_children(2000), SITES)
    return fitted.model(
        name="try-out", label="fitted on synthetic data", data_sha256={"pupils.parquet": "a" * 64}
    )


def test_round_trip_with_equal_bytes(model: Model, tmp_path: Path) -> None:
    write_model(model, tmp_path / "model.json")
    again = read_model(tmp_path / "model.json")
    assert again == model
    assert again.to_json() == (tmp_path / "model.json").read_bytes()
    assert rfc8785.dumps(json.loads(again.to_json())) == again.to_json()


def test_the_model_holds_the_published_coefficients(model: Model) -> None:
    fitted = fit(many_children(2000), SITES)
    for column, value in fitted.published.items():
        assert model.value(column) == value
        assert model.units(column) == int(value * 10**6)
    assert model.fit is not None
    assert model.fit.n == 2000
    assert model.fit.statistics_sha256 == fitted.statistics.sha256
    assert model.specification_sha256 == load_specification("cbs-2019").sha256


def test_the_card_says_what_matters(model: Model) -> None:
    card = model.card()
    for said in (
        "**fitted on synthetic data**",
        "fitted on 2,000 children on 2019-10-01; left out: nobody",
        model.specification_sha256,
        "| start |",
        "stay 10_or_more",
        "mother_first (options: mother_first, father_first, mother_only)",
        "a" * 64,
    ):
        assert said in card
    supplied = supplied_model({"start": "530"}, "cbs-2019", label="CBS", source="report, table 3", others="0")
    assert "report, table 3" in supplied.card()
    assert "fitted on" not in supplied.card()


def test_a_supplied_table_needs_every_column_but_ability() -> None:
    columns = [c for c in design_columns(small_specification()) if c != "ability"]
    table: dict[str, str | Decimal] = {column: Decimal("-1.5") for column in columns}
    model = supplied_model(table, small_specification(), label="theirs", source="report")
    assert model.value("stay[under_5]") == Decimal("-1.5")
    assert model.fit is None
    assert model.reference_date is None
    del table["origin[other]"]
    with pytest.raises(InputError, match=r"no coefficient for origin\[other\]"):
        supplied_model(table, small_specification(), label="theirs", source="report")
    with pytest.raises(InputError, match=r"has no column origin\[mars\]"):
        supplied_model({"origin[mars]": "1"}, small_specification(), label="x", source="x", others="0")


def test_a_hand_written_file_may_name_the_specification(tmp_path: Path) -> None:
    columns = [c for c in design_columns(load_specification("cbs-2019")) if c != "ability"]
    content = {
        "format": "oab-funding/indicator-model/1",
        "name": "theirs",
        "label": "coefficients of CBS",
        "source": "report of 2017, table 4",
        "made_with": "by hand",
        "reference_date": None,
        "specification": "cbs-2019",
        "coefficients": [{"column": column, "value": "0.25"} for column in columns],
        "fit": None,
    }
    path = tmp_path / "theirs.json"
    path.write_text(json.dumps(content, indent=2))
    model = read_model(path)
    assert model.specification == load_specification("cbs-2019")
    assert model.value("school_mean") == Decimal("0.25")
    path.write_text(json.dumps(content | {"specification_sha256": "0" * 64}))
    with pytest.raises(InputError, match="is not the hash of the specification"):
        read_model(path)


def test_the_published_schema_is_that_of_the_code() -> None:
    published = files("oab_funding.indicator").joinpath("model.schema.json").read_text()
    assert json.loads(published) == model_schema()
    assert "specification_sha256" not in model_schema()["required"]


def without(name: str) -> Any:
    return lambda content: content.pop(name)


def put(name: str, value: Any) -> Any:
    return lambda content: content.update({name: value})


def coefficient(position: int, **change: Any) -> Any:
    return lambda content: content["coefficients"][position].update(change)


@pytest.mark.parametrize(
    ("breakage", "message"),
    [
        (without("label"), "label: is missing"),
        (without("specification_sha256"), "specification_sha256: is missing"),
        (without("coefficients"), "coefficients: is missing"),
        (put("label", ""), "label: String should have at least 1 character"),
        (put("source", ""), "source: String should have"),
        (put("format", "oab-funding/indicator-model/2"), "format: should be"),
        (put("colour", "red"), "colour: is not known"),
        (put("specification_sha256", "0" * 64), "is not the hash of the specification"),
        (put("specification", "cbs-1900"), "is not the name of a specification"),
        (put("specification", {}), "specification"),
        (put("coefficients", []), "no coefficient for start"),
        (put("reference_date", "1-10-2019"), "reference_date"),
        (lambda c: c["coefficients"].pop(), None),
        (lambda c: c["coefficients"].pop(0), "no coefficient for start"),
        (lambda c: c["coefficients"].append(c["coefficients"][0]), "coefficient of start occurs twice"),
        (coefficient(3, column="origin[mars]"), "no coefficient for education_mother"),
        (coefficient(0, value=530.25), "coefficients.0.value: should be a valid string"),
        (coefficient(0, value="530,25"), "coefficients.0.value: has a decimal comma, write a point"),
        (coefficient(0, value="1e3"), "is not a decimal of at most six places such as 525.5"),
        (coefficient(0, value="NaN"), "is not a decimal of at most six places such as 525.5"),
        (coefficient(0, value="530.1234567"), "is not a decimal of at most six places such as 525.5"),
        (coefficient(0, value="1000000"), "is not a decimal of at most six places such as 525.5"),
        (coefficient(0, value="530\n"), "is not a decimal of at most six places such as 525.5"),
        (lambda c: c["fit"].update(n=0), "fit.n"),
        (lambda c: c["fit"].update(statistics_sha256="abc"), "fit.statistics_sha256"),
        (
            lambda c: c["specification"]["rounding"].update(rule="down"),
            "is not the hash of the specification",
        ),
        (lambda c: c["specification"]["features"].pop(), "is not the hash|has no column ability"),
    ],
)
def test_broken_models_are_refused_with_their_place(model: Model, breakage: Any, message: str | None) -> None:
    content = json.loads(model.to_json())
    breakage(content)
    file = SourceFile("model.json", json.dumps(content).encode())
    if message is None:  # ability, the last coefficient, is not needed for scores
        assert read_model(file).value("start") == model.value("start")
        return
    with pytest.raises(InputError, match=f"^(model.json|value).*{message}"):
        read_model(file)


def test_finer_coefficients_than_the_specification_allows() -> None:
    content = small_specification().model_dump()
    content["rounding"]["coefficient_places"] = 2
    coarse = type(small_specification()).model_validate(content)
    with pytest.raises(InputError, match="the coefficient of start has 3 decimals"):
        supplied_model({"start": "530.125"}, coarse, label="x", source="x", others="0")
    assert (
        supplied_model({"start": "530.12"}, coarse, label="x", source="x", others="0").units("start")
        == 530120000
    )


@pytest.mark.parametrize(
    "data",
    [
        b"{",
        b"[]",
        b"\xff",
        b'"text"',
        b'{"format": 1, "format": 2}',
        b'{"name": NaN}',
        b"[" * 100_000,
    ],
)
def test_files_that_are_no_model(data: bytes) -> None:
    said = r"^model.json(: is not a JSON file|: holds no JSON|: nests too deeply|, row 1: is not UTF-8)"
    with pytest.raises(InputError, match=said):
        read_model(SourceFile("model.json", data))


def test_cut_and_random_bytes(model: Model) -> None:
    data = model.to_json()
    for cut in range(1, len(data), 997):
        with pytest.raises(InputError):
            read_model(SourceFile("model.json", data[:cut]))


def test_a_taken_path_is_refused(model: Model, tmp_path: Path) -> None:
    write_model(model, tmp_path / "model.json")
    with pytest.raises(InputError, match="already exists"):
        write_model(model, tmp_path / "model.json")
    write_model(model, tmp_path / "model.json", overwrite=True)
