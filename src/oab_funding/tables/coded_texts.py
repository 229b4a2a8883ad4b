"""A column of repeated text as numbers, so that a rule about texts is looked up per text, not per row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from oab_funding.exact.sums import Int64Array

EMPTY = -1
"""The code of an empty cell."""


@dataclass(frozen=True, slots=True)
class CodedTexts:
    """The texts that occur, and for each row the place of its text among them.

    Parameters
    ----------
    texts
        The texts; some may not occur.
    codes
        Places, shape (n,); `EMPTY` for an empty cell.

    Examples
    --------
    >>> column = CodedTexts.of(pa.chunked_array([["a", "b"], ["a", None]]))
    >>> column.where(lambda text: text == "a"), column.numbers({"a": 7, "b": 8}.__getitem__)
    (array([ True, False,  True, False]), array([ 7,  8,  7, -1]))
    """

    texts: list[str]
    codes: Int64Array

    @classmethod
    def of(cls, column: pa.ChunkedArray[Any]) -> CodedTexts:
        """Take over a column of text or of a dictionary."""
        if pa.types.is_dictionary(column.type):
            array = column.unify_dictionaries().combine_chunks()
        else:
            array = column.combine_chunks().dictionary_encode()
        coded = cast(Any, array)
        codes = coded.indices.fill_null(EMPTY).to_numpy(zero_copy_only=False).astype(np.int64)
        return cls(coded.dictionary.to_pylist(), codes)

    def where(self, holds: Callable[[str], bool]) -> NDArray[np.bool_]:
        """Say in which rows a text stands for which something holds; never where the cell is empty."""
        table = np.array([*map(holds, self.texts), False], dtype=np.bool_)
        chosen: NDArray[np.bool_] = table[self.codes]
        return chosen

    def numbers(self, number: Callable[[str], int]) -> Int64Array:
        """Give the number of each row's text, `EMPTY` where the cell is empty."""
        table = np.array([*map(number, self.texts), EMPTY], dtype=np.int64)
        chosen: Int64Array = table[self.codes]
        return chosen
