"""Which children are toddlers (peuters) on a reference date: from 30 months up to, not including, 48 months.

Someone has completed a month on the day with the number of the birthday; where a month has no such day, on
the first day of the next month. So whoever was born on 31 August completes six months on 1 March, and whoever
was born on 29 February completes a year of 365 days on 1 March. On reference dates that are the first of a
month, as all so far are, no month end matters.

All who have completed a number of months were born on or before one and the same day
(`anniversary.latest_start`), so that a column of any length is settled by comparing days.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from oab_funding.errors import InputError, Place
from oab_funding.indicator.anniversary import day_number, latest_start


def are_toddlers(
    birth_dates: pa.Array[Any] | pa.ChunkedArray[Any],
    reference_date: date,
    from_months: int,
    until_months: int,
) -> NDArray[np.bool_]:
    """Say who is a toddler.

    Parameters
    ----------
    birth_dates
        Type date32, shape (n,).
    reference_date
        The reference date (teldatum).
    from_months
        Complete months from which a child counts: 30 is two and a half years.
    until_months
        Complete months from which it does not count any more: 48 is four years.

    Returns
    -------
    ndarray of bool
        Shape (n,).

    Raises
    ------
    InputError
        A date of birth is missing.

    Notes
    -----
    Besluit specifieke uitkeringen gemeentelijk onderwijsachterstandenbeleid (Stb. 2018, 315) art.
    3: aged two and a half up to four years.

    Examples
    --------
    >>> born = pa.array([date(2015, 10, 1), date(2015, 10, 2), date(2017, 4, 1), date(2017, 4, 2)])
    >>> are_toddlers(born, date(2019, 10, 1), 30, 48)
    array([False,  True,  True, False])
    """
    if birth_dates.null_count:
        raise InputError(
            f"{birth_dates.null_count} children have no date of birth",
            Place(column="birth_date"),
            "fill it in",
        )
    days: NDArray[np.int32] = np.asarray(birth_dates.cast(pa.int32()))
    old_enough = days <= day_number(latest_start(reference_date, from_months))
    too_old = days <= day_number(latest_start(reference_date, until_months))
    toddlers: NDArray[np.bool_] = old_enough & ~too_old
    return toddlers
