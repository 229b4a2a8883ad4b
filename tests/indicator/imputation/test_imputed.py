import numpy as np
import pytest

from oab_funding.errors import InputError
from oab_funding.indicator.imputation.imputed import Imputed


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
