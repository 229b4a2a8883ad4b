"""The ways in which the library says no: one tree, so that one `except OabError` catches them all.

`InputError`: what came in cannot be used (exit code 2 on the command line).
`CheckError`: what came in can be used, but a check on it did not hold (exit code 1).
`DamagedError`: a bundle or proof is not whole, so nothing in it may be used (exit code 2).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is wrong: as much of file, sheet, column, row, argument and value as is known.

    Parameters
    ----------
    file
        Name of the file or of the frame.
    sheet
        Name of the worksheet.
    column
        Name of the column.
    row
        Row number as a person counts it in that file (a CSV header is row 1).
    value
        The offending value.
    argument
        Name of the argument of a function; the command line writes it as the option it has for it.

    Examples
    --------
    >>> str(Place(file="scores.csv", column="score", row=12, value="1,5"))
    "scores.csv, column score, row 12, value '1,5'"
    """

    file: str | None = None
    sheet: str | None = None
    column: str | None = None
    row: int | None = None
    value: object = None
    argument: str | None = None

    def __str__(self) -> str:
        parts = [
            f"`{self.argument}`" if self.argument is not None else None,
            self.file,
            f"sheet {self.sheet}" if self.sheet is not None else None,
            f"column {self.column}" if self.column is not None else None,
            f"row {self.row}" if self.row is not None else None,
            f"value {shortened(self.value)}" if self.value is not None else None,
        ]
        return ", ".join(part for part in parts if part is not None)


def shortened(value: object, length: int = 160) -> str:
    """Write a value for a message, cut where it is long.

    Examples
    --------
    >>> shortened("1,5"), shortened("x" * 9, 5)
    ("'1,5'", "'xxxx...")
    """
    try:
        text = repr(value)
    except ValueError:  # a whole number of more digits than Python writes out
        text = "a number of thousands of digits"
    return text if len(text) <= length else f"{text[:length]}..."


class OabError(Exception):
    """What every error of the library is: catch this one to catch them all.

    Examples
    --------
    >>> issubclass(InputError, OabError), issubclass(InputError, ValueError)
    (True, False)
    """


class _SentenceError(OabError):
    """An error said in one sentence: where, what is wrong, what would be right."""

    def __init__(self, problem: str, place: Place | str | None = None, remedy: str | None = None) -> None:
        self.problem = problem
        self.place = place
        self.remedy = remedy
        where = f"{place}: " if place is not None and str(place) else ""
        tail = f"; {remedy}" if remedy else ""
        super().__init__(f"{where}{problem}{tail}")

    def __reduce__(self) -> tuple[type[_SentenceError], tuple[str, Place | str | None, str | None]]:
        return type(self), (self.problem, self.place, self.remedy)


class InputError(_SentenceError):
    """Input or usage that cannot be accepted, said in one sentence.

    Parameters
    ----------
    problem
        What is wrong.
    place
        Where it is wrong.
    remedy
        What would be right. The name of an argument stands between backticks, so that the command line can
        write it as an option.

    Examples
    --------
    >>> print(InputError("is not a number", Place("scores.csv", column="score", row=2), "write 1.50"))
    scores.csv, column score, row 2: is not a number; write 1.50
    """


class DamagedError(_SentenceError):
    """A bundle or proof that is not whole, said in one sentence.

    Parameters
    ----------
    problem, place, remedy
        See `InputError`.

    Examples
    --------
    >>> print(DamagedError("has another SHA-256 than manifest.json says", "tables/totals.parquet"))
    tables/totals.parquet: has another SHA-256 than manifest.json says
    """


class CheckError(OabError):
    """A check that did not hold, with every finding in a line of its own.

    Parameters
    ----------
    summary
        One sentence that says which check failed.
    findings
        What was found and where, one line each.

    Examples
    --------
    >>> error = CheckError("2 sites contradict the law", ["00AP00: ...", "00AR00: ..."])
    >>> len(error.findings)
    2
    """

    def __init__(self, summary: str, findings: Sequence[str] = ()) -> None:
        self.summary = summary
        self.findings = tuple(findings)
        super().__init__("\n".join([summary, *self.findings]))

    def __reduce__(self) -> tuple[type[CheckError], tuple[str, tuple[str, ...]]]:
        return type(self), (self.summary, self.findings)
