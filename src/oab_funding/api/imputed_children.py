"""What was imputed for children, as it is handed from `impute` to `fit` and `score`."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from oab_funding.errors import InputError, Place
from oab_funding.indicator.imputation.impute import ImputedPopulation
from oab_funding.indicator.imputation.tables import imputed_tables
from oab_funding.indicator.model import Model
from oab_funding.indicator.specification import Specification
from oab_funding.tables.display import Displayed
from oab_funding.tables.step_result import Figure

ROUNDS, SEED = 10, 1
"""How often, and by which seed, is imputed where nothing is said."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ImputedChildren(Displayed):
    """What was imputed for a population, ready for `score`.

    Parameters
    ----------
    imputed
        Rounds, seed and what each child got.
    given
        The pupils, toddlers and sites it was imputed for.
    """

    imputed: ImputedPopulation
    given: tuple[Any, Any, Any]

    @property
    def tables(self) -> Mapping[str, pa.Table]:
        """Imputed education, length of stay and donors."""
        return imputed_tables(self.imputed)

    @property
    def table(self) -> pa.Table:
        """Imputed education, by child and round."""
        return next(iter(self.tables.values()))

    @property
    def figures(self) -> Mapping[str, Figure]:
        """Rounds and seed."""
        return {"rounds": self.imputed.rounds, "seed": self.imputed.seed}

    @property
    def labels(self) -> tuple[str, ...]:
        """It says nothing beyond its tables."""
        return ()

    def check_for_score(
        self,
        given: tuple[Any, Any, Any],
        model: Model,
        reference_date: date | str | None,
        drawn: tuple[int, int],
    ) -> None:
        """Refuse to score other children, by another model or day, or with other rounds and seed, with it."""
        place, made = Place(argument="imputed"), self.imputed
        if made.for_ != "score":
            raise InputError("was imputed for a fit, from attainment too", place, "impute without for_='fit'")
        own, remedy = made.population, "impute these again, or leave it out"
        if any(_other(one, another) for one, another in zip(self.given, given, strict=True)):
            raise InputError("was imputed for other tables", place, remedy)
        if own.specification.sha256 != model.specification_sha256:
            raise InputError("was imputed by other features than the model's", place, remedy)
        if reference_date is not None and str(reference_date) != str(own.reference_date):
            raise InputError(f"was imputed for {own.reference_date}", place, remedy)
        if drawn not in ((ROUNDS, SEED), (made.rounds, made.seed)):
            raise InputError("is given beside `rounds` and `seed`", place, "leave out the one or the other")

    def check_for_fit(
        self, pupils: Any, sites: Any, specification: Specification, day: date | str | None
    ) -> None:
        """Refuse to fit other pupils, by other features or on another day, with it."""
        place, own = Place(argument="imputed"), self.imputed.population
        remedy = "impute these again, with for_='fit'"
        if _other(self.given[0], pupils) or _other(self.given[2], sites):
            raise InputError("was imputed for other tables", place, remedy)
        if own.specification.sha256 != specification.sha256:
            raise InputError("was imputed by other features", place, remedy)
        if day is not None and str(day) != str(own.reference_date):
            raise InputError(f"was imputed for {own.reference_date}", place, remedy)


def _other(one: Any, another: Any) -> bool:
    paths = isinstance(one, str | os.PathLike) and isinstance(another, str | os.PathLike)
    return Path(one) != Path(another) if paths else one is not another
