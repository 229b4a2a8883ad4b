"""The whole calculation of site scores on a made-up country: fit, impute, score, aggregate."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from oab_funding.indicator.coding import CodedChildren, code_children
from oab_funding.indicator.fit import fit
from oab_funding.indicator.imputation.counts import EducationInput, Predictor
from oab_funding.indicator.imputation.donors import DonorPool, class_codes
from oab_funding.indicator.imputation.draws import child_keys
from oab_funding.indicator.imputation.education import impute_education
from oab_funding.indicator.imputation.stay import StayInput, impute_stay
from oab_funding.indicator.imputed import NO_DONOR, Imputed
from oab_funding.indicator.population import counted_pupils
from oab_funding.indicator.score import score
from oab_funding.indicator.specification_file import load_specification
from oab_funding.scores.aggregate import ScoreRule
from oab_funding.scores.sites import site_scores
from oab_funding.synthetic import Country

ROUNDS, SEED = 10, 1
DENSITY_GROUPS = (0.2, 0.4, 0.6, 0.8)
LOWER_YEARS_UNTIL, RELIABLE_ABOVE = 7, 40


@dataclass(frozen=True, slots=True)
class Outcome:
    """Site scores and what leads to them.

    Parameters
    ----------
    sites
        Table of site scores, sites without counted pupils left out.
    national
        N, C, G and the other national figures.
    score, site
        Shape (n,): education score of each counted pupil, G for asylum seekers, and number of its site.
    seconds
        Time per step.
    """

    sites: pa.Table
    national: dict[str, float]
    score: NDArray[np.float64]
    site: NDArray[np.int64]
    seconds: dict[str, float]


def run_pipeline(country: Country) -> Outcome:
    """Compute the site scores of the later date of a country."""
    seconds: dict[str, float] = {}
    with _timed("fit", seconds):
        model = fit(country.pupils, country.sites).model()
    with _timed("impute", seconds):
        imputed = impute_pupils(country)
    with _timed("score", seconds):
        children = score(country.pupils, None, country.sites, model, imputed=imputed).table
    with _timed("aggregate", seconds):
        rule = ScoreRule(Fraction(15, 100), Fraction(12, 100))
        result = site_scores(lambda: [children], rule, LOWER_YEARS_UNTIL, RELIABLE_ABOVE)
    national = {name: float(value) for name, value in result.figures.items() if value is not None}
    scores = children["education_score"].cast(pa.float64()).fill_null(national["G"]).to_numpy()
    table = result.tables["site_scores"]
    return Outcome(
        sites=table.filter(pc.greater(table["pupils"], 0)),
        national=national,
        score=scores,
        site=_category(children["site_id"]),
        seconds=seconds,
    )


def impute_pupils(country: Country) -> Imputed:
    """Impute what is not known of the pupils of the later date, by the declared defaults."""
    pupils = country.pupils
    coded = code_children(pupils, country.sites, load_specification("cbs-2019"))
    keys = child_keys(pupils["child_id"].to_pylist())
    eligible = coded.in_register & ~coded.asylum_seeker
    age, origin = pupils["age"].to_numpy() - 4, _level(coded.codes["origin"], 12)
    predictors = (
        Predictor("age", age, 10),
        Predictor("origin", origin, 13),
        Predictor("stay", _level(coded.codes["stay"], 3), 4),
        Predictor("socioeconomic", _level(_category(pupils["socioeconomic_category"]), 5), 6),
        Predictor("density", _density(pupils["address_density"]), 6),
    )
    mother, father = (
        coded.codes[f"education_{parent}"].astype(np.int64) + 1 for parent in ("mother", "father")
    )
    education = impute_education(EducationInput(keys, mother, father, predictors, eligible), ROUNDS, SEED)
    abroad = ~pupils["mother_born_in_nl"].fill_null(True).to_numpy()
    groups = [class_codes([origin, age], (13, 10)), origin]
    stay = impute_stay(
        StayInput(keys, coded.codes["stay"].astype(np.int64) + 1, abroad, eligible, groups),
        education.mother,
        SEED,
    )
    codes = {
        "education_mother": education.mother - np.int8(1),
        "education_father": education.father - np.int8(1),
        "stay": stay.stay - np.int8(1),
    }
    return Imputed(codes, _donors(coded, keys))


def _donors(coded: CodedChildren, keys: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Children outside the register take the score of one at their site, or else in their municipality."""
    classes = [_category(coded.children[name]) for name in ("site_id", "municipality_code")]
    settled = ~coded.asylum_seeker & counted_pupils(coded)[0]
    gives = np.flatnonzero(settled & coded.in_register & (coded.codes["origin"] >= 0))
    takes = np.flatnonzero(settled & ~coded.in_register)
    pool = DonorPool(keys[gives], [codes[gives] for codes in classes])
    chosen = pool.choose(keys[takes], [codes[takes] for codes in classes], SEED)
    donors = np.full(len(coded), NO_DONOR, dtype=np.int64)
    donors[takes] = gives[chosen.donor]
    return donors


def _density(column: pa.ChunkedArray) -> NDArray[np.int64]:
    values = column.cast(pa.float64()).fill_null(-1).to_numpy()
    edges = np.quantile(values[values >= 0], DENSITY_GROUPS)
    group: NDArray[np.int64] = np.where(values < 0, len(edges) + 1, np.searchsorted(edges, values))
    return group


def _category(column: pa.ChunkedArray) -> NDArray[np.int64]:
    array = column.unify_dictionaries().combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    array = array.chunk(0) if isinstance(array, pa.ChunkedArray) else array
    codes: NDArray[np.int64] = array.indices.fill_null(-1).to_numpy().astype(np.int64)
    return codes


def _level(codes: NDArray[np.integer], unknown: int) -> NDArray[np.int64]:
    level: NDArray[np.int64] = np.where(codes < 0, unknown, codes).astype(np.int64)
    return level


@contextmanager
def _timed(step: str, seconds: dict[str, float]) -> Iterator[None]:
    start = time.perf_counter()
    yield
    seconds[step] = time.perf_counter() - start
