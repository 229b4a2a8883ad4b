"""Which children are toddlers (peuters) on a reference date: from 30 months up to, not including, 48 months.

Someone has completed a month on the day with the number of the birthday; where a month has no such day, on
the first day of the next month. So whoever was born on 31 August completes six months on 1 March. A month
ends that way for every month of the year alike, also for whoever was born on 29 February.

All who have completed a number of months were born on or before one and the same day, so that a column of any
length is settled by comparing days. On reference dates that are the first of a month, as all so far are, no
month end matters.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from oab_funding.errors import InputError, Place


def latest_birth(reference_date: date, months: int) -> date:
    """Find the last day of birth with which someone has completed a number of months.

    Parameters
    ----------
    reference_date
        The day on which is counted.
    months
        Complete months, 0 or more.

    Examples
    --------
    >>> latest_birth(date(2019, 10, 1), 30), latest_birth(date(2020, 2, 29), 30)
    (datetime.date(2017, 4, 1), datetime.date(2017, 8, 29))
    >>> latest_birth(date(2019, 3, 31), 1)  # 1 March completes its month on 1 April, 28 February on 28 March
    datetime.date(2019, 2, 28)
    """
    year, month = divmod(12 * reference_date.year + reference_date.month - 1 - months, 12)
    return date(year, month + 1, min(reference_date.day, monthrange(year, month + 1)[1]))


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
    born_late_enough = days > _day_number(latest_birth(reference_date, until_months))
    born_early_enough = days <= _day_number(latest_birth(reference_date, from_months))
    toddlers: NDArray[np.bool_] = born_late_enough & born_early_enough
    return toddlers


def _day_number(day: date) -> int:
    """Count the days since 1 January 1970, as Arrow's date32 does."""
    return (day - date(1970, 1, 1)).days
