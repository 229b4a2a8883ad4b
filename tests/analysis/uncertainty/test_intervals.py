"""Intervals, chances and standard deviations against plain sums over the replicates."""

from __future__ import annotations

import statistics
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

import oab_funding as oab
from oab_funding.analysis.uncertainty.intervals import GIVEN, Found, find
from oab_funding.analysis.uncertainty.making import Plan
from oab_funding.errors import InputError
from oab_funding.tables.columns import texts, units

PLAN = Plan(replicates=40, parts=3, seed=3)


@pytest.fixture(scope="module")
def found(run: oab.Run) -> Found:
    return find(run, PLAN)


@pytest.fixture(scope="module")
def rows(found: Found) -> dict[tuple[str, str, str], dict[str, Any]]:
    table = found.tables["uncertainty"].to_pylist()
    return {(row["stream"], row["level"], row["institution"]): row for row in table}


def test_of_a_site(found: Found, rows: Any, run: oab.Run) -> None:
    made = found.made["schools"]
    scores = dict(
        zip(
            texts(run.table("site_scores"), "site_id"),
            units(run.table("site_scores"), "score", 2),
            strict=True,
        )
    )
    for at, site in enumerate(made.names):
        row = rows["schools", "site", site]
        drawn = sorted(made.score["all"][:, at].tolist())
        assert row["score"] * 100 == scores[site]
        assert (row["score_low"] * 100, row["score_median"] * 100, row["score_high"] * 100) == (
            drawn[0],
            drawn[19],
            drawn[39],
        )
        assert row["p_above_zero"] == round(Decimal(sum(score > 0 for score in drawn)) / 40, 6)
        assert float(row["sd"]) == pytest.approx(statistics.stdev(drawn) / 100, abs=0.006)
        own = made.score["coefficients"][:, at].tolist()
        assert float(row["sd_coefficients"]) == pytest.approx(statistics.stdev(own) / 100, abs=0.006)


def test_higher_levels_are_sums_within_a_replicate(found: Found, rows: Any, run: oab.Run) -> None:
    made, grants = found.made["schools"], run.table("site_grants").to_pylist()
    for level, column in (
        ("school", "school_id"),
        ("board", "board_id"),
        ("municipality", "municipality_code"),
    ):
        for code in {row[column] for row in grants}:
            inside = [made.names.index(row["site_id"]) for row in grants if row[column] == code]
            drawn = sorted(made.score["all"][:, inside].sum(axis=1).tolist())
            row = rows["schools", level, code]
            assert (row["score_low"] * 100, row["score_high"] * 100) == (drawn[0], drawn[39])
            assert row["amount"] == sum(one["amount"] for one in grants if one[column] == code)


def test_the_money_within_the_noise(found: Found, rows: Any, run: oab.Run) -> None:
    made, price = found.made["schools"], Fraction("559.50")
    school = [name[:4] for name in made.names]
    names = sorted(set(school))
    paid = [Fraction(rows["schools", "school", name]["amount"]) for name in names]
    total, apart = sum(paid), Fraction(0)
    for drawn in made.score["all"].tolist():
        scores = dict.fromkeys(names, 0)
        for name, score in zip(school, drawn, strict=True):
            scores[name] += score
        amounts = [round(Decimal(str(float(price * score / 100))), 2) for score in scores.values()]
        whole = sum(map(Fraction, amounts))
        apart += (
            sum(abs(Fraction(one) / whole - own / total) for one, own in zip(amounts, paid, strict=True)) / 2
        )
    share = apart / 40
    assert found.figures["schools: share of the money within the noise"] == pytest.approx(
        float(share), abs=1e-6
    )
    assert float(found.figures["schools: euros within the noise"]) == pytest.approx(
        float(share * total), abs=0.02
    )  # type: ignore[arg-type]


def test_national_figures(found: Found) -> None:
    nation = {(row["stream"], row["figure"]): row for row in found.tables["nation"].to_pylist()}
    made = found.made["municipalities"]
    distance = sorted((made.nation["all"][:, 0] - made.nation["all"][:, 1]).tolist())
    row = nation["municipalities", "C_minus_G"]
    assert [int(row[name] * 10**6) for name in ("low", "median", "high")] == [
        distance[0],
        distance[19],
        distance[39],
    ]
    assert ("municipalities", "amounts") not in nation
    assert nation["schools", "amounts"]["low"] <= nation["schools", "amounts"]["high"]


def test_what_is_not_drawn_is_said(run: oab.Run) -> None:
    given = find(run, Plan(39, 0), "given")
    assert GIVEN in given.labels
    assert given.figures["coefficients"] == "taken as given"
    assert {row["sd_draw"] for row in given.tables["uncertainty"].to_pylist()} == {None}


def test_an_earlier_run_needs_grants_of_municipalities(run: oab.Run) -> None:
    with pytest.raises(InputError, match="belongs to grants of municipalities"):
        find(run, Plan(39, 0), earlier=run)
