"""How long inference takes, and how near it comes to statsmodels on the same design.

    python benchmarks/inference.py [pupils]

A made-up country of that size (200,000 by default) is fitted; standard errors of every kind, the influence of
every school, and scale values are timed. statsmodels gets the same design as a matrix. Needs statsmodels.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from oab_funding.indicator.fit import fit
from oab_funding.indicator.inference.design import clusters, dense, make_design
from oab_funding.indicator.inference.infer import infer
from oab_funding.indicator.inference.influence import school_influence
from oab_funding.indicator.scale_values.fit import fit_scale_values
from oab_funding.synthetic import country

KINDS = ("nonrobust", "HC0", "HC1", "HC2", "HC3", "cluster")


def timed(action: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    result = action()
    return time.perf_counter() - start, result


def main(pupils: int) -> None:
    import statsmodels.api as sm

    made_up = country(pupils)
    fitted = fit(made_up.pupils, made_up.sites)
    design = make_design(fitted)
    labels, group = clusters(design, "school")
    x = dense(design, slice(None))
    print(f"{len(design):,} children, {len(design.columns)} columns, {len(labels):,} schools")
    print(f"{'':12}{'here':>9}{'statsmodels':>13}   largest relative difference of coefficients, errors")
    for kind in KINDS:
        seconds, mine = timed(lambda kind=kind: infer(fitted, kind))
        options = {"cov_kwds": {"groups": group}} if kind == "cluster" else {}
        other_seconds, other = timed(
            lambda kind=kind, options=options: sm.OLS(design.y, x).fit(cov_type=kind, use_t=True, **options)
        )
        other_seconds, errors = other_seconds + timed(lambda other=other: other.bse)[0], other.bse
        apart = [
            np.max(np.abs(a / b - 1))
            for a, b in ((mine.estimate, other.params), (mine.bse.to_numpy(), errors))
        ]
        print(f"{kind:12}{seconds:7.2f} s{other_seconds:11.2f} s   {apart[0]:.1e}, {apart[1]:.1e}")
    seconds, influence = timed(lambda: school_influence(fitted))
    print(
        f"influence of {len(influence.schools):,} schools: {seconds:.2f} s; "
        f"one refit: {refit(x, design.y):.2f} s"
    )
    for level in ("ordinal", "nominal"):
        for shared in (True, False):
            seconds, result = timed(
                lambda level=level, shared=shared: fit_scale_values(
                    fitted.statistics, fitted.specification, level, shared=shared
                )
            )
            kind = "shared" if shared else "separate"
            print(f"scale values, {level}, {kind}: {seconds:.2f} s, {result.rounds} rounds")


def refit(x: np.ndarray, y: np.ndarray) -> float:
    return timed(lambda: np.linalg.lstsq(x, y))[0]


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200_000)
