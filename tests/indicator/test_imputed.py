import numpy as np
import pytest

from indicator.frames import small_specification
from oab_funding.errors import InputError
from oab_funding.indicator.imputed import NO_DONOR, Imputed


def test_shapes_must_agree() -> None:
    with pytest.raises(InputError, match="different shapes"):
        Imputed(
            {"education_mother": np.zeros((2, 3), np.int8), "education_father": np.zeros((3, 3), np.int8)}
        )
    with pytest.raises(InputError, match=r"has shape \(3,\)"):
        Imputed({"education_mother": np.zeros(3, np.int8)})
    with pytest.raises(InputError, match=r"has shape \(0, 3\)"):
        Imputed({"education_mother": np.zeros((0, 3), np.int8)})


def test_nothing_imputed_has_no_rounds() -> None:
    assert Imputed().rounds is None


def test_numbers_that_are_no_category_are_refused() -> None:
    small = small_specification()
    given = {"education_father": np.array([[3, 0]], np.int8), "stay": np.array([[1, 3]], np.int8)}
    codes = Imputed.from_numbers(small, given, np.array([NO_DONOR, 0])).codes
    assert codes["education_father"].tolist() == [[2, -1]]
    assert codes["stay"].tolist() == [[0, 2]]
    for name, number in (("education_father", 4), ("stay", 4), ("stay", -1)):
        with pytest.raises(
            InputError, match=f"column {name}, value {number}: is no category; give 1, 2, 3, or 0"
        ):
            Imputed.from_numbers(small, {name: np.array([[1, number]], np.int8)})
