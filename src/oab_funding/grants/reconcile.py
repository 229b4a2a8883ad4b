"""Decided against computed amounts: what is equal, which cause explains a difference, and what stays unexplained."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pyarrow as pa

from oab_funding.grants.causes import Candidate
from oab_funding.tables.catalogue import reconciliation
from oab_funding.tables.columns import decimals, optional_decimals
from oab_funding.tables.step_result import StepResult

EQUAL = "equal"
NOT_DECIDED = "computed, not in the decisions"
NOT_COMPUTED = "decided, not computed"
UNEXPLAINED = "unexplained"
_LEAST_MATCHES = 1


def reconcile(
    code: str,
    computed: Mapping[str, int],
    decided: Mapping[str, int],
    candidates: Sequence[Candidate],
    last_resort: Callable[[str, int], str | None] = lambda code, amount: None,
) -> StepResult:
    """Compare amounts and explain the differences.

    The candidate that explains most of what is not yet explained is taken first, ties in the order given, until none
    explains anything. A candidate explains an amount only if it gives it to the cent.

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
        Table `reconciliation`, one row per code, where explained + unexplained = difference = decided - computed;
        figures: how many are equal, explained by each cause and unexplained, and the euros of each.

    Examples
    --------
    >>> price = Candidate("other price", {"00AP": 1100, "00AR": 2200})
    >>> result = reconcile("school_id", {"00AP": 1000, "00AR": 2000}, {"00AP": 1100, "00AR": 2000}, [price])
    >>> result.table.column("cause").to_pylist()
    ['other price', 'equal']
    """
    cause = {
        key: _first_look(computed.get(key), decided.get(key))
        for key in sorted(computed.keys() | decided.keys())
    }
    tried = list(candidates)
    while tried:
        open_codes = [key for key, found in cause.items() if found == UNEXPLAINED]
        fits = {c.cause: [k for k in open_codes if c.amounts.get(k) == decided[k]] for c in tried}
        best = max(tried, key=lambda candidate: len(fits[candidate.cause]))
        if len(fits[best.cause]) < _LEAST_MATCHES:
            break
        cause.update(dict.fromkeys(fits[best.cause], best.cause))
        tried.remove(best)
    for key in [key for key, found in cause.items() if found == UNEXPLAINED]:
        cause[key] = last_resort(key, decided[key]) or UNEXPLAINED
    return StepResult(
        {"reconciliation": _table(code, cause, computed, decided)},
        _figures(cause, computed, decided, [candidate.cause for candidate in candidates]),
    )


def _first_look(computed: int | None, decided: int | None) -> str:
    if decided is None:
        return NOT_DECIDED
    if computed is None:
        return NOT_COMPUTED
    return EQUAL if computed == decided else UNEXPLAINED


def _table(
    code: str, cause: Mapping[str, str], computed: Mapping[str, int], decided: Mapping[str, int]
) -> pa.Table:
    schema = reconciliation(code).arrow()
    money = schema.field("difference").type
    differences = {key: decided.get(key, 0) - computed.get(key, 0) for key in cause}
    return pa.Table.from_arrays(
        [
            pa.array(list(cause)),
            optional_decimals([decided.get(key) for key in cause], money),
            optional_decimals([computed.get(key) for key in cause], money),
            decimals(differences.values(), money),
            pa.array(list(cause.values())),
            decimals(
                (0 if cause[key] == UNEXPLAINED else value for key, value in differences.items()), money
            ),
            decimals(
                (value if cause[key] == UNEXPLAINED else 0 for key, value in differences.items()), money
            ),
        ],
        schema=schema,
    )


def _figures(
    cause: Mapping[str, str], computed: Mapping[str, int], decided: Mapping[str, int], tried: Sequence[str]
) -> dict[str, int | str]:
    figures: dict[str, int | str] = {
        "institutions": len(cause),
        EQUAL: 0,
        "candidates_tried": "; ".join(tried),
    }
    for found in cause.values():
        figures[found] = int(figures.get(found, 0)) + 1
    figures["difference_cents"] = sum(decided.values()) - sum(computed.values())
    figures["unexplained_cents"] = sum(
        decided[key] - computed[key] for key, found in cause.items() if found == UNEXPLAINED
    )
    return figures
