"""Fitting the indicator: exact least squares on integer sufficient statistics."""

from __future__ import annotations

import logging
import time
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from oab_funding.errors import InputError
from oab_funding.exact import Dependency, dependencies, solve_exact
from oab_funding.indicator.coding import CodedChildren, code_children
from oab_funding.indicator.collect import collect_statistics
from oab_funding.indicator.normal_equations import NormalEquations, normal_equations
from oab_funding.indicator.results import FittedIndicator
from oab_funding.indicator.scale_values.equations import scaled_equations
from oab_funding.indicator.scale_values.values import ScaleValues
from oab_funding.indicator.specification import Specification
from oab_funding.indicator.specification_file import load_specification
from oab_funding.indicator.statistics import SufficientStatistics

__all__ = ["FittedIndicator", "fit", "fit_coded", "fit_statistics"]

_LOG = logging.getLogger("oab_funding")


def fit(
    pupils: Any,
    sites: Any,
    spec: str | Path | Specification = "cbs-2019",
    reference_date: date | str | None = None,
    *,
    weights: str | None = None,
) -> FittedIndicator:
    """Fit the indicator on a table of pupils.

    Parameters
    ----------
    pupils
        Frame of pupils with `site_id`, the columns of the specification, `attainment` and `ability`; other
        columns need not be there, and are not looked at but for `child_id` and the marks of the population.
    sites
        Frame of sites with `municipality_code`.
    spec
        Name of a shipped specification, path of one, or a specification.
    reference_date
        The day on which lengths of stay are counted; the specification's own if left out.
    weights
        Name of a column of weights; see `code_children`.

    Returns
    -------
    FittedIndicator
        Fitted on the pupils whose attainment, ability and features are all known, with the school mean over
        all mothers whose education is known.

    Raises
    ------
    InputError
        A table holds what it may not; nobody is left; a category has too few children; or columns of the
        design depend on each other: they are named.
    """
    specification = load_specification(spec)
    coded = code_children(pupils, sites, specification, reference_date, for_fit=True, weights=weights)
    return fit_coded(coded, specification)


def fit_coded(coded: CodedChildren, specification: Specification) -> FittedIndicator:
    """Fit the indicator on coded pupils; see `fit`."""
    start = time.perf_counter()
    fitted = fit_statistics(collect_statistics(coded, specification), specification, coded)
    left_out = ", ".join(f"{count} {reason}" for reason, count in fitted.left_out.items()) or "nobody"
    _LOG.info(
        "fitted %s on %d of %d pupils in %.2f s; left out: %s",
        specification.name,
        fitted.n,
        len(coded),
        time.perf_counter() - start,
        left_out,
    )
    return fitted


def fit_statistics(
    statistics: SufficientStatistics,
    specification: Specification,
    sample: CodedChildren | None = None,
    scale_values: tuple[ScaleValues, ...] = (),
) -> FittedIndicator:
    """Fit the indicator on sufficient statistics, for example those of merged parts; see `fit`.

    With scale values, features have one coefficient each; see `fit_scale_values` for finding them.

    Raises
    ------
    InputError
        The statistics belong to another specification; see `fit` for the rest.
    """
    if statistics.specification_sha256 != specification.sha256:
        raise InputError(
            f"the statistics were not collected by the specification {specification.name}",
            remedy="fit with the one they were collected by",
        )
    _check_filled(statistics, specification)
    equations = (
        scaled_equations(statistics, specification, scale_values)
        if scale_values
        else normal_equations(statistics, specification)
    )
    return FittedIndicator(specification, statistics, equations, _solve(equations), sample, scale_values)


def _solve(equations: NormalEquations) -> tuple[Fraction, ...]:
    try:
        solution = solve_exact(equations.gram, equations.moments, equations.columns)
    except InputError as error:
        found = dependencies(equations.gram, equations.columns)
        if not found:
            raise
        raise InputError(
            "the features do not determine the coefficients: "
            + "; ".join(_formula(one, equations) for one in found),
            remedy="merge or drop categories in the specification, or give more varied children",
        ) from error
    return equations.solution(solution)


def _check_filled(statistics: SufficientStatistics, specification: Specification) -> None:
    if statistics.n == 0:
        reasons = ", ".join(f"{count} {reason}" for reason, count in statistics.left_out.items())
        raise InputError(
            f"no child is left to fit on ({reasons or 'no children'})",
            remedy="give pupils with attainment, ability and all features",
        )
    least = specification.sample.minimum_rows
    # Between the column of ones and the last two lie the categories.
    counts = zip(statistics.columns[1:-2], statistics.cross[0][1:-2], strict=True)
    units = statistics.weight_units
    if few := [f"{name} {Fraction(count, units)!s}" for name, count in counts if count < least * units]:
        raise InputError(
            f"too few children in {', '.join(few)}, where {least} are needed",
            remedy="merge these categories in the specification (origins: in their table)",
        )


def _formula(dependency: Dependency, equations: NormalEquations) -> str:
    """Write a dependency as an equation between features."""
    scale = dict(zip(equations.columns, equations.scales, strict=True))
    terms = []
    for name, coefficient in zip(dependency.on, dependency.coefficients, strict=True):
        value = coefficient * scale[name] / scale[dependency.column]
        factor = "" if abs(value) == 1 else f"{abs(value)} "
        terms.append(f"{'-' if value < 0 else '+'} {factor}{name}")
    return f"{dependency.column} = {' '.join(terms).removeprefix('+ ') or '0'}"
