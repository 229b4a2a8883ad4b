"""A fit on imputed children: one fit per round, put together by Rubin's rules."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from html import escape
from typing import TYPE_CHECKING

import numpy as np

from oab_funding.errors import InputError, Place
from oab_funding.exact import round_exact
from oab_funding.exact.sums import Int64Array
from oab_funding.indicator.fit import fit_coded
from oab_funding.indicator.imputation.impute import ImputedPopulation
from oab_funding.indicator.imputation.imputed import codes_of_round
from oab_funding.indicator.imputation.pooling import PooledVector, pool_vector
from oab_funding.indicator.inference.design import Cluster
from oab_funding.indicator.inference.hypotheses import t_p_values, t_quantile
from oab_funding.indicator.inference.infer import CovType
from oab_funding.indicator.model import FitRecord, Model, make_model
from oab_funding.indicator.results import FittedIndicator
from oab_funding.indicator.specification import Specification

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class PooledFit:
    """The indicator fitted on the completed children of every round of imputation, and pooled.

    Coefficients are the means of the exact ones of the rounds. Their variance is that within a round, by the
    covariance asked for, and that between the rounds, which is what is not known of the parents (D. B. Rubin
    1987, Multiple Imputation for Nonresponse in Surveys; degrees of freedom by Barnard and Rubin 1999).

    Parameters
    ----------
    fits
        One fit per round.
    pooled
        What Rubin's rules make of them.
    cov_type, cluster
        Kind of covariance within a round, and what belongs together.
    """

    fits: tuple[FittedIndicator, ...]
    pooled: PooledVector
    cov_type: CovType
    cluster: Cluster

    @property
    def specification(self) -> Specification:
        """The features."""
        return self.fits[0].specification

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns."""
        return self.fits[0].columns

    @property
    def rounds(self) -> int:
        """Rounds of imputation."""
        return len(self.fits)

    @property
    def n(self) -> int:
        """Children of the sample, the same in every round."""
        return self.fits[0].n

    @property
    def nobs(self) -> int:
        """The same, by the name of statsmodels."""
        return self.n

    @property
    def left_out(self) -> Mapping[str, int]:
        """Children left out, by the first reason that holds."""
        return self.fits[0].left_out

    @property
    def coefficients(self) -> Mapping[str, Fraction]:
        """Exact means of the coefficients, by column."""
        return {
            column: sum((fitted.coefficients[column] for fitted in self.fits), Fraction(0)) / self.rounds
            for column in self.columns
        }

    @property
    def published(self) -> Mapping[str, Decimal]:
        """Coefficients by column, each rounded once by the rule of the specification."""
        rounding = self.specification.rounding
        return {
            column: round_exact(value, rounding.coefficient_places, rounding.rule)
            for column, value in self.coefficients.items()
        }

    @property
    def params(self) -> pd.Series[float]:
        """Coefficients by column, as the floats nearest to the exact ones."""
        return self._series([float(value) for value in self.coefficients.values()], "params")

    @property
    def bse(self) -> pd.Series[float]:
        """Standard errors by column."""
        return self._series(self.pooled.standard_errors, "bse")

    @property
    def tvalues(self) -> pd.Series[float]:
        """Coefficients over their standard errors."""
        return (self.params / self.bse).rename("tvalues")

    @property
    def pvalues(self) -> pd.Series[float]:
        """Two-sided p values of t, each with its own degrees of freedom."""
        pairs = zip(self.tvalues, self.pooled.df, strict=True)
        return self._series([float(t_p_values(np.array(t), df)) for t, df in pairs], "pvalues")

    @property
    def missing_share(self) -> pd.Series[float]:
        """Share of each variance that is due to what was imputed."""
        between = np.diagonal(self.pooled.between) * (1 + 1 / self.rounds)
        return self._series(between / np.diagonal(self.pooled.total), "missing_share")

    def cov_params(self) -> pd.DataFrame:
        """Give the total covariance of the coefficients by column."""
        import pandas as pd

        return pd.DataFrame(self.pooled.total, index=list(self.columns), columns=list(self.columns))

    def conf_int(self, alpha: float = 0.05) -> pd.DataFrame:
        """Give confidence intervals of level ``1 - alpha``: columns 0 (lower end) and 1 (upper end)."""
        import pandas as pd

        half = np.array([t_quantile(1 - alpha / 2, df) for df in self.pooled.df]) * self.bse
        return pd.DataFrame({0: self.params - half, 1: self.params + half})

    def to_frame(self, alpha: float = 0.05) -> pd.DataFrame:
        """Give one row per column: coefficient, standard error, t, p, its interval, and `missing_share`."""
        import pandas as pd

        ends = self.conf_int(alpha)
        return pd.DataFrame(
            {
                "coefficient": self.params,
                "standard_error": self.bse,
                "t": self.tvalues,
                "p": self.pvalues,
                "low": ends[0],
                "high": ends[1],
                "missing_share": self.missing_share,
            }
        )

    def model(
        self,
        *,
        name: str = "fitted",
        label: str = "fitted with this library; not CBS's coefficients",
        source: str = "fitted on the pupils given",
        data_sha256: Mapping[str, str] | None = None,
    ) -> Model:
        """Make the model that children are scored with; see `FittedIndicator.model`."""
        first = self.fits[0]
        weighted = "" if first.statistics.weighted is None else ", with weights"
        hashes = "".join(fitted.statistics.sha256 for fitted in self.fits)
        return make_model(
            name=name,
            label=label,
            source=f"{source}{weighted}, in the mean of {self.rounds} rounds of imputation",
            reference_date=first.statistics.reference_date,
            specification=self.specification,
            coefficients={column: format(value, "f") for column, value in self.published.items()},
            fit=FitRecord(
                n=self.n,
                left_out=dict(self.left_out),
                ability_centre=str(first.ability_centre),
                statistics_sha256=hashlib.sha256(hashes.encode()).hexdigest(),
                data_sha256=dict(data_sha256 or {}),
            ),
        )

    def __repr__(self) -> str:
        return (
            f"<PooledFit {self.specification.name}: {len(self.columns)} columns, {self.n:,} children, "
            f"{self.rounds} rounds>"
        )

    def _repr_html_(self) -> str:
        return f"<p>{escape(repr(self))}</p>{self.to_frame().to_html()}"

    def _series(self, values: object, name: str) -> pd.Series[float]:
        import pandas as pd

        return pd.Series(values, index=list(self.columns), name=name)


def fit_imputed(
    imputed: ImputedPopulation,
    weights: Int64Array | None = None,
    cov_type: CovType = "cluster",
    cluster: Cluster = "school",
) -> PooledFit:
    """Fit the indicator on every round of an imputation, and pool.

    Parameters
    ----------
    imputed
        At least two rounds, made for a fit.
    weights
        Of the pupils, in millionths; see `CodedChildren`.
    cov_type, cluster
        See `infer`.

    Returns
    -------
    PooledFit
        The school means of a round are those of known and imputed mothers.

    Raises
    ------
    InputError
        The imputation was made for scoring, or has one round; or see `fit`.
    """
    if imputed.for_ != "fit":
        raise InputError(
            "was imputed without attainment and ability, so effects fitted on it would be too small",
            Place(argument="imputed"),
            "impute with for_='fit'",
        )
    pupils, part = imputed.population.pupils, imputed.parts[0]
    fits = tuple(
        fit_coded(
            replace(pupils, codes=codes_of_round(pupils, part, number), weights=weights),
            imputed.population.specification,
        )
        for number in range(imputed.rounds)
    )
    inferred = [fitted.inference(cov_type, cluster) for fitted in fits]
    pooled = pool_vector(
        np.array([one.estimate for one in inferred]),
        np.array([one.covariance for one in inferred]),
        inferred[0].df_inference,
    )
    return PooledFit(fits, pooled, cov_type, cluster)
