"""Reconciling a run bundle with decided amounts, of schools or of municipalities."""

from __future__ import annotations

from pathlib import Path

from oab_funding.errors import InputError, Place
from oab_funding.opened import OpenedRun
from oab_funding.reconciliation.municipalities import reconcile_municipalities
from oab_funding.reconciliation.schools import reconcile_schools
from oab_funding.tables.csv_text import read_csv
from oab_funding.tables.files import SourceFile, read_parquet, read_source
from oab_funding.tables.step_result import StepResult

__all__ = ["reconcile_run"]


def reconcile_run(
    opened: OpenedRun,
    decisions: str | Path,
    other_scores: str | Path | None = None,
    other_base: str | Path | None = None,
    other_previous: str | Path | None = None,
) -> StepResult:
    """Compare the grants of a run with decided amounts, and try what may explain the differences.

    Parameters
    ----------
    opened
        The run bundle.
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
        See `grants.reconcile.reconcile`.

    Raises
    ------
    InputError
        A file cannot be read, it is not clear whose amounts it holds, or the run has no such grants.
    """
    file = read_source(decisions)
    if _decides_schools(file):
        if other_previous is not None:
            raise InputError("an earlier date has no part in school grants", remedy="leave out --previous")
        return reconcile_schools(opened, file, other_scores, other_base)
    return reconcile_municipalities(opened, file, other_scores, other_previous, other_base)


def _decides_schools(file: SourceFile) -> bool:
    """Say whether decisions are of schools; if not, they are of municipalities."""
    if file.suffix == ".csv":
        names = read_csv(file).column_names
    elif file.suffix in (".parquet", ".pq"):
        names = read_parquet(file).column_names
    else:
        raise InputError("is no table", Place(file.name), "give a .csv or .parquet file")
    named = [code for code in ("school_id", "municipality_code") if code in names]
    if len(named) != 1:
        problem = (
            "has both school_id and municipality_code" if named else "has no school_id or municipality_code"
        )
        raise InputError(problem, Place(file.name), "give one of the two, with amount")
    return named == ["school_id"]
