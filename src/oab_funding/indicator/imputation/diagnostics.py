"""What imputation does to each site: how many children are imputed, how far the rounds lie apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from oab_funding.errors import InputError
from oab_funding.indicator.imputation.elementary import Floats


@dataclass(frozen=True, slots=True)
class SiteImputation:
    """Imputation per site (or municipality), s of them.

    Parameters
    ----------
    children, imputed
        Shape (s,): counted children, and those among them with something imputed.
    mean, spread, lowest, highest
        Shape (s,): mean, standard deviation (divisor m - 1), smallest and largest of the site's figure over
        the rounds.
    """

    children: NDArray[np.int64]
    imputed: NDArray[np.int64]
    mean: Floats
    spread: Floats
    lowest: Floats
    highest: Floats

    @property
    def share(self) -> Floats:
        """Share of the children with something imputed; not a number where a site has no children."""
        with np.errstate(invalid="ignore"):
            return self.imputed / self.children

    def to_frame(self, sites: Sequence[str]) -> pd.DataFrame:
        """Return one row per site, the site's code as the index.

        Examples
        --------
        >>> site, imputed = np.array([0, 0, 1]), np.array([True, False, False])
        >>> scores = np.array([[1.0, 5.0], [3.0, 5.0]])
        >>> found = imputation_by_site(site, imputed, scores).to_frame(["00AP00", "00AR00"])
        >>> found["imputed_share"].to_dict(), found["spread"].round(3).to_dict()
        ({'00AP00': 0.5, '00AR00': 0.0}, {'00AP00': 1.414, '00AR00': 0.0})
        """
        columns = {
            "children": self.children,
            "imputed": self.imputed,
            "imputed_share": self.share,
            "mean": self.mean,
            "spread": self.spread,
            "lowest": self.lowest,
            "highest": self.highest,
        }
        return pd.DataFrame(columns, index=pd.Index(sites, name="site"))


def imputation_by_site(
    site: NDArray[np.integer], imputed: NDArray[np.bool_], figures: NDArray[np.floating] | NDArray[np.integer]
) -> SiteImputation:
    """Count the imputed children of each site and compare its figure between rounds.

    Parameters
    ----------
    site
        Number of each child's site, from 0 up to s, shape (n,).
    imputed
        Whether something of the child was imputed, shape (n,).
    figures
        The site's figure (such as its score) computed from each round alone, shape (m, s).

    Raises
    ------
    InputError
        Fewer than two rounds, or a site outside the figures.
    """
    rounds, sites = figures.shape
    if rounds < 2:
        raise InputError(f"{rounds} round shows no spread", "imputation diagnostics", "give 2 or more")
    if len(site) and not 0 <= site.min() <= site.max() < sites:
        raise InputError(
            "a child's site has no figure", "imputation diagnostics", f"number the sites 0 to {sites - 1}"
        )
    if site.shape != imputed.shape:
        raise InputError(
            "site and imputed differ in length", "imputation diagnostics", "give one of each per child"
        )
    children = np.bincount(site, minlength=sites)
    counted = np.bincount(site[imputed], minlength=sites)
    values = figures.astype(np.float64)
    spread = values.std(axis=0, ddof=1)
    return SiteImputation(
        children, counted, values.mean(axis=0), spread, values.min(axis=0), values.max(axis=0)
    )
