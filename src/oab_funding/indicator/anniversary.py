"""Complete calendar years and months, by comparing days instead of counting years.

Someone has been here for five complete years if the fifth anniversary has come. That is so exactly for those
who arrived on or before one day, the same for everyone: the reference date five years earlier. So one
comparison of whole numbers per boundary codes a column of any length.
"""

from __future__ import annotations

from calendar import isleap, monthrange
from datetime import date
from typing import Literal

LeapDay = Literal["1 march", "28 february"]
"""When a year has passed, in a common year, for what happened on 29 February."""

_EPOCH = date(1970, 1, 1).toordinal()


def latest_start(reference_date: date, months: int, leap_day: LeapDay = "1 march") -> date:
    """Find the last day from which so many complete months have passed on the reference date.

    Parameters
    ----------
    reference_date
        The day on which is counted.
    months
        Complete months, 0 or more; twelve to the year.
    leap_day
        When a year has passed, in a common year, since a 29 February.

    Returns
    -------
    date
        Whoever was born or arrived on this day or before has completed at least so many months.

    Examples
    --------
    >>> latest_start(date(2019, 10, 1), 60), latest_start(date(2019, 10, 1), 30)
    (datetime.date(2014, 10, 1), datetime.date(2017, 4, 1))
    >>> latest_start(date(2021, 2, 28), 60), latest_start(date(2021, 2, 28), 60, "28 february")
    (datetime.date(2016, 2, 28), datetime.date(2016, 2, 29))
    """
    year, month = divmod(12 * reference_date.year + reference_date.month - 1 - months, 12)
    last = monthrange(year, month + 1)[1]
    early = leap_day == "28 february" and months % 12 == 0
    if early and (reference_date.month, reference_date.day) == (2, 28) and not isleap(reference_date.year):
        return date(year, 2, last)
    return date(year, month + 1, min(reference_date.day, last))


def day_number(day: date) -> int:
    """Count the days since 1 January 1970, as Arrow's date32 does.

    Examples
    --------
    >>> day_number(date(1970, 1, 2))
    1
    """
    return day.toordinal() - _EPOCH
