"""Reconciling municipal grants with decided amounts."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from oab_funding.errors import InputError, Place
from oab_funding.exact import round_units
from oab_funding.grants.causes import implied_score
from oab_funding.grants.reconcile import reconcile
from oab_funding.opened import OpenedRun
from oab_funding.reconciliation.amounts import cents
from oab_funding.reconciliation.municipal_candidates import candidates
from oab_funding.reconciliation.municipal_run import CODE, MunicipalRun
from oab_funding.tables.catalogue import MUNICIPAL_DECISIONS
from oab_funding.tables.files import SourceFile, read_table
from oab_funding.tables.step_result import StepResult

_STEPS_A_UNIT = 200
"""H + I is a multiple of half a hundredth."""


def reconcile_municipalities(
    opened: OpenedRun,
    decisions: SourceFile,
    other_scores: str | Path | None = None,
    other_previous: str | Path | None = None,
    other_base: str | Path | None = None,
) -> StepResult:
    """Compare the municipal grants of a run with decided amounts.

    Tried are: a known price, the price and the budget that the decided amounts imply, J / K rounded to cents,
    the minimum not applied, the other reading of who is entitled to it, the other way to cents, the
    transition (not applied, applied, or with the share that the decided amounts imply), amounts in whole
    thousands and whole euros, other versions of the scores; and for a single municipality, another score.

    Parameters
    ----------
    opened
        The run bundle.
    decisions
        File with `municipality_code` and `amount` (euros).
    other_scores, other_previous
        Other versions of the scores of the later and the earlier date.
    other_base
        A file of grants of 2018, to try a transition that the run did not apply.

    Raises
    ------
    InputError
        A file cannot be read, or the run has no municipal grants.
    """
    if not opened.has("municipal_grants"):
        raise InputError(
            "holds no municipal grants", Place(str(opened.path)), "give a run that computes them"
        )
    decided = cents(read_table(decisions, MUNICIPAL_DECISIONS), CODE)
    run = MunicipalRun(opened, decided, other_base)
    tried = list(candidates(run))
    for which, file in (("later", other_scores), ("previous", other_previous)):
        if file is not None:
            scores = run.read_scores(file)
            tried.append(run.candidate(f"score file {Path(file).name}", **{which: scores}))
    computed = cents(opened.table("municipal_grants"), CODE)
    return reconcile(CODE, computed, decided, tried, lambda code, amount: _other_score(run, code, amount))


def _other_score(run: MunicipalRun, code: str, amount: int) -> str | None:
    """Name another score that gives a municipality its decided amount, where there is no transition."""
    if run.applied or amount == run.minimum:
        return None
    steps = int(run.scores.get(code, Fraction(0)) * _STEPS_A_UNIT)
    price = run.division.price * 100 / _STEPS_A_UNIT

    def rounded(exact: Fraction) -> int:
        """Take the amount itself where it is less than a cent away: cents may go up or down."""
        return amount if abs(exact - amount) < 1 else round_units(exact, 0)

    found = implied_score(amount, price, steps, rounded)
    if found is None:
        return None
    other, own = (Decimal(number * 5).scaleb(-3) for number in (found, steps))
    return f"another score: {other} instead of {own}"
