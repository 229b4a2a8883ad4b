"""Whole calculations from tables written and spoilt in many ways, against the oracle for the same rows."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import oab_funding as oab
from oab_funding.errors import InputError
from oab_funding.tables.child_tables import SCORED_CHILDREN
from oab_funding.tables.grant_tables import SCHOOL_OLD_BASE
from oab_funding.tables.score_tables import MUNICIPALITY_SCORES, SITE_SCORES
from oracle import municipal_grants as municipal
from oracle.refusal import RefusedError
from oracle.school_grants import exact_amounts, new_amounts
from oracle.school_grants import with_transition as school_transition
from oracle.sites import school_scores, site_scores
from oracle.target_group import Child, target_group

from .sheet import BREAKING, CHANGING, KEEPING, WAYS, Row, Sheet, drop_rows, sheet

THOROUGH = os.environ.get("HYPOTHESIS_PROFILE") == "thorough"
CASES = 300 if THOROUGH else 12
"""Cases per calculation."""

PRICE = Fraction(55950, 100)
D = Decimal


def _cents(rng: random.Random, highest: int) -> Decimal:
    return D(rng.randrange(highest)).scaleb(-2)


def _site_rows(rng: random.Random) -> list[Row]:
    sites = [
        f"{school:02d}A{letter}{site:02d}" for school in range(4) for letter in "BC" for site in range(2)
    ]
    return [
        {"site_id": site, "score": _cents(rng, 90_000)} for site in rng.sample(sites, rng.randrange(3, 12))
    ]


def _base_rows(rng: random.Random) -> list[Row]:
    schools = [f"{school:02d}A{letter}" for school in range(4) for letter in "BC"]
    return [{"school_id": school, "old_base": _cents(rng, 10**8)} for school in schools]


def _municipal_rows(rng: random.Random) -> list[Row]:
    rows = []
    for number in range(1, 9):
        score = _cents(rng, 200_000)
        rows.append(
            {
                "municipality_code": f"GM{number:04d}",
                "score_raw": score + _cents(rng, 50_000) + D("0.01"),
                "score": score,
            }
        )
    return rows


def _child_rows(rng: random.Random) -> list[Row]:
    coarse = rng.random() < 0.4
    rows = []
    for number in range(rng.randrange(30, 80)):
        site = rng.randrange(4)
        score = (
            D(rng.choice([525, 530, 535]))
            if coarse
            else D(rng.randrange(515 * 10**6, 550 * 10**6)).scaleb(-6)
        )
        rows.append(
            {
                "child_id": f"c{number}",
                "kind": "pupil",
                "site_id": f"0{site}AB00",
                "municipality_code": f"GM{site % 2:04d}",
                "age": rng.randrange(4, 13),
                "education_score": score.quantize(D("0.000001")),
                "asylum_seeker": rng.random() < 0.05,
            }
        )
    return rows


def _fractions(given: Sheet, key: str, column: str) -> dict[str, Fraction]:
    return {row[key]: Fraction(row[column]) for row in given.rows}


def _column(result: Any, key: str, name: str) -> dict[str, Fraction]:
    table = result.table
    return dict(
        zip(table.column(key).to_pylist(), map(Fraction, table.column(name).to_pylist()), strict=True)
    )


Expected = dict[str, Fraction]


def _schools(
    sheets: dict[str, Sheet], given: dict[str, Any]
) -> tuple[Callable[[], Expected], Callable[[], Expected]]:
    def oracle() -> Expected:
        scores = school_scores(_fractions(sheets["scores"], "site_id", "score"))
        return new_amounts(scores, PRICE)

    def library() -> Expected:
        result = oab.school_grants(given["scores"], period="2020-2021", price="559.50")
        return _column(result, "school_id", "amount")

    return oracle, library


def _schools_after(
    sheets: dict[str, Sheet], given: dict[str, Any]
) -> tuple[Callable[[], Expected], Callable[[], Expected]]:
    def oracle() -> Expected:
        scores = school_scores(_fractions(sheets["scores"], "site_id", "score"))
        base = _fractions(sheets["old base"], "school_id", "old_base")
        new = exact_amounts(scores, PRICE)
        return school_transition(
            new, base, loser_share=Fraction(1, 2), gainer_share=Fraction(2655, 10_000), missing="refuse"
        ).amounts

    def library() -> Expected:
        result = oab.school_grants(
            given["scores"], period="2020-2021", price="559.50", old_base=given["old base"], gainers="26.55%"
        )
        return _column(result, "school_id", "amount")

    return oracle, library


def _municipalities(
    sheets: dict[str, Sheet], given: dict[str, Any]
) -> tuple[Callable[[], Expected], Callable[[], Expected]]:
    budget = Fraction(10**6)

    def oracle() -> Expected:
        later, earlier = (
            {
                row["municipality_code"]: (Fraction(row["score_raw"]), Fraction(row["score"]))
                for row in sheets[which].rows
            }
            for which in ("later", "earlier")
        )
        return municipal.from_budget(municipal.join_dates(later, earlier), budget).amounts

    def library() -> Expected:
        result = oab.municipal_grants(given["later"], given["earlier"], year=2022, budget="1000000.00")
        return _column(result, "municipality_code", "amount")

    return oracle, library


def _sites(
    sheets: dict[str, Sheet], given: dict[str, Any]
) -> tuple[Callable[[], Expected], Callable[[], Expected]]:
    def oracle() -> Expected:
        pupils = [
            Child(
                row["child_id"],
                Fraction(row["education_score"]),
                row["asylum_seeker"],
                row["site_id"],
                row["municipality_code"],
                row["age"],
            )
            for row in sheets["children"].rows
        ]
        group = target_group(pupils, size_rule="up", tie_rule="share")
        return {site: score.score for site, score in site_scores(pupils, group).items()}

    def library() -> Expected:
        result = oab.site_scores(given["children"], date="2019-10-01")
        return _column(result, "site_id", "score")

    return oracle, library


CALCULATIONS: dict[str, tuple[Any, dict[str, tuple[Any, Any]]]] = {
    "school grants": (_schools, {"scores": (SITE_SCORES, _site_rows)}),
    "school grants after the transition": (
        _schools_after,
        {"scores": (SITE_SCORES, _site_rows), "old base": (SCHOOL_OLD_BASE, _base_rows)},
    ),
    "municipal grants": (
        _municipalities,
        {
            "later": (MUNICIPALITY_SCORES, _municipal_rows),
            "earlier": (MUNICIPALITY_SCORES, _municipal_rows),
        },
    ),
    "scores of sites": (_sites, {"children": (SCORED_CHILDREN, _child_rows)}),
}


def _spoil(given: Sheet, rng: random.Random, whole: bool) -> Sheet:
    for change in rng.sample(KEEPING, rng.randrange(len(KEEPING) + 1)):
        given = change(given, rng)
    if rng.random() < 0.4:
        change = rng.choice(CHANGING)
        given = given if whole and change is drop_rows else change(given, rng)
    return rng.choice(BREAKING)(given, rng) if rng.random() < 0.15 else given


@pytest.mark.parametrize("what", CALCULATIONS)
def test_a_calculation_gives_the_oracles_numbers_or_says_no(what: str, tmp_path: Path) -> None:
    make, tables = CALCULATIONS[what]
    taken = 0
    for seed in range(CASES):
        rng = random.Random(f"{what} {seed}")
        sheets = {
            name: _spoil(sheet(schema, rows(rng)), rng, whole=len(tables) > 1)
            for name, (schema, rows) in tables.items()
        }
        ways = {name: rng.choice(WAYS) for name in sheets}
        given = {}
        for name, one in sheets.items():
            folder = tmp_path / f"{seed}-{name}"
            folder.mkdir()
            given[name] = ways[name](one, rng, folder)
        case = "; ".join(
            f"{name}: {', '.join(one.done) or 'as it is'} by {ways[name].__name__}"
            for name, one in sheets.items()
        )
        case = f"{what}, seed {seed}: {case}"
        oracle, library = make(sheets, given)
        try:
            found = library()
        except InputError:
            continue
        except Exception as error:
            raise AssertionError(f"{case}: {type(error).__name__}: {error}") from error
        assert not any(one.broken for one in sheets.values()), f"{case}: taken"
        try:
            expected = oracle()
        except RefusedError as refused:
            raise AssertionError(f"{case}: refused by the oracle alone: {refused}") from refused
        assert found == expected, case
        taken += 1
    assert taken >= CASES // 3, f"only {taken} of {CASES} cases of {what} were computed"
