"""Every child once: no child twice in a round, and the same children in every round."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa

from oab_funding.errors import InputError, Place
from oab_funding.scores.counted import Tables, column_names
from oab_funding.tables.distinct import TextSet, survey_texts

CHILD_ID = "child_id"


def check_ids(rounds: Sequence[Tables]) -> None:
    """Refuse a child that is there twice, for example as toddler and as pupil.

    Tables without `child_id` are taken on trust: their source has checked the ids when it was opened, and
    leaves them out to save the reading (see `stream.open_children`).

    Parameters
    ----------
    rounds
        Scored children, a source for each round.

    Raises
    ------
    InputError
        A child is there twice, or the rounds do not hold the same children.

    Notes
    -----
    That no child is there twice is certain. That two rounds hold the same children is seen from a
    sum of 64-bit fingerprints; different children pass with a chance of one in 2**64.

    Examples
    --------
    >>> check_ids([lambda: [pa.table({"child_id": ["x", "y", "x"]})]])
    Traceback (most recent call last):
    ...
    oab_funding.errors.InputError: column child_id, value 'x': is there twice; each child counts once, ...
    """
    sets = [_check_round(tables) for tables in rounds if CHILD_ID in column_names(tables)]
    if any(found != sets[0] for found in sets):
        raise InputError("the rounds do not hold the same children", remedy="give every child in every round")


def _check_round(tables: Tables) -> TextSet:
    def columns() -> Iterator[pa.ChunkedArray[Any]]:
        return (table.column(CHILD_ID) for table in tables())

    found = survey_texts(columns)
    if found.doubled is not None:
        raise InputError(
            "is there twice",
            Place(column=CHILD_ID, value=found.doubled),
            "each child counts once, as pupil or as toddler",
        )
    return found
