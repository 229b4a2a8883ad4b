"""What a table is: its columns, what each may hold, and its key.

A schema is data. `conform` turns a frame into an Arrow table that keeps to it; reading, writing and
hashing all go by the same schema.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Text:
    """Text; `pattern` is a regular expression for the whole value, `meaning` says it in words."""

    pattern: str | None = None
    meaning: str = "text"

    @property
    def arrow(self) -> pa.DataType:
        """Arrow type of the column."""
        return pa.string()


@dataclass(frozen=True, slots=True)
class Code:
    """Text that repeats over many rows (a site, a municipality, a category): kept as a dictionary."""

    pattern: str | None = None
    meaning: str = "text"

    @property
    def arrow(self) -> pa.DataType:
        """Arrow type of the column."""
        return pa.dictionary(pa.int32(), pa.string())


@dataclass(frozen=True, slots=True)
class Number:
    """An exact decimal with at most `places` digits after the point, between `minimum` and `maximum`."""

    places: int
    digits: int = 12
    minimum: Decimal | None = None
    maximum: Decimal | None = None

    @property
    def arrow(self) -> pa.DataType:
        """Arrow type of the column."""
        return pa.decimal128(self.digits, self.places)

    @property
    def meaning(self) -> str:
        """Say what is accepted."""
        return f"a number with at most {self.places} decimals"


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number between `minimum` and `maximum`."""

    minimum: int | None = None
    maximum: int | None = None

    @property
    def arrow(self) -> pa.DataType:
        """Arrow type of the column."""
        return pa.int64()

    @property
    def meaning(self) -> str:
        """Say what is accepted."""
        return "a whole number"


@dataclass(frozen=True, slots=True)
class YesNo:
    """True or false."""

    meaning: str = "true or false"

    @property
    def arrow(self) -> pa.DataType:
        """Arrow type of the column."""
        return pa.bool_()


@dataclass(frozen=True, slots=True)
class Day:
    """A calendar date."""

    meaning: str = "a date such as 2019-10-01"

    @property
    def arrow(self) -> pa.DataType:
        """Arrow type of the column."""
        return pa.date32()


Kind = Text | Code | Number | Whole | YesNo | Day


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, what it may hold, whether it must be there and whether it may be empty."""

    name: str
    kind: Kind
    required: bool = True
    nullable: bool = False


@dataclass(frozen=True, slots=True)
class TableSchema:
    """A table: its name, its columns in order, and those that identify a row, as far as they are there.

    Examples
    --------
    >>> prices = TableSchema("prices", (Column("year", Text()), Column("price", Number(2))), key=("year",))
    >>> prices.names
    ('year', 'price')
    """

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    _by_name: dict[str, Column] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._by_name.update({column.name: column for column in self.columns})
        if missing := [name for name in self.key if name not in self._by_name]:
            raise ValueError(f"table {self.name}: the key names no column: {missing}")

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns, in order."""
        return tuple(column.name for column in self.columns)

    def __getitem__(self, name: str) -> Column:
        return self._by_name[name]

    def __contains__(self, name: str) -> bool:
        return name in self._by_name

    def arrow(self, names: tuple[str, ...] | None = None) -> pa.Schema:
        """Arrow schema of the given columns (default: all)."""
        chosen = self.names if names is None else names
        return pa.schema([(name, self[name].kind.arrow) for name in chosen])


SITE_PATTERN = "[0-9]{2}[A-Z0-9]{2}[0-9]{2}"
SCHOOL_PATTERN = "[0-9]{2}[A-Z0-9]{2}"
MUNICIPALITY_PATTERN = "GM[0-9]{4}"
FLAGS_PATTERN = "(?:[abc](?:, [abc])*)?"
ZERO = Decimal(0)
site_id = Text(SITE_PATTERN, "a site code such as 00AP00")
school_id = Text(SCHOOL_PATTERN, "a school code (BRIN) such as 00AP")
municipality_code = Text(MUNICIPALITY_PATTERN, "a municipality code such as GM0363")
flags = Text(FLAGS_PATTERN, 'flags such as "a" or "b, c"')
score = Number(2, minimum=ZERO)
raw_score = Number(2)
threshold = Number(6)
wide = Number(6, digits=18)
money = Number(2, digits=18)
grant = Number(2, digits=18, minimum=ZERO)
education = Whole(minimum=1, maximum=8)


def of_site(name: str, *columns: Column, key: tuple[str, ...] = ()) -> TableSchema:
    """Make a table of sites: `site_id`, the columns, and what else than the site identifies a row.

    Examples
    --------
    >>> of_site("sizes", Column("year", Whole()), Column("pupils", Whole(minimum=0)), key=("year",)).key
    ('site_id', 'year')
    """
    return TableSchema(name, (Column("site_id", site_id), *columns), ("site_id", *key))


def of_school(name: str, *columns: Column, key: tuple[str, ...] = ()) -> TableSchema:
    """Make a table of schools; see `of_site`."""
    return TableSchema(name, (Column("school_id", school_id), *columns), ("school_id", *key))


def of_municipality(name: str, *columns: Column, key: tuple[str, ...] = ()) -> TableSchema:
    """Make a table of municipalities; see `of_site`."""
    code = Column("municipality_code", municipality_code)
    return TableSchema(name, (code, *columns), (code.name, *key))
