"""A frame where a file may stand: checked by its schema, and a Parquet file when its bytes are wanted."""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import pyarrow as pa

from oab_funding.tables.conform import conform
from oab_funding.tables.parquet import with_labels, write_parquet
from oab_funding.tables.schema import TableSchema
from oab_funding.tables.source import SourceFile


class GivenTable(SourceFile):
    """A frame given as an input.

    It is taken over once, when it is first read; only the columns of its schema are.

    Parameters
    ----------
    argument
        Name of the argument it was given as, for messages.
    frame
        Whatever `conform` takes.
    schema
        What the table must be.
    labels
        What must be said with everything that follows from it.

    Examples
    --------
    >>> from oab_funding.tables.score_tables import SITE_SCORES
    >>> given = GivenTable("scores", {"site_id": ["00AP00"], "score": ["33.02"]}, SITE_SCORES)
    >>> given.name, given.data[:4]
    ('scores.parquet', b'PAR1')
    """

    def __init__(self, argument: str, frame: Any, schema: TableSchema, labels: Sequence[str] = ()) -> None:
        self.__dict__.update(argument=argument, frame=frame, schema=schema, labels=tuple(labels))
        object.__setattr__(self, "name", f"{argument}.parquet")

    argument: str
    frame: Any
    schema: TableSchema
    labels: tuple[str, ...]

    @cached_property
    def table(self) -> pa.Table:
        """The table, checked."""
        return conform(self.frame, self.schema, f"`{self.argument}`", first_row=1)

    @cached_property
    def data(self) -> bytes:
        """The table as a Parquet file, with its labels."""
        stream = io.BytesIO()
        write_parquet(with_labels(self.table, self.labels), stream)
        return stream.getvalue()
