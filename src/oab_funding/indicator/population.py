"""The population of a calculation: pupils and toddlers, checked and coded once.

Fitting, imputing and scoring all start here, and none of them sees a raw row again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from oab_funding.errors import InputError, Place
from oab_funding.indicator.coding import CodedChildren, code_children, to_date
from oab_funding.indicator.specification import Specification
from oab_funding.regulation import Statutes
from oab_funding.tables.conform import Checked


@dataclass(frozen=True, slots=True, eq=False)
class Population:
    """Pupils, and toddlers if there are any, coded by one specification on one reference date.

    Parameters
    ----------
    specification
        The features.
    reference_date
        The day on which ages and lengths of stay were counted.
    pupils, toddlers
        The coded children.
    frames
        The frames of pupils, toddlers and sites they were coded from.
    """

    specification: Specification
    reference_date: date
    pupils: CodedChildren
    toddlers: CodedChildren | None
    frames: tuple[Any, Any, Any]

    @classmethod
    def of(
        cls,
        pupils: Any,
        toddlers: Any,
        sites: Any,
        specification: Specification,
        reference_date: date | str | None = None,
        toddler_months: tuple[int, int] | None = None,
    ) -> Population:
        """Check and code a population.

        Parameters
        ----------
        pupils, toddlers
            Frames of pupils, and of toddlers or None; `Checked` ones are not checked again.
        sites
            Frame of sites with `municipality_code`.
        specification
            The features.
        reference_date
            A date or text; the specification's own if left out.
        toddler_months
            From how many complete months, and until below how many, a toddler counts; by the regulation that
            applies to the reference date if left out.

        Raises
        ------
        InputError
            See `code_children`; or a child that counts is pupil and toddler at once.

        Examples
        --------
        >>> from oab_funding.indicator.specification_file import load_specification
        >>> from oab_funding.synthetic import country
        >>> made_up = country(1_000, seed=1)
        >>> specification = load_specification("cbs-2019")
        >>> everyone = Population.of(made_up.pupils, made_up.toddlers, made_up.sites, specification)
        >>> [part.kind for part in everyone.parts], everyone.left_out["pupils not funded"]
        (['pupil', 'toddler'], 4)
        """
        day = specification.reference_date if reference_date is None else to_date(reference_date)
        coded = code_children(pupils, sites, specification, day)
        young = None
        if toddlers is not None:
            months = toddler_months if toddler_months is not None else months_of_toddlers(day)
            young = code_children(toddlers, sites, specification, day, months)
            _check_apart(coded, young)
        frames = (frame.table if isinstance(frame, Checked) else frame for frame in (pupils, toddlers, sites))
        return cls(specification, day, coded, young, tuple(frames))

    @property
    def parts(self) -> tuple[CodedChildren, ...]:
        """Pupils, and toddlers if there are any."""
        return (self.pupils,) if self.toddlers is None else (self.pupils, self.toddlers)

    @property
    def left_out(self) -> Mapping[str, int]:
        """Who does not count, by ``"pupils ..."`` or ``"toddlers ..."`` and the first reason that holds."""
        return {
            f"{part.kind}s {reason}": count for part in self.parts for reason, count in part.left_out.items()
        }

    def check_source(self, pupils: Any, toddlers: Any, sites: Any) -> Population:
        """Give the population itself if it was coded from these very frames.

        Raises
        ------
        InputError
            It was coded from others.
        """
        if any(own is not other for own, other in zip(self.frames, (pupils, toddlers, sites), strict=True)):
            raise InputError("the population was coded from other tables", remedy="code it from these")
        return self


def months_of_toddlers(reference_date: date) -> tuple[int, int]:
    """Give from how many complete months, and until below how many, a toddler counts on a date."""
    formula = Statutes.shipped().municipality_score(reference_date).formula
    return formula.toddler_from_months, formula.toddler_until_months


def _check_apart(pupils: CodedChildren, toddlers: CodedChildren) -> None:
    """Refuse a child that counts both as pupil and as toddler."""
    older, younger = (
        part.children.column("child_id").filter(pa.array(part.counted)) for part in (pupils, toddlers)
    )
    both = younger.filter(pc.is_in(younger, value_set=older.combine_chunks()))
    if len(both):
        raise InputError(
            f"{len(both)} children are both pupil and toddler",
            Place("table toddlers", column="child_id", value=both[0].as_py()),
            "keep each child in one of the two tables",
        )
