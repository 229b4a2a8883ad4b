"""What the imputation knows of every child: classes that do not depend on the order of the rows.

"Unknown" is a class like any other, the last one.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from oab_funding.exact import FixedPoint
from oab_funding.indicator.arrow import dictionary_indices, is_known
from oab_funding.indicator.imputation.counts import Predictor

YOUNGEST, OLDEST = 2, 13
"""Ages below and above are taken together with these."""


def age_classes(ages: NDArray[np.integer]) -> Predictor:
    """Give every complete year of age a class.

    Examples
    --------
    >>> age_classes(np.array([2, 4, 17])).codes.tolist()
    [0, 2, 11]
    """
    return Predictor("age", np.clip(ages, YOUNGEST, OLDEST) - YOUNGEST, OLDEST - YOUNGEST + 1)


def coded_classes(name: str, codes: NDArray[np.integer], categories: int) -> Predictor:
    """Give the categories of a coded feature (-1 unknown) as classes.

    Examples
    --------
    >>> coded_classes("stay", np.array([0, -1]), 3).codes.tolist()
    [0, 3]
    """
    return Predictor(name, np.where(codes < 0, categories, codes).astype(np.int64), categories + 1)


def text_classes(name: str, columns: Sequence[pa.ChunkedArray]) -> Predictor:
    """Give the values of text columns as classes, in the order of their code points.

    Parameters
    ----------
    name
        Name of the predictor.
    columns
        Dictionary columns of parts of the children, to be put one behind the other.

    Examples
    --------
    >>> text_classes("work", [pa.chunked_array([["b", "a", None]])]).codes.tolist()
    [1, 0, 2]
    """
    parts = [dictionary_indices(_dictionary(column), missing=-1) for column in columns]
    names = sorted({value for indices, values in parts for value in _used(indices, values)})
    number = {value: code for code, value in enumerate(names)}
    codes = [np.array([*(number.get(v, -1) for v in values), len(names)])[indices] for indices, values in parts]
    return Predictor(name, np.concatenate(codes), len(names) + 1)


def density_classes(columns: Sequence[pa.ChunkedArray], groups: int) -> Predictor:
    """Cut address density into groups of about equal size, by rank of the exact values.

    Equal values never part: a value belongs to the group in which its lowest rank falls.

    Examples
    --------
    >>> from decimal import Decimal
    >>> column = pa.chunked_array([[Decimal("1.0"), Decimal("2.0"), None]])
    >>> density_classes([column], 2).codes.tolist()
    [0, 1, 2]
    """
    known = np.concatenate([is_known(column) for column in columns])
    units = np.concatenate([FixedPoint.from_arrow(column.fill_null(0)).units for column in columns])
    values, counts = np.unique(units[known], return_counts=True)
    below = np.cumsum(counts) - counts
    group_of_value = below * groups // max(int(counts.sum()), 1)
    codes = np.full(len(units), groups, dtype=np.int64)
    codes[known] = group_of_value[np.searchsorted(values, units[known])]
    return Predictor("density", codes, groups + 1)


def _used(indices: NDArray[np.integer], values: list[str]) -> list[str]:
    return [values[code] for code in np.unique(indices) if code >= 0]


def _dictionary(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
