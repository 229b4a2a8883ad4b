"""Decided against computed amounts: what is equal, what explains a difference, and what stays unexplained."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

from oab_funding.reconciliation.causes import Candidate
from oab_funding.tables.columns import build
from oab_funding.tables.grant_tables import reconciliation
from oab_funding.tables.step_result import Figure, StepResult

EQUAL = "equal"
NOT_COMPUTED = "decided, not computed"
UNEXPLAINED = "unexplained"


def compare(
    code: str,
    computed: Mapping[str, int],
    decided: Mapping[str, int],
    candidates: Sequence[Candidate],
    alone: Callable[[str, int, Sequence[Candidate]], str | None] = lambda code, amount, taken: None,
    hint: Callable[[str, int], str | None] = lambda code, amount: None,
) -> StepResult:
    """Compare decided with computed amounts and explain the differences.

    The candidate that explains most of what is not yet explained is taken first, ties in the order given,
    until none explains anything. A candidate explains an amount only if it gives it to the cent.

    Parameters
    ----------
    code
        Name of the code column: `school_id` or `municipality_code`.
    computed, decided
        Amounts in cents, by code. Only what is decided is compared.
    candidates
        The causes tried.
    alone
        Given a code, its decided amount and the candidates that explain something, names a cause of that one
        alone (another score), or None.
    hint
        Given a code and an amount that stays unexplained, says what it would follow from, or None: one amount
        proves nothing.

    Returns
    -------
    StepResult
        Table `reconciliation`, one row per decided code, where explained + unexplained = difference = decided
        - computed. Figures: how many are decided, equal, explained by each cause and unexplained, the euros
        of each, and how many computed amounts were not asked about. The column `hint` names other causes
        that would explain the same amounts, or says what an unexplained one would follow from.

    Examples
    --------
    >>> price = Candidate("other price", {"00AP": 1100, "00AR": 2200})
    >>> result = compare("school_id", {"00AP": 1000, "00AR": 2000}, {"00AP": 1100, "00AR": 2000}, [price])
    >>> result.table.column("cause").to_pylist()
    ['other price', 'equal']
    """
    causes = {key: _first_look(computed.get(key), decided[key]) for key in sorted(decided)}
    left = [key for key, found in causes.items() if found == UNEXPLAINED]
    explained, taken = _explained(left, decided, candidates)
    causes |= explained
    left = [key for key in left if key not in explained]
    causes |= {key: cause for key in left if (cause := alone(key, decided[key], taken)) is not None}
    others = {one.cause: _as_good(one, candidates, decided, explained) for one in taken}
    hints: dict[str, str | None] = {key: others[cause] for key, cause in explained.items()}
    hints |= {key: hint(key, decided[key]) for key in left if causes[key] == UNEXPLAINED}
    differences = {key: decided[key] - computed.get(key, 0) for key in causes}
    unexplained = {key: differences[key] if found == UNEXPLAINED else 0 for key, found in causes.items()}
    columns = {
        code: list(causes),
        "decided": [decided[key] for key in causes],
        "computed": [computed.get(key) for key in causes],
        "difference": list(differences.values()),
        "cause": list(causes.values()),
        "explained": [differences[key] - unexplained[key] for key in causes],
        "unexplained": list(unexplained.values()),
        "hint": [hints.get(key) for key in causes],
    }
    figures = {
        **_figures(causes, differences),
        "not_in_the_decisions": len(computed.keys() - decided.keys()),
        "causes_tried": "; ".join(candidate.cause for candidate in candidates),
    }
    return StepResult({"reconciliation": build(reconciliation(code), columns)}, figures)


def _first_look(computed: int | None, decided: int) -> str:
    if computed is None:
        return NOT_COMPUTED
    return EQUAL if computed == decided else UNEXPLAINED


def _explained(
    unexplained: Sequence[str], decided: Mapping[str, int], candidates: Sequence[Candidate]
) -> tuple[dict[str, str], list[Candidate]]:
    """Take candidates, the one that explains most first, until none explains anything; give causes."""
    left, tried, causes, taken = list(unexplained), list(candidates), dict[str, str](), list[Candidate]()
    while tried:
        fits = [[key for key in left if candidate.amounts.get(key) == decided[key]] for candidate in tried]
        best = max(range(len(tried)), key=lambda number: len(fits[number]))
        if not fits[best]:
            break
        taken.append(tried.pop(best))
        causes |= dict.fromkeys(fits[best], taken[-1].cause)
        left = [key for key in left if key not in causes]
    return causes, taken


def _as_good(
    taken: Candidate, tried: Sequence[Candidate], decided: Mapping[str, int], explained: Mapping[str, str]
) -> str | None:
    """Name the other candidates that give every amount explained by one: the amounts cannot tell which."""
    those = [key for key, cause in explained.items() if cause == taken.cause]
    names = [
        one.cause
        for one in tried
        if one.cause != taken.cause and all(one.amounts.get(key) == decided[key] for key in those)
    ]
    return f"or: {'; '.join(dict.fromkeys(names))}" if names else None


def _figures(causes: Mapping[str, str], differences: Mapping[str, int]) -> dict[str, Figure]:
    """Count by cause, with the euros by which the decisions differ for that cause."""
    counts, cents = Counter(causes.values()), Counter[str]()
    for key, found in causes.items():
        cents[found] += differences[key]
    others = sorted(counts.keys() - {EQUAL})
    return {
        "decided": len(causes),
        EQUAL: counts[EQUAL],
        **{found: counts[found] for found in others},
        **{f"{found}: euros": Fraction(cents[found], 100) for found in others},
        "difference": Fraction(sum(differences.values()), 100),
        "unexplained_difference": Fraction(cents[UNEXPLAINED], 100),
    }
