import json

import pytest

from oab_funding.errors import InputError
from oab_funding.indicator.model_file import named_specification, read_model
from oab_funding.indicator.specification_file import SHIPPED, load_specification
from oab_funding.indicator.specifications import Specifications
from oab_funding.tables.source import SourceFile


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
