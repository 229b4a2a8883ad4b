"""Rules of the house that can be read off its files: circles, sizes, names, and where the tests stand."""

from __future__ import annotations

import ast
import json
from collections import Counter
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import oab_funding

PACKAGE = Path(oab_funding.__file__).parent
TESTS = Path(__file__).parent
MODULES = {
    ".".join((PACKAGE.name, *path.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(".__init__"): path
    for path in sorted(PACKAGE.rglob("*.py"))
}
EXCEPTIONS: dict[str, list[str]] = json.loads((TESTS / "golden" / "house.json").read_text(encoding="utf-8"))
"""What does not keep a rule yet. The lists may only become shorter: an exception that is none fails too."""

SHOWING = ("api", "cli", "report", "web")
"""Rooms that show what others compute: there a file is named after what it shows."""

MOST_LINES = 400


def imported(path: Path) -> set[str]:
    """Modules of the house that a module imports, also inside functions and for the type checker only."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            named = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {name if name in MODULES else node.module for name in named}
    return found & MODULES.keys()


def test_no_modules_import_each_other_in_a_circle() -> None:
    try:
        TopologicalSorter({name: imported(path) - {name} for name, path in MODULES.items()}).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


def test_a_circle_would_be_seen() -> None:
    with pytest.raises(CycleError):
        TopologicalSorter({"a": {"b"}, "b": {"a"}}).prepare()
    assert "oab_funding.errors" in imported(PACKAGE / "tables" / "parquet.py")


def kept(rule: str, broken_by: set[str]) -> None:
    """Hold what breaks a rule against what is known to."""
    known = set(EXCEPTIONS[rule])
    assert not broken_by - known, "new"
    assert not known - broken_by, "kept by now: take it off the list"


def relative(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def test_no_module_is_long() -> None:
    kept(
        "longer than 400 lines",
        {
            relative(path)
            for path in MODULES.values()
            if len(path.read_text(encoding="utf-8").splitlines()) > MOST_LINES
        },
    )


def test_a_name_is_that_of_one_file() -> None:
    computing = [path for path in MODULES.values() if path.relative_to(PACKAGE).parts[0] not in SHOWING]
    stems = Counter(path.stem for path in computing if not path.stem.startswith("__"))
    kept("names of more than one file", {stem for stem, times in stems.items() if times > 1})


def test_every_module_has_its_tests_at_the_same_path() -> None:
    def holds_code(path: Path) -> bool:
        body = ast.parse(path.read_text(encoding="utf-8")).body
        return any(isinstance(node, ast.FunctionDef | ast.ClassDef) for node in body)

    def tested(path: Path) -> bool:
        return (TESTS / path.relative_to(PACKAGE).with_name(f"test_{path.name}")).exists()

    without = {
        relative(path)
        for path in MODULES.values()
        if not path.stem.startswith("__") and holds_code(path) and not tested(path)
    }
    kept("tested in another file", without)
