"""The journal as a file: one record per line, each holding the hash of the line before it.

So no record can be changed, left out or put in without changing every later one, and the hash of the last
line stands for them all.

What this does not prove: who can write the journal can write another one that is as whole. Its last hash
has to stand where they cannot change it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

from oab_funding.audit.paths import readable
from oab_funding.audit.record import Record, read_record
from oab_funding.errors import InputError, Place

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
