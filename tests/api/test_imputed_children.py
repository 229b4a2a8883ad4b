"""What was imputed fits only what it was imputed for."""

from __future__ import annotations

from typing import Any

import pytest

import oab_funding as oab
from oab_funding.errors import InputError
from oab_funding.synthetic import country

MADE = country(600, seed=2)


@pytest.fixture(scope="module")
def of_scores() -> oab.ImputedChildren:
    return oab.impute(MADE.pupils, None, MADE.sites, rounds=2, seed=3)


@pytest.fixture(scope="module")
def of_fits() -> oab.ImputedChildren:
    return oab.impute(MADE.pupils, None, MADE.sites, rounds=2, for_="fit")


@pytest.fixture(scope="module")
def model() -> Any:
    return oab.supplied_model({"start": "530"}, "cbs-2019", label="made up", source="made up", others="0.5")


def test_it_scores_what_it_was_imputed_for(of_scores: oab.ImputedChildren, model: Any) -> None:
    given = (MADE.pupils, None, MADE.sites, model)
    scored = oab.score(*given, imputed=of_scores)
    assert scored.table == oab.score(*given, rounds=2, seed=3).table
    assert oab.score(*given, imputed=of_scores, rounds=2, seed=3).table == scored.table


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"pupils": MADE.pupils.slice(1)}, "was imputed for other tables"),
        ({"sites": MADE.sites.slice(0)}, "was imputed for other tables"),
        ({"reference_date": "2018-10-01"}, "was imputed for 2019-10-01"),
        ({"rounds": 3}, "is given beside `rounds` and `seed`"),
    ],
)
def test_it_scores_nothing_else(
    options: dict[str, Any], says: str, of_scores: oab.ImputedChildren, model: Any
) -> None:
    given = {"pupils": MADE.pupils, "toddlers": None, "sites": MADE.sites, "model": model}
    with pytest.raises(InputError, match=says):
        oab.score(**(given | options), imputed=of_scores)


def test_what_was_imputed_for_a_fit_is_not_scored(of_fits: oab.ImputedChildren, model: Any) -> None:
    with pytest.raises(InputError, match="was imputed for a fit, from attainment too"):
        oab.score(MADE.pupils, None, MADE.sites, model, imputed=of_fits)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"pupils": MADE.pupils.slice(1)}, "was imputed for other tables"),
        ({"reference_date": "2018-10-01"}, "was imputed for 2019-10-01"),
    ],
)
def test_it_is_fitted_on_nothing_else(
    options: dict[str, Any], says: str, of_fits: oab.ImputedChildren
) -> None:
    with pytest.raises(InputError, match=says):
        oab.fit(**({"pupils": MADE.pupils, "sites": MADE.sites} | options), imputed=of_fits)
