from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicator import plain
from indicator.frames import SITES, child, frame, small_specification, toddler
from oab_funding.exact import RULES, Rule, round_units
from oab_funding.indicator.coding import code_children
from oab_funding.indicator.school_mean import NO_MEAN, mother_counts, municipality_counts, rounded_means

SMALL = small_specification()


def test_a_school_in_two_municipalities_is_two_places_and_two_sites_in_one_are_one() -> None:
    sites = pd.concat(
        [SITES, pd.DataFrame([{"site_id": "00AP02", "school_id": "00AP", "municipality_code": "GM0363"}])]
    )
    rows = [child(child_id=site, site_id=site) for site in ("00AP02", "00AP01", "00AP00", "00AR00")]
    coded = code_children(frame(rows), sites, SMALL)
    assert coded.places == (("00AP", "GM0034"), ("00AP", "GM0363"), ("00AR", "GM0363"))
    assert coded.place.tolist() == [1, 0, 1, 2]


def test_only_places_with_children_occur_in_ascending_order() -> None:
    rows = [toddler(child_id=str(n), municipality_code=f"GM000{n}") for n in (3, 1, 2)]
    coded = code_children(frame(rows), SITES, SMALL)
    assert coded.places == (("", "GM0001"), ("", "GM0002"), ("", "GM0003"))
    assert coded.place.tolist() == [2, 0, 1]


COUNTS = st.lists(st.lists(st.integers(0, 2000), min_size=8, max_size=8), min_size=1, max_size=5)


@given(COUNTS)
def test_means_are_rounded_half_up_to_six_decimals(counts: list[list[int]]) -> None:
    means = rounded_means(np.array(counts), range(1, 9), 6)
    for row, mean in zip(counts, means, strict=True):
        if not sum(row):
            assert mean == NO_MEAN
        else:
            exact = Fraction(sum(c * n for c, n in zip(row, range(1, 9), strict=True)), sum(row))
            assert Fraction(int(mean), 10**6) == plain.round_half_up(exact, 6)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("places", [0, 1, 6])
def test_every_rule_at_halves(rule: Rule, places: int) -> None:
    counts = np.array([[1, 1], [3, 1], [1, 3], [2, 1], [64, 1], [128, 127]])
    expected = [round_units(Fraction(int(a + 2 * b), int(a + b)), places, rule) for a, b in counts]
    assert rounded_means(counts, [1, 2], places, rule).tolist() == expected


def test_unknown_mothers_are_not_counted() -> None:
    codes = np.array([-1, -1, 7, 0, 7], dtype=np.int8)
    counts = mother_counts(codes, np.array([0, 1, 1, 2, 1], dtype=np.int32), 4, 8)
    assert counts.shape == (4, 8)
    assert counts[1].tolist() == [0] * 7 + [2]
    assert counts[2].tolist() == [1] + [0] * 7
    assert counts.sum() == 3


def test_municipality_adds_up_its_schools_and_not_their_means() -> None:
    places = [("00AP", "GM0363"), ("00AR", "GM0363"), ("00AP", "GM0034")]
    counts = np.array([[9, 1], [0, 1], [7, 7]])
    sums = municipality_counts(places, counts, [("", "GM0034"), ("", "GM0363"), ("", "GM9999")])
    assert sums.tolist() == [[7, 7], [9, 2], [0, 0]]
    assert rounded_means(sums, [1, 2], 6).tolist() == [1500000, 1181818, NO_MEAN]
