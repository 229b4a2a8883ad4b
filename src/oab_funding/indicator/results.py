"""What `fit` gives: the exact solution, with the surface that users of statsmodels know.

Every number that depends on a covariance takes the same one unless another is asked for: clustered by school.
It is estimated when it is first used.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from oab_funding.errors import InputError
from oab_funding.indicator.coding import CodedChildren, code_children
from oab_funding.indicator.collect import count_mothers, select_sample
from oab_funding.indicator.fitted import Solved
from oab_funding.indicator.inference.design import Floats, Integers, lay_out, predict, require_sample
from oab_funding.indicator.inference.infer import infer
from oab_funding.indicator.scale_values.values import scaled_school_means
from oab_funding.indicator.school_mean import NO_MEAN

if TYPE_CHECKING:
    import pandas as pd

    from oab_funding.indicator.inference.design import Cluster
    from oab_funding.indicator.inference.hypotheses import WaldTest
    from oab_funding.indicator.inference.infer import CovType
    from oab_funding.indicator.inference.inference import Inference
    from oab_funding.indicator.inference.influence import SchoolInfluence
    from oab_funding.indicator.inference.summary import Summary


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class FittedIndicator(Solved):
    """An indicator fitted exactly; its names are those of statsmodels.

    Coefficients, sums of squares and what follows from them are exact numbers rounded once. Standard errors
    and tests are clustered by school; `inference` gives them by another covariance.

    Examples
    --------
    >>> from oab_funding.indicator.fit import fit
    >>> from oab_funding.synthetic import country
    >>> made_up = country(6_000, seed=1)
    >>> fitted = fit(made_up.pupils, made_up.sites)
    >>> fitted
    <FittedIndicator cbs-2019: 31 columns, 3,969 children, R-squared 0.620>
    >>> round(fitted.rsquared, 3), round(float(fitted.bse["ability"]), 4)
    (0.62, 0.0061)
    """

    _inferences: dict[tuple[str, str], Inference] = field(init=False, default_factory=dict)

    def inference(self, cov_type: CovType = "cluster", cluster: Cluster = "school") -> Inference:
        """Estimate how certain the coefficients are, once for each kind of covariance; see `infer`."""
        key = (cov_type, cluster)
        if key not in self._inferences:
            self._inferences[key] = infer(self, cov_type, cluster)
        return self._inferences[key]

    @property
    def bse(self) -> pd.Series[float]:
        """Standard errors by column."""
        return self.inference().bse

    @property
    def tvalues(self) -> pd.Series[float]:
        """Coefficients over their standard errors, by column."""
        return self.inference().tvalues

    @property
    def pvalues(self) -> pd.Series[float]:
        """Two-sided p values by column."""
        return self.inference().pvalues

    def cov_params(self) -> pd.DataFrame:
        """Give the covariance of the coefficients by column."""
        return self.inference().cov_params()

    def conf_int(self, alpha: float = 0.05) -> pd.DataFrame:
        """Give confidence intervals of level ``1 - alpha``: columns 0 (lower end) and 1 (upper end)."""
        return self.inference().conf_int(alpha)

    def f_test(self, columns: Sequence[str]) -> WaldTest:
        """Test that the coefficients of some columns or features are all zero; see `Inference.f_test`."""
        return self.inference().f_test(columns)

    def contrasts(
        self, hypotheses: Mapping[str, Mapping[str, float]] | Sequence[str], alpha: float = 0.05
    ) -> pd.DataFrame:
        """Test linear hypotheses about the coefficients; see `Inference.contrasts`."""
        return self.inference().contrasts(hypotheses, alpha)

    def influence(self, by: Cluster = "school") -> SchoolInfluence:
        """Say what leaving out each school does to every coefficient; see `school_influence`."""
        from oab_funding.indicator.inference.influence import school_influence

        return school_influence(self, by)

    def feature_tests(self) -> pd.DataFrame:
        """Test each feature: one row with F, its degrees of freedom, and p."""
        return self.inference().feature_tests()

    @property
    def fvalue(self) -> float:
        """Statistic of the test that nothing but the column of ones matters; nan with too few clusters."""
        return self.inference().fvalue

    @property
    def f_pvalue(self) -> float:
        """Its p value."""
        return self.inference().f_pvalue

    @property
    def df_model(self) -> int:
        """Columns besides the column of ones."""
        return len(self.columns) - 1

    @property
    def df_resid(self) -> int:
        """Children less columns."""
        return self.n - len(self.columns)

    @property
    def ssr(self) -> float:
        """Sum of squared residuals."""
        return self._classical.ssr

    @property
    def centered_tss(self) -> float:
        """Sum of squared distances of attainment from its mean."""
        return self._classical.centered_tss

    @property
    def mse_resid(self) -> float:
        """Variance of the residuals."""
        return self._classical.mse_resid

    @property
    def rsquared(self) -> float:
        """Share of the spread of attainment that the fit explains; refused where there is no spread."""
        return self._classical.rsquared

    @property
    def rsquared_adj(self) -> float:
        """The same with the degrees of freedom taken into account."""
        return self._classical.rsquared_adj

    @property
    def llf(self) -> float:
        """Logarithm of the likelihood under normal residuals; refused where there are none."""
        return self._classical.llf

    @property
    def aic(self) -> float:
        """Akaike's criterion."""
        return self._classical.aic

    @property
    def bic(self) -> float:
        """Bayes' criterion."""
        return self._classical.bic

    @property
    def fittedvalues(self) -> pd.Series[float]:
        """Predicted attainment of the children it was fitted on, by child and in the order of their table."""
        coded = require_sample(self)
        rows = np.flatnonzero(select_sample(coded, self.specification)[0])
        return self._predicted(coded, rows, self.statistics.mothers, "fittedvalues")

    @property
    def resid(self) -> pd.Series[float]:
        """Attainment less its prediction, as `fittedvalues`."""
        import pandas as pd

        coded, fitted = require_sample(self), self.fittedvalues
        rows = np.flatnonzero(select_sample(coded, self.specification)[0])
        attainment = coded.attainment[rows] / 10**self.specification.attainment_measure.places
        return pd.Series(attainment - fitted.to_numpy(), index=fitted.index, name="resid")

    def predict(self, pupils: Any = None, sites: Any = None) -> pd.Series[float]:
        """Predict attainment.

        Parameters
        ----------
        pupils, sites
            Frames of other pupils and of their sites; the children it was fitted on if left out. The school
            means are those of the mothers in `pupils`.

        Returns
        -------
        pandas.Series
            By child and in the order of the table, in points; nan where something of a child is not known.

        Raises
        ------
        InputError
            Pupils without sites, or a table holds what it may not; see `code_children`.
        """
        if pupils is None:
            return self.fittedvalues.rename("predicted")
        if sites is None:
            raise InputError("`pupils` are given without `sites`", remedy="give the table of their sites")
        coded = code_children(pupils, sites, self.specification, self.statistics.reference_date, for_fit=True)
        mothers = count_mothers(coded, self.specification)
        known = coded.ability_known if self.specification.ability is not None else np.ones(len(coded), bool)
        for feature in self.specification.categorical:
            known = known & (coded.codes[feature.name] >= 0)
        if self.specification.school_mean is not None:
            means = scaled_school_means(mothers, self.specification, self.scale_values)
            known &= means[coded.place] != NO_MEAN
        found = self._predicted(coded, np.flatnonzero(known), mothers, "predicted")
        return found.reindex(_names(coded, np.arange(len(coded))))

    def quantifications(self) -> pd.DataFrame:
        """Give every category its count, effect and quantification, and every feature its beta."""
        from oab_funding.indicator.quantifications import quantifications

        return quantifications(self)

    def summary(
        self,
        cov_type: CovType = "cluster",
        cluster: Cluster = "school",
        *,
        title: str | None = None,
        alpha: float = 0.05,
    ) -> Summary:
        """Give the summary that users of statsmodels know; see `Inference.summary`."""
        return self.inference(cov_type, cluster).summary(title, alpha)

    def to_frame(self, alpha: float = 0.05) -> pd.DataFrame:
        """Give one row per column: coefficient, standard error, t, p and the ends of its interval."""
        return self.inference().to_frame(alpha)

    def _predicted(
        self, coded: CodedChildren, rows: Integers, mothers: Integers, name: str
    ) -> pd.Series[float]:
        import pandas as pd

        design = lay_out(self, coded, rows, mothers)
        values = predict(design, np.array([float(value) for value in self.exact]))
        return pd.Series(values, index=_names(coded, rows), name=name)

    @property
    def _classical(self) -> Inference:
        return self.inference("nonrobust")

    def __repr__(self) -> str:
        explained = f", R-squared {self.rsquared:.3f}" if self.n > len(self.columns) and self._spread else ""
        return (
            f"<FittedIndicator {self.specification.name}: {len(self.columns)} columns, "
            f"{self.n:,} children{explained}>"
        )

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><th>{escape(column)}</th><td>{value}</td></tr>" for column, value in self.published.items()
        )
        return f"<table><caption>{escape(repr(self))}</caption>{rows}</table>"

    @property
    def _spread(self) -> bool:
        return self.equations.total_square * self.equations.total_weight != self.equations.total**2


def _names(coded: CodedChildren, rows: Floats | Integers) -> Any:
    """Name children by their identifier, or by their row where they have none."""
    import pandas as pd

    if "child_id" not in coded.children.column_names:
        return pd.Index(rows, name="row")
    return pd.Index(coded.children.column("child_id").take(pa.array(rows)).to_pandas(), name="child_id")
