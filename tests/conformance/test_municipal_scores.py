"""Stb. 2018, 315 art. 3: the score of a municipality."""

from datetime import date
from decimal import Decimal

import pytest

import oab_funding as oab
from indicator.frames import SITES, child, frame, toddler
from oab_funding.errors import InputError

D = Decimal
DATES = [
    "2016-10-01", "2017-10-01", "2018-10-01", "2019-10-01", "2020-10-01", "2021-10-01", "2022-02-01",
    "2025-02-01",
]  # fmt: skip
CHILDREN = {
    "child_id": [f"c{n:02}" for n in range(20)],
    "kind": ["toddler"] * 10 + ["pupil"] * 10,
    "age": [3] * 10 + [8] * 10,
    "site_id": [None] * 10 + ["00AP00"] * 10,
    "municipality_code": ["GM0363"] * 10 + ["GM0034"] * 10,
    "education_score": ["520"] * 2 + ["540"] * 8 + ["520"] + ["540"] * 9,
    "asylum_seeker": [False] * 20,
}


def scores(children, day="2019-10-01", **more):
    table = oab.municipality_scores(children, date=day, **more).table.to_pylist()
    return {row["municipality_code"]: (row["score_raw"], row["score"]) for row in table}


@pytest.mark.parametrize("day", DATES)
def test_the_formula_over_toddlers_and_pupils_together(day):
    """C = 537, G = 520 over both kinds. F = 5%: A = 34 and 17, B = 10 x 5% x 17 = 8.50."""
    assert scores(CHILDREN, day) == {"GM0363": (D("34.00"), D("25.50")), "GM0034": (D("17.00"), D("8.50"))}


@pytest.mark.parametrize("day", ["2015-10-01", "2022-10-01", "2019-02-01", "2019-01-01"])
def test_no_other_day_is_a_reference_date(day):
    with pytest.raises(InputError):
        scores(CHILDREN, day)


def test_below_0_becomes_0_and_the_score_without_threshold_stays():
    more = {name: [*values, *[values[-1]] * 40] for name, values in CHILDREN.items()}
    more["child_id"] = [f"c{n:02}" for n in range(60)]
    more["education_score"] = ["520"] * 8 + ["540"] * 2 + ["520"] + ["540"] * 49
    assert scores(more)["GM0034"] == (D("17.00"), D("0.00"))  # B = 50 x 5% x 17 = 42.50


AGES = [
    ("art. 3: from 2.5", "2.5 to the day", "2017-04-01", True),
    ("art. 3: from 2.5", "a day too young", "2017-04-02", False),
    ("art. 3: up to 4", "the day before the fourth birthday", "2015-10-02", True),
    ("art. 3: up to 4", "4 to the day", "2015-10-01", False),
]


@pytest.mark.parametrize(("article", "category", "born", "counts"), AGES)
def test_toddlers_of_2_and_a_half_up_to_4_count(article, category, born, counts):
    young = [toddler(child_id="x", birth_date=date.fromisoformat(born)),
             toddler(child_id="y", birth_date=date(2016, 10, 1))]  # fmt: skip
    model = oab.supplied_model({"start": "530"}, "cbs-2019", label="made up", source="made up", others="0")
    found = oab.score(frame([child()]), frame(young), SITES, model, rounds=1).table["child_id"].to_pylist()
    assert ("x" in found) is counts, (article, category)


def test_a_child_as_toddler_and_as_pupil_is_refused():
    twice = {**CHILDREN, "child_id": ["c00", *CHILDREN["child_id"][:-1]]}
    with pytest.raises(InputError, match="c00"):
        scores(twice)


def test_pupils_count_where_their_site_stands():
    """Inferred: pupils of schools located in the municipality; the register says where."""
    sites = {"site_id": ["00AP00"], "school_id": ["00AP"], "municipality_code": ["GM0363"]}
    assert scores(CHILDREN, sites=sites) == {"GM0363": (D("51.00"), D("34.00"))}


def test_schools_for_travelling_populations_do_not_count():
    """Art. 1: 27MK is left out; the seventeen others are C, G and the 15%."""
    sites = ["27MK00" if site and n % 2 else site for n, site in enumerate(CHILDREN["site_id"])]
    with_them = oab.municipality_scores({**CHILDREN, "site_id": sites}, date="2019-10-01")
    keep = [n for n, site in enumerate(sites) if site != "27MK00"]
    without = {name: [values[n] for n in keep] for name, values in CHILDREN.items()}
    assert with_them.table.equals(oab.municipality_scores(without, date="2019-10-01").table)
