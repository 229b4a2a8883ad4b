"""The annual monitor: the indicator fitted again every year, and what the coefficients do meanwhile.

All years together are one regression in which every coefficient has a value of its own per year. Schools
return every year, so the years are not independent: clustering by school over all years takes that into
account. That coefficients are the same in some years is tested as by G. C. Chow (1960), Tests of equality
between sets of coefficients in two linear regressions, Econometrica 28, 591-605,
https://doi.org/10.2307/1910133, in Wald's form, which holds for every kind of covariance.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

import numpy as np

from oab_funding.errors import InputError, Place
from oab_funding.indicator.fitted import Solved
from oab_funding.indicator.inference.design import Cluster, Floats, clusters, make_design, residuals
from oab_funding.indicator.inference.hypotheses import (
    WaldTest,
    features_of,
    t_p_values,
    t_quantile,
    wald_test,
)
from oab_funding.indicator.inference.pictures import interval_figure
from oab_funding.indicator.inference.sandwich import (
    Robust,
    cluster_meat,
    cluster_scores,
    gram,
    invert,
    residual_sum_of_squares,
    robust_meat,
)

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

Year: TypeAlias = int | str

YearCovType: TypeAlias = Literal["nonrobust", "HC0", "HC1", "HC2", "HC3", "cluster"]
"""Kinds of covariance over years: those of `infer` but the jackknife, which concerns one fit."""

ALL_FEATURES, EVERYTHING = "all features", "all features and start"
"""Rows of the tests that concern every coefficient, without and with the start value."""

_NOISE = 1e-12
"""A variance of a change below this part of its two terms is rounding: the two are the same."""


@dataclass(frozen=True, slots=True, eq=False)
class Monitor:
    """Coefficients by year, with their covariance over all years.

    Parameters
    ----------
    years
        The t years, in the order given.
    columns
        Names of the p columns.
    estimate
        Coefficients, shape (t, p); start values at the same ability, the mean of the first year.
    covariance
        Shape (t p, t p), year by year.
    cov_type
        Kind of covariance.
    df_inference
        Degrees of freedom of t and F.
    """

    years: tuple[Year, ...]
    columns: tuple[str, ...]
    estimate: Floats
    covariance: Floats
    cov_type: str
    df_inference: int

    def to_frame(self, alpha: float = 0.05) -> pd.DataFrame:
        """Give one row per year and column.

        Parameters
        ----------
        alpha
            One less the level of the intervals.

        Returns
        -------
        DataFrame
            `year`, `column`, `coefficient`, `standard_error`, `low`, `high`; and against the year before
            `change`, `change_error`, `change_low`, `change_high`, `change_p` (nan in the first year).
        """
        import pandas as pd

        quantile, frames = t_quantile(1 - alpha / 2, self.df_inference), []
        for number, year in enumerate(self.years):
            error, change = self._errors(number), np.full((2, len(self.columns)), np.nan)
            if number:
                change = np.array(self._movement(number, number - 1))
            with np.errstate(invalid="ignore"):  # no movement over no error is not a number
                p_values = t_p_values(change[0] / change[1], self.df_inference)
            frame = {
                "year": year,
                "column": self.columns,
                "coefficient": self.estimate[number],
                "standard_error": error,
                "low": self.estimate[number] - quantile * error,
                "high": self.estimate[number] + quantile * error,
                "change": change[0],
                "change_error": change[1],
                "change_low": change[0] - quantile * change[1],
                "change_high": change[0] + quantile * change[1],
                "change_p": p_values,
            }
            frames.append(pd.DataFrame(frame))
        return pd.concat(frames, ignore_index=True)

    def tests(self) -> pd.DataFrame:
        """Test that coefficients are stable: between each year and the next, and over all years.

        Returns
        -------
        DataFrame
            `from_year`, `to_year`, `feature` (one of them, `ALL_FEATURES` or `EVERYTHING`), `F`, `df`,
            `df_denom`, `p`; F is nan where there are fewer clusters than restrictions, or nothing can move.
        """
        import pandas as pd

        spans = [(number, number + 1) for number in range(len(self.years) - 1)]
        spans += [(0, len(self.years) - 1)] if len(self.years) > 2 else []
        count = len(self.columns)
        groups = {**features_of(self.columns), ALL_FEATURES: [*range(1, count)], EVERYTHING: [*range(count)]}
        return pd.DataFrame(
            [
                {
                    "from_year": self.years[first],
                    "to_year": self.years[last],
                    "feature": name,
                    "F": test.statistic,
                    "df": test.df_num,
                    "df_denom": test.df_denom,
                    "p": test.pvalue,
                }
                for first, last in spans
                for name, positions in groups.items()
                for test in [self._stability(first, last, positions)]
            ]
        )

    def figure(self, alpha: float = 0.05) -> Figure:
        """Draw the coefficients of every year with their intervals, without the start value."""
        points = {
            str(year): self._interval(self.estimate[number], self._errors(number), alpha)
            for number, year in enumerate(self.years)
        }
        return interval_figure(self.columns[1:], points, f"coefficient, with {1 - alpha:.0%} interval")

    def movement_figure(self, alpha: float = 0.05) -> Figure:
        """Draw how the coefficients moved since the first year, with intervals, without the start value."""
        points = {
            str(year): self._interval(*self._movement(number, 0), alpha)
            for number, year in enumerate(self.years)
            if number
        }
        axis = f"change since {self.years[0]}, with {1 - alpha:.0%} interval"
        return interval_figure(self.columns[1:], points, axis)

    def _interval(self, values: Floats, errors: Floats, alpha: float) -> tuple[Floats, Floats]:
        half = t_quantile(1 - alpha / 2, self.df_inference) * errors
        return values[1:], np.column_stack([values - half, values + half])[1:]

    def _part(self, number: int, other: int) -> Floats:
        size = len(self.columns)
        return self.covariance[number * size : (number + 1) * size, other * size : (other + 1) * size]

    def _errors(self, number: int) -> Floats:
        return np.sqrt(np.diagonal(self._part(number, number)))

    def _movement(self, number: int, since: int) -> tuple[Floats, Floats]:
        """Change of every coefficient, and its standard error."""
        apart = np.diagonal(self._part(number, number) + self._part(since, since))
        spread = apart - 2 * np.diagonal(self._part(number, since))
        spread = np.where(spread > _NOISE * apart, spread, 0.0)
        return self.estimate[number] - self.estimate[since], np.sqrt(spread)

    def _stability(self, first: int, last: int, positions: list[int]) -> WaldTest:
        """Test that each year of a span has the coefficients of the one before."""
        size, rows = len(self.columns), []
        for before, after in pairwise(range(first, last + 1)):
            for position in positions:
                row = np.zeros(self.covariance.shape[0])
                row[after * size + position], row[before * size + position] = 1.0, -1.0
                rows.append(row)
        change = np.array(rows)
        spread = change @ self.covariance @ change.T
        apart = np.abs(change) @ np.diagonal(self.covariance)
        if np.any(np.diagonal(spread) <= _NOISE * apart):
            return WaldTest(np.nan, len(rows), self.df_inference, np.nan)
        return wald_test(change @ self.estimate.ravel(), spread, self.df_inference)


def monitor(
    fits: Mapping[Year, Solved], cov_type: YearCovType = "cluster", cluster: Cluster = "school"
) -> Monitor:
    """Put the fits of several years beside each other.

    Parameters
    ----------
    fits
        By year, in the order of the years: two or more fits with the same columns.
    cov_type
        Kind of covariance, as in `infer`; ``"cluster"`` lets the years of a school go together, the others
        take the years to be independent.
    cluster
        What belongs together.

    Returns
    -------
    Monitor
        With corrections for few clusters or children as in one regression on all years.

    Raises
    ------
    InputError
        There are fewer than two years, their columns or scale values differ, or see `infer`.

    Examples
    --------
    >>> from oab_funding.indicator.fit import fit
    >>> from oab_funding.synthetic import country
    >>> made_up = country(6_000, seed=1)
    >>> snapshots = {2018: made_up.previous, 2019: made_up.now}
    >>> fits = {year: fit(at.pupils, at.sites, reference_date=at.day) for year, at in snapshots.items()}
    >>> moved = monitor(fits, "HC1")
    >>> moved.to_frame().shape, bool(moved.tests().set_index("feature")["p"]["ability"] > 0.01)
    ((62, 11), True)
    """
    _check(fits, cov_type)
    every = [_one_year(fitted, cov_type, cluster) for fitted in fits.values()]
    n, p = sum(fitted.n for fitted in fits.values()), len(every[0].estimate)
    df = n - p * len(every)
    covariance, groups = _covariance(every, list(fits.values()), cov_type, n, df)
    turn = _common_start(list(fits.values()))
    return Monitor(
        tuple(fits),
        next(iter(fits.values())).columns,
        (turn @ np.concatenate([year.estimate for year in every])).reshape(len(every), p),
        turn @ covariance @ turn.T,
        cov_type,
        df if groups is None else groups - 1,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _OneYear:
    """Bread (p, p) of a year, its meat (p, p) where children are independent, and scores by cluster."""

    estimate: Floats
    bread: Floats
    meat: Floats
    clusters: tuple[str, ...]
    scores: Floats


def _one_year(fitted: Solved, cov_type: YearCovType, by: Cluster) -> _OneYear:
    estimate = np.array([float(value) for value in fitted.exact])
    square = gram(fitted.equations)
    inverse, meat = invert(square), square
    scores: Floats = np.empty((0, len(square)))
    labels: tuple[str, ...] = ()
    if cov_type != "nonrobust":
        design = make_design(fitted)
        residual = residuals(design, estimate)
        if cov_type == "cluster":
            labels, group = clusters(design, by)
            scores = cluster_scores(design, residual, group, len(labels))
        else:
            # The correction of HC1 counts the children of all years.
            kind: Robust = "HC0" if cov_type == "HC1" else cov_type
            meat = robust_meat(design, residual, inverse, kind)
    return _OneYear(estimate, inverse, meat, labels, scores)


def _covariance(
    every: list[_OneYear], fits: list[Solved], cov_type: YearCovType, n: int, df: int
) -> tuple[Floats, int | None]:
    bread = _diagonal([year.bread for year in every])
    if cov_type == "cluster":
        labels = sorted({label for year in every for label in year.clusters})
        scores = np.hstack([_spread(year, labels) for year in every])
        return bread @ cluster_meat(scores, n) @ bread, len(labels)
    meat = _diagonal([year.meat for year in every])
    if cov_type == "nonrobust":
        meat = meat * (sum(float(residual_sum_of_squares(one.equations, one.exact)) for one in fits) / df)
    return bread @ meat @ bread * (n / df if cov_type == "HC1" else 1.0), None


def _spread(year: _OneYear, labels: list[str]) -> Floats:
    """Give scores their rows among the clusters of all years; a cluster that is not there adds nothing."""
    position = {label: number for number, label in enumerate(labels)}
    spread = np.zeros((len(labels), year.scores.shape[1]))
    spread[[position[label] for label in year.clusters]] = year.scores
    return spread


def _diagonal(parts: list[Floats]) -> Floats:
    size = len(parts[0])
    whole = np.zeros((size * len(parts), size * len(parts)))
    for number, part in enumerate(parts):
        whole[number * size : (number + 1) * size, number * size : (number + 1) * size] = part
    return whole


def _common_start(fits: list[Solved]) -> Floats:
    """Turn each year's start value, which lies at its own mean ability, into that at the first year's."""
    columns = fits[0].columns
    turn = np.eye(len(columns) * len(fits))
    if fits[0].specification.ability is None:
        return turn
    ability = columns.index(fits[0].specification.ability.name)
    for number, fitted in enumerate(fits):
        first = number * len(columns)
        turn[first, first + ability] = float(fits[0].ability_centre - fitted.ability_centre)
    return turn


def _check(fits: Mapping[Year, Solved], cov_type: Hashable) -> None:
    if len(fits) < 2:
        raise InputError("one year shows no movement", remedy="give the fits of two years or more")
    if cov_type not in get_args(YearCovType):
        kinds = ", ".join(get_args(YearCovType))
        raise InputError("is no cov_type over years", Place(value=cov_type), f"choose {kinds}")
    first_year, first = next(iter(fits.items()))
    for year, fitted in fits.items():
        if fitted.columns != first.columns or fitted.scale_values != first.scale_values:
            raise InputError(
                f"{year} has other columns or scale values than {first_year}",
                remedy="fit every year by the same features and scale values",
            )
