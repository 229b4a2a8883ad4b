from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings

from indicator import plain
from indicator.frames import (
    GROUPS,
    PLACE,
    REFERENCE_DATE,
    SITES,
    child,
    children,
    frame,
    many_children,
    small_specification,
    toddler,
)
from oab_funding.errors import InputError
from oab_funding.indicator import collect
from oab_funding.indicator.coding import code_children
from oab_funding.indicator.collect import collect_statistics
from oab_funding.indicator.normal_equations import normal_equations
from oab_funding.indicator.specification_file import load_specification

SMALL = small_specification()
NAMES = {
    feature.name: (lambda value, f=feature.name: SMALL.categories(f)[value] if f == "stay" else str(value))
    for feature in SMALL.categorical
}


def used(rows: list[dict]) -> list[tuple[dict, dict]]:
    """Rows that enter the fit, with their features."""
    pairs = [(row, plain.features(row, GROUPS, "dutch", REFERENCE_DATE, [5, 10])) for row in rows]
    return [
        (row, coded)
        for row, coded in pairs
        if row["attainment"] is not None and row["ability"] is not None and None not in coded.values()
    ]


@settings(max_examples=80, deadline=None)
@given(children())
def test_normal_equations_are_those_of_plain_fractions(rows: list[dict]) -> None:
    statistics = collect_statistics(code_children(frame(rows), SITES, SMALL), SMALL)
    sample = used(rows)
    assert statistics.n == len(sample)
    assert sum(statistics.left_out.values()) == len(rows) - len(sample)
    if not sample:
        return
    equations = normal_equations(statistics, SMALL)
    means = plain.school_means(rows, PLACE)
    centre = Fraction(sum(row["ability"] for row, _ in sample), len(sample))
    assert equations.ability_centre == centre
    design = [
        plain.design_row(
            coded, means[PLACE[row["site_id"]]], row["ability"] - centre, list(equations.columns), NAMES
        )
        for row, coded in sample
    ]
    scaled = [[value * scale for value, scale in zip(row, equations.scales, strict=True)] for row in design]
    y = [[Fraction(row["attainment"])] for row, _ in sample]
    assert [list(row) for row in equations.gram] == plain.cross(scaled, scaled)
    assert [[value] for value in equations.moments] == plain.cross(scaled, y)
    assert equations.total_square == sum(row["attainment"] ** 2 for row, _ in sample)
    assert equations.total == sum(row["attainment"] for row, _ in sample)


@settings(max_examples=60, deadline=None)
@given(children(least=3))
def test_parts_merge_to_the_whole_even_where_they_cut_a_school(rows: list[dict]) -> None:
    whole = collect_statistics(code_children(frame(rows), SITES, SMALL), SMALL)
    third = max(len(rows) // 3, 1)
    parts = [
        collect_statistics(code_children(frame(part), SITES, SMALL), SMALL)
        for part in (rows[:third], rows[third : 2 * third], rows[2 * third :])
        if part
    ]
    merged = parts[-1]
    for part in parts[:-1]:
        merged = part + merged
    assert merged == whole
    assert merged.cross == whole.cross
    assert merged.places == whole.places
    assert np.array_equal(merged.place_sums, whole.place_sums)
    assert np.array_equal(merged.mothers, whole.mothers)
    assert merged.left_out == whole.left_out


def test_twenty_parts_and_shuffled_rows() -> None:
    specification = load_specification("cbs-2019")
    pupils = many_children(4000)
    whole = collect_statistics(code_children(pupils, SITES, specification), specification)
    shuffled = pupils.sample(frac=1, random_state=5)
    assert collect_statistics(code_children(shuffled, SITES, specification), specification) == whole
    merged = None
    for first in range(20):
        part = collect_statistics(code_children(shuffled[first::20], SITES, specification), specification)
        merged = part if merged is None else merged + part
    assert merged == whole


def test_many_combinations_of_categories_give_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    specification = load_specification("cbs-2019")
    coded = code_children(many_children(2000), SITES, specification)
    dense = collect_statistics(coded, specification)
    monkeypatch.setattr(collect, "_MOST_CELLS", 10)
    assert collect_statistics(coded, specification) == dense


def test_left_out_by_the_first_reason_and_mothers_counted_all_the_same() -> None:
    rows = [
        child(child_id="a"),
        child(child_id="b", attainment=None, ability=None, education_mother=3),
        child(child_id="c", ability=None),
        child(child_id="d", education_mother=None, education_father=None),
        child(child_id="e", education_father=None),
        child(child_id="f", origin_mother=None, origin_father=None),
        child(child_id="g", mother_born_in_nl=False),
    ]
    statistics = collect_statistics(code_children(frame(rows), SITES, SMALL), SMALL)
    assert statistics.n == 1
    assert statistics.left_out == {
        "attainment unknown": 1,
        "ability unknown": 1,
        "education_mother unknown": 1,
        "education_father unknown": 1,
        "origin unknown": 1,
        "stay unknown": 1,
    }
    assert statistics.mothers.tolist() == [[5, 0, 1]]


def test_counted_children_alone_if_the_specification_says_so() -> None:
    content = SMALL.model_dump()["sample"] | {"population": "counted"}
    counted = small_specification(sample=content)
    rows = [child(child_id="a"), child(child_id="b", funded=False, education_mother=2)]
    everyone = collect_statistics(code_children(frame(rows), SITES, SMALL), SMALL)
    funded = collect_statistics(code_children(frame(rows), SITES, counted), counted)
    assert (everyone.n, everyone.mothers.sum()) == (2, 2)
    assert (funded.n, funded.mothers.sum()) == (1, 1)
    assert funded.left_out == {"not counted": 1}


def test_refusals() -> None:
    with pytest.raises(InputError, match="toddlers have no attainment"):
        collect_statistics(code_children(frame([toddler()]), SITES, SMALL), SMALL)
    with pytest.raises(InputError, match="not coded by the specification cbs-2019;"):
        collect_statistics(code_children(frame([child()]), SITES, SMALL), load_specification("cbs-2019"))
