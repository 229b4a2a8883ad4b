"""The journal: what every step was given and what it gave, written down while the calculation runs.

Nothing in it depends on time or machine: the same calculation on the same input gives the same bytes.

What this does not prove: a journal is a claim about a calculation. `check_chain` shows that it is
whole, and computing every step again shows that it is true.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Protocol, TypeVar

import pyarrow as pa
from pydantic import JsonValue

from oab_funding.audit.content import ContentHashes
from oab_funding.audit.exact_json import plain
from oab_funding.audit.record import NO_RECORD, Output, Record, line_hash

Figure = int | Fraction | Decimal | str
"""A single exact figure."""


class StepResult(Protocol):
    """What a step gives: its tables by name, and its single figures and control totals by name."""

    @property
    def tables(self) -> Mapping[str, pa.Table]:
        """The tables."""
        ...

    @property
    def figures(self) -> Mapping[str, Figure]:
        """The figures."""
        ...


Result = TypeVar("Result", bound=StepResult)


class Journal:
    """Carries out steps and writes down what went in and came out.

    Parameters
    ----------
    keys
        For each name of a table, the columns that identify a row; one that a table lacks plays no part.
    on_step
        Called with the name of each step before it starts, to show progress.

    Notes
    -----
    A name stands for one table in the whole journal: an output may not take a name that is taken, and an
    input under a known name must be that table.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> @dataclass(frozen=True)
    ... class Doubled:
    ...     table: pa.Table
    ...     tables = property(lambda self: {"doubled": self.table})
    ...     figures = property(lambda self: {"rows": self.table.num_rows})
    >>> def double(numbers: pa.Table, times: int) -> Doubled:
    ...     twice = [value * times for value in numbers["n"].to_pylist()]
    ...     return Doubled(pa.table({"n": twice}))
    >>> journal = Journal({"numbers": ("n",), "doubled": ("n",)})
    >>> result = journal.step("double", "art. 1", double, {"numbers": pa.table({"n": [1, 2]})}, times=2)
    >>> result.table["n"].to_pylist(), journal.records[0].figures, journal.records[0].parameters
    ([2, 4], {'rows': 2}, {'times': 2})
    """

    def __init__(
        self, keys: Mapping[str, Sequence[str]], on_step: Callable[[str], None] | None = None
    ) -> None:
        self.keys = {name: tuple(key) for name, key in keys.items()}
        self._on_step = on_step
        self._records: list[Record] = []
        self._lines: list[bytes] = []
        self._contents: dict[str, str] = {}
        self._hashes = ContentHashes()

    def step(
        self,
        name: str,
        article: str,
        function: Callable[..., Result],
        tables: Mapping[str, pa.Table | None],
        /,
        *,
        outputs: Mapping[str, str] | None = None,
        **parameters: object,
    ) -> Result:
        """Carry out one step and write it down.

        Parameters
        ----------
        name
            What the step does, in a few words.
        article
            The article of law or the paper it follows.
        function
            The step; called as ``function(*tables.values(), **parameters)``.
        tables
            The tables it is given, by name, in the order of its arguments; None for one that is not there.
        outputs
            Names under which to write down tables of the result, where these differ from its own names:
            ``{own name: name in the journal}``.
        **parameters
            What else it is given; see `exact_json.plain` for what may stand here.

        Returns
        -------
        Result
            What the function gave, untouched.

        Raises
        ------
        TypeError
            A parameter or figure has no exact form: a float, a function.
        ValueError
            A table has no name in `keys`, or a name stands for two tables.
        InputError
            A table's key is not unique, or a column has no exact form.
        """
        told = _mapping(parameters)
        inputs = {label: self._input(label, table) for label, table in tables.items()}
        if self._on_step is not None:
            self._on_step(name)
        result = function(*tables.values(), **parameters)
        given = self._outputs(result.tables, outputs or {}, set(tables))
        number, figures = len(self._records) + 1, _mapping(result.figures)
        self._append(Record(number, name, article, told, inputs, given, figures, self.head))
        return result

    def note(self, name: str, article: str, **parameters: object) -> None:
        """Write down a record without tables, such as the two ends of the journal; see `step`."""
        number = len(self._records) + 1
        self._append(Record(number, name, article, _mapping(parameters), {}, {}, {}, self.head))

    def adopt(self, record: Record) -> None:
        """Take over the record of a step that cannot be carried out: what it was given is not there."""
        self._append(replace(record, step=len(self._records) + 1, previous=self.head))

    @property
    def records(self) -> tuple[Record, ...]:
        """The records so far."""
        return tuple(self._records)

    def lines(self) -> list[bytes]:
        """Give the lines so far: canonical JSON, without line feeds."""
        return list(self._lines)

    @property
    def head(self) -> str:
        """SHA-256 of the last line, which stands for the whole journal; `NO_RECORD` where there is none."""
        return line_hash(self._lines[-1]) if self._lines else NO_RECORD

    def key(self, name: str, table: pa.Table) -> tuple[str, ...]:
        """Give the key of a table: the columns under its name that the table has."""
        return tuple(column for column in self.keys[name] if column in table.column_names)

    def content(self, name: str, table: pa.Table) -> str:
        """Give the content hash of a table under its key, computed once per table.

        Raises
        ------
        ValueError
            The name has no key.
        """
        if name not in self.keys:
            known = ", ".join(sorted(self.keys))
            raise ValueError(f"the journal knows no key for the table {name}; it knows {known}")
        return self._hashes(table, self.key(name, table))

    def _input(self, name: str, table: pa.Table | None) -> str | None:
        content = None if table is None else self.content(name, table)
        if self._contents.get(name, content) != content:
            raise ValueError(f"the table given as {name} is another one than the {name} of an earlier step")
        return content

    def _outputs(
        self, tables: Mapping[str, pa.Table], names: Mapping[str, str], inputs: set[str]
    ) -> dict[str, Output]:
        if unknown := sorted(set(names) - set(tables)):
            raise ValueError(f"the step gave no table {unknown[0]}; it gave {', '.join(sorted(tables))}")
        recorded: dict[str, Output] = {}
        for own, table in tables.items():
            name = names.get(own, own)
            if name in self._contents or name in inputs or name in recorded:
                raise ValueError(f"the name {name} is taken by another table; rename this one with outputs=")
            recorded[name] = Output(self.content(name, table), table.num_rows)
        return recorded

    def _append(self, record: Record) -> None:
        self._lines.append(record.line)
        self._records.append(record)
        self._contents.update({name: content for name, content in record.inputs.items() if content})
        self._contents.update({name: output.content for name, output in record.outputs.items()})


def _mapping(values: Mapping[str, object]) -> dict[str, JsonValue]:
    members = plain(values)
    assert isinstance(members, dict)  # a mapping stays one
    return members
