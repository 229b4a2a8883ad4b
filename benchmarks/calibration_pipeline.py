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

from oab_funding.indicator.fit import fit
from oab_funding.indicator.imputation.impute import ImputationRule, impute
from oab_funding.indicator.score import score
from oab_funding.indicator.specification_file import load_specification
from oab_funding.scores.aggregate import ScoreRule
from oab_funding.scores.institution_scores import site_scores
from oab_funding.synthetic import Country

ROUNDS, SEED = 10, 1
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
        specification = load_specification("cbs-2019")
        done = impute(
            country.pupils, None, country.sites, specification, (0, 0), ImputationRule(ROUNDS, SEED)
        )
    with _timed("score", seconds):
        children = score(country.pupils, None, country.sites, model, imputed=done.parts[0]).table
    with _timed("aggregate", seconds):
        rule = ScoreRule(Fraction(15, 100), Fraction(12, 100))
        result = site_scores([children], rule, LOWER_YEARS_UNTIL, RELIABLE_ABOVE)
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


def _category(column: pa.ChunkedArray) -> NDArray[np.int64]:
    array = column.unify_dictionaries().combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    array = array.chunk(0) if isinstance(array, pa.ChunkedArray) else array
    codes: NDArray[np.int64] = array.indices.fill_null(-1).to_numpy().astype(np.int64)
    return codes


@contextmanager
def _timed(step: str, seconds: dict[str, float]) -> Iterator[None]:
    start = time.perf_counter()
    yield
    seconds[step] = time.perf_counter() - start
