"""The summary of a fit, in the form that users of statsmodels know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import zip_longest
from typing import TYPE_CHECKING

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


@dataclass(frozen=True, slots=True)
class Summary:
    """A summary laid out: what stands above, the table of coefficients, and notes.

    Parameters
    ----------
    title
        The line above it.
    heads
        Pairs of label and value, left and right.
    names
        Heads of the columns of the table.
    rows
        Its rows: name and numbers, as they are printed.
    notes
        Lines below.
    """

    title: str
    heads: tuple[tuple[str, str, str, str], ...]
    names: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]

    def as_text(self) -> str:
        """Lay it out as text."""
        first = max(len(row[0]) for row in self.rows) + 1
        widths = [max(11, *(len(row[column]) + 1 for row in self.rows)) for column in range(1, 7)]
        width = first + sum(widths)
        half = width // 2
        heads = [
            f"{left}{value:>{half - 2 - len(left)}}  {right}{other:>{width - half - len(right)}}"
            for left, value, right, other in self.heads
        ]

        def line(name: str, numbers: Sequence[str]) -> str:
            return f"{name:<{first}}" + "".join(
                f"{number:>{own}}" for number, own in zip(numbers, widths, strict=True)
            )

        table = [line("", self.names), "-" * width, *(line(row[0], row[1:]) for row in self.rows)]
        lines = [self.title.center(width).rstrip(), "=" * width, *heads, "=" * width, *table, "=" * width]
        return "\n".join([*lines, *self.notes])

    def as_html(self) -> str:
        """Lay it out as HTML."""

        def row(cells: Sequence[str], kind: str) -> str:
            first, *others = (escape(cell) for cell in cells)
            return f"<tr><th>{first}</th>" + "".join(f"<{kind}>{cell}</{kind}>" for cell in others) + "</tr>"

        heads = "".join(row(cells, "td") for cells in self.heads)
        table = row(("", *self.names), "th") + "".join(row(cells, "td") for cells in self.rows)
        notes = "<br/>".join(escape(note) for note in self.notes)
        title = f"<caption>{escape(self.title)}</caption>"
        return f"<table>{title}{heads}</table><table>{table}</table><p>{notes}</p>"

    def __str__(self) -> str:
        return self.as_text()

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return self.as_html()


def summary(result: Inference, title: str | None = None, alpha: float = 0.05) -> Summary:
    """Lay out a summary; see `Inference.summary`.

    Parameters
    ----------
    result
        What to lay out.
    title
        The line above it.
    alpha
        One less the level of the intervals.

    Raises
    ------
    InputError
        The fit leaves no residuals.

    Examples
    --------
    >>> from oab_funding.indicator.fit import fit
    >>> from oab_funding.indicator.inference.infer import infer
    >>> from oab_funding.synthetic import country
    >>> made_up = country(6_000, seed=1)
    >>> text = summary(infer(fit(made_up.pupils, made_up.sites), "nonrobust")).as_text()
    >>> next(line for line in text.splitlines() if line.startswith("school_mean"))
    'school_mean                  0.7437      0.111      6.673      0.000      0.525      0.962'
    """
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
        ("Model:", "OLS"),
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
        kind = f"Standard errors are robust to clustering; {result.groups} clusters ({result.cluster})."
    return [
        "Notes:",
        f"[1] {kind}",
        f"[2] Tests use t and F with {result.df_inference} degrees of freedom.",
        f"[3] The condition number is {result.condition_number:.3g}; the coefficients are solved exactly.",
    ]
