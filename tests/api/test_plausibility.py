"""The door of plausibility: runs by name, by date, and those that cannot be told apart."""

from __future__ import annotations

import pytest

import oab_funding as oab
from analysis.test_diff import SCORES
from oab_funding.errors import InputError


def test_runs_must_be_told_apart() -> None:
    one = oab.school_grants(SCORES, period="2020-2021")
    with pytest.raises(InputError, match="told apart"):
        oab.plausibility([one, one])
    with pytest.raises(InputError, match="told apart"):
        oab.plausibility([])
    with pytest.raises(InputError, match="are no runs"):
        oab.plausibility(one)  # type: ignore[arg-type]
