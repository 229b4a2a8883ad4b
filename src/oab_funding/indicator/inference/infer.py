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
    jackknife,
    left_out_changes,
    residual_sum_of_squares,
    robust_meat,
    total_sum_of_squares,
)
from oab_funding.indicator.scale_values.values import scale_of

CovType: TypeAlias = Literal["nonrobust", "HC0", "HC1", "HC2", "HC3", "cluster", "CV3"]
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
        ``"CV3"``: the same by leaving out each cluster in turn (jackknife), which is safer with few clusters.
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
        covariance, groups = _sandwich(fitted, estimate, inverse, cov_type, cluster)
    return Inference(
        columns=equations.columns,
        estimate=estimate,
        covariance=(covariance + covariance.T) / 2,
        cov_type=cov_type,
        cluster=cluster if cov_type in ("cluster", "CV3") else None,
        nobs=equations.n,
        groups=groups,
        gram=square,
        ssr=ssr,
        centered_tss=float(total_sum_of_squares(equations)),
        weighted=fitted.statistics.weighted is not None,
        log_weights=_log_weights(fitted),
        references=_references(fitted),
    )


def _sandwich(
    fitted: Solved,
    estimate: Floats,
    bread: Floats,
    kind: Robust | Literal["cluster", "CV3"],
    by: Cluster,
) -> tuple[Floats, int | None]:
    design = make_design(fitted)
    residual = residuals(design, estimate)
    if kind != "cluster" and kind != "CV3":
        return bread @ robust_meat(design, residual, bread, kind) @ bread, None
    labels, group = clusters(design, by)
    scores = cluster_scores(design, residual, group, len(labels))
    if kind == "CV3":
        return jackknife(left_out_changes(design, group, scores, bread)[0]), len(labels)
    return bread @ cluster_meat(scores, len(design)) @ bread, len(labels)


def _log_weights(fitted: Solved) -> float:
    """Sum of the logarithms of the weights; nan where the children are not known."""
    if fitted.statistics.weighted is None:
        return 0.0
    if fitted.sample is None:
        return float("nan")
    weights = make_design(fitted).weights
    return 0.0 if weights is None else float(np.log(weights).sum())


def _references(fitted: Solved) -> tuple[str, ...]:
    specification = fitted.specification
    names = [one.name for one in specification.categorical if not scale_of(one.name, fitted.scale_values)]
    return tuple(f"{name}[{specification.reference(name)}]" for name in names)
