import json
from importlib.resources import files
from pathlib import Path

import pytest

from oab_funding.errors import InputError
from oab_funding.indicator.model import named_specification, read_model
from oab_funding.indicator.specification_file import SHIPPED, Specifications, load_specification, read_origins
from oab_funding.tables.source import SourceFile

SPECS = files("oab_funding.indicator").joinpath("specs")
TEXT = SPECS.joinpath("cbs-2019.toml").read_text()
ORIGINS = SPECS.joinpath("origins-default.csv").read_text()


def test_a_file_gives_what_its_shipped_twin_gives(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(TEXT)
    assert load_specification(tmp_path / "mine.toml") == load_specification("cbs-2019")


def test_a_table_beside_the_file_comes_first(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(TEXT)
    (tmp_path / "origins-default.csv").write_text("origin,group\nhere,netherlands\nthere,abroad\n")
    assert load_specification(str(tmp_path / "mine.toml")).categories("origin") == ("netherlands", "abroad")


def test_the_table_of_origins_can_be_replaced(tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text("origin,group\nhere,netherlands\nthere,abroad\nnowhere,\n")
    by_name = load_specification("cbs-2019", origins=tmp_path / "mine.csv")
    loaded = load_specification(load_specification("cbs-2019"), origins=tmp_path / "mine.csv")
    assert by_name == loaded
    assert by_name.categories("origin") == ("netherlands", "abroad")
    assert by_name.sha256 != load_specification("cbs-2019").sha256
    assert load_specification(by_name) is by_name


def test_a_table_without_the_reference_group_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text("origin,group\nthere,abroad\n")
    with pytest.raises(InputError, match="home names no category: 'netherlands'"):
        load_specification("cbs-2019", origins=tmp_path / "mine.csv")


def test_every_group_names_itself_and_no_country_is_missing_its_group() -> None:
    lines = [line.split(",") for line in ORIGINS.splitlines()[1:]]
    groups = {group for _, group in lines}
    assert groups <= {origin for origin, _ in lines}
    assert len({origin for origin, _ in lines}) == len(lines)
    assert len(groups) == 12


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("[rounding]", "[rounding", "is not a TOML file"),
        ('rule = "half_up"', 'rule = "half_up"\nrule = "down"', "is not a TOML file"),
        ('rule = "half_up"', 'rule = "nearest"', "rounding.rule: should be 'half_up'"),
        (
            "coefficient_places = 6",
            "coefficient_places = 7",
            "rounding.coefficient_places: .*less than or equal to 6",
        ),
        ("coefficient_places = 6", "coefficient_places = 6.0", "rounding.coefficient_places"),
        ("minimum_rows = 5", "minimum_rows = 0", "sample.minimum_rows"),
        ("minimum_rows = 5", "minimum_rows = 5\nmaximum_rows = 6", "sample.maximum_rows: is not known"),
        ('kind = "stay"', 'kind = "visit"', "features.3"),
        ('table = "origins-default.csv"', 'table = "../secret.csv"', "is not the name of a file"),
        ('table = "origins-default.csv"', 'table = "elsewhere.csv"', "elsewhere.csv: does not exist"),
        ('table = "origins-default.csv"', "", "features.2.origin.categories: is missing"),
        ("reference_date = 2019-10-01", 'reference_date = "2019-10-01"', "reference_date"),
        ("before_years = 10", "before_years = 11", "begins at 10 years, not at 11"),
        ('title = "Six', 'titel = "Six', "title: is missing; titel: is not known; did you mean title"),
    ],
)
def test_broken_files_are_refused_with_their_place(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in TEXT
    (tmp_path / "mine.toml").write_text(TEXT.replace(old, new, 1))
    with pytest.raises(InputError, match=message):
        load_specification(tmp_path / "mine.toml")


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_bytes(b"# \xff\xfe")
    with pytest.raises(InputError, match="is not UTF-8"):
        load_specification(tmp_path / "mine.toml")


@pytest.mark.parametrize("source", ["cbs-2020", "spec.json", "", Path("absent.toml")])
def test_what_is_no_specification(source: str | Path) -> None:
    with pytest.raises(InputError, match=r"one of cbs-2019|does not exist"):
        load_specification(source)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"origin,group\nNL,dutch\nNL,other\n", "origin, row 3, value 'NL': occurs twice"),
        (b"origin,group\nNL,dutch\n,other\n", "row 3: is empty"),
        (b"land,group\nNL,dutch\n", "has the columns land, group; give the columns origin, group"),
        (b"origin,group,colour\nNL,dutch,orange\n", "has the columns"),
        (b"origin,group\nNL,\n", "names no group"),
        (b"origin,group\n", "names no group"),
        (b"origin,group\nNL\n", "row 2"),
        (b"\xff\xfe", "is not UTF-8"),
    ],
)
def test_refusals(data: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_origins(SourceFile("origins.csv", data))


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_specification_is_whole_in_its_own_files(name):
    only = Specifications.shipped().only(name)
    assert f"{name}.toml" in only.contents
    assert only.load(name) == load_specification(name)
    assert only.load(name).sha256 == load_specification(name).sha256


def test_its_own_table_of_origins_is_the_one_that_counts():
    shipped = Specifications.shipped()
    changed = shipped.contents["origins-default.csv"].splitlines(keepends=True)
    other = Specifications({**shipped.contents, "origins-default.csv": b"".join(changed[:-1])})
    assert other.load("cbs-2019").sha256 != shipped.load("cbs-2019").sha256


@pytest.mark.parametrize("name", ["absent", "../cbs-2019", "/etc/passwd", ""])
def test_a_name_that_is_none_is_refused_and_no_path_is_opened(name):
    with pytest.raises(InputError, match="is not the name of a specification"):
        Specifications.shipped().load(name)


def test_a_model_file_may_name_a_shipped_specification_and_no_path(tmp_path):
    (tmp_path / "own.toml").write_bytes(Specifications.shipped().contents["cbs-2019.toml"])
    file = SourceFile("m.json", json.dumps({"specification": str(tmp_path / "own.toml")}).encode())
    assert named_specification(file) == str(tmp_path / "own.toml")
    with pytest.raises(InputError, match="is not the name of a specification"):
        read_model(file)
