"""From a fit to inference about it."""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

import numpy as np

from oab_funding.errors import InputError, Place
from oab_funding.indicator.fitted import Solved
from oab_funding.indicator.inference.design import Cluster, Floats, clusters, make_design, residuals
from oab_funding.indicator.inference.inference import Inference
from oab_funding.indicator.inference.sandwich import (
    Robust,
    cluster_meat,
    cluster_scores,
    gram,
    invert,
    residual_sum_of_squares,
    robust_meat,
    total_sum_of_squares,
)

CovType: TypeAlias = Literal["nonrobust", "HC0", "HC1", "HC2", "HC3", "cluster"]
"""Kinds of covariance by the names of statsmodels; "nonrobust" is the classical one."""


def infer(fitted: Solved, cov_type: CovType = "cluster", cluster: Cluster = "school") -> Inference:
    """Estimate how certain the coefficients of a fit are.

    Coefficients and sums of squares are exact numbers rounded once; the covariance is a sandwich of floats,
    bread times meat times bread.

    Parameters
    ----------
    fitted
        A fit; with scale values, these are taken as given.
    cov_type
        ``"nonrobust"``: classical, from the statistics alone. ``"HC0"`` to ``"HC3"``: robust against
        residuals that spread unequally. ``"cluster"``: also against residuals that belong together.
    cluster
        What belongs together: ``"school"`` (BRIN) or ``"municipality"``.

    Returns
    -------
    Inference
        Tests use t and F with n - p degrees of freedom, with clusters the number of clusters less one.

    Raises
    ------
    InputError
        There is no such kind; the fit was made from statistics and the kind needs the children; there are no
        more children than columns; with HC2 or HC3 a child determines a coefficient alone; or there is one
        cluster only.

    Examples
    --------
    >>> from oab_funding.indicator.fit import fit
    >>> from oab_funding.synthetic import country
    >>> made_up = country(6_000, seed=1)
    >>> result = infer(fit(made_up.pupils, made_up.sites))
    >>> result.groups, round(result.rsquared, 3), round(float(result.bse["ability"]), 4)
    (26, 0.62, 0.0061)
    """
    if cov_type not in get_args(CovType):
        raise InputError("is no cov_type", Place(value=cov_type), f"choose {', '.join(get_args(CovType))}")
    equations, square = fitted.equations, gram(fitted.equations)
    if equations.n <= len(equations.columns):
        raise InputError(
            f"{equations.n} children leave nothing over to judge {len(equations.columns)} coefficients by",
            remedy="give more children",
        )
    estimate = np.array([float(value) for value in fitted.exact])
    ssr = float(residual_sum_of_squares(equations, fitted.exact))
    inverse, groups = invert(square), None
    if cov_type == "nonrobust":
        covariance = inverse * (ssr / (equations.n - len(estimate)))
    else:
        meat, groups = _meat(fitted, estimate, inverse, cov_type, cluster)
        covariance = inverse @ meat @ inverse
    return Inference(
        columns=equations.columns,
        estimate=estimate,
        covariance=(covariance + covariance.T) / 2,
        cov_type=cov_type,
        cluster=cluster if cov_type == "cluster" else None,
        nobs=equations.n,
        groups=groups,
        gram=square,
        ssr=ssr,
        centered_tss=float(total_sum_of_squares(equations)),
    )


def _meat(
    fitted: Solved, estimate: Floats, bread: Floats, kind: Robust | Literal["cluster"], by: Cluster
) -> tuple[Floats, int | None]:
    design = make_design(fitted)
    residual = residuals(design, estimate)
    if kind != "cluster":
        return robust_meat(design, residual, bread, kind), None
    labels, group = clusters(design, by)
    return cluster_meat(cluster_scores(design, residual, group, len(labels)), len(design)), len(labels)
