"""Libraries of extras: imported where they are, and a line that installs them where they are not."""

from __future__ import annotations

import ast
import sys
import tomllib
from pathlib import Path

import pytest

import oab_funding
from oab_funding.errors import InputError
from oab_funding.extras import EXTRAS, load
from oab_funding.indicator.parts.sources import with_dask

PACKAGE = Path(oab_funding.__file__).parent
PROJECT = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def named(requirements: list[str]) -> set[str]:
    """The packages that requirements name."""
    return {requirement.split("[")[0].split(">")[0] for requirement in requirements}


def test_a_library_is_imported() -> None:
    assert load("statsmodels.tools.tools", "the check").add_constant


@pytest.mark.parametrize(("library", "extra"), EXTRAS.items())
def test_a_missing_library_names_what_installs_it(
    library: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(InputError) as error:
        load(f"{library}.part", "this question")
    assert str(error.value) == f'this question needs {library}; pip install "oab-funding[{extra}]"'


def test_dask_names_it() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "dask", None)
        with pytest.raises(InputError, match=r'pip install "oab-funding\[dask\]"'):
            with_dask(len, [("part",)])


@pytest.mark.parametrize(("library", "extra"), EXTRAS.items())
def test_an_extra_brings_its_library(library: str, extra: str) -> None:
    assert library in named(PROJECT["optional-dependencies"][extra])
    assert library not in named(PROJECT["dependencies"])


def test_nothing_else_imports_a_library_of_an_extra() -> None:
    """What is always there is the core's; everything else goes by way of `load`."""
    core = {"cryptography", "jinja2", "markupsafe", "matplotlib", "numpy", "pandas", "pyarrow", "pydantic"}
    core |= {"pydantic_core", "python_calamine", "rfc8785", "rich", "scipy", "typer", "xlsxwriter"}
    core |= {"click", "oab_funding"}
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            roots = {name.split(".")[0] for name in names}
            assert roots <= core | sys.stdlib_module_names, f"{path.relative_to(PACKAGE)}: {roots}"
