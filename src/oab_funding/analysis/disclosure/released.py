"""A table that is to leave a secure environment, read by the columns that say what is in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from oab_funding.analysis.disclosure.cells import Cell, Key, Layer, layer_of
from oab_funding.errors import InputError, Place
from oab_funding.tables.columns import texts, units
from oab_funding.tables.conform import conform
from oab_funding.tables.files import read_table
from oab_funding.tables.schema import Column, Kind, Number, TableSchema, Text, Whole

KEYS = ("province", "municipality_code", "board_id", "school_id", "site_id")
"""Columns that say which place a row is about, unless others are named."""

PLACES = 6


@dataclass(frozen=True, slots=True)
class Shape:
    """What the columns of a table are.

    Parameters
    ----------
    by
        Columns that say what a row is about; it may be a total in any of them.
    count
        Column of the number of children.
    categories
        Columns that divide that number, such as the target group.
    sums
        Columns of amounts or scores added up over those children.
    total
        The mark of a total.

    Raises
    ------
    InputError
        A column is to be two things.

    Examples
    --------
    >>> Shape(("site_id",), "pupils", ("pupils",))
    Traceback (most recent call last):
    ...
    oab_funding.errors.InputError: value 'pupils': is named twice; let each column be one thing
    """

    by: tuple[str, ...]
    count: str
    categories: tuple[str, ...] = ()
    sums: tuple[str, ...] = ()
    total: str = "total"

    def __post_init__(self) -> None:
        every = [*self.by, *self.counts, *self.sums]
        if doubled := sorted({name for name in every if every.count(name) > 1}):
            raise InputError("is named twice", Place(value=doubled[0]), "let each column be one thing")

    @property
    def counts(self) -> tuple[str, ...]:
        """The columns of numbers of children."""
        return (self.count, *self.categories)

    def schema(self, name: str, optional: Sequence[str] = ()) -> TableSchema:
        """Give what such a table must be."""
        kinds: tuple[tuple[str, Kind, bool], ...] = (
            *((one, Text(), False) for one in self.by),
            *((one, Whole(minimum=0), True) for one in self.counts),
            *((one, Number(PLACES, digits=18), True) for one in self.sums),
        )
        columns = tuple(Column(one, kind, one not in optional, empty) for one, kind, empty in kinds)
        return TableSchema(name, columns, key=self.by)

    def within(self, names: Sequence[str]) -> Shape:
        """Give the part of it that has these columns."""
        by, categories, sums = (
            tuple(one for one in ours if one in names) for ours in (self.by, self.categories, self.sums)
        )
        return Shape(by, self.count, categories, sums, self.total)


@dataclass(frozen=True, slots=True)
class Released:
    """A table that was read.

    Parameters
    ----------
    shape
        What its columns are.
    keys
        What each row is about.
    numbers
        By column, the counts, or sums in millionths; None where left out.
    """

    shape: Shape
    keys: tuple[Key, ...]
    numbers: Mapping[str, Sequence[int | None]]
    _at: dict[Key, int] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._at.update({key: at for at, key in enumerate(self.keys)})

    def row(self, key: Key) -> dict[str, int | None] | None:
        """Give the numbers of a row, if it is there."""
        at = self._at.get(key)
        return None if at is None else {name: values[at] for name, values in self.numbers.items()}


def read_rows(source: Any, schema: TableSchema, argument: str) -> pa.Table:
    """Read a frame or a file by its schema."""
    if isinstance(source, str | Path):
        return read_table(source, schema)
    return conform(source, schema, f"`{argument}`", first_row=1)


def read_released(
    source: Any, shape: Shape, argument: str = "table", optional: Sequence[str] = ()
) -> Released:
    """Read a table by what its columns are.

    Parameters
    ----------
    source
        A frame, a file or a result.
    shape
        Its columns.
    argument
        What it was given as, for messages.
    optional
        Those of its columns that need not be there.

    Raises
    ------
    InputError
        A column is not there, or holds what it may not.

    Examples
    --------
    >>> frame = {"site_id": ["00AP00"], "pupils": [3]}
    >>> read_released(frame, Shape(KEYS, "pupils"), optional=KEYS).shape.by
    ('site_id',)
    """
    table = read_rows(source, shape.schema(argument, optional), argument)
    found = shape.within(table.column_names)
    if not found.by:
        remedy = "name the columns that say what a row is about"
        raise InputError("says of no row what it is about", Place(argument="by"), remedy)
    numbers: dict[str, Sequence[int | None]] = {}
    for name in found.counts:
        numbers[name] = table.column(name).to_pylist()
    for name in found.sums:
        column = table.column(name)
        known = units(pa.table({name: column.fill_null(0)}), name, PLACES)
        gone = column.is_null().to_pylist()
        numbers[name] = [None if empty else value for value, empty in zip(known, gone, strict=True)]
    return Released(found, keys_of(table, found.by), numbers)


def keys_of(table: pa.Table, by: Sequence[str]) -> tuple[Key, ...]:
    """Give what each row is about."""
    return tuple(zip(*(texts(table, name) for name in by), strict=True))


def layers_of(table: Released, margins_known: bool) -> tuple[Layer, ...]:
    """Give the counts with their categories as one layer, and every column of sums as one.

    Raises
    ------
    InputError
        Parts do not add up to their total.
    """
    shape = table.shape
    counts = []
    for name in shape.counts:
        which = (shape.total if name == shape.count else name,) if shape.categories else ()
        column = table.numbers[name]
        counts += [Cell((*key, *which), name, value) for key, value in zip(table.keys, column, strict=True)]
    first = layer_of(shape.count, counts, shape.total, margins_known=margins_known)
    lacks = any(not cell.listed for cell in first.cells)
    return (first, *(_sums(table, name, margins_known, lacks) for name in shape.sums))


def _sums(table: Released, name: str, margins_known: bool, lacks: bool) -> Layer:
    column = table.numbers[name]
    known = [value for value in column if value is not None]
    places = next(p for p in range(PLACES + 1) if not any(v % 10 ** (PLACES - p) for v in known))
    step = 10 ** (PLACES - places)
    cells = [
        Cell(key, name, None if value is None else value // step)
        for key, value in zip(table.keys, column, strict=True)
    ]
    return layer_of(
        name,
        cells,
        table.shape.total,
        margins_known=margins_known,
        may_lack=lacks,
        signed=any(value < 0 for value in known),
        places=places,
    )
