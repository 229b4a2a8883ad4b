"""Sites and municipalities as the same columns."""

from __future__ import annotations

from fractions import Fraction

import pyarrow as pa
import pytest

from oab_funding.errors import InputError
from oab_funding.scores.published.columns import (
    MUNICIPALITIES,
    SITES,
    Finding,
    points,
    read_columns,
    span,
    total,
)


def test_every_column_of_sites_in_hundredths() -> None:
    table = pa.table(
        {
            "flags": ["b, c", None],
            "score": ["33.02", "0"],
            "score_raw_upper": ["76.45", "1"],
            "score_raw_lower": ["26.17", "2.5"],
            "score_raw": ["102.62", "3.5"],
            "pupils": [100, 7],
            "site_id": ["00AP00", "00AP01"],
        }
    )
    columns = read_columns(table, SITES)
    assert columns.kind is SITES
    assert columns.codes == ["00AP00", "00AP01"]
    assert columns.children == [100, 7]
    assert (columns.raw, columns.lower, columns.upper) == ([10262, 350], [2617, 250], [7645, 100])
    assert columns.score == [3302, 0]
    assert columns.flags == ["b, c", ""]


def test_what_is_not_there_is_not_known() -> None:
    columns = read_columns(pa.table({"site_id": ["00AP00", "00AP01"], "score": [1, 2]}), SITES)
    nothing = [None, None]
    assert (columns.children, columns.raw, columns.lower, columns.upper, columns.flags) == (nothing,) * 5
    assert columns.score == [100, 200]


def test_municipalities_may_lack_children_here_and_there() -> None:
    table = pa.table(
        {
            "municipality_code": ["GM0014", "GM0034"],
            "children": [None, 12],
            "score_raw": ["102.62", "3.50"],
            "score": ["33.02", "0.00"],
        }
    )
    columns = read_columns(table, MUNICIPALITIES)
    assert columns.codes == ["GM0014", "GM0034"]
    assert columns.children == [None, 12]
    assert (columns.raw, columns.score) == ([10262, 350], [3302, 0])
    assert (columns.lower, columns.flags) == ([None, None], [None, None])
    assert read_columns(table.drop(["children"]), MUNICIPALITIES).children == [None, None]


def test_a_table_that_is_no_table_of_scores() -> None:
    with pytest.raises(InputError, match="column score_raw is missing"):
        read_columns(pa.table({"municipality_code": ["GM0014"], "score": [1]}), MUNICIPALITIES)
    with pytest.raises(InputError, match="site_id"):
        read_columns(pa.table({"municipality_code": ["GM0014"], "score": [1]}), SITES)


def test_a_sum_is_known_when_every_value_is() -> None:
    assert total([1, 0, 5]) == 6
    assert total([]) == 0
    assert total([1, None, 5]) is None


F = Fraction


def test_a_finding_says_where_and_what() -> None:
    assert str(Finding("GM0014", "some rule", "is wrong")) == "GM0014: is wrong"
    assert str(Finding(None, "some rule", "is wrong")) == "all sites: is wrong"
    assert Finding(None, "some rule", "is wrong").where == "all sites"


@pytest.mark.parametrize(
    ("hundredths", "written"), [(0, "0.00"), (5, "0.05"), (-5, "-0.05"), (10**12, "10000000000.00")]
)
def test_points(hundredths: int, written: str) -> None:
    assert points(hundredths) == written


@pytest.mark.parametrize(
    ("low", "high", "written"),
    [
        (F(1, 3), F(1, 3), "between 0.333333333 and 0.333333334"),
        (F(1, 4), F(1, 2), "between 0.250000000 and 0.500000000"),
        (F(0), F(0), "between 0.000000000 and 0.000000000"),
        (F(2, 3), None, "above 0.666666666"),
        (None, F(2, 3), "between 0.000000000 and 0.666666667"),
        (None, None, "above 0.000000000"),
    ],
)
def test_an_interval_is_rounded_outwards(low: Fraction | None, high: Fraction | None, written: str) -> None:
    assert span(low, high) == written
