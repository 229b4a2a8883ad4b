"""Looking up what applies in the regulation files that come with this package."""

from __future__ import annotations

from datetime import date
from typing import Literal, overload

from oab_funding.regulation.provision import (
    MunicipalityGrantProvision,
    MunicipalityScoreProvision,
    Provision,
    SchoolGrantProvision,
    SchoolScoreProvision,
)
from oab_funding.regulation.statutes import Statutes
from oab_funding.regulation.values import Stream


@overload
def regulation(stream: Literal["school-score"], key: date | str | int) -> SchoolScoreProvision: ...
@overload
def regulation(
    stream: Literal["municipality-score"], key: date | str | int
) -> MunicipalityScoreProvision: ...
@overload
def regulation(stream: Literal["school-grant"], key: date | str | int) -> SchoolGrantProvision: ...
@overload
def regulation(
    stream: Literal["municipality-grant"], key: date | str | int
) -> MunicipalityGrantProvision: ...


def regulation(stream: Stream, key: date | str | int) -> Provision:
    """Look up what applies.

    Parameters
    ----------
    stream
        "school-score" or "municipality-score" by reference date, "school-grant" by period,
        "municipality-grant" or "childcare-price" by year, "preschool" by day.
    key
        A reference date, a period such as "2020-2021" or "2023", or a year.

    Returns
    -------
    Provision
        The parameters, with article, source and gaps.

    Raises
    ------
    InputError
        Nothing covers the key, or the stream is unknown.

    Examples
    --------
    >>> regulation("school-score", "2019-10-01").formula.threshold_share
    Fraction(3, 25)
    """
    return Statutes.shipped().look_up(stream, key)
