"""One step of a calculation as it is written down.

What this does not prove: that the step was carried out, or that its outputs follow from its inputs. That
shows only by computing it again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import ConfigDict, Field, JsonValue, TypeAdapter, ValidationError

from oab_funding.audit.exact_json import canonical, parse
from oab_funding.audit.paths import readable

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
