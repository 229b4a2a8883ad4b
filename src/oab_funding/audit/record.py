"""One step of a calculation as it is written down, and the journal of them as a file: a chain of lines.

Each line holds the hash of the line before it, so no record can be changed, left out or put in without
changing every later one, and the hash of the last line stands for them all.

What this does not prove: that a step was carried out, or that its outputs follow from its inputs. That shows
only by computing it again. And who can write the journal can write another one that is as whole. Its last
hash has to stand where they cannot change it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import ConfigDict, Field, JsonValue, TypeAdapter, ValidationError

from oab_funding.audit.exact_json import canonical, parse
from oab_funding.audit.folder import readable
from oab_funding.errors import InputError, Place

Hash = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
"""A SHA-256 in lower-case hexadecimal."""


@dataclass(frozen=True, slots=True)
class Output:
    """A table that a step gave: the hash of its content and its number of rows."""

    __pydantic_config__ = ConfigDict(strict=True, extra="forbid")

    content: Hash
    rows: Annotated[int, Field(ge=0)]


@dataclass(frozen=True, slots=True)
class Record:
    """One step of a calculation.

    Parameters
    ----------
    step
        Number of the step, from 1.
    name
        What it does, in a few words.
    article
        The article of law or the paper it follows.
    parameters
        What it was told besides tables, in the form of `exact_json.plain`.
    inputs
        Content hash of each table it was given, None for one that was not there.
    outputs
        The tables it gave.
    figures
        The single figures and control totals it gave, in the form of `exact_json.plain`.
    previous
        SHA-256 of the line of the record before, 64 zeros in the first.
    """

    __pydantic_config__ = ConfigDict(strict=True, extra="forbid")

    step: int
    name: str
    article: str
    parameters: Mapping[str, JsonValue]
    inputs: Mapping[str, Hash | None]
    outputs: Mapping[str, Output]
    figures: Mapping[str, JsonValue]
    previous: Hash

    @property
    def line(self) -> bytes:
        """The record as a line of the journal: canonical JSON, without the line feed."""
        return canonical(self)


_RECORD = TypeAdapter(Record)


def read_record(line: bytes) -> Record:
    """Read one line of a journal.

    Raises
    ------
    ValueError
        It is not canonical JSON, or a member is absent, unknown or of the wrong type.
    """
    parse(line)
    try:
        return _RECORD.validate_json(line)
    except ValidationError as error:
        raise ValueError(f"is no record of a step ({first_fault(error)})") from error


def first_fault(error: ValidationError) -> str:
    """Say in one line what is wrong first."""
    fault = error.errors(include_url=False)[0]
    return f"{readable('.'.join(map(str, fault['loc'])))}: {fault['msg']}"


NO_RECORD = "0" * 64
"""Stands where the hash of the record before would stand in the first record."""


def line_hash(line: bytes) -> str:
    """Hash a line of the journal, without its line feed."""
    return hashlib.sha256(line).hexdigest()


def split_lines(data: bytes) -> Iterator[bytes]:
    """Take a journal apart into its lines, one at a time; a last line without line feed is a line too."""
    start = 0
    while (end := data.find(b"\n", start)) >= 0:
        yield data[start:end]
        start = end + 1
    if start < len(data):
        yield data[start:]


def read_journal(data: bytes) -> tuple[Record, ...]:
    """Read a journal whole.

    Parameters
    ----------
    data
        The bytes of ``journal.jsonl``.

    Returns
    -------
    tuple of Record
        The records in their order.

    Raises
    ------
    InputError
        A line is no record; its number is named. Whether the chain is whole is for `check_chain`.

    Examples
    --------
    >>> read_journal(b"{}")
    Traceback (most recent call last):
    ...
    oab_funding.errors.InputError: journal.jsonl, row 1: is no record of a step (step: Field required); ...
    """
    records = []
    for number, line in enumerate(split_lines(data), start=1):
        try:
            records.append(read_record(line))
        except ValueError as error:
            place = Place("journal.jsonl", row=number)
            raise InputError(str(error), place, "give the journal as it was written") from error
    return tuple(records)


def check_chain(lines: Iterable[bytes]) -> Iterator[str]:
    """Tell what is wrong with the lines of a journal as a chain.

    Parameters
    ----------
    lines
        The lines, without line feeds.

    Yields
    ------
    str
        One sentence per finding, told as it is found; none where every line is a record, the steps count from
        1, and each record holds the hash of the line before.

    Examples
    --------
    >>> list(check_chain([b"{}"]))
    ['journal line 1 is no record of a step (step: Field required)']
    """
    previous = NO_RECORD
    for number, line in enumerate(lines, start=1):
        try:
            record = read_record(line)
        except ValueError as error:
            yield f"journal line {number} {error}"
        else:
            if record.step != number:
                yield f"journal line {number} is numbered step {record.step}"
            if record.previous != previous:
                yield f"journal line {number} ({readable(record.name)}) does not follow the line before it"
        previous = line_hash(line)
