from fractions import Fraction

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings

from indicator import plain
from indicator.frames import PLACE, SITES, child, children, frame, many_children, small_specification
from indicator.test_collect import NAMES, used
from oab_funding.errors import InputError
from oab_funding.exact import least_squares
from oab_funding.indicator.coding import code_children
from oab_funding.indicator.collect import collect_statistics
from oab_funding.indicator.fit import FittedIndicator, fit, fit_coded, fit_statistics
from oab_funding.indicator.specification_file import load_specification

SMALL = small_specification()


@pytest.fixture(scope="module")
def pupils() -> pd.DataFrame:
    return many_children(3000)


@pytest.fixture(scope="module")
def fitted(pupils: pd.DataFrame) -> FittedIndicator:
    return fit(pupils, SITES)


@settings(max_examples=60, deadline=None)
@given(children(least=25, most=60, complete=True))
def test_coefficients_are_those_of_plain_fractions_or_refused(rows: list[dict]) -> None:
    means, sample = plain.school_means(rows, PLACE), used(rows)
    centre = Fraction(sum(row["ability"] for row, _ in sample), len(sample))
    columns = list(fit_columns())
    design = [
        plain.design_row(coded, means[PLACE[row["site_id"]]], row["ability"] - centre, columns, NAMES)
        for row, coded in sample
    ]
    y = [[Fraction(row["attainment"])] for row, _ in sample]
    expected = plain.solve(plain.cross(design, design), [row[0] for row in plain.cross(design, y)])
    counts = [
        sum(NAMES[name](coded[name]) == category for _, coded in sample) for name, category in categories()
    ]
    if expected is None or not all(counts):
        with pytest.raises(InputError, match=r"the features do not determine|too few children"):
            fit(frame(rows), SITES, SMALL)
    else:
        assert list(fit(frame(rows), SITES, SMALL).exact) == expected


def categories() -> list[tuple[str, str]]:
    return [(feature.name, one) for feature in SMALL.categorical for one in SMALL.categories(feature.name)]


def fit_columns() -> tuple[str, ...]:
    from oab_funding.indicator.normal_equations import design_columns

    return design_columns(SMALL)


def test_agrees_with_statsmodels(pupils: pd.DataFrame, fitted: FittedIndicator) -> None:
    statsmodels = pytest.importorskip("statsmodels.api")
    design = independent_design(pupils, fitted)
    result = statsmodels.OLS(pupils["attainment"].to_numpy(float), design.to_numpy()).fit()
    assert np.allclose(fitted.params.to_numpy(), result.params, rtol=1e-8, atol=1e-8)
    assert fitted.params.index.tolist() == list(design.columns)


def independent_design(pupils: pd.DataFrame, fitted: FittedIndicator) -> pd.DataFrame:
    """Build the matrix of zeros and ones with pandas alone."""
    groups = fitted.specification.feature("origin").groups
    mother, father = pupils["origin_mother"].map(groups), pupils["origin_father"].map(groups)
    arrived = pd.to_datetime(pupils["mother_arrival_date"])
    coded = pd.DataFrame(
        {
            "education_mother": pupils["education_mother"].astype(str),
            "education_father": pupils["education_father"].astype(str),
            "origin": mother.where(mother != "netherlands", father),
            "stay": np.select(
                [arrived > "2014-10-01", arrived > "2009-10-01"], ["under_5", "5_to_10"], "10_or_more"
            ),
            "debt_restructuring": np.where(pupils["debt_restructuring"], "yes", "no"),
        }
    )
    place = pupils["site_id"].map(PLACE)
    columns = {}
    for name in fitted.columns:
        feature, _, category = name[:-1].partition("[") if "[" in name else (name, "", "")
        if category:
            columns[name] = (coded[feature] == category).astype(float)
    columns = {"start": 1.0, **columns}
    columns["school_mean"] = pupils.groupby(place)["education_mother"].transform("mean").round(6)
    columns["ability"] = pupils["ability"] - pupils["ability"].mean()
    return pd.DataFrame(columns, index=pupils.index)


def test_agrees_with_least_squares_row_by_row(pupils: pd.DataFrame) -> None:
    few = many_children(120, seed=3, classes=3)
    few["origin_mother"], few["origin_father"] = np.resize(["NL", "MA", "SY"], 120), "NL"
    fitted = fit(few, SITES, SMALL)
    rows = few.astype(object).where(few.notna(), None).to_dict("records")
    for row in rows:
        row["mother_arrival_date"] = row["mother_arrival_date"] and row["mother_arrival_date"].date()
    means = plain.school_means(rows, PLACE)
    centre = Fraction(int(few["ability"].sum()), 120)
    design = [
        plain.design_row(
            coded, means[PLACE[row["site_id"]]], row["ability"] - centre, list(fitted.columns), NAMES
        )
        for row, coded in used(rows)
    ]
    assert fitted.exact == least_squares(design, [row["attainment"] for row in rows])


def test_same_bits_for_shuffled_rows_and_parts(pupils: pd.DataFrame, fitted: FittedIndicator) -> None:
    specification = load_specification("cbs-2019")
    shuffled = pupils.sample(frac=1, random_state=1)
    assert fit(shuffled, SITES).exact == fitted.exact
    parts = [
        collect_statistics(code_children(shuffled[first::7], SITES, specification), specification)
        for first in range(7)
    ]
    merged = parts[0]
    for part in parts[1:]:
        merged = merged + part
    again = fit_statistics(merged, specification)
    assert again.exact == fitted.exact
    assert again.model().to_json() == fitted.model().to_json()
    assert again.sample is None


def test_same_bits_for_one_and_two_threads(pupils: pd.DataFrame, fitted: FittedIndicator) -> None:
    threads = pa.cpu_count()
    try:
        for count in (1, 2):
            pa.set_cpu_count(count)
            assert fit(pupils, SITES).model().to_json() == fitted.model().to_json()
    finally:
        pa.set_cpu_count(threads)


def test_what_a_fit_reports(pupils: pd.DataFrame) -> None:
    some = pupils.assign(attainment=pupils["attainment"].astype("Int64").where(pupils.index % 3 > 0))
    result = fit(some, SITES)
    assert result.n == 2000
    assert result.left_out == {"attainment unknown": 1000}
    assert result.ability_centre == Fraction(int(some["ability"][some["attainment"].notna()].sum()), 2000)
    assert result.params.index.tolist() == list(result.columns)
    assert result.start_value == result.published["start"]
    for column, value in result.coefficients.items():
        assert Fraction(result.published[column]) == plain.round_half_up(value, 6)
        assert result.params[column] == float(value)


def test_start_value_is_the_mean_where_nothing_differs(fitted: FittedIndicator) -> None:
    """With centred ability the fitted values add up to the attainments without it."""
    equations = fitted.equations
    ability = equations.columns.index("ability")
    assert equations.gram[0][ability] == 0
    explained = sum(
        b * row / scale
        for b, row, scale in zip(fitted.exact, equations.gram[0], equations.scales, strict=True)
    )
    assert explained == equations.total


def test_ability_centred_at_zero_moves_the_start_value_alone(
    pupils: pd.DataFrame, fitted: FittedIndicator
) -> None:
    content = load_specification("cbs-2019").model_dump()
    next(f for f in content["features"] if f["kind"] == "ability")["centre"] = "zero"
    specification = type(fitted.specification).model_validate(content)
    other = fit(pupils, SITES, specification)
    assert other.exact[1:] == fitted.exact[1:]
    assert other.exact[0] == fitted.exact[0] - fitted.exact[-1] * fitted.ability_centre
    assert other.ability_centre == 0


def test_without_ability_or_school_mean(pupils: pd.DataFrame) -> None:
    content = load_specification("cbs-2019").model_dump()
    kept = (f for f in content["features"] if f["kind"] not in ("ability", "school_mean"))
    content["features"] = tuple(kept)
    specification = type(load_specification("cbs-2019")).model_validate(content)
    result = fit(pupils.drop(columns="ability"), SITES, specification)
    assert result.n == 3000
    assert result.columns[-1] == "debt_restructuring[yes]"


def test_born_here_as_a_stay_of_its_own_is_refused_where_it_equals_dutch_origin(pupils: pd.DataFrame) -> None:
    content = load_specification("cbs-2019").model_dump()
    stay = next(f for f in content["features"] if f["kind"] == "stay")
    stay["categories"] = (
        {"name": "born_here", "from_years": None, "before_years": None},
        *stay["categories"],
    )
    stay["born_here"] = stay["reference"] = "born_here"
    specification = type(load_specification("cbs-2019")).model_validate(content)
    dutch = pupils["origin_mother"] == "NL"
    arrived = pupils["mother_arrival_date"].fillna(pd.Timestamp("2012-01-01"))
    trapped = pupils.assign(
        origin_father="NL",
        mother_born_in_nl=dutch,
        mother_arrival_date=arrived.where(~dutch),
    )
    with pytest.raises(
        InputError, match=r"stay\[10_or_more\] = origin\[western\] .*- stay\[under_5\] - stay\[5_to_10\]"
    ):
        fit(trapped, SITES, specification)
    assert fit(pupils, SITES, specification).n == 3000


def test_one_school_cannot_have_a_school_mean() -> None:
    rows = many_children(2000).assign(site_id="00AR00")
    with pytest.raises(InputError, match=r"school_mean = \d+/\d+ start; merge or drop"):
        fit(rows, SITES)


def test_constant_ability_is_refused(pupils: pd.DataFrame) -> None:
    with pytest.raises(InputError, match="ability = 0; merge or drop"):
        fit(pupils.assign(ability=100), SITES)


def test_nearly_empty_categories_are_named(pupils: pd.DataFrame) -> None:
    few = pupils.assign(
        origin_mother=np.where(pupils.index < 4, "MA", np.where(pupils.index % 2, "TR", "NL")),
        origin_father="NL",
    )
    with pytest.raises(
        InputError, match=r"origin\[western\] 0.*origin\[morocco\] 4.*where 5 are needed; merge"
    ):
        fit(few, SITES)


def test_nobody_left_is_refused() -> None:
    with pytest.raises(InputError, match=r"no child is left to fit on \(1 attainment unknown\)"):
        fit(frame([child(attainment=None)]), SITES)


def test_statistics_of_another_specification_are_refused(fitted: FittedIndicator) -> None:
    with pytest.raises(InputError, match="not collected by the specification small"):
        fit_statistics(fitted.statistics, SMALL)


def test_fit_from_coded_children_keeps_them(pupils: pd.DataFrame, fitted: FittedIndicator) -> None:
    specification = load_specification("cbs-2019")
    coded = code_children(pupils, SITES, specification)
    again = fit_coded(coded, specification)
    assert again.sample is coded
    assert again.exact == fitted.exact
