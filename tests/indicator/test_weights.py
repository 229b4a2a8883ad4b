"""Survey weights and measures on other grids, through the whole fit."""

from decimal import Decimal
from fractions import Fraction
from functools import cache

import numpy as np
import pandas as pd
import pytest

from indicator.inference.independent import SPECIFICATION, independent, made_up
from oab_funding.errors import InputError
from oab_funding.indicator.coding import code_children
from oab_funding.indicator.collect import collect_statistics
from oab_funding.indicator.fit import fit, fit_statistics
from oab_funding.indicator.results import FittedIndicator
from oab_funding.indicator.scale_values.fit import fit_scale_values
from oab_funding.indicator.specification import Specification
from oab_funding.indicator.statistics import read_statistics, write_statistics


@cache
def pupils() -> pd.DataFrame:
    """The made-up pupils with decimal weights; who are the first ten have none, or 0."""
    frame = made_up().pupils.to_pandas()
    draw = np.random.default_rng(4)
    frame["w"] = [Decimal(int(one)).scaleb(-3) for one in draw.integers(100, 4000, len(frame))]
    return frame


@cache
def weighted() -> FittedIndicator:
    return fit(pupils(), made_up().sites, weights="w")


def relative(one, other) -> float:
    one, other = np.asarray(one, float), np.asarray(other, float)
    return float(np.max(np.abs(one - other) / np.abs(other)))


def sample_weights(fitted: FittedIndicator) -> np.ndarray:
    """Weights of the children of the sample, in the order of the table."""
    return pupils().set_index("child_id")["w"].astype(float)[fitted.fittedvalues.index].to_numpy()


@pytest.mark.parametrize("cov_type", ["nonrobust", "HC0", "HC1", "HC2", "HC3", "cluster"])
def test_agrees_with_weighted_least_squares_of_statsmodels(cov_type: str) -> None:
    sm = pytest.importorskip("statsmodels.api")
    own, result = independent(), weighted().inference(cov_type)
    kinds = {"cov_kwds": {"groups": own.school}} if cov_type == "cluster" else {}
    other = sm.WLS(own.y, own.X, weights=sample_weights(weighted())).fit(
        cov_type=cov_type, use_t=True, **kinds
    )
    # Ability is centred at its weighted mean here and at the plain one there: the start value alone differs.
    assert relative(result.params.iloc[1:], other.params.iloc[1:]) < 1e-8
    assert relative(result.bse.iloc[1:], other.bse.iloc[1:]) < 1e-8
    for name in ("rsquared", "rsquared_adj", "ssr", "mse_resid", "llf", "aic", "bic"):
        assert getattr(result, name) == pytest.approx(getattr(other, name), rel=1e-8), name
    assert result.nobs == len(own.y)


def test_whole_weights_are_children_who_occur_so_often() -> None:
    few = pupils().head(4000).copy()
    few["w"] = np.arange(len(few)) % 3
    often = few.loc[few.index.repeat(few["w"])].copy()
    often["child_id"] = [f"{one}-{number}" for number, one in enumerate(often["child_id"])]
    own = fit(few, made_up().sites, _without_school_mean(), weights="w")
    other = fit(often, made_up().sites, _without_school_mean())
    assert own.exact == other.exact
    assert own.left_out["without weight"] > 500
    assert own.n < other.n
    assert own.ssr == other.ssr


def test_a_scale_of_the_weights_changes_nothing_and_no_weight_is_the_weight_1() -> None:
    more = pupils().assign(w=[10 * one for one in pupils()["w"]])
    assert fit(more, made_up().sites, weights="w").exact == weighted().exact
    ones = fit(pupils().assign(w=1), made_up().sites, weights="w")
    plain = fit(made_up().pupils, made_up().sites)
    assert ones.exact == plain.exact
    assert np.array_equal(ones.bse, plain.bse)
    assert ones.llf == pytest.approx(plain.llf)


def test_parts_add_up_and_the_order_does_not_matter(tmp_path) -> None:
    shuffled = pupils().sample(frac=1, random_state=3)
    again = fit(shuffled, made_up().sites, weights="w")
    assert again.exact == weighted().exact
    assert np.array_equal(again.inference("HC3").bse, weighted().inference("HC3").bse)
    parts = [
        collect_statistics(
            code_children(part, made_up().sites, SPECIFICATION, for_fit=True, weights="w"), SPECIFICATION
        )
        for part in (shuffled[:7777], shuffled[7777:])
    ]
    write_statistics(parts[0], tmp_path / "part.npz")
    merged = read_statistics(tmp_path / "part.npz") + parts[1]
    assert merged == weighted().statistics
    fitted = fit_statistics(merged, SPECIFICATION)
    assert fitted.exact == weighted().exact
    assert np.array_equal(fitted.inference("nonrobust").bse, weighted().inference("nonrobust").bse)
    with pytest.raises(InputError, match="weights of the children are not known"):
        fitted.inference("nonrobust").llf  # noqa: B018
    plain = fit(made_up().pupils, made_up().sites).statistics
    with pytest.raises(InputError, match="one part has weights and the other has none"):
        plain + merged


def test_scale_values_take_weights() -> None:
    coded = code_children(pupils(), made_up().sites, SPECIFICATION, for_fit=True, weights="w")
    tenfold = code_children(
        pupils().assign(w=[10 * one for one in pupils()["w"]]),
        made_up().sites,
        SPECIFICATION,
        for_fit=True,
        weights="w",
    )
    one, other = (fit_scale_values(each, SPECIFICATION) for each in (coded, tenfold))
    assert one.scale_values == other.scale_values
    assert one.fitted.exact == other.fitted.exact


@pytest.mark.parametrize(
    ("value", "problem"),
    [("-0.5", "is below 0"), ("0.1234567", "more than 6 decimals"), ("1000000", "too large for a weight")],
)
def test_weights_that_cannot_be_are_refused_with_their_row(value: str, problem: str) -> None:
    wrong = pupils().assign(w="1")
    wrong.loc[3, "w"] = value
    with pytest.raises(InputError, match=problem) as caught:
        fit(wrong, made_up().sites, weights="w")
    assert "row 5" in str(caught.value)


def test_a_column_of_weights_that_is_not_there_or_is_another_is_refused() -> None:
    with pytest.raises(InputError, match="v"):
        fit(pupils(), made_up().sites, weights="v")
    with pytest.raises(InputError, match="is no column of weights"):
        fit(pupils(), made_up().sites, weights="ability")


def test_measures_on_another_grid_give_the_same_coefficients() -> None:
    """Attainment in tenths around 50 and ability in halves: the same fit, divided by ten and times two."""
    measured = _changed(
        measures={
            "attainment": {"places": 1, "minimum": "50.1", "maximum": "55"},
            "ability": {"places": 1},
        }
    )
    frame = made_up().pupils.to_pandas()
    frame["attainment"] = [None if pd.isna(one) else Decimal(int(one)) / 10 for one in frame["attainment"]]
    frame["ability"] = [None if pd.isna(one) else Decimal(int(one)) / 2 for one in frame["ability"]]
    own, plain = fit(frame, made_up().sites, measured), fit(made_up().pupils, made_up().sites)
    expected = {
        name: value / 10 * (2 if name == "ability" else 1) for name, value in plain.coefficients.items()
    }
    assert own.coefficients == expected
    assert own.ability_centre == plain.ability_centre / 2
    for cov_type in ("nonrobust", "HC2", "cluster"):
        errors = plain.inference(cov_type).bse / 10
        errors["ability"] *= 2
        assert relative(own.inference(cov_type).bse, errors) < 1e-10
    assert own.rsquared == pytest.approx(plain.rsquared, rel=1e-12)
    assert np.allclose(own.resid, plain.resid / 10)
    scaled = fit_scale_values(
        code_children(frame, made_up().sites, measured, for_fit=True), measured
    ).fitted.coefficients
    before = fit_scale_values(
        code_children(made_up().pupils, made_up().sites, SPECIFICATION, for_fit=True), SPECIFICATION
    ).fitted.coefficients
    assert scaled["education_mother"] == before["education_mother"] / 10
    frame.loc[0, "attainment"] = Decimal("55.1")
    with pytest.raises(InputError, match="is above 55"):
        fit(frame, made_up().sites, measured)


def test_a_specification_without_measures_keeps_its_hash_and_bounds() -> None:
    assert SPECIFICATION.sha256 == "5018d8aa4aaa7c709eb6ef8a1d873eb2dcb1f7b8d9e922a507f72febc06eca73"
    assert "measures" not in SPECIFICATION.model_dump(mode="json")
    assert _changed(measures={"ability": {"places": 1}}).sha256 != SPECIFICATION.sha256
    wrong = made_up().pupils.to_pandas()
    wrong.loc[2, "attainment"] = 551
    with pytest.raises(InputError, match="is above 550"):
        fit(wrong, made_up().sites)
    with pytest.raises(ValueError, match="lies above the maximum"):
        _changed(measures={"ability": {"minimum": "3", "maximum": "2"}})


def test_the_jackknife_leaves_out_each_school_and_fits_again() -> None:
    """CV3 from fits without each municipality, one by one; school means concern their own children."""
    own = weighted().inference("CV3", "municipality")
    code = made_up().sites.to_pandas().set_index("site_id")["municipality_code"]
    municipality = code[pupils()["site_id"].astype(str)].to_numpy()
    spread = np.zeros((31, 31))
    used = sorted(set(municipality))
    for one in used:
        without = fit(pupils()[municipality != one], made_up().sites, weights="w")
        change = np.array(weighted().params - without.params)
        # Ability is centred at the mean of the children left: its start value lies elsewhere.
        change[0] += without.params["ability"] * float(without.ability_centre - weighted().ability_centre)
        spread += np.outer(change, change)
    expected = spread * (len(used) - 1) / len(used)
    assert own.groups == len(used)
    assert own.df_inference == len(used) - 1
    assert np.allclose(own.covariance, expected, rtol=1e-6, atol=1e-12)
    assert "jackknife (CV3)" in own.summary().as_text()


def test_contrasts_are_those_of_statsmodels() -> None:
    sm = pytest.importorskip("statsmodels.api")
    own = independent()
    fitted = fit(made_up().pupils, made_up().sites)
    other = sm.OLS(own.y, own.X).fit(cov_type="cluster", cov_kwds={"groups": own.school}, use_t=True)
    row = np.zeros(31)
    columns = list(fitted.columns)
    row[columns.index("education_mother[3]")], row[columns.index("education_mother[4]")] = 1, -1
    wanted = other.t_test(row)
    table = fitted.contrasts(
        {
            "3 or 4": {"education_mother[3]": 1, "education_mother[4]": -1},
            "half": {"education_mother[3]": 0.5},
        }
    )
    found = table.loc["3 or 4"]
    assert found["estimate"] == pytest.approx(wanted.effect.item(), rel=1e-8)
    assert found["standard_error"] == pytest.approx(wanted.sd.item(), rel=1e-8)
    assert found["p"] == pytest.approx(float(wanted.pvalue), rel=1e-6)
    assert found[["low", "high"]].tolist() == pytest.approx(wanted.conf_int()[0].tolist(), rel=1e-6)
    assert table.loc["half", "estimate"] == pytest.approx(fitted.params["education_mother[3]"] / 2)
    against = fitted.contrasts(["education_mother[3] = education_mother[1]"]).iloc[0]
    assert against["estimate"] == fitted.params["education_mother[3]"]
    for wrong in ("education_mother[9] = education_mother[3]", "education_mother[3]", "stay[x] = stay[y]"):
        with pytest.raises(InputError):
            fitted.contrasts([wrong])


def _changed(**changes: object) -> Specification:
    return Specification.model_validate({**SPECIFICATION.model_dump(), **changes})


def _without_school_mean() -> Specification:
    features = tuple(one for one in SPECIFICATION.model_dump()["features"] if one["kind"] != "school_mean")
    return _changed(features=features, name="without-school-mean", gaps=())


def test_whole_sums_of_weights_are_in_millionths() -> None:
    statistics = weighted().statistics
    total = sum(Fraction(str(one)) for one in sample_weights(weighted()))
    assert abs(Fraction(statistics.cross[0][0], 10**6) - total) < Fraction(1, 10**6)
