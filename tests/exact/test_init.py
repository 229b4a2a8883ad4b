"""The front door of the package."""

from __future__ import annotations

import subprocess
import sys

import pytest

import oab_funding.exact


@pytest.mark.parametrize("name", oab_funding.exact.__all__)
def test_every_name_is_there(name: str) -> None:
    assert getattr(oab_funding.exact, name) is not None


def test_no_other_name_is_there() -> None:
    with pytest.raises(AttributeError, match=r"module 'oab_funding.exact' has no attribute 'round_about'"):
        oab_funding.exact.round_about  # noqa: B018


def test_numpy_and_pyarrow_are_loaded_only_when_asked_for() -> None:
    program = """
import sys, oab_funding
before = set(sys.modules)
from oab_funding.exact import largest_remainder, least_squares, round_exact
print(sorted({"numpy", "pyarrow"} & (set(sys.modules) - before)))
"""
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
