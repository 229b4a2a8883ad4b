"""What a fit solved: the normal equations, their exact solution, and the children it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from oab_funding.exact import round_exact
from oab_funding.indicator.coding import CodedChildren
from oab_funding.indicator.model import FitRecord, Model, make_model
from oab_funding.indicator.normal_equations import NormalEquations
from oab_funding.indicator.scale_values.values import ScaleValues
from oab_funding.indicator.specification import Specification
from oab_funding.indicator.statistics import SufficientStatistics

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, eq=False)
class Solved:
    """The exact solution of a fit: what it was solved from, and the coefficients.

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
    def nobs(self) -> int:
        """The same, by the name of statsmodels."""
        return self.equations.n

    @property
    def left_out(self) -> Mapping[str, int]:
        """Children left out, by the first reason that holds."""
        return dict(self.statistics.left_out)

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
            source=source if self.statistics.weighted is None else f"{source}, with weights",
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
