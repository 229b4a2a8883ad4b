"""What is known about the coefficients of a fit: standard errors, tests, intervals, and measures of fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from html import escape
from itertools import zip_longest
from math import isnan, log, pi
from typing import TYPE_CHECKING

import numpy as np

from oab_funding.errors import InputError, Place
from oab_funding.indicator.inference.design import Floats
from oab_funding.indicator.inference.hypotheses import (
    WaldTest,
    contrast_table,
    features_of,
    t_p_values,
    t_quantile,
    wald_test,
)
from oab_funding.indicator.inference.summary import Summary

if TYPE_CHECKING:
    import pandas as pd


ENDOGENOUS = "attainment"

_NOTES = {
    "nonrobust": "Standard errors assume residuals of equal spread that do not go together.",
    "HC0": "Standard errors are robust to heteroskedasticity (HC0).",
    "HC1": "Standard errors are robust to heteroskedasticity (HC1).",
    "HC2": "Standard errors are robust to heteroskedasticity (HC2).",
    "HC3": "Standard errors are robust to heteroskedasticity (HC3).",
}


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Inference:
    """Inference about the coefficients of a fit; its names are those of statsmodels.

    Parameters
    ----------
    columns
        Names of the p columns.
    estimate
        Coefficients, shape (p,): the floats nearest to the exact ones.
    covariance
        Theirs, shape (p, p).
    cov_type
        Kind of covariance.
    cluster
        What the clusters are, if it is a clustered one.
    nobs
        Children n.
    groups
        Number of clusters.
    gram
        X'X, shape (p, p).
    ssr, centered_tss
        Weighted sums of squares of the residuals and of attainment less its mean; exact, rounded once.
    weighted
        Whether the children have weights.
    log_weights
        Sum of the logarithms of the weights; nan where they are not known.
    references
        Names of the reference categories, which have no column.
    """

    columns: tuple[str, ...]
    estimate: Floats
    covariance: Floats
    cov_type: str
    cluster: str | None
    nobs: int
    groups: int | None
    gram: Floats
    ssr: float
    centered_tss: float
    weighted: bool = False
    log_weights: float = 0.0
    references: tuple[str, ...] = ()

    @property
    def df_model(self) -> int:
        """Columns besides the column of ones."""
        return len(self.columns) - 1

    @property
    def df_resid(self) -> int:
        """Children less columns."""
        return self.nobs - len(self.columns)

    @property
    def df_inference(self) -> int:
        """Degrees of freedom of t and F: clusters less one, or else `df_resid`."""
        return self.df_resid if self.groups is None else self.groups - 1

    @property
    def params(self) -> pd.Series[float]:
        """Coefficients by column."""
        return self._series(self.estimate, "params")

    @property
    def bse(self) -> pd.Series[float]:
        """Standard errors by column."""
        return self._series(self._errors, "bse")

    @property
    def tvalues(self) -> pd.Series[float]:
        """Coefficients over their standard errors."""
        return self._series(self._ratios, "tvalues")

    @property
    def pvalues(self) -> pd.Series[float]:
        """Two-sided p values of t with `df_inference` degrees of freedom."""
        return self._series(t_p_values(self._ratios, self.df_inference), "pvalues")

    def cov_params(self) -> pd.DataFrame:
        """Give the covariance of the coefficients by column."""
        import pandas as pd

        return pd.DataFrame(self.covariance, index=list(self.columns), columns=list(self.columns))

    def conf_int(self, alpha: float = 0.05) -> pd.DataFrame:
        """Give confidence intervals of level ``1 - alpha``: columns 0 (lower end) and 1 (upper end)."""
        import pandas as pd

        half = t_quantile(1 - alpha / 2, self.df_inference) * self._errors
        ends = np.column_stack([self.estimate - half, self.estimate + half])
        return pd.DataFrame(ends, index=list(self.columns))

    def to_frame(self, alpha: float = 0.05) -> pd.DataFrame:
        """Give one row per column: coefficient, standard error, t, p and the ends of its interval."""
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
            }
        )

    def covers(self, truth: Mapping[str, Decimal | Fraction | float], alpha: float = 0.05) -> pd.Series[bool]:
        """Say whether each interval holds the true coefficient, for simulations.

        Raises
        ------
        InputError
            The truth about a column is not given.
        """
        import pandas as pd

        if missing := [column for column in self.columns if column not in truth]:
            raise InputError(f"there is no true value of {', '.join(missing)}", remedy="give all columns")
        ends, true = self.conf_int(alpha), pd.Series({name: float(truth[name]) for name in self.columns})
        return (ends[0] <= true) & (true <= ends[1])

    @property
    def rsquared(self) -> float:
        """Share of the spread of attainment that the fit explains; refused where there is no spread."""
        if self.centered_tss == 0:
            raise InputError(
                "all children have the same attainment, so there is no spread of which a share is explained",
                remedy="give children whose attainment differs",
            )
        return 1.0 - self.ssr / self.centered_tss

    @property
    def rsquared_adj(self) -> float:
        """The same with the degrees of freedom taken into account."""
        return 1.0 - (self.nobs - 1) / self.df_resid * (1.0 - self.rsquared)

    @property
    def mse_resid(self) -> float:
        """Variance of the residuals."""
        return self.ssr / self.df_resid

    @property
    def llf(self) -> float:
        """Logarithm of the likelihood under normal residuals; refused where there are none."""
        self._check_residuals()
        if isnan(self.log_weights):
            raise InputError("the weights of the children are not known", remedy="fit on the children")
        return (self.log_weights - self.nobs * (log(2 * pi) + log(self.ssr / self.nobs) + 1)) / 2

    @property
    def aic(self) -> float:
        """Akaike's criterion."""
        return -2 * self.llf + 2 * len(self.columns)

    @property
    def bic(self) -> float:
        """Bayes' criterion."""
        return -2 * self.llf + log(self.nobs) * len(self.columns)

    @property
    def condition_number(self) -> float:
        """Largest singular value of X over the smallest."""
        values = np.linalg.eigvalsh(self.gram)
        return float(np.sqrt(values[-1] / values[0]))

    @property
    def fvalue(self) -> float:
        """Statistic of the test that nothing but the column of ones matters; nan with too few clusters."""
        return self.f_test(self.columns[1:]).statistic

    @property
    def f_pvalue(self) -> float:
        """Its p value."""
        return self.f_test(self.columns[1:]).pvalue

    def f_test(self, columns: Sequence[str]) -> WaldTest:
        """Test that the coefficients of some columns are all zero.

        Parameters
        ----------
        columns
            Names of columns, or of features with all their columns.

        Raises
        ------
        InputError
            There is no such column, or the fit leaves no residuals.
        """
        self._check_residuals()
        positions = [position for name in columns for position in self._positions(name)]
        part = self.covariance[np.ix_(positions, positions)]
        return wald_test(self.estimate[positions], part, self.df_inference)

    def contrasts(
        self, hypotheses: Mapping[str, Mapping[str, float]] | Sequence[str], alpha: float = 0.05
    ) -> pd.DataFrame:
        """Test linear hypotheses about the coefficients, one by one; see `contrast_table`.

        Examples
        --------
        >>> from oab_funding.indicator.fit import fit
        >>> from oab_funding.synthetic import country
        >>> made_up = country(6_000, seed=1)
        >>> inference = fit(made_up.pupils, made_up.sites).inference()
        >>> inference.contrasts(["education_mother[3] = education_mother[4]"])["estimate"].round(3).tolist()
        [-0.901]
        """
        self._check_residuals()
        return contrast_table(
            self.columns,
            self.estimate,
            self.covariance,
            self.df_inference,
            hypotheses,
            alpha,
            self.references,
        )

    def feature_tests(self) -> pd.DataFrame:
        """Test each feature: one row with F, its degrees of freedom, and p."""
        import pandas as pd

        tests = {name: self.f_test([name]) for name in features_of(self.columns)}
        return pd.DataFrame(
            {
                name: {"F": test.statistic, "df": test.df_num, "df_denom": test.df_denom, "p": test.pvalue}
                for name, test in tests.items()
            }
        ).T.astype({"df": int})

    def vif(self) -> pd.Series[float]:
        """Give variance inflation factors by column; see `variance_inflation`."""
        from oab_funding.indicator.inference.hypotheses import variance_inflation

        return self._series(np.array([np.nan, *variance_inflation(self.gram)]), "vif").iloc[1:]

    def generalised_vif(self) -> pd.DataFrame:
        """Give generalised variance inflation factors by feature; see `generalised_inflation`."""
        from oab_funding.indicator.inference.hypotheses import generalised_inflation

        return generalised_inflation(self.columns, self.gram)

    def summary(self, title: str | None = None, alpha: float = 0.05) -> Summary:
        """Give the summary that users of statsmodels know: an object with `as_text()` and `as_html()`.

        It is refused where the fit leaves no residuals.

        Examples
        --------
        >>> from oab_funding.indicator.fit import fit
        >>> from oab_funding.synthetic import country
        >>> made_up = country(6_000, seed=1)
        >>> text = fit(made_up.pupils, made_up.sites).inference("nonrobust").summary().as_text()
        >>> next(line for line in text.splitlines() if line.startswith("school_mean"))
        'school_mean                  0.7437      0.111      6.673      0.000      0.525      0.962'
        """
        return _summary(self, title, alpha)

    def __repr__(self) -> str:
        by = f" by {self.cluster}, {self.groups} clusters" if self.cluster is not None else ""
        return f"<Inference {self.cov_type}{by}: {len(self.columns)} columns, {self.nobs:,} children>"

    def _repr_html_(self) -> str:
        return str(self.to_frame().to_html()) if self.ssr else f"<p>{escape(repr(self))}</p>"

    @property
    def _ratios(self) -> Floats:
        self._check_residuals()
        return self.estimate / self._errors

    def _check_residuals(self) -> None:
        if self.ssr == 0:
            raise InputError(
                "the fit leaves no residuals, so nothing can be tested",
                remedy="give children whose attainment does not follow from their features exactly",
            )

    @property
    def _errors(self) -> Floats:
        return np.sqrt(np.diagonal(self.covariance))

    def _series(self, values: Floats, name: str) -> pd.Series[float]:
        import pandas as pd

        return pd.Series(values, index=list(self.columns), name=name)

    def _positions(self, name: str) -> list[int]:
        if name in self.columns:
            return [self.columns.index(name)]
        if name in (features := features_of(self.columns)):
            return features[name]
        raise InputError(
            "is no column or feature of the fit", Place(value=name), f"choose from {', '.join(features)}"
        )


def _summary(result: Inference, title: str | None, alpha: float) -> Summary:
    """Lay out a summary; see `Inference.summary`."""
    table = result.to_frame(alpha)
    rows = tuple(
        (str(name), f"{row['coefficient']:.4f}", *(f"{row[column]:.3f}" for column in table.columns[1:]))
        for name, row in table.iterrows()
    )
    return Summary(
        title or "Indicator: exact least squares",
        tuple(
            (*left, *right) for left, right in zip_longest(_left(result), _right(result), fillvalue=("", ""))
        ),
        ("coef", "std err", "t", "P>|t|", f"[{alpha / 2:.3g}", f"{1 - alpha / 2:.3g}]"),
        rows,
        tuple(_notes(result)),
    )


def _left(result: Inference) -> list[tuple[str, str]]:
    return [
        ("Dep. Variable:", ENDOGENOUS),
        ("Model:", "WLS" if result.weighted else "OLS"),
        ("Method:", "Least Squares, exact"),
        ("No. Observations:", str(result.nobs)),
        ("Df Residuals:", str(result.df_resid)),
        ("Df Model:", str(result.df_model)),
        ("Covariance Type:", result.cov_type),
    ]


def _right(result: Inference) -> list[tuple[str, str]]:
    overall = result.f_test(result.columns[1:])
    return [
        ("R-squared:", f"{result.rsquared:.3f}"),
        ("Adj. R-squared:", f"{result.rsquared_adj:.3f}"),
        ("F-statistic:", f"{overall.statistic:.4g}"),
        ("Prob (F-statistic):", f"{overall.pvalue:.3g}"),
        ("Log-Likelihood:", f"{result.llf:.5g}"),
        ("AIC:", f"{result.aic:.4g}"),
        ("BIC:", f"{result.bic:.4g}"),
    ]


def _notes(result: Inference) -> list[str]:
    kind = _NOTES.get(result.cov_type, "")
    if result.groups is not None:
        how = ", by the jackknife (CV3)" if result.cov_type == "CV3" else ""
        kind = f"Standard errors are robust to clustering{how}; {result.groups} clusters ({result.cluster})."
    return [
        "Notes:",
        f"[1] {kind}",
        f"[2] Tests use t and F with {result.df_inference} degrees of freedom.",
        f"[3] The condition number is {result.condition_number:.3g}; the coefficients are solved exactly.",
    ]
