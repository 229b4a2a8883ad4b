"""The coding error of 2019 re-enacted: the same children, coded before and after the correction."""

from collections import Counter
from datetime import date

import numpy as np
import pytest

from indicator import plain
from indicator.frames import REFERENCE_DATE, SITES, many_children
from oab_funding.indicator.coding import code_children
from oab_funding.indicator.fit import fit
from oab_funding.indicator.model import supplied_model
from oab_funding.indicator.normal_equations import design_columns
from oab_funding.indicator.score import score
from oab_funding.indicator.specification_file import load_specification

BEFORE, AFTER = load_specification("cbs-2019-before-correction"), load_specification("cbs-2019")
EFFECT = {"under_5": "-3", "5_to_10": "-1.25", "5_to_15": "-1.25"}


@pytest.fixture(scope="module")
def pupils():
    frame = many_children(4000, seed=2019)
    # Some of the days on which the two boundaries fall, and those beside them.
    edges = [date(2019 - years, 10, day) for years in (5, 10, 15) for day in (1, 2)]
    frame.loc[: len(edges) - 1, "mother_arrival_date"] = np.array(edges, dtype="datetime64[s]")
    frame.loc[: len(edges) - 1, "mother_born_in_nl"] = False
    return frame


def model(specification):
    table = {
        f"stay[{name}]": value for name, value in EFFECT.items() if name in specification.categories("stay")
    }
    known = {column: "0.5" for column in design_columns(specification) if not column.startswith("stay")}
    return supplied_model(known | table, specification, label="made up", source="re-enactment")


def test_only_children_of_mothers_here_for_ten_to_fifteen_years_move(pupils) -> None:
    before, after = (
        dict(zip(*(result.table.column(c).to_pylist() for c in ("child_id", "education_score")), strict=True))
        for result in (score(pupils, None, SITES, model(one)) for one in (BEFORE, AFTER))
    )
    moved = {name for name in before if before[name] != after[name]}
    arrivals = zip(
        pupils["child_id"], pupils["mother_arrival_date"], pupils["mother_born_in_nl"], strict=True
    )
    expected = {
        name
        for name, arrival, born_here in arrivals
        if not born_here and 10 <= plain.complete_years(arrival.date(), REFERENCE_DATE) < 15
    }
    assert moved == expected
    assert len(moved) > 300
    assert {str(after[name] - before[name]) for name in moved} == {"1.250000"}


def test_the_sites_that_move_can_be_named(pupils) -> None:
    sums = []
    for specification in (BEFORE, AFTER):
        table = score(pupils, None, SITES, model(specification)).table
        total: Counter[str] = Counter()
        for site, value in zip(
            *(table.column(c).to_pylist() for c in ("site_id", "education_score")), strict=True
        ):
            total[site] += value
        sums.append(total)
    codes = [code_children(pupils, SITES, one).codes["stay"] for one in (BEFORE, AFTER)]
    moved = Counter(pupils["site_id"][codes[0] != codes[1]])
    assert {site: sums[1][site] - sums[0][site] for site in sums[0]} == {
        site: number * sums[0][site].__class__("1.25") for site, number in moved.items()
    }


def test_the_fits_differ_and_say_which_features_they_have(pupils) -> None:
    before, after = fit(pupils, SITES, BEFORE), fit(pupils, SITES, AFTER)
    assert before.n == after.n == 4000
    assert "stay[5_to_15]" in before.columns
    assert "stay[5_to_10]" in after.columns
    assert before.model().specification_sha256 != after.model().specification_sha256
    assert "to re-enact that error, not to compute scores" in BEFORE.label
