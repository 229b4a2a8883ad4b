"""A fit on imputed children: Rubin's rules over the fits of the rounds, and what the imputation must know."""

from dataclasses import replace
from fractions import Fraction
from functools import cache

import numpy as np
import pytest

import oab_funding as oab
from indicator.inference.independent import SPECIFICATION, fitted, made_up
from oab_funding.errors import InputError
from oab_funding.indicator.fit import fit_coded
from oab_funding.indicator.imputation.imputed import codes_of_round
from oab_funding.indicator.imputation.outcome import OUTCOME_CLASSES, outcome_predictors
from oab_funding.indicator.pooled import fit_imputed

ROUNDS = 4


@cache
def imputed() -> oab.ImputedChildren:
    return oab.impute(made_up().pupils, made_up().toddlers, made_up().sites, rounds=ROUNDS, for_="fit")


@cache
def pooled() -> oab.PooledFit:
    return oab.fit(made_up().pupils, made_up().sites, imputed=imputed())


def test_pooling_is_rubins() -> None:
    population, part = imputed().imputed.population, imputed().imputed.parts[0]
    fits = [
        fit_coded(
            replace(population.pupils, codes=codes_of_round(population.pupils, part, number)), SPECIFICATION
        )
        for number in range(ROUNDS)
    ]
    assert pooled().coefficients == {
        column: sum((one.coefficients[column] for one in fits), Fraction(0)) / ROUNDS
        for column in fits[0].columns
    }
    within = sum(one.cov_params() for one in fits) / ROUNDS
    between = np.cov([one.params for one in fits], rowvar=False)
    assert np.allclose(pooled().cov_params(), within + (1 + 1 / ROUNDS) * between)
    assert pooled().n == pooled().nobs == fits[0].n > fitted().n
    assert (pooled().pooled.df < fits[0].inference().df_inference).all()
    low, high = pooled().conf_int().T.to_numpy()
    assert np.all((low < pooled().params) & (pooled().params < high))
    assert pooled().to_frame().columns[-1] == "missing_share"
    assert (pooled().pvalues < 1).all()
    assert repr(pooled()).startswith("<PooledFit cbs-2019: 31 columns, ")


def test_an_imputation_that_does_not_know_the_outcome_makes_effects_too_small() -> None:
    blind = oab.impute(made_up().pupils, None, made_up().sites, rounds=ROUNDS)
    small = fit_imputed(replace(blind.imputed, for_="fit"))
    truth = made_up().truth.coefficients
    highest = [f"education_{parent}[{one}]" for parent in ("mother", "father") for one in (7, 8)]
    for column in highest:
        true = float(truth[column])
        assert abs(pooled().params[column] - true) < 4 * pooled().bse[column]
        assert small.params[column] < true - 2 * small.bse[column]
        assert pooled().bse[column] < fitted().bse[column]
    with pytest.raises(InputError, match="without attainment and ability"):
        oab.fit(made_up().pupils, made_up().sites, imputed=blind)


def test_scores_are_refused_what_was_imputed_from_attainment() -> None:
    with pytest.raises(InputError, match="imputed for a fit"):
        oab.score(made_up().pupils, made_up().toddlers, made_up().sites, fitted(), imputed=imputed())


def test_a_pooled_fit_is_a_model_to_score_with() -> None:
    model = pooled().model(label="pooled")
    assert model.source == "fitted on the pupils given, in the mean of 4 rounds of imputation"
    assert model.value("school_mean") == pooled().published["school_mean"]
    scored = oab.score(made_up().pupils, made_up().toddlers, made_up().sites, pooled(), rounds=1)
    assert scored.table.num_rows > 20_000


def test_weights_go_with_it() -> None:
    pupils = made_up().pupils.append_column("w", made_up().pupils.column("age"))
    given = oab.impute(pupils, None, made_up().sites, rounds=2, for_="fit")
    heavy = oab.fit(pupils, made_up().sites, imputed=given, weights="w")
    light = oab.fit(pupils, made_up().sites, imputed=given)
    assert heavy.fits[0].statistics.weighted == heavy.n == light.n
    assert heavy.coefficients != light.coefficients
    again = oab.fit(pupils, made_up().sites, imputed=given, weights="w")
    assert again.coefficients == heavy.coefficients


@pytest.mark.parametrize("which", ["pupils", "spec", "day"])
def test_what_was_imputed_for_others_is_refused(which: str) -> None:
    pupils = made_up().pupils.slice(0) if which == "pupils" else made_up().pupils
    spec = "cbs-2019-before-correction" if which == "spec" else "cbs-2019"
    day = "2019-10-02" if which == "day" else None
    with pytest.raises(InputError, match="was imputed"):
        oab.fit(pupils, made_up().sites, spec, day, imputed=imputed())


def test_one_round_cannot_be_pooled() -> None:
    with pytest.raises(InputError, match="too few to pool"):
        fit_imputed(
            replace(
                imputed().imputed,
                rounds=1,
                parts=tuple(
                    replace(part, codes={name: codes[:1] for name, codes in part.codes.items()})
                    for part in imputed().imputed.parts
                ),
            )
        )


def test_classes_of_the_outcome_have_as_many_children_each_and_toddlers_none() -> None:
    parts = imputed().imputed.population.parts
    pupils, toddlers = outcome_predictors(parts)
    for name, predictor, young in zip(("attainment", "ability"), pupils, toddlers, strict=True):
        known = getattr(parts[0], f"{name}_known")
        assert predictor.levels == young.levels <= OUTCOME_CLASSES + 1
        assert set(young.codes) == {predictor.levels - 1}
        assert set(predictor.codes[~known]) <= set(young.codes)
        counts = np.bincount(predictor.codes[known & parts[0].eligible])
        assert counts.min() > known.sum() / OUTCOME_CLASSES / 2
        values = getattr(parts[0], name)[known]
        order = np.argsort(values, kind="stable")
        assert np.all(np.diff(predictor.codes[known][order]) >= 0)
