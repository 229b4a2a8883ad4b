import hashlib
import json
import platform
import shutil
from pathlib import Path

import pytest

from oab_funding._version import __version__
from oab_funding.audit.code_identity import PACKAGE, code_identity, environment, environment_problems


@pytest.fixture
def copy(tmp_path):
    return Path(shutil.copytree(PACKAGE, tmp_path / "oab_funding"))


def test_is_what_its_docstring_says():
    files = [path for path in PACKAGE.rglob("*") if path.is_file() and "__pycache__" not in str(path)]
    hashes = {str(path.relative_to(PACKAGE)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
    form = json.dumps(hashes, sort_keys=True, separators=(",", ":")).encode()
    assert code_identity().sha256 == hashlib.sha256(form).hexdigest()
    assert code_identity().version == __version__


def test_is_the_same_wherever_the_package_stands(copy):
    before = code_identity(copy)
    (copy / "__pycache__").mkdir(exist_ok=True)
    (copy / "__pycache__" / "x.py").write_text("")
    (copy / "synthetic" / "data").mkdir()
    (copy / "synthetic" / "data" / "calculation.toml").write_text("")
    assert code_identity(copy) == before == code_identity()


@pytest.mark.parametrize("ending", [".py", ".toml", ".html", ".csv", ".typed", ""])
def test_changes_with_every_source_file(copy, ending):
    before = code_identity(copy)
    path = copy / "audit" / f"new{ending}"
    path.write_text("a")
    added = code_identity(copy)
    path.write_text("b")
    changed = code_identity(copy)
    path.rename(copy / f"new{ending}")
    assert len({before.sha256, added.sha256, changed.sha256, code_identity(copy).sha256}) == 4


def test_environment_is_text():
    found = environment()
    assert set(found) >= {"python", "platform", "numpy", "pandas", "pyarrow", "matplotlib", "jinja2"}
    assert found["platform"] == f"{platform.system()} {platform.machine()}"
    assert list(environment_problems(found)) == []
    assert all(isinstance(value, str) and value for value in found.values())
