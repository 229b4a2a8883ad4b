"""Fitting the indicator: exact least squares on integer sufficient statistics."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from oab_funding.errors import InputError
from oab_funding.exact import Dependency, dependencies, round_exact, solve_exact
from oab_funding.indicator.coding import CodedChildren, code_children
from oab_funding.indicator.collect import collect_statistics
from oab_funding.indicator.model_file import FitRecord, Model, make_model
from oab_funding.indicator.normal_equations import NormalEquations, normal_equations
from oab_funding.indicator.scale_values.equations import scaled_equations
from oab_funding.indicator.scale_values.values import ScaleValues
from oab_funding.indicator.specification import Specification
from oab_funding.indicator.specification_file import load_specification
from oab_funding.indicator.statistics import SufficientStatistics

if TYPE_CHECKING:
    import pandas as pd

    from oab_funding.indicator.inference.design import Cluster
    from oab_funding.indicator.inference.infer import CovType
    from oab_funding.indicator.inference.results import Inference


@dataclass(frozen=True, slots=True, eq=False)
class FittedIndicator:
    """An indicator fitted exactly.

    Parameters
    ----------
    specification
        Its features.
    statistics
        Of the sample, and of the children left out.
    equations
        The normal equations that were solved: cross products, y'y and n.
    exact
        The p coefficients as fractions, in the order of `equations.columns`.
    sample
        The coded children it was fitted on; none if it was fitted from statistics.
    scale_values
        The scale values it was fitted with, if any.
    """

    specification: Specification
    statistics: SufficientStatistics
    equations: NormalEquations
    exact: tuple[Fraction, ...]
    sample: CodedChildren | None = None
    scale_values: tuple[ScaleValues, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns of the design."""
        return self.equations.columns

    @property
    def coefficients(self) -> Mapping[str, Fraction]:
        """Exact coefficients by column."""
        return dict(zip(self.columns, self.exact, strict=True))

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
        import pandas as pd

        return pd.Series([float(value) for value in self.exact], index=list(self.columns), name="params")

    @property
    def start_value(self) -> Decimal:
        """Score of a child in all reference categories, before the school mean."""
        return self.published[self.columns[0]]

    @property
    def ability_centre(self) -> Fraction:
        """Ability at which the start value lies."""
        return self.equations.ability_centre

    @property
    def n(self) -> int:
        """Children it was fitted on."""
        return self.equations.n

    @property
    def left_out(self) -> Mapping[str, int]:
        """Children left out, by the first reason that holds."""
        return dict(self.statistics.left_out)

    @property
    def bse(self) -> pd.Series[float]:
        """Classical standard errors by column; see `inference` for robust and clustered ones."""
        return self.inference("nonrobust").bse

    def inference(self, cov_type: CovType = "HC1", cluster: Cluster = "school") -> Inference:
        """Estimate how certain the coefficients are; see `infer`."""
        from oab_funding.indicator.inference.infer import infer

        return infer(self, cov_type, cluster)

    def summary(self, cov_type: CovType = "nonrobust", cluster: Cluster = "school") -> Any:
        """Give the summary that users of statsmodels know; see `Inference.summary`."""
        return self.inference(cov_type, cluster).summary()

    def model(
        self,
        *,
        name: str = "fitted",
        label: str = "fitted with this library; not CBS's coefficients",
        source: str = "fitted on the pupils given",
        data_sha256: Mapping[str, str] | None = None,
    ) -> Model:
        """Make the model that children are scored with: the published coefficients.

        Parameters
        ----------
        name
            Name of the model.
        label
            What every output made with it must say, such as "fitted on synthetic data".
        source
            Which children it was fitted on.
        data_sha256
            Hashes of the input files, by name.

        Returns
        -------
        Model
            To be written with `write_model`.
        """
        return make_model(
            name=name,
            label=label,
            source=source,
            reference_date=self.statistics.reference_date,
            specification=self.specification,
            coefficients={column: format(value, "f") for column, value in self.published.items()},
            scale_values=self.scale_values,
            fit=FitRecord(
                n=self.n,
                left_out=dict(self.left_out),
                ability_centre=str(self.ability_centre),
                statistics_sha256=self.statistics.sha256,
                data_sha256=dict(data_sha256 or {}),
            ),
        )


def fit(
    pupils: Any,
    sites: Any,
    spec: str | Path | Specification = "cbs-2019",
    reference_date: date | str | None = None,
) -> FittedIndicator:
    """Fit the indicator on a table of pupils.

    Parameters
    ----------
    pupils
        Frame of pupils with `attainment` and `ability`.
    sites
        Frame of sites with `municipality_code`.
    spec
        Name of a shipped specification, path of one, or a specification.
    reference_date
        The day on which lengths of stay are counted; the specification's own if left out.

    Returns
    -------
    FittedIndicator
        Fitted on the pupils whose attainment, ability and features are all known, with the school mean over
        all mothers whose education is known.

    Raises
    ------
    InputError
        A table holds what it may not; nobody is left; a category has too few children; or columns of the
        design depend on each other: they are named.
    """
    specification = load_specification(spec)
    coded = code_children(pupils, sites, specification, reference_date)
    return fit_coded(coded, specification)


def fit_coded(coded: CodedChildren, specification: Specification) -> FittedIndicator:
    """Fit the indicator on coded pupils; see `fit`."""
    return fit_statistics(collect_statistics(coded, specification), specification, coded)


def fit_statistics(
    statistics: SufficientStatistics,
    specification: Specification,
    sample: CodedChildren | None = None,
    scale_values: tuple[ScaleValues, ...] = (),
) -> FittedIndicator:
    """Fit the indicator on sufficient statistics, for example those of merged parts; see `fit`.

    With scale values, features have one coefficient each; see `fit_scale_values` for finding them.

    Raises
    ------
    InputError
        The statistics belong to another specification; see `fit` for the rest.
    """
    if statistics.specification_sha256 != specification.sha256:
        raise InputError(
            f"the statistics were not collected by the specification {specification.name}",
            remedy="fit with the one they were collected by",
        )
    _check_filled(statistics, specification)
    equations = (
        scaled_equations(statistics, specification, scale_values)
        if scale_values
        else normal_equations(statistics, specification)
    )
    return FittedIndicator(specification, statistics, equations, _solve(equations), sample, scale_values)


def _solve(equations: NormalEquations) -> tuple[Fraction, ...]:
    try:
        solution = solve_exact(equations.gram, equations.moments, equations.columns)
    except InputError as error:
        found = dependencies(equations.gram, equations.columns)
        if not found:
            raise
        raise InputError(
            "the features do not determine the coefficients: "
            + "; ".join(_formula(one, equations) for one in found),
            remedy="merge or drop categories in the specification, or give more varied children",
        ) from error
    return tuple(value * scale for value, scale in zip(solution, equations.scales, strict=True))


def _check_filled(statistics: SufficientStatistics, specification: Specification) -> None:
    if statistics.n == 0:
        reasons = ", ".join(f"{count} {reason}" for reason, count in statistics.left_out.items())
        raise InputError(
            f"no child is left to fit on ({reasons or 'no children'})",
            remedy="give pupils with attainment, ability and all features",
        )
    least = specification.sample.minimum_rows
    # Between the column of ones and the last two lie the categories.
    counts = zip(statistics.columns[1:-2], statistics.cross[0][1:-2], strict=True)
    if few := [f"{name} {count}" for name, count in counts if count < least]:
        raise InputError(
            f"too few children in {', '.join(few)}, where {least} are needed",
            remedy="merge these categories in the specification (origins: in their table)",
        )


def _formula(dependency: Dependency, equations: NormalEquations) -> str:
    """Write a dependency as an equation between features."""
    scale = dict(zip(equations.columns, equations.scales, strict=True))
    terms = []
    for name, coefficient in zip(dependency.on, dependency.coefficients, strict=True):
        value = coefficient * scale[name] / scale[dependency.column]
        factor = "" if abs(value) == 1 else f"{abs(value)} "
        terms.append(f"{'-' if value < 0 else '+'} {factor}{name}")
    return f"{dependency.column} = {' '.join(terms).removeprefix('+ ') or '0'}"
