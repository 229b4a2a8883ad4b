"""Two versions of one year's decision, provisional and final: what changed, and what moved it."""

from __future__ import annotations

from fractions import Fraction

import pyarrow as pa

from oab_funding.exact import round_units
from oab_funding.tables.catalogue import VERSION_CHANGES
from oab_funding.tables.columns import decimals, texts, units
from oab_funding.tables.step_result import Figure, StepResult

_SCORE_UNITS = 1000


def compare_versions(provisional: pa.Table, final: pa.Table, price: Fraction) -> StepResult:
    """Lay two versions of the municipal grants side by side.

    The part that follows from a municipality's own score is the change of its score x the provisional price; all
    else (price, minimum, transition, cents) is the rest, so that the parts add up to the change.

    Parameters
    ----------
    provisional, final
        Tables `municipal_grants`. A municipality in one only counts as 0 in the other, and is counted.
    price
        The price of the provisional version, euros per unit.

    Returns
    -------
    StepResult
        Table `version_changes`; figures: how many rose, fell and stayed, and the sums.
    """
    before, after = _by_code(provisional), _by_code(final)
    codes = sorted(before.keys() | after.keys())
    nothing = (0, 0)
    rows = []
    for code in codes:
        (score, amount), (new_score, new_amount) = before.get(code, nothing), after.get(code, nothing)
        own = round_units(Fraction(new_score - score, _SCORE_UNITS) * price, 2)
        rows.append((amount, new_amount, new_amount - amount, own, new_amount - amount - own))
    schema = VERSION_CHANGES.arrow()
    columns = [decimals((row[i] for row in rows), schema.field(i + 1).type) for i in range(len(schema) - 1)]
    table = pa.Table.from_arrays([pa.array(codes, pa.string()), *columns], schema=schema)
    changes = [row[2] for row in rows]
    figures: dict[str, Figure] = {
        "rose": sum(change > 0 for change in changes),
        "fell": sum(change < 0 for change in changes),
        "stayed": sum(change == 0 for change in changes),
        "only_in_one": len(before.keys() ^ after.keys()),
        "total_change": Fraction(sum(changes), 100),
        "moved": Fraction(sum(change for change in changes if change > 0), 100),
    }
    return StepResult({"version_changes": table}, figures)


def _by_code(grants: pa.Table) -> dict[str, tuple[int, int]]:
    rows = zip(units(grants, "score"), units(grants, "amount"), strict=True)
    return dict(zip(texts(grants, "municipality_code"), rows, strict=True))
