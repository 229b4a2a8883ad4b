"""The summary of a fit, in the form that users of statsmodels know."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from oab_funding.indicator.inference.extra import optional

if TYPE_CHECKING:
    from oab_funding.indicator.inference.results import Inference

ENDOGENOUS = "attainment"

_NOTES = {
    "nonrobust": "Standard errors assume residuals of equal spread that do not go together.",
    "HC0": "Standard errors are robust to heteroskedasticity (HC0).",
    "HC1": "Standard errors are robust to heteroskedasticity (HC1).",
    "HC2": "Standard errors are robust to heteroskedasticity (HC2).",
    "HC3": "Standard errors are robust to heteroskedasticity (HC3).",
}


def summary(result: Inference, title: str | None = None, alpha: float = 0.05) -> Any:
    """Lay out a summary; see `Inference.summary`.

    Parameters
    ----------
    result
        What to lay out.
    title
        The line above it.
    alpha
        One less the level of the intervals.

    Returns
    -------
    statsmodels.iolib.summary.Summary
        With `as_text()`, `as_html()`, `as_latex()` and `as_csv()`.

    Raises
    ------
    InputError
        statsmodels is not installed.

    Examples
    --------
    >>> from oab_funding.indicator.fit import fit
    >>> from oab_funding.indicator.inference.infer import infer
    >>> from oab_funding.synthetic import country
    >>> made_up = country(6_000, seed=1)
    >>> text = summary(infer(fit(made_up.pupils, made_up.sites), "nonrobust")).as_text()
    >>> next(line for line in text.splitlines() if line.startswith("school_mean"))
    'school_mean                 0.7437      0.111      6.673      0.000       0.525       0.962'
    """
    table = optional("statsmodels.iolib.summary", "a summary").Summary()
    model = SimpleNamespace(endog_names=ENDOGENOUS, exog_names=list(result.columns))
    named = SimpleNamespace(
        model=model,
        params=result.params,
        bse=result.bse,
        tvalues=result.tvalues,
        pvalues=result.pvalues,
        conf_int=result.conf_int,
    )
    table.add_table_2cols(
        named, title or "Indicator: exact least squares", gleft=_left(result), gright=_right(result)
    )
    table.add_table_params(named, alpha=alpha, use_t=True)
    table.add_extra_txt(_notes(result))
    return table


def _left(result: Inference) -> list[tuple[str, list[str]]]:
    return [
        ("Dep. Variable:", [ENDOGENOUS]),
        ("Model:", ["OLS"]),
        ("Method:", ["Least Squares, exact"]),
        ("No. Observations:", [str(result.nobs)]),
        ("Df Residuals:", [str(result.df_resid)]),
        ("Df Model:", [str(result.df_model)]),
        ("Covariance Type:", [result.cov_type]),
    ]


def _right(result: Inference) -> list[tuple[str, list[str]]]:
    overall = result.f_test(result.columns[1:])
    return [
        ("R-squared:", [f"{result.rsquared:.3f}"]),
        ("Adj. R-squared:", [f"{result.rsquared_adj:.3f}"]),
        ("F-statistic:", [f"{overall.statistic:.4g}"]),
        ("Prob (F-statistic):", [f"{overall.pvalue:.3g}"]),
        ("Log-Likelihood:", [f"{result.llf:.5g}"]),
        ("AIC:", [f"{result.aic:.4g}"]),
        ("BIC:", [f"{result.bic:.4g}"]),
    ]


def _notes(result: Inference) -> list[str]:
    kind = _NOTES.get(result.cov_type, "")
    if result.groups is not None:
        kind = f"Standard errors are robust to clustering; {result.groups} clusters ({result.cluster})."
    return [
        "Notes:",
        f"[1] {kind}",
        f"[2] Tests use t and F with {result.df_inference} degrees of freedom.",
        f"[3] The condition number is {result.condition_number:.3g}; the coefficients are solved exactly.",
    ]
