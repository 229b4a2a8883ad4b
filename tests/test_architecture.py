"""Data flows from top to bottom: no module imports from a layer below its own."""

import ast
from pathlib import Path

import pytest

import oab_funding

PACKAGE = Path(oab_funding.__file__).parent

LAYERS = [
    {"_version", "errors"},
    {"extras"},
    {"exact"},
    {"tables"},
    {"regulation"},
    {"indicator"},
    {"scores"},
    {"grants"},
    {"audit"},
    {"run"},
    {"reconciliation"},
    {"analysis"},
    {"synthetic"},
    {"report"},
    {"preschool"},
    {"api"},
    {"__init__"},
    {"web"},
    {"cli"},
    {"__main__"},
]
RANK = {name: rank for rank, layer in enumerate(LAYERS) for name in layer}
MODULES = sorted(PACKAGE.rglob("*.py"))


def layer_of(path: Path) -> str:
    relative = path.relative_to(PACKAGE)
    return relative.parts[0].removesuffix(".py")


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    parts = [name.split(".") for name in names if name.split(".")[0] == "oab_funding"]
    return {part[1] for part in parts if len(part) > 1 and part[1] in RANK}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_arrow_points_up(path: Path) -> None:
    own = layer_of(path)
    assert own in RANK, f"{path.name} belongs to no layer: add it to LAYERS"
    wrong = {name for name in imported(path) if RANK[name] > RANK[own]}
    assert not wrong, f"{path.relative_to(PACKAGE)} imports {sorted(wrong)} from below"


@pytest.mark.parametrize("package", ["exact", "audit"])
def test_some_packages_know_nothing_of_schools(package: str) -> None:
    for path in (PACKAGE / package).rglob("*.py"):
        code = path.read_text(encoding="utf-8")
        names = {
            node.name
            for node in ast.walk(ast.parse(code))
            if isinstance(node, ast.FunctionDef | ast.ClassDef)
        }
        assert not [name for name in names if "school" in name.lower() or "municipal" in name.lower()]
