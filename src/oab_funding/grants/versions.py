"""Two versions of one year's decision, provisional and final: what changed, and what moved it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import pyarrow as pa

from oab_funding.exact import round_units
from oab_funding.tables.build import build
from oab_funding.tables.catalogue import VERSION_CHANGES
from oab_funding.tables.columns import texts, units
from oab_funding.tables.step_result import Figure, StepResult

_SCORE_UNITS = 1000


@dataclass(frozen=True, slots=True)
class _Grant:
    """A municipality in one version: H + I in thousandths, whether the minimum holds for it, and cents."""

    score: int = 0
    eligible: bool = False
    amount: int = 0


def compare_versions(provisional: pa.Table, final: pa.Table, price: Fraction, minimum: Decimal) -> StepResult:
    """Lay two versions of the municipal grants side by side.

    What a municipality's own score moved is the difference it makes at the provisional price, minimum
    included; all else (price, transition, cents) is the rest, so that the parts add up to the change.

    Parameters
    ----------
    provisional, final
        Tables `municipal_grants`. A municipality in one only counts as 0 in the other, and is counted.
    price
        The price of the provisional version, euros per unit.
    minimum
        The minimum, euros.

    Returns
    -------
    StepResult
        Table `version_changes`; figures: how many rose, fell and stayed, and the sums.

    Examples
    --------
    >>> from oab_funding.tables.catalogue import MUNICIPAL_GRANTS
    >>> def grants(score: int, amount: int) -> pa.Table:
    ...     one = {"municipality_code": ["GM0363"], "score": [score], "grant_2018": [None], "share": [None]}
    ...     two = {"eligible": [True], "topped_up": [False], "amount_new": [amount], "amount": [amount]}
    ...     return build(MUNICIPAL_GRANTS, one | two)
    >>> changes = compare_versions(grants(1000, 500), grants(3000, 1600), Fraction(5), Decimal(1)).table
    >>> [changes.column(name)[0].as_py() for name in ("change", "from_own_score", "from_all_else")]
    [Decimal('11.00'), Decimal('10.00'), Decimal('1.00')]
    """
    before, after = _by_code(provisional), _by_code(final)
    codes = sorted(before.keys() | after.keys())
    pairs = [(before.get(code, _Grant()), after.get(code, _Grant())) for code in codes]
    changes = [new.amount - old.amount for old, new in pairs]
    own = [round_units(_at(new, price, minimum) - _at(old, price, minimum), 2) for old, new in pairs]
    columns = {
        "municipality_code": codes,
        "provisional": [old.amount for old, _ in pairs],
        "final": [new.amount for _, new in pairs],
        "change": changes,
        "from_own_score": own,
        "from_all_else": [change - part for change, part in zip(changes, own, strict=True)],
    }
    figures: dict[str, Figure] = {
        "rose": sum(change > 0 for change in changes),
        "fell": sum(change < 0 for change in changes),
        "stayed": sum(change == 0 for change in changes),
        "only_in_one": len(before.keys() ^ after.keys()),
        "total_change": Fraction(sum(changes), 100),
        "moved": Fraction(sum(change for change in changes if change > 0), 100),
    }
    return StepResult({"version_changes": build(VERSION_CHANGES, columns)}, figures)


def _at(grant: _Grant, price: Fraction, minimum: Decimal) -> Fraction:
    """Give what a score gives at a price, in euros."""
    amount = price * Fraction(grant.score, _SCORE_UNITS)
    return max(amount, Fraction(minimum)) if grant.eligible else amount


def _by_code(grants: pa.Table) -> dict[str, _Grant]:
    cells = map(
        _Grant, units(grants, "score", 3), grants.column("eligible").to_pylist(), units(grants, "amount", 2)
    )
    return dict(zip(texts(grants, "municipality_code"), cells, strict=True))
