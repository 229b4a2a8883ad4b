"""Decided against computed amounts: what is equal, what explains a difference, and what stays unexplained."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import pyarrow as pa

from oab_funding.grants.causes import Candidate
from oab_funding.tables.build import build
from oab_funding.tables.catalogue import reconciliation
from oab_funding.tables.step_result import Figure, StepResult

EQUAL = "equal"
NOT_DECIDED = "computed, not in the decisions"
NOT_COMPUTED = "decided, not computed"
UNEXPLAINED = "unexplained"


def reconcile(
    code: str,
    computed: Mapping[str, int],
    decided: Mapping[str, int],
    candidates: Sequence[Candidate],
    last_resort: Callable[[str, int], str | None] = lambda code, amount: None,
) -> StepResult:
    """Compare amounts and explain the differences.

    The candidate that explains most of what is not yet explained is taken first, ties in the order given,
    until none explains anything. A candidate explains an amount only if it gives it to the cent.

    Parameters
    ----------
    code
        Name of the code column: `school_id` or `municipality_code`.
    computed, decided
        Amounts in cents, by code.
    candidates
        The causes tried.
    last_resort
        Given a code and its decided amount, names a cause of that one alone (another score), or None.

    Returns
    -------
    StepResult
        Table `reconciliation`, one row per code, where explained + unexplained = difference = decided -
        computed; figures: how many are equal, explained by each cause and unexplained, and the cents of each.

    Examples
    --------
    >>> price = Candidate("other price", {"00AP": 1100, "00AR": 2200})
    >>> result = reconcile("school_id", {"00AP": 1000, "00AR": 2000}, {"00AP": 1100, "00AR": 2000}, [price])
    >>> result.table.column("cause").to_pylist()
    ['other price', 'equal']
    """
    causes = {
        key: _first_look(computed.get(key), decided.get(key))
        for key in sorted(computed.keys() | decided.keys())
    }
    causes |= _explained([key for key, found in causes.items() if found == UNEXPLAINED], decided, candidates)
    for key in [key for key, found in causes.items() if found == UNEXPLAINED]:
        causes[key] = last_resort(key, decided[key]) or UNEXPLAINED
    differences = {key: decided.get(key, 0) - computed.get(key, 0) for key in causes}
    tried = "; ".join(candidate.cause for candidate in candidates)
    return StepResult(
        {"reconciliation": _table(code, causes, differences, computed, decided)},
        {"institutions": len(causes), "candidates_tried": tried, **_figures(causes, differences)},
    )


def _first_look(computed: int | None, decided: int | None) -> str:
    if decided is None:
        return NOT_DECIDED
    if computed is None:
        return NOT_COMPUTED
    return EQUAL if computed == decided else UNEXPLAINED


def _explained(
    unexplained: Sequence[str], decided: Mapping[str, int], candidates: Sequence[Candidate]
) -> dict[str, str]:
    """Take candidates, the one that explains most first, until none explains anything; give causes."""
    left, tried, causes = list(unexplained), list(candidates), dict[str, str]()
    while tried:
        fits = [[key for key in left if candidate.amounts.get(key) == decided[key]] for candidate in tried]
        best = max(range(len(tried)), key=lambda number: len(fits[number]))
        if not fits[best]:
            break
        causes |= dict.fromkeys(fits[best], tried[best].cause)
        left = [key for key in left if key not in causes]
        del tried[best]
    return causes


def _table(
    code: str,
    causes: Mapping[str, str],
    differences: Mapping[str, int],
    computed: Mapping[str, int],
    decided: Mapping[str, int],
) -> pa.Table:
    unexplained = {key: differences[key] if found == UNEXPLAINED else 0 for key, found in causes.items()}
    columns = {
        code: list(causes),
        "decided": [decided.get(key) for key in causes],
        "computed": [computed.get(key) for key in causes],
        "difference": [differences[key] for key in causes],
        "cause": list(causes.values()),
        "explained": [differences[key] - unexplained[key] for key in causes],
        "unexplained": [unexplained[key] for key in causes],
    }
    return build(reconciliation(code), columns)


def _figures(causes: Mapping[str, str], differences: Mapping[str, int]) -> dict[str, Figure]:
    """Count by cause, with the cents by which the decisions differ for that cause."""
    counts, cents = Counter(causes.values()), Counter[str]()
    for key, found in causes.items():
        cents[found] += differences[key]
    return {
        EQUAL: counts[EQUAL],
        **{found: counts[found] for found in sorted(counts)},
        **{f"{found}: cents": cents[found] for found in sorted(counts) if found != EQUAL},
        "difference_cents": sum(differences.values()),
        "unexplained_cents": cents[UNEXPLAINED],
    }
