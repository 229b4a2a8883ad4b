"""The two definitions of the school mean, against plain means in pandas."""

import numpy as np
import pandas as pd
import pytest

import oab_funding as oab
from indicator.inference.independent import SPECIFICATION, fitted, made_up
from oab_funding.errors import InputError
from oab_funding.indicator.school_mean_effect import school_mean_effect
from oab_funding.indicator.specification import Specification


def test_the_difference_is_that_of_the_means() -> None:
    model = fitted().model()
    imputed = oab.impute(made_up().pupils, None, made_up().sites, rounds=3)
    scored = oab.score(made_up().pupils, None, made_up().sites, model, imputed=imputed, rounds=3)
    effect = oab.school_mean_effect(scored, model)
    coded, part = imputed.imputed.population.pupils, imputed.imputed.parts[0]
    mother = pd.Series(coded.codes["education_mother"] + 1.0).where(coded.codes["education_mother"] >= 0)
    known = mother.groupby(coded.place).mean()
    rounds = [
        pd.Series(np.where(codes >= 0, codes + 1.0, np.nan))[coded.counted].groupby(
            coded.place[coded.counted]
        )
        for codes in part.codes["education_mother"]
    ]
    change = sum(one.mean() for one in rounds) / 3 - known
    points = float(model.value("school_mean")) * change.reindex(coded.place[coded.counted]).to_numpy()
    assert effect.pupils == len(points)
    assert effect.without == 0
    assert float(effect.mean) == pytest.approx(points.mean(), abs=1e-4)
    assert float(effect.mean_absolute) == pytest.approx(np.abs(points).mean(), abs=1e-4)
    assert float(effect.largest) == pytest.approx(np.abs(points).max(), abs=1e-4)
    assert effect.mean < 0 < effect.mean_absolute
    card = model.card(effect)
    assert f"on average {effect.mean} points" in card
    assert "two definitions" not in model.card()


def test_a_model_without_a_school_mean_is_refused() -> None:
    content = SPECIFICATION.model_dump()
    content["features"] = tuple(one for one in content["features"] if one["kind"] != "school_mean")
    content["gaps"] = ()
    plain = Specification.model_validate(content)
    model = oab.fit(made_up().pupils, made_up().sites, plain).model()
    scored = oab.score(made_up().pupils, None, made_up().sites, model, rounds=1)
    with pytest.raises(InputError, match="has no school mean"):
        school_mean_effect(scored, model)
    with pytest.raises(InputError, match="not coded by the specification"):
        school_mean_effect(scored, fitted().model())
