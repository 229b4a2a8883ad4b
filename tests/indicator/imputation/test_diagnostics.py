"""Imputed share and spread between rounds, per site."""

from __future__ import annotations

import numpy as np
import pytest

from oab_funding.errors import InputError
from oab_funding.indicator.imputation.diagnostics import imputation_by_site

SITE = np.array([0, 2, 2, 0, 2, 2])
IMPUTED = np.array([True, True, False, False, True, True])
FIGURES = np.array([[1.0, 0.0, 5.0], [2.0, 0.0, 9.0], [6.0, 0.0, 4.0]])
FOUND = imputation_by_site(SITE, IMPUTED, FIGURES)


def test_counts_and_shares() -> None:
    assert FOUND.children.tolist() == [2, 0, 4]
    assert FOUND.imputed.tolist() == [1, 0, 3]
    assert FOUND.share[[0, 2]].tolist() == [0.5, 0.75]
    assert np.isnan(FOUND.share[1])


def test_rounds_are_compared() -> None:
    assert FOUND.mean.tolist() == [3.0, 0.0, 6.0]
    np.testing.assert_allclose(FOUND.spread, [np.sqrt(7.0), 0.0, np.sqrt(7.0)])
    assert FOUND.lowest.tolist() == [1.0, 0.0, 4.0]
    assert FOUND.highest.tolist() == [6.0, 0.0, 9.0]


def test_whole_numbers_on_a_grid_will_do() -> None:
    found = imputation_by_site(SITE, IMPUTED, (FIGURES * 100).astype(np.int64))
    np.testing.assert_allclose(found.spread, FOUND.spread * 100)


def test_the_frame_has_a_row_per_site() -> None:
    frame = FOUND.to_frame(["00AA00", "00AB00", "00AC00"])
    assert frame.index.name == "site"
    assert frame.loc["00AC00", ["children", "imputed", "lowest"]].tolist() == [4, 3, 4.0]


def test_wrong_calls_are_refused() -> None:
    with pytest.raises(InputError, match="1 round shows no spread"):
        imputation_by_site(SITE, IMPUTED, FIGURES[:1])
    with pytest.raises(InputError, match="a child's site has no figure"):
        imputation_by_site(SITE, IMPUTED, FIGURES[:, :2])
    with pytest.raises(InputError, match="differ in length"):
        imputation_by_site(SITE, IMPUTED[1:], FIGURES)
