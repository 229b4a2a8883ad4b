"""How much each school matters: every coefficient as it would be without that school.

Nothing is fitted again. With X'X and X'y less the school's own part, the coefficients without school g differ
from b by ``(X'X - X_g'X_g)^-1 X_g'e_g``, where e are the residuals of the whole fit: the school's means
concern its own children only, and ability stays centred where it was.

Sources ------- D. A. Belsley, E. Kuh and R. E. Welsch (1980), Regression Diagnostics, chapter 2. J. G.
MacKinnon, M. O. Nielsen and M. D. Webb (2023), Leverage, influence, and the jackknife in clustered regression
models, Stata Journal 23, 942-982, https://doi.org/10.1177/1536867X231212433.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from oab_funding.errors import InputError, Place
from oab_funding.indicator.fitted import Solved
from oab_funding.indicator.inference.design import (
    Cluster,
    Floats,
    Integers,
    clusters,
    make_design,
    residuals,
)
from oab_funding.indicator.inference.infer import infer
from oab_funding.indicator.inference.sandwich import cluster_scores, gram, invert, left_out_changes

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, eq=False)
class SchoolInfluence:
    """What leaving out each of the g schools does.

    Parameters
    ----------
    columns
        Names of the p columns.
    schools
        Codes of the schools, ascending.
    children
        Children of each in the sample, shape (g,).
    estimate
        Coefficients with all schools, shape (p,).
    standard_errors
        Their classical standard errors, shape (p,).
    dfbeta
        Coefficients with all schools less those without each, shape (g, p); nan where a coefficient cannot be
        determined without the school.
    leverage
        The largest share of what is known about any combination of coefficients that comes from the school,
        shape (g,), from 0 to 1.
    cooks_distance
        Squared distance between the coefficients with and without, in units of their classical covariance,
        per column, shape (g,).
    """

    columns: tuple[str, ...]
    schools: tuple[str, ...]
    children: Integers
    estimate: Floats
    standard_errors: Floats
    dfbeta: Floats
    leverage: Floats
    cooks_distance: Floats

    def without(self, school: str) -> pd.Series[float]:
        """Give the coefficients without a school.

        Raises
        ------
        InputError
            There is no such school in the sample.
        """
        import pandas as pd

        if school not in self.schools:
            raise InputError(
                "is no school of the sample", Place(value=school), "give its code as in the data"
            )
        values = self.estimate - self.dfbeta[self.schools.index(school)]
        return pd.Series(values, index=list(self.columns), name=f"without {school}")

    def to_frame(self, scaled: bool = True) -> pd.DataFrame:
        """Give one row per school.

        Parameters
        ----------
        scaled
            Whether the columns of the coefficients hold DFBETAS, in classical standard errors with all
            schools, or DFBETA, in points.

        Returns
        -------
        DataFrame
            `children`, `leverage`, `cooks_distance`, and a column per coefficient.
        """
        import pandas as pd

        values = self.dfbeta / self.standard_errors if scaled else self.dfbeta
        measures = {
            "children": self.children,
            "leverage": self.leverage,
            "cooks_distance": self.cooks_distance,
        }
        index = pd.Index(self.schools, name="school")
        return pd.concat(
            [pd.DataFrame(measures, index), pd.DataFrame(values, index, list(self.columns))], axis=1
        )


def school_influence(fitted: Solved, by: Cluster = "school") -> SchoolInfluence:
    """Leave out every school in turn.

    Parameters
    ----------
    fitted
        A fit on children.
    by
        ``"school"``, or ``"municipality"`` to leave those out instead.

    Returns
    -------
    SchoolInfluence
        One row per school with children in the sample.

    Raises
    ------
    InputError
        The fit was made from statistics, or see `infer`.

    Examples
    --------
    >>> from oab_funding.indicator.fit import fit
    >>> from oab_funding.synthetic import country
    >>> made_up = country(6_000, seed=1)
    >>> influence = school_influence(fit(made_up.pupils, made_up.sites))
    >>> len(influence.schools), bool(abs(influence.to_frame()["school_mean"]).max() < 2)
    (26, True)
    """
    classical, design = infer(fitted, "nonrobust"), make_design(fitted)
    labels, group = clusters(design, by)
    scores = cluster_scores(design, residuals(design, classical.estimate), group, len(labels))
    whole = gram(fitted.equations)
    dfbeta, leverage = left_out_changes(design, group, scores, invert(whole))
    distance = np.einsum("gp,pq,gq->g", dfbeta, whole, dfbeta)
    return SchoolInfluence(
        design.columns,
        labels,
        np.bincount(group, minlength=len(labels)),
        classical.estimate,
        classical.bse.to_numpy(),
        dfbeta,
        leverage,
        distance / (len(design.columns) * classical.mse_resid),
    )
