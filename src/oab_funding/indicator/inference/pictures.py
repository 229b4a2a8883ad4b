"""Pictures of a fit: residuals, coefficients with their intervals, and how they move.

matplotlib is imported when something is drawn, and never its pyplot: a picture leaves no state behind. The
same children give the same picture, whatever their order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

import numpy as np

from oab_funding.errors import InputError
from oab_funding.indicator.fitted import Solved
from oab_funding.indicator.inference.design import Floats, make_design, predict
from oab_funding.indicator.inference.inference import Inference

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#1f2933")
"""Colours that colour-blind people tell apart (Okabe and Ito, 2008)."""

_STYLE: dict[Any, Any] = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 9.0,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
}

_BINS = 40
"""Groups of equally many children in the picture of residuals."""

_WIDTH, _ROW_HEIGHT = 8.0, 0.22


def residual_figure(fitted: Solved) -> Figure:
    """Draw the residuals: against the prediction, as a distribution, and against the normal one.

    Parameters
    ----------
    fitted
        A fit on children.

    Returns
    -------
    Figure
        Left: mean residual, with two standard errors either side, in groups of equally many children by
        prediction: where it leaves zero the model bends. Middle: distribution of the residuals and the
        normal one of the same spread. Right: quantiles against normal quantiles.

    Raises
    ------
    InputError
        The fit was made from statistics, which hold no single child.
    """
    design = make_design(fitted)
    predicted = predict(design, np.array([float(value) for value in fitted.exact]))
    residual = design.y - predicted
    spread = float(np.sqrt(np.mean(residual**2)))
    with _style():
        figure, axes = _panels(1, 3, (_WIDTH * 1.5, 4.0))
        _draw_means(axes[0], predicted, residual)
        _draw_distribution(axes[1], residual, spread)
        _draw_quantiles(axes[2], residual, spread)
    return figure


def coefficient_figure(results: Inference | Mapping[str, Inference], alpha: float = 0.05) -> Figure:
    """Draw coefficients with their confidence intervals, one row per column.

    Parameters
    ----------
    results
        One result, or several by label, such as a year or a kind of standard error, with the same columns.
    alpha
        One less the level of the intervals.

    Returns
    -------
    Figure
        The start value is left out: it lies far from the others.

    Raises
    ------
    InputError
        The results have different columns, or there are none.
    """
    named = {"": results} if isinstance(results, Inference) else dict(results)
    if len({result.columns for result in named.values()}) != 1:
        raise InputError("the results do not have the same columns", remedy="draw results of one design")
    columns = next(iter(named.values())).columns[1:]
    points = {
        label: (result.estimate[1:], result.conf_int(alpha).to_numpy()[1:]) for label, result in named.items()
    }
    return interval_figure(columns, points, f"coefficient in points, with {1 - alpha:.0%} interval")


def interval_figure(
    columns: tuple[str, ...], points: Mapping[str, tuple[Floats, Floats]], axis: str
) -> Figure:
    """Draw one row per column with an interval per label.

    Parameters
    ----------
    columns
        Names of the p rows.
    points
        By label: values, shape (p,), and the ends of their intervals, shape (p, 2).
    axis
        What the horizontal axis shows.
    """
    rows = np.arange(len(columns), dtype=np.float64)
    height = 1.2 + len(columns) * (_ROW_HEIGHT + 0.06 * (len(points) - 1))
    with _style():
        figure, (axes,) = _panels(1, 1, (_WIDTH, height))
        axes.axvline(0.0, color="#5b6773", linewidth=0.8)
        for number, (label, (values, ends)) in enumerate(points.items()):
            away = 0.6 * ((number + 0.5) / len(points) - 0.5)
            axes.errorbar(
                values,
                rows + away,
                xerr=np.abs(ends.T - values),
                fmt="o",
                markersize=3,
                linewidth=1.2,
                color=_COLOURS[number % len(_COLOURS)],
                label=label,
            )
        axes.set_yticks(rows, columns)
        axes.set_ylim(len(columns) - 0.4, -0.6)
        axes.set_xlabel(axis)
        axes.grid(axis="x", color="#d9dee3")
        if len(points) > 1:
            axes.legend(frameon=False)
    return figure


def _draw_means(axes: Axes, predicted: Floats, residual: Floats) -> None:
    # Sorted by both, so that the order of the children does not decide who is in which group.
    order = np.lexsort([residual, predicted])
    groups = np.array_split(order, min(_BINS, len(order)))
    middle = [float(predicted[group].mean()) for group in groups]
    mean = [float(residual[group].mean()) for group in groups]
    error = [2 * float(residual[group].std()) / np.sqrt(len(group)) for group in groups]
    axes.axhline(0.0, color="#5b6773", linewidth=0.8)
    axes.errorbar(middle, mean, yerr=error, fmt="o", markersize=3, linewidth=1.0, color=_COLOURS[0])
    axes.set_xlabel("predicted attainment")
    axes.set_ylabel("mean residual, two standard errors either side")


def _draw_distribution(axes: Axes, residual: Floats, spread: float) -> None:
    axes.hist(residual, bins=60, density=True, color=_COLOURS[0], alpha=0.6)
    grid = np.linspace(residual.min(), residual.max(), 200)
    normal = NormalDist(0.0, spread)
    axes.plot(grid, [normal.pdf(value) for value in grid.tolist()], color=_COLOURS[1], linewidth=1.5)
    axes.set_xlabel("residual, and the normal distribution of the same spread")
    axes.set_yticks([])


def _draw_quantiles(axes: Axes, residual: Floats, spread: float) -> None:
    shares = np.concatenate([[0.001, 0.005], np.linspace(0.01, 0.99, 99), [0.995, 0.999]])
    expected = [NormalDist().inv_cdf(share) for share in shares.tolist()]
    axes.plot([-3.1, 3.1], [-3.1, 3.1], color="#5b6773", linewidth=0.8)
    axes.plot(expected, np.quantile(residual, shares) / spread, "o", markersize=3, color=_COLOURS[0])
    axes.set_xlabel("normal quantile")
    axes.set_ylabel("quantile of the residuals, in their spread")


@contextmanager
def _style() -> Iterator[None]:
    """Draw in one style, whatever the user's own settings of matplotlib are."""
    import matplotlib

    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(_STYLE)
        yield


def _panels(rows: int, columns: int, size: tuple[float, float]) -> tuple[Figure, list[Axes]]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=size, layout="constrained")
    return figure, list(figure.subplots(rows, columns, squeeze=False).ravel())
