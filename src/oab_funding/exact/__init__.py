"""Exact arithmetic: rounding, fixed point, sums, apportionment and least squares, knowing nothing of schools.

The names that need numpy or pyarrow are loaded when first asked for, so that the others cost no import time.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from oab_funding.exact.apportionment import Apportionment, largest_remainder, largest_remainder_within
from oab_funding.exact.fraction import Exact, to_fraction
from oab_funding.exact.given import change, money, share
from oab_funding.exact.least_squares import Dependency, dependencies, least_squares, solve_exact
from oab_funding.exact.rounding import RULES, Rule, round_exact, round_ratio, round_ratio_array, round_units

if TYPE_CHECKING:
    from oab_funding.exact.sums import group_counts, group_sums, total

__all__ = [
    "RULES",
    "Apportionment",
    "Dependency",
    "Exact",
    "Rule",
    "change",
    "dependencies",
    "group_counts",
    "group_sums",
    "largest_remainder",
    "largest_remainder_within",
    "least_squares",
    "money",
    "round_exact",
    "round_ratio",
    "round_ratio_array",
    "round_units",
    "share",
    "solve_exact",
    "to_fraction",
    "total",
]

_LOADED_LATER = {"group_counts": "sums", "group_sums": "sums", "total": "sums"}


def __getattr__(name: str) -> object:
    if name not in _LOADED_LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_LOADED_LATER[name]}"), name)
