"""How certain scale values are: schools drawn with replacement, and everything found again.

A replicate draws as many schools (BRIN) as there are, and a school drawn twice counts twice. The draws are
those of a counter-based generator over the schools in the order of their codes, so that neither the order of
the rows nor that of the replicates, nor the machine, changes one. The statistics of a replicate are whole
numbers.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from oab_funding.errors import InputError, Place
from oab_funding.exact.sums import Int64Array
from oab_funding.indicator.collect import collect_statistics, select_sample
from oab_funding.indicator.imputation.draws import Purpose, draw_below
from oab_funding.indicator.inference.design import require_sample
from oab_funding.indicator.scale_values.fit import ScaleValueFit, scaled
from oab_funding.indicator.scale_values.quadratic import Floats
from oab_funding.indicator.specification import WEIGHT_UNITS

if TYPE_CHECKING:
    import pandas as pd

_LEAST = 10
"""Fewer replicates than this say nothing about a spread."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ScaleValueBootstrap:
    """Scale values of every replicate.

    Parameters
    ----------
    features
        Names of the features with scale values.
    classes
        Numbers of the classes of education.
    values
        Scale values as found, shape (features, k).
    replicates
        Those of each replicate that could be fitted, shape (r, features, k).
    failed
        Replicates that could not, because a category was left without children or a scale with one value.
    seed
        Seed of the draws.
    """

    features: tuple[str, ...]
    classes: tuple[int, ...]
    values: Floats
    replicates: Floats
    failed: int
    seed: int

    def to_frame(self, alpha: float = 0.05) -> pd.DataFrame:
        """Give one row per feature and class.

        Returns
        -------
        DataFrame
            `feature`, `category`, `scale_value`, `standard_error`, and `low` and `high`: the ends of the
            percentile interval of level ``1 - alpha``, each a value of a replicate. The lowest and highest
            class are set, not found: their standard error is 0.
        """
        import pandas as pd

        ordered = np.sort(self.replicates, axis=0)
        last = len(ordered) - 1
        low, high = ordered[int(last * alpha / 2)], ordered[last - int(last * alpha / 2)]
        errors = self.replicates.std(axis=0, ddof=1)
        rows = [
            {
                "feature": name,
                "category": str(number),
                "scale_value": self.values[row, column],
                "standard_error": errors[row, column],
                "low": low[row, column],
                "high": high[row, column],
            }
            for row, name in enumerate(self.features)
            for column, number in enumerate(self.classes)
        ]
        return pd.DataFrame(rows)

    def __repr__(self) -> str:
        failed = f", {self.failed} failed" if self.failed else ""
        return f"<ScaleValueBootstrap {len(self.replicates)} replicates of schools{failed}, seed {self.seed}>"


def bootstrap_scale_values(fit: ScaleValueFit, replicates: int = 200, seed: int = 1) -> ScaleValueBootstrap:
    """Estimate how certain scale values are, by drawing schools.

    Parameters
    ----------
    fit
        What `fit_scale_values` gave for children.
    replicates
        How often to draw and find again; each costs about as much as the fit.
    seed
        Of the draws, 0 up to 2**64.

    Returns
    -------
    ScaleValueBootstrap
        The same for any order of the rows.

    Raises
    ------
    InputError
        Too few replicates, the fit was made from statistics, or most replicates cannot be fitted.

    Examples
    --------
    >>> import oab_funding as oab
    >>> from oab_funding.synthetic import country
    >>> made_up = country(6_000, seed=1)
    >>> fit = oab.fit_scale_values(made_up.pupils, made_up.sites)
    >>> bootstrap_scale_values(fit, replicates=20)
    <ScaleValueBootstrap 20 replicates of schools, seed 1>
    """
    if type(replicates) is not int or replicates < _LEAST:
        place = Place(argument="replicates", value=replicates)
        raise InputError("is no number of replicates", place, f"give a whole number from {_LEAST}")
    coded, specification = require_sample(fit.fitted), fit.fitted.specification
    schools, school_of_place = np.unique([school for school, _ in coded.places], return_inverse=True)
    sample = select_sample(coded, specification)[0]
    school = school_of_place[coded.place]
    used = np.flatnonzero(np.bincount(school[sample], minlength=len(schools)))
    own = coded.weights if coded.weights is not None else np.full(len(coded), WEIGHT_UNITS)
    found, failed = [], 0
    for number in range(1, replicates + 1):
        times = _times_drawn(used, len(schools), seed, number)
        again = replace(coded, weights=own * times[school])
        try:
            names, sets, scaling = scaled(
                collect_statistics(again, specification),
                specification,
                fit.level,
                fit.shared,
                fit.scale_school_mean,
            )
        except (InputError, np.linalg.LinAlgError):
            failed += 1
            continue
        found.append(scaling.values[list(sets)])
    if 2 * failed > replicates or not found:
        raise InputError(
            f"{failed} of {replicates} replicates cannot be fitted",
            remedy="give more schools, or merge categories",
        )
    values = np.array([fit.unrounded[name] for name in names])
    return ScaleValueBootstrap(names, specification.class_numbers, values, np.array(found), failed, seed)


def _times_drawn(used: Int64Array, schools: int, seed: int, number: int) -> Int64Array:
    """Count how often each school is drawn in one replicate; only those with children in the sample are."""
    keys = np.arange(len(used), dtype=np.uint64)
    drawn = draw_below(keys, np.full(len(used), len(used)), seed, number, Purpose.RESAMPLE)
    return np.bincount(used[drawn], minlength=schools).astype(np.int64, copy=False)
