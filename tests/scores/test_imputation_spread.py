"""Imputed share and spread between rounds, against scores computed round by round on their own."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import chain, combinations
from math import ceil
from statistics import mean, pstdev, stdev

import numpy as np
import pyarrow as pa
import pytest

from oab_funding.indicator.coding import code_children
from oab_funding.indicator.imputation.impute import ImputationRule, impute
from oab_funding.indicator.imputation.imputed import NO_DONOR, Imputed
from oab_funding.indicator.imputation.tables import imputed_tables
from oab_funding.indicator.model import Model, supplied_model
from oab_funding.indicator.score import score
from oab_funding.indicator.specification_file import load_specification
from oab_funding.scores.aggregate import ScoreRule
from oab_funding.scores.imputation_spread import halves, imputation_per_site
from oab_funding.scores.institution_scores import sites_from_children
from oab_funding.synthetic import Country, country, true_coefficients

DAY = date(2019, 10, 1)
SPECIFICATION = load_specification("cbs-2019")
RULE = ScoreRule(Fraction(15, 100), Fraction(12, 100))
LIMITS = {"lower_years_until_age": 7, "reliable_above": 40, "excluded_schools": ("27MK",)}


@pytest.fixture(scope="module")
def model() -> Model:
    return supplied_model(true_coefficients(), SPECIFICATION, label="made up", source="made up")


@pytest.mark.parametrize("rounds", [1, 3, 4])
def test_figures_per_site(rounds: int, model: Model) -> None:
    made = country(2500, seed=11)
    done = impute(made.pupils, None, made.sites, SPECIFICATION, (30, 48), ImputationRule(rounds, 2))
    tables = imputed_tables(done)
    found = imputation_per_site(
        made.pupils, made.sites, *tables.values(), model=model, rule=RULE, reference_date=DAY, **LIMITS
    )
    by_round = score(made.pupils, None, made.sites, model, imputed=done.parts[0], average="institution").table
    scores: dict[str, list[Decimal]] = {}
    for number in range(1, rounds + 1):
        own = by_round.filter(pa.array([n == number for n in by_round.column("round").to_pylist()]))
        sites = sites_from_children(own.drop_columns(["round"]), made.sites, RULE, **LIMITS).table
        for row in sites.to_pylist():
            scores.setdefault(row["site_id"], []).append(row["score"])
    rows = {row["site_id"]: row for row in found.table.to_pylist()}
    assert rows.keys() == scores.keys()
    by_halves = _from_halves(made, done.parts[0], model) if rounds > 1 else {}
    for site, values in scores.items():
        row = rows[site]
        assert (row["score_low"], row["score_high"]) == (min(values), max(values))
        assert float(row["score_mean"]) == pytest.approx(float(mean(values)), abs=1e-6)
        if rounds == 1:
            assert row["score_spread"] is None
            assert row["draw_sd_child"] is row["draw_sd_institution"] is row["rounds_wanted"] is None
        else:
            assert float(row["score_spread"]) == pytest.approx(float(stdev(values)), abs=2e-6)
            assert float(row["draw_sd_institution"]) == pytest.approx(
                float(stdev(values)) / rounds**0.5, abs=2e-6
            )
            assert float(row["draw_sd_child"]) == pytest.approx(by_halves[site], abs=2e-6)
            wanted = Fraction(row["draw_sd_child"]) ** 2 * rounds
            assert row["rounds_wanted"] == max(1, ceil(wanted))
            assert row["score_spread"] ** 2 <= Decimal(stdev(values)) ** 2 + Decimal("1e-9")


def _from_halves(made: Country, imputed: Imputed, model: Model) -> dict[str, float]:
    """Standard deviation from halves of the rounds, averaged per child, by tables."""
    scores: dict[str, list[float]] = {}
    rounds = imputed.rounds or 1
    for half in halves(rounds):
        codes = {name: array[half] for name, array in imputed.codes.items()}
        fewer = Imputed(codes, imputed.donors)
        own = score(made.pupils, None, made.sites, model, imputed=fewer).table
        for row in sites_from_children(own, made.sites, RULE, **LIMITS).table.to_pylist():
            scores.setdefault(row["site_id"], []).append(float(row["score"]))
    expected = 1 / (rounds // 2) - 1 / rounds  # of the variance of a single round
    return {site: pstdev(values) / (rounds * expected) ** 0.5 for site, values in scores.items()}


@pytest.mark.parametrize("rounds", range(2, 21))
def test_halves_treat_every_round_alike(rounds: int) -> None:
    found = halves(rounds)
    assert {len(set(half)) for half in found} == {rounds // 2}
    assert Counter(chain.from_iterable(found)) == dict.fromkeys(range(rounds), rounds // 2)
    together = Counter(frozenset(pair) for half in found for pair in combinations(half, 2))
    times = [together[frozenset(pair)] for pair in combinations(range(rounds), 2)]
    assert max(times) - min(times) <= 3


@pytest.mark.thorough
def test_the_standard_deviation_from_the_draws_is_that_of_many_seeds(model: Model) -> None:
    """Children cross the line by steps: leaving out one round at a time gives 1.4 times too much."""
    made = country(6000, seed=3)
    names = "draw_sd_child", "draw_sd_institution"
    said: dict[str, list[float]] = {name: [] for name in names}
    scores: dict[str, list[list[float]]] = {name: [] for name in names}
    for seed in range(40):
        done = impute(made.pupils, None, made.sites, SPECIFICATION, (30, 48), ImputationRule(10, seed))
        found = imputation_per_site(
            made.pupils,
            made.sites,
            *imputed_tables(done).values(),
            model=model,
            rule=RULE,
            reference_date=DAY,
            **LIMITS,
        )
        for name in names:
            said[name].append(sum(float(row[name]) ** 2 for row in found.table.to_pylist()))
        own = score(made.pupils, None, made.sites, model, imputed=done.parts[0]).table
        averaged = sites_from_children(own, made.sites, RULE, **LIMITS).table
        for name, table, column in (
            (names[0], averaged, "score"),
            (names[1], found.table, "score_mean"),
        ):
            scores[name].append([float(row[column]) for row in table.to_pylist()])
    for name in names:
        between = np.array(scores[name]).var(axis=0, ddof=1).sum()
        assert (np.mean(said[name]) / between) ** 0.5 == pytest.approx(1, abs=0.12), name


def test_imputed_pupils_are_those_with_something_unknown_or_a_donor(model: Model) -> None:
    made = country(2500, seed=11)
    done = impute(made.pupils, None, made.sites, SPECIFICATION, (30, 48), ImputationRule(2, 2))
    found = imputation_per_site(
        made.pupils,
        made.sites,
        *imputed_tables(done).values(),
        model=model,
        rule=RULE,
        reference_date=DAY,
        **LIMITS,
    )
    coded = code_children(made.pupils, made.sites, SPECIFICATION, DAY)
    counted = coded.counted
    donors = done.parts[0].donors
    pupils: dict[str, int] = {}
    imputed: dict[str, int] = {}
    for row, site in enumerate(coded.children.column("site_id").to_pylist()):
        if not counted[row]:
            continue
        pupils[site] = pupils.get(site, 0) + 1
        names = ("education_mother", "education_father", "stay")
        unknown = any(coded.codes[name][row] < 0 for name in names)
        has_donor = donors is not None and donors[row] != NO_DONOR
        imputed[site] = imputed.get(site, 0) + int((unknown or has_donor) and not coded.asylum_seeker[row])
    rows = found.table.to_pylist()
    assert {row["site_id"]: row["pupils"] for row in rows} == pupils
    assert {row["site_id"]: row["imputed"] for row in rows} == imputed
    assert found.figures["imputed_pupils"] == sum(imputed.values()) > 0
