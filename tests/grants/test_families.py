"""Dividing a school's money over its sites."""

from __future__ import annotations

from fractions import Fraction

import pyarrow as pa
import pytest

from oab_funding.grants.families import Family, families_of, share_out
from oab_funding.tables.columns import build
from oab_funding.tables.score_tables import SITE_SCORES

F = Fraction


def test_a_site_gets_its_own_price_times_score_but_for_the_cents() -> None:
    # 49.89 and 0.52 cents make 50.41, so 50 cents; by their own worth 50 and 0, in proportion 49 and 1.
    family = Family(("00AP00", "00AP01"), (4989, 52), (None, None))
    assert share_out(family, 50, F("50.41")).units == (50, 0)
    assert share_out(family, 50, None).units == (49, 1)
    # not what rounding makes of the exact amount: in proportion
    assert share_out(family, 49, F("50.41")).units == (48, 1)


def test_the_exact_amount_is_divided_and_not_the_rounded_one() -> None:
    # 1,189.005333... by 33.02, 2,894.96 and 3.00: 13.395..., 1,174.393... and 1.217...
    family = Family(("00AP00", "00AP01", "00AP02"), (3302, 289_496, 300), (None,) * 3)
    assert share_out(family, 118_901, F("118900.5333")).units == (1340, 117_439, 122)


@pytest.mark.parametrize(("exact", "total"), [(F("-100.5"), -100), (F("-100.5"), -101), (F(-7, 3), -2)])
def test_a_negative_amount_is_divided_to_the_cent(exact: F, total: int) -> None:
    family = Family(("00AP00", "00AP01"), (0, 0), (10, 90))
    parts = share_out(family, total, exact).units
    assert sum(parts) == total
    assert all(abs(part - exact * n / 100) < 1 for part, n in zip(parts, (10, 90), strict=True))


@pytest.mark.parametrize(
    ("scores", "pupils", "parts"),
    [
        ((300, 100), (10, 90), (75, 25)),
        ((0, 0), (10, 90), (10, 90)),
        ((0, 0), (None, None), (50, 50)),
        ((0, 0), (0, 0), (50, 50)),
        ((0, 0), (None, 90), (0, 100)),
    ],
)
def test_weights(
    scores: tuple[int, int], pupils: tuple[int | None, int | None], parts: tuple[int, int]
) -> None:
    family = Family(("00AP00", "00AP01"), scores, pupils)
    assert share_out(family, 100, None).units == parts
    assert share_out(family, -100, None).units == tuple(-part for part in parts)


def test_ties_go_by_code_and_are_told() -> None:
    shared = share_out(Family(("00AP01", "00AP00", "00AP02"), (1, 1, 2), (None,) * 3), 2238, F("559.50"))
    assert shared.units == (559, 560, 1119)
    assert shared.ties == ("00AP00", "00AP01")
    assert share_out(Family(("00AP00",), (1,), (None,)), 560, F("559.50")).ties == ()


def test_a_whole_cent_beside_the_worth_of_the_scores_is_in_proportion() -> None:
    family = Family(("00AP00", "00AP01", "00AP02"), (1090, 1090, 2820), (None,) * 3)  # worth 50 cents
    assert share_out(family, 50, F(1, 100)).units == (11, 11, 28)
    assert share_out(family, 49, F(1, 100)).units == (11, 11, 27)  # not 11, 10 and 28
    assert share_out(family, 51, F(1, 100)).units == (11, 11, 29)


def test_sites_by_school() -> None:
    sites = build(
        SITE_SCORES,
        {
            "site_id": ["13EK01", "00AP00", "13EK00"],
            "pupils": [3, 1, 2],
            "score": [30, 10, 20],
            "school_id": [None, "99ZZ", None],
        },
    )
    found = families_of(sites)
    assert found == {
        "13EK": Family(("13EK01", "13EK00"), (30, 20), (3, 2)),
        "99ZZ": Family(("00AP00",), (10,), (1,)),
    }
    assert list(found["13EK"].rows()) == [("13EK01", 30, 3), ("13EK00", 20, 2)]
    assert families_of(sites.select(["site_id", "score"]))["00AP"].pupils == (None,)
    assert (
        families_of(pa.table({"site_id": pa.array([], pa.string()), "score": pa.array([], pa.int64())})) == {}
    )


@pytest.mark.parametrize("exact", [None, F(11195, 10), F(2)])
def test_the_only_site_gets_all(exact: F | None) -> None:
    for score in (0, 7):
        alone = share_out(Family(("00AP00",), (score,), (None,)), 1120, exact)
        assert (alone.units, alone.ties) == ((1120,), ())
