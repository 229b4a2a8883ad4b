"""The level of the other parents at a child's school, against plain fractions."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import floor

import numpy as np
import pandas as pd
import pytest

from oab_funding.indicator.coding import CodedChildren
from oab_funding.indicator.imputation.school_level import (
    LARGEST_PRIOR,
    PARENTS,
    UNIT,
    PlaceSums,
    SchoolLevels,
    Shrinkage,
    level_cuts,
)
from oab_funding.indicator.population import Population
from oab_funding.indicator.specification_file import load_specification

SPECIFICATION = load_specification("cbs-2019")
SCHOOLS = 12
SITES = pd.DataFrame(
    {
        "site_id": [f"{number:02d}AP00" for number in range(SCHOOLS)],
        "school_id": [f"{number:02d}AP" for number in range(SCHOOLS)],
        "municipality_code": [f"GM{number % 3:04d}" for number in range(SCHOOLS)],
    }
)


def children(kind: str, n: int, rng: np.random.Generator) -> pd.DataFrame:
    school = rng.integers(0, SCHOOLS - 2, n)
    classes = np.clip(np.rint(school * 0.5 + rng.normal(2.5, 1.5, (2, n))), 1, 8)
    made = pd.DataFrame(
        {
            "child_id": [f"{kind}{row:04d}" for row in range(n)],
            "origin_mother": "NL",
            "origin_father": "NL",
            "mother_arrival_date": pd.Series([None] * n, dtype="object"),
            "mother_born_in_nl": True,
            "debt_restructuring": False,
            "in_register": rng.random(n) < 0.95,
            "asylum_seeker": rng.random(n) < 0.02,
            **{
                name: pd.array(np.where(rng.random(n) < 0.3, np.nan, row), dtype="Int64")
                for name, row in zip(PARENTS, classes, strict=True)
            },
        }
    )
    if kind == "pupil":
        return made.assign(site_id=SITES["site_id"].to_numpy()[school], age=9, funded=True)
    return made.assign(
        municipality_code=SITES["municipality_code"].to_numpy()[school], birth_date=pd.Timestamp("2016-10-01")
    )


def lone(frame: pd.DataFrame) -> pd.DataFrame:
    """One child alone at the last school but one, and two of unknown parents at the last."""
    more = frame.head(3).assign(child_id=["x0", "x1", "x2"], in_register=True, asylum_seeker=False)
    more["site_id"] = SITES["site_id"].to_numpy()[[SCHOOLS - 2, SCHOOLS - 1, SCHOOLS - 1]]
    more["education_mother"] = pd.array([8, None, None], dtype="Int64")
    more["education_father"] = pd.array([None, None, None], dtype="Int64")
    return pd.concat([frame, more], ignore_index=True)


RNG = np.random.default_rng(3)
PUPILS, TODDLERS = lone(children("pupil", 400, RNG)), children("toddler", 90, RNG)


def parts(pupils: pd.DataFrame, toddlers: pd.DataFrame | None) -> tuple[CodedChildren, ...]:
    return Population.of(pupils, toddlers, SITES, SPECIFICATION).parts


EVERYONE = parts(PUPILS, TODDLERS)
LEVELS = SchoolLevels.of(EVERYONE)


def known_parents(coded: CodedChildren) -> list[list[int]]:
    """Classes of the known parents of each child who takes part."""
    both = zip(*(coded.codes[name].tolist() for name in PARENTS), strict=True)
    return [
        [code for code in pair if code >= 0 and takes_part]
        for pair, takes_part in zip(both, coded.eligible.tolist(), strict=True)
    ]


def where(coded: CodedChildren, by_municipality: bool) -> list[object]:
    places = [coded.places[place] for place in coded.place.tolist()]
    return [place[1] if by_municipality else place for place in places]


def plain_shrinkage() -> tuple[Fraction, Fraction, Fraction]:
    """National mean, variance within schools, and variance between them, from the pupils one by one."""
    schools: dict[object, list[int]] = {}
    for place, found in zip(where(EVERYONE[0], False), known_parents(EVERYONE[0]), strict=True):
        schools.setdefault(place, []).extend(found)
    groups = [group for group in schools.values() if group]
    n, k = sum(map(len, groups)), len(groups)
    means = [Fraction(sum(group), len(group)) for group in groups]
    mean = Fraction(sum(map(sum, groups)), n)
    inside = sum((x - m) ** 2 for group, m in zip(groups, means, strict=True) for x in group)
    among = sum(len(group) * (m - mean) ** 2 for group, m in zip(groups, means, strict=True))
    within = inside / (n - k)
    size = (n - Fraction(sum(len(group) ** 2 for group in groups), n)) / (k - 1)
    return mean, within, (among / (k - 1) - within) / size


def test_shrinkage_is_that_of_plain_fractions() -> None:
    mean, within, between = plain_shrinkage()
    found = LEVELS.shrinkage
    assert abs(found.mean - mean * UNIT) <= Fraction(1, 2)
    assert abs(found.within - within * UNIT**2) <= Fraction(1, 2)
    assert found.prior is not None
    assert abs(found.prior - within / between) <= Fraction(1, 2) or found.prior == 1


@pytest.mark.parametrize("kind", [0, 1])
def test_levels_are_those_of_plain_fractions(kind: int) -> None:
    coded, prior = EVERYONE[kind], LEVELS.shrinkage.prior
    assert prior is not None
    at: dict[object, list[int]] = {}
    for other in EVERYONE if kind else EVERYONE[:1]:
        for place, found in zip(where(other, bool(kind)), known_parents(other), strict=True):
            at.setdefault(place, []).extend(found)
    found_levels = LEVELS.of_children(coded)
    own_places = zip(where(coded, bool(kind)), known_parents(coded), strict=True)
    for row, (place, own) in enumerate(own_places):
        sum_, number = sum(at[place]) - sum(own), len(at[place]) - len(own)
        exact = (sum_ * UNIT + Fraction(prior * LEVELS.shrinkage.mean)) / (number + prior)
        assert found_levels.level[row] == floor(exact)
        assert found_levels.spread[row] == np.sqrt(LEVELS.shrinkage.within / (number + prior))
        assert found_levels.classes[row] == sum(1 for cut in LEVELS.cuts if found_levels.level[row] > cut)


def test_a_child_alone_and_a_place_without_known_parents_have_the_national_level() -> None:
    assert LEVELS.of_children(EVERYONE[0]).level[-3:].tolist() == [LEVELS.shrinkage.mean] * 3


def test_own_parents_do_not_count() -> None:
    changed = PUPILS.copy()
    changed.loc[len(PUPILS) - 3, "education_mother"] = 1
    found = SchoolLevels(PlaceSums.of(parts(changed, None)[0]), LEVELS.shrinkage, LEVELS.cuts)
    assert found.of_children(parts(changed, None)[0]).level[-3] == LEVELS.shrinkage.mean


def test_sums_of_parts_add_up() -> None:
    some = [part for rows in (slice(0, 150), slice(150, None)) for part in parts(PUPILS[rows], None)]
    together, whole = PlaceSums.of(some[0]) + PlaceSums.of(some[1]), PlaceSums.of(EVERYONE[0])
    assert together.places == whole.places
    for name in ("total", "squares", "known"):
        assert np.array_equal(getattr(together, name), getattr(whole, name))


def test_row_order_changes_nothing() -> None:
    order = np.random.default_rng(1).permutation(len(PUPILS))
    moved = parts(PUPILS.iloc[order], TODDLERS.iloc[::-1])
    found = SchoolLevels.of(moved)
    assert found.shrinkage == LEVELS.shrinkage
    assert found.cuts.tolist() == LEVELS.cuts.tolist()
    own, others = LEVELS.of_children(EVERYONE[0]), found.of_children(moved[0])
    assert others.level.tolist() == own.level[order].tolist()
    rows = np.arange(len(order))
    for round_ in (1, 2):
        drawn, again = own.classes_in_round(7, round_, rows), others.classes_in_round(7, round_, rows)
        assert again.tolist() == drawn[order].tolist()


def test_a_round_draws_each_place_once_and_anew() -> None:
    own = LEVELS.of_children(EVERYONE[0])
    rows = np.flatnonzero((own.place == 4) & (own.level == np.bincount(own.level[own.place == 4]).argmax()))
    first, second = (own.classes_in_round(7, round_, np.arange(len(own.level))) for round_ in (1, 2))
    assert len(set(first[rows].tolist())) == 1
    assert first.tolist() != second.tolist()
    assert first.tolist() != own.classes_in_round(8, 1, np.arange(len(own.level))).tolist()
    exact = replace(own, spread=np.zeros(len(own.level)))
    assert exact.classes_in_round(7, 1, np.arange(len(own.level))).tolist() == own.classes.tolist()


def test_draws_have_the_spread_they_should() -> None:
    places = 4000
    levels = replace(
        LEVELS.of_children(EVERYONE[0]),
        level=np.full(places, 3000),
        spread=np.full(places, 200.0),
        place=np.arange(places, dtype=np.int32),
        keys=np.arange(places, dtype=np.uint64),
        cuts=np.array([2800, 3000, 3200]),
    )
    shares = np.bincount(levels.classes_in_round(1, 1, np.arange(places))) / places
    assert shares == pytest.approx([0.1587, 0.3413, 0.3413, 0.1587], abs=0.025)


def test_schools_that_are_alike_have_no_levels() -> None:
    places = tuple((f"{number:02d}AP", "GM0001") for number in range(3))
    alike = PlaceSums(places, np.array([30, 30, 30]), np.array([180, 180, 180]), np.array([10, 10, 10]))
    assert Shrinkage.of(alike).prior is None
    one = PlaceSums(places[:1], np.array([30]), np.array([180]), np.array([10]))
    nobody = PlaceSums(places[:1], *np.zeros((3, 1), dtype=np.int64))
    assert (Shrinkage.of(one), Shrinkage.of(nobody)) == (Shrinkage(3000, 0, None), Shrinkage(0, 0, None))
    found = SchoolLevels(PlaceSums.of(EVERYONE[0]), Shrinkage(3000, 10, None), LEVELS.cuts)
    assert set(found.of_children(EVERYONE[0]).level.tolist()) == {3000}


def test_the_largest_prior_is_the_bound() -> None:
    for variance, kept in ((LARGEST_PRIOR * 2, False), (2, True)):
        # Two schools with means 3 and 5 and a variance within of about `variance`
        sums = np.array([3000, 5000])
        squares = sums**2 // 1000 + variance * 999
        found = Shrinkage.of(PlaceSums((("00AP", "a"), ("00AR", "a")), sums, squares, np.array([1000, 1000])))
        assert (found.prior is not None) is kept


def test_cuts_have_about_as_many_children_each() -> None:
    levels = np.random.default_rng(2).integers(0, 1000, 10_000)
    cuts = level_cuts(np.bincount(levels, minlength=1001), 20)
    found = np.bincount(np.searchsorted(cuts, levels))
    assert len(found) == 20
    assert found.min() > 450
    assert found.max() < 550


def test_no_class_is_empty() -> None:
    cuts = level_cuts(np.array([0, 90, 0, 5, 5, 0]), 4)
    assert cuts.tolist() == [1]
    assert level_cuts(np.array([0, 0, 7]), 20).tolist() == []
    assert level_cuts(np.array([0, 0, 0]), 20).tolist() == []
