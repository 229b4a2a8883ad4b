from fractions import Fraction

import numpy as np
import pytest

from indicator.frames import PLACE, SITES, many_children, small_specification
from indicator.plain import round_half_up
from oab_funding.errors import InputError
from oab_funding.exact import least_squares
from oab_funding.indicator.coding import code_children
from oab_funding.indicator.collect import collect_statistics
from oab_funding.indicator.fit import fit_statistics
from oab_funding.indicator.normal_equations import normal_equations
from oab_funding.indicator.scale_values.equations import scaled_equations
from oab_funding.indicator.scale_values.values import ScaleValues
from oab_funding.indicator.specification import Specification

VALUES = {"1": "1", "2": "1.2345", "3": "3"}
OTHER = {"1": "0.5", "2": "2.25", "3": "3.000001"}


def statistics_of(specification: Specification):
    few = many_children(150, seed=3, classes=3)
    few["origin_mother"], few["origin_father"] = np.resize(["NL", "MA", "SY"], 150), "NL"
    coded = code_children(few, SITES, specification)
    return few, coded, collect_statistics(coded, specification)


@pytest.mark.parametrize("centre", ["sample_mean", "zero"])
@pytest.mark.parametrize("with_mean", [True, False])
def test_coefficients_are_those_of_least_squares_row_by_row(centre: str, with_mean: bool) -> None:
    content = small_specification().model_dump()
    next(f for f in content["features"] if f["kind"] == "ability")["centre"] = centre
    specification = Specification.model_validate(content)
    few, coded, statistics = statistics_of(specification)
    mean_values = OTHER if with_mean else {str(number): str(number) for number in (1, 2, 3)}
    scales = [ScaleValues(features=("education_mother",), values=VALUES)]
    scales += [ScaleValues(features=("school_mean",), values=OTHER)] if with_mean else []
    fitted = fit_statistics(statistics, specification, None, tuple(scales))
    place = few["site_id"].map(PLACE)
    number = few["education_mother"].map(lambda one: Fraction(mean_values[str(one)]))
    means = {one: round_half_up(sum(number[place == one]) / sum(place == one), 6) for one in set(place)}
    shift = Fraction(int(few["ability"].sum()), 150) if centre == "sample_mean" else 0
    rows = [
        [
            1,
            Fraction(VALUES[str(row.education_mother)]),
            int(row.education_father == 2),
            int(row.education_father == 3),
            *(int(coded.codes["origin"][i] == one) for one in (1, 2)),
            *(int(coded.codes["stay"][i] == one) for one in (0, 1)),
            int(row.debt_restructuring),
            means[place[i]],
            row.ability - shift,
        ]
        for i, row in enumerate(few.itertuples())
    ]
    assert fitted.columns[:3] == ("start", "education_mother", "education_father[2]")
    assert list(fitted.exact) == list(least_squares(rows, few["attainment"].tolist()))


def test_without_scale_values_they_are_the_normal_equations() -> None:
    specification = small_specification()
    _, _, statistics = statistics_of(specification)
    assert scaled_equations(statistics, specification, ()) == normal_equations(statistics, specification)


def test_scale_values_that_do_not_belong_are_refused() -> None:
    specification = small_specification()
    _, _, statistics = statistics_of(specification)
    scale = ScaleValues(features=("ability",), values=VALUES)
    with pytest.raises(
        InputError, match=r"ability cannot have scale values.*; give one number for each class"
    ):
        fit_statistics(statistics, specification, None, (scale,))


def test_equal_scale_values_are_refused_as_dependent() -> None:
    specification = small_specification()
    _, _, statistics = statistics_of(specification)
    scale = ScaleValues(features=("education_mother",), values=dict.fromkeys(VALUES, "2"))
    with pytest.raises(InputError, match="education_mother = 2 start"):
        fit_statistics(statistics, specification, None, (scale,))
