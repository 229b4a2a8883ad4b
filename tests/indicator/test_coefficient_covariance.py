"""The covariance a model may bring: taken in, refused, and written."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import oab_funding as oab
from oab_funding.errors import InputError
from oab_funding.indicator.coefficient_covariance import Covariance


@given(st.integers(1, 6), st.integers(0, 2**32 - 1))
def test_a_covariance_is_the_square_of_its_root(size: int, seed: int) -> None:
    half = np.random.default_rng(seed).normal(size=(size, max(size - 1, 1)))
    square = half @ half.T  # of less than full rank
    names = [f"c{number}" for number in range(size)]
    found = Covariance.of(pd.DataFrame(square, index=names, columns=names))
    root = np.array(found.root())
    assert np.allclose(root @ root.T, square, atol=1e-5)
    assert found.columns == tuple(names)


def model(covariance: Any) -> oab.Model:
    return oab.supplied_model(
        {"start": "530"}, "cbs-2019", label="x", source="x", others="0", covariance=covariance
    )


def test_it_goes_into_the_file_and_comes_back(tmp_path: Path) -> None:
    given_ = {"start": {"start": Decimal("0.0001")}}
    oab.write_model(model(given_), tmp_path / "with.json")
    read = oab.read_model(tmp_path / "with.json")
    assert read == model(given_)
    assert read.covariance is not None
    assert read.covariance.rows == (("0.0001",),)


def test_a_model_without_one_has_the_bytes_it_had() -> None:
    assert b"covariance" not in model(None).to_json()


@pytest.mark.parametrize(
    "wrong",
    [
        {"start": {"start": -1}},
        {"start": {"start": 1, "school_mean": 5}, "school_mean": {"start": 5, "school_mean": 1}},
        {"start": {}},
        {"start": {"start": "much"}},
        {"nothing": {"nothing": 1}},
    ],
)
def test_what_is_none_is_refused(wrong: Any) -> None:
    with pytest.raises(InputError):
        model(wrong)


def test_rows_are_the_lower_triangle() -> None:
    for columns, rows in ((("a", "a"), (("1",), ("0", "1"))), (("a", "b"), (("1", "0"), ("0", "1")))):
        with pytest.raises(ValueError, match="covariance"):
            Covariance(columns=columns, rows=rows)
