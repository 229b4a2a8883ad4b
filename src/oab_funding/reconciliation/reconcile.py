"""Reconciling a run bundle with decided amounts, of schools or of municipalities."""

from __future__ import annotations

from pathlib import Path

from oab_funding.errors import DamagedError, InputError, Place
from oab_funding.reconciliation.causes import cents
from oab_funding.reconciliation.comparison import compare
from oab_funding.reconciliation.municipalities import MunicipalStream
from oab_funding.reconciliation.schools import SchoolStream
from oab_funding.reconciliation.search import candidates, hint, score_alone
from oab_funding.reconciliation.stream import Stream, amounts
from oab_funding.run.run import Run
from oab_funding.tables.files import could_be, read_source, read_table
from oab_funding.tables.grant_tables import MUNICIPAL_DECISIONS, SCHOOL_DECISIONS
from oab_funding.tables.source import SourceFile
from oab_funding.tables.step_result import StepResult

__all__ = ["reconcile_run"]


def reconcile_run(
    opened: Run,
    decisions: str | Path | SourceFile,
    other_scores: str | Path | SourceFile | None = None,
    other_base: str | Path | SourceFile | None = None,
    other_previous: str | Path | SourceFile | None = None,
) -> StepResult:
    """Compare the grants of a run with decided amounts, and try what may explain the differences.

    Parameters
    ----------
    opened
        The run.
    decisions
        File with `amount` (euros) and `school_id` or `municipality_code`, which says whose grants it decides.
    other_scores
        Another version of the score file; for municipalities, of the later date.
    other_base
        A file of old bases, or of grants of 2018, to try a transition that the run did not apply.
    other_previous
        For municipalities, another version of the scores of the earlier date.

    Returns
    -------
    StepResult
        See `reconciliation.comparison.compare`.

    Raises
    ------
    DamagedError
        The amounts of the run do not follow from what it holds.
    InputError
        A file cannot be read, it is not clear whose amounts it holds, or the run has no such grants.
    """
    file = read_source(decisions)
    stream: Stream
    if _decides_schools(file):
        if other_previous is not None:
            raise InputError("an earlier date has no part in school grants", remedy="leave out `previous`")
        stream, schema = SchoolStream(opened, other_scores, other_base), SCHOOL_DECISIONS
    else:
        stream = MunicipalStream(opened, other_scores, other_base, other_previous)
        schema = MUNICIPAL_DECISIONS
    decided = cents(read_table(file, schema), stream.code)
    _check_follows(stream, opened)
    return compare(
        stream.code,
        stream.computed,
        decided,
        candidates(stream, decided),
        lambda code, amount, taken: score_alone(stream, code, amount, taken),
        lambda code, amount: hint(stream, code, amount),
    )


def _check_follows(stream: Stream, opened: Run) -> None:
    """Check that the run's amounts follow from what it holds: no cause may rest on a record that does not."""
    again = amounts(stream, stream.own, stream.computed.keys())
    wrong = [code for code, amount in stream.computed.items() if again.get(code) != amount]
    if wrong:
        more = f" (and {len(wrong) - 1} more)" if len(wrong) > 1 else ""
        raise DamagedError(
            f"the amount of {wrong[0]}{more} does not follow from the scores, price and choices of the run",
            opened.place,
            "verify the bundle",
        )


def _decides_schools(file: SourceFile) -> bool:
    """Say whether decisions are of schools; if not, they are of municipalities."""
    named = [schema is SCHOOL_DECISIONS for schema in _DECISIONS if could_be(file, schema)]
    if len(named) != 1:
        problem = (
            "has both school_id and municipality_code" if named else "has no school_id or municipality_code"
        )
        raise InputError(problem, Place(file.name), "give one of the two, with amount")
    return named[0]


_DECISIONS = (SCHOOL_DECISIONS, MUNICIPAL_DECISIONS)
