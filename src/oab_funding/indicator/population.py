"""Who counts: children left out of the scores, by reason, and the age of toddlers on the reference date."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from oab_funding.errors import InputError, Place
from oab_funding.exact.integers import Int64Array
from oab_funding.indicator.anniversary import day_number, latest_start
from oab_funding.indicator.arrow import day_numbers
from oab_funding.indicator.coding import CodedChildren

Flags: TypeAlias = NDArray[np.bool_]


def counted_pupils(coded: CodedChildren) -> tuple[Flags, Mapping[str, int]]:
    """Say which pupils count, and how many do not, by the first reason that holds.

    Returns
    -------
    tuple
        A mask of shape (n,), and the numbers left out by reason, zeros included.
    """
    return _sift(
        {
            "at an excluded site": coded.excluded_site,
            "at a school of another type than bo": coded.other_school_type,
            "not funded": ~coded.funded,
        },
        len(coded),
    )


def counted_toddlers(coded: CodedChildren, months: tuple[int, int]) -> tuple[Flags, Mapping[str, int]]:
    """Say which toddlers count: those of at least the first and below the second number of complete months.

    Returns
    -------
    tuple
        A mask of shape (n,), and the numbers left out by reason, zeros included.
    """
    born = day_numbers(coded.children.column("birth_date"))
    old_enough, too_old = (born <= day_number(latest_start(coded.reference_date, limit)) for limit in months)
    reasons = {f"under {months[0]} months": ~old_enough, f"{months[1]} months or older": too_old}
    return _sift(reasons, len(coded))


def toddler_ages(coded: CodedChildren, months: tuple[int, int]) -> Int64Array:
    """Age of each toddler in complete years, for those who count; shape (n,)."""
    born = day_numbers(coded.children.column("birth_date"))
    ages = np.zeros(len(coded), dtype=np.int64)
    for years in range(1, months[1] // 12 + 1):
        ages += born <= day_number(latest_start(coded.reference_date, 12 * years))
    return ages


def check_apart(pupils: pa.Table, toddlers: pa.Table) -> None:
    """Refuse a child that counts both as pupil and as toddler.

    Raises
    ------
    InputError
        With the first such child.
    """
    ids = pupils.column("child_id").combine_chunks()
    both = toddlers.column("child_id").filter(pc.is_in(toddlers.column("child_id"), value_set=ids))
    if len(both):
        raise InputError(
            f"{len(both)} children are both pupil and toddler",
            Place("table toddlers", column="child_id", value=both[0].as_py()),
            "keep each child in one of the two tables",
        )


def _sift(reasons: Mapping[str, Flags], n: int) -> tuple[Flags, Mapping[str, int]]:
    counted, left_out = np.ones(n, dtype=np.bool_), {}
    for reason, holds in reasons.items():
        left_out[reason] = int((counted & holds).sum())
        counted &= ~holds
    return counted, left_out
