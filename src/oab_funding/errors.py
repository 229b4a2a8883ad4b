"""The two ways in which the library says no.

`InputError`: what came in cannot be used (exit code 2 on the command line).
`CheckError`: what came in can be used, but a check on it did not hold (exit code 1).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is wrong: as much of file, sheet, column, row and value as is known.

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

    def __str__(self) -> str:
        parts = [
            self.file,
            f"sheet {self.sheet}" if self.sheet is not None else None,
            f"column {self.column}" if self.column is not None else None,
            f"row {self.row}" if self.row is not None else None,
            f"value {self.value!r}" if self.value is not None else None,
        ]
        return ", ".join(part for part in parts if part is not None)


class InputError(ValueError):
    """Input or usage that cannot be accepted, said in one sentence.

    Parameters
    ----------
    problem
        What is wrong.
    place
        Where it is wrong.
    remedy
        What would be right.

    Examples
    --------
    >>> print(InputError("is not a number", Place("scores.csv", column="score", row=2), "write 1.50"))
    scores.csv, column score, row 2: is not a number; write 1.50
    """

    def __init__(self, problem: str, place: Place | str | None = None, remedy: str | None = None) -> None:
        self.problem = problem
        self.place = place
        self.remedy = remedy
        where = f"{place}: " if place is not None and str(place) else ""
        tail = f"; {remedy}" if remedy else ""
        super().__init__(f"{where}{problem}{tail}")


class CheckError(Exception):
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
