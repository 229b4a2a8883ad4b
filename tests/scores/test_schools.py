"""A school's score is the sum of its sites' rounded scores."""

from __future__ import annotations

from fractions import Fraction

import pyarrow as pa
from hypothesis import given

from oab_funding.scores.schools import school_of_site, school_scores
from oab_funding.tables.columns import build
from oab_funding.tables.score_tables import SITE_SCORES
from oracle import sites as oracle_sites
from oracle.strategies import SchoolCase, school_cases
from oracle_bridge import CASES, column, examples, site_table

F = Fraction


@examples(100)
@given(school_cases())
def test_schools_of_the_oracle(case: SchoolCase) -> None:
    CASES["schools"] += 1
    found = school_scores(site_table(case.site_scores))
    expected = oracle_sites.school_scores(case.site_scores)
    assert column(found.table, "school_id", "score") == expected
    assert found.table.column("school_id").to_pylist() == sorted(expected)
    assert found.figures["sum_of_scores"] == sum(expected.values())
    assert found.figures["schools_above_zero"] == sum(score > 0 for score in expected.values())
    assert sum(found.table.column("sites").to_pylist()) == len(case.site_scores)


SITES = build(
    SITE_SCORES,
    {
        "site_id": ["00AP01", "00AP00", "01AA00"],
        "pupils": [10, 20, 30],
        "score": [100, 3302, 0],
        "flags": ["a, b", "b, c", None],
        "school_id": [None, "99ZZ", None],
        "estimated": [None, True, False],
    },
)


def test_a_school_that_is_stated_goes_before_the_code() -> None:
    assert school_of_site(SITES) == ["00AP", "99ZZ", "01AA"]
    assert school_of_site(SITES.drop_columns(["school_id"])) == ["00AP", "00AP", "01AA"]


def test_pupils_flags_and_estimates_travel_along() -> None:
    rows = school_scores(SITES.drop_columns(["school_id"])).table.to_pylist()
    assert rows[0] == {
        "school_id": "00AP",
        "sites": 2,
        "pupils": 30,
        "score": rows[0]["score"],
        "flags": "a, b, c",
        "estimated": True,
    }
    assert (rows[1]["flags"], rows[1]["estimated"], rows[1]["pupils"]) == ("", False, 30)


def test_unknown_pupils_make_an_unknown_sum() -> None:
    some = SITES.set_column(1, SITES.schema.field("pupils"), pa.array([10, None, 30], pa.int64()))
    assert column(school_scores(some.drop_columns(["school_id"])).table, "school_id", "pupils") == {
        "00AP": None,
        "01AA": 30,
    }
    assert school_scores(SITES.select(["site_id", "score"])).table.column("pupils").to_pylist() == [
        None,
        None,
    ]


def test_scores_of_another_scale_are_read_at_their_worth() -> None:
    coarse = pa.table({"site_id": ["00AP00"], "score": pa.array(["1.5"]).cast(pa.decimal128(12, 1))})
    assert school_scores(coarse).figures["sum_of_scores"] == F(3, 2)
