"""Pupils and toddlers, checked and coded once."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from indicator.frames import SITES, child, frame, small_specification, toddler
from oab_funding.errors import InputError
from oab_funding.indicator.population import Population

SMALL = small_specification()


def everyone(toddlers: list[dict] | None = None, **options: object) -> Population:
    pupils = frame([child(), child(child_id="c1", funded=False)])
    return Population.of(pupils, frame(toddlers) if toddlers else None, SITES, SMALL, **options)


def test_who_counts_and_who_is_left_out() -> None:
    found = everyone([toddler(), toddler(child_id="t1", birth_date=date(2018, 1, 1))])
    assert [part.counted.tolist() for part in found.parts] == [[True, False], [True, False]]
    assert found.left_out == {
        "pupils at an excluded site": 0,
        "pupils at a school of another type than bo": 0,
        "pupils not funded": 1,
        "toddlers under 30 months": 1,
        "toddlers 48 months or older": 0,
    }


@pytest.mark.parametrize(
    ("born", "age", "counts"),
    [
        (date(2017, 4, 1), 2, True),
        (date(2017, 4, 2), 2, False),
        (date(2015, 10, 2), 3, True),
        (date(2015, 10, 1), 4, False),
        (date(2016, 10, 1), 3, True),
        (date(2016, 10, 2), 2, True),
    ],
)
def test_toddlers_on_and_beside_their_limits(born: date, age: int, counts: bool) -> None:
    found = everyone([toddler(birth_date=born)]).toddlers
    assert found is not None
    assert (found.ages.tolist(), found.counted.tolist()) == ([age], [counts])


def test_months_can_be_given() -> None:
    found = everyone([toddler(birth_date=date(2017, 10, 1))], toddler_months=(24, 36)).toddlers
    assert found is not None
    assert list(found.out) == ["under 24 months", "36 months or older"]
    assert found.counted.all()


def test_without_toddlers() -> None:
    found = everyone()
    assert found.toddlers is None
    assert found.parts == (found.pupils,)


def test_a_child_is_pupil_or_toddler() -> None:
    with pytest.raises(InputError, match="table toddlers, column child_id, value 'c0': 1 children are both"):
        everyone([toddler(child_id="c0")])
    assert everyone([toddler(child_id="c1")]).left_out["pupils not funded"] == 1  # c1 does not count as pupil


def test_the_reference_date_may_be_text() -> None:
    assert everyone(reference_date="2019-10-02").reference_date == date(2019, 10, 2)
    assert everyone().reference_date == SMALL.reference_date


def test_it_is_only_that_of_its_own_frames() -> None:
    found = everyone()
    assert found.check_source(*found.frames) is found
    with pytest.raises(InputError, match="was coded from other tables"):
        found.check_source(found.frames[0].copy(), *found.frames[1:])


def test_an_empty_table_of_toddlers() -> None:
    young = frame([toddler()]).iloc[:0]
    found = Population.of(frame([child()]), young, SITES, SMALL).toddlers
    assert found is not None
    assert (len(found), found.counted.tolist(), found.ages.dtype) == (0, [], np.dtype("int64"))
