"""The public names: written alike for Python and for the type checker, and all in the reference."""

from __future__ import annotations

import ast
import inspect
import re
import typing
from pathlib import Path

import pytest

import oab_funding as oab

SOURCE = Path(oab.__file__)
REFERENCE = SOURCE.parents[2] / "docs" / "reference" / "python.md"


def for_the_type_checker() -> dict[str, str]:
    tree = ast.parse(SOURCE.read_text(encoding="utf-8"))
    [block] = [node for node in tree.body if isinstance(node, ast.If)]
    return {
        alias.asname or alias.name: str(node.module)
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def test_both_texts_agree() -> None:
    modules = {"exact": "oab_funding", "preschool": "oab_funding.preschool.door"}
    homes = {**oab._HOMES, **modules, "regulation": "oab_funding.regulation.lookup"}
    assert for_the_type_checker() == homes
    assert len(oab.__all__) == len(set(oab.__all__))


@pytest.mark.parametrize("name", [name for name in oab.__all__ if name != "__version__"])
def test_every_name_is_in_the_reference(name: str) -> None:
    assert re.search(rf"\b{name}\b", REFERENCE.read_text(encoding="utf-8"))


def test_the_signature_of_regulation_is_that_of_the_function() -> None:
    assert list(inspect.signature(oab.regulation).parameters) == ["stream", "key"]


FUNCTIONS = [name for name in oab.__all__ if inspect.isfunction(getattr(oab, name))]


def parts_of(hint: object) -> list[object]:
    """A type and all it is made of, however deep."""
    inner = hint if isinstance(hint, list) else typing.get_args(hint)
    return [hint, *(part for one in inner for part in parts_of(one))]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_what_a_public_function_gives_is_public(name: str) -> None:
    given = parts_of(typing.get_type_hints(getattr(oab, name))["return"])
    ours = [part for part in given if isinstance(part, type) and part.__module__.startswith("oab_funding")]
    assert {part.__name__ for part in ours} <= set(oab.__all__)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_what_a_public_function_takes_is_public(name: str) -> None:
    function = getattr(oab, name)
    parts = [part for hint in typing.get_type_hints(function).values() for part in parts_of(hint)]
    ours = {part for part in parts if isinstance(part, type) and part.__module__.startswith("oab_funding")}
    assert {part.__name__ for part in ours} <= set(oab.__all__)
