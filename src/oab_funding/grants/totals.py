"""School grants added up per board, municipality and province."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pyarrow as pa

from oab_funding.tables.columns import build, texts, units
from oab_funding.tables.grant_tables import TOTALS_BOARD, TOTALS_MUNICIPALITY, TOTALS_PROVINCE
from oab_funding.tables.schema import TableSchema
from oab_funding.tables.step_result import StepResult

UNKNOWN = "unknown"
"""What a site that is not in the register counts for."""


def totals(site_grants: pa.Table) -> StepResult:
    """Add up the parts of the sites.

    A school's sites may lie in several municipalities; each part counts where its site stands.

    Parameters
    ----------
    site_grants
        Table `site_grants`.

    Returns
    -------
    StepResult
        Tables `totals_board`, `totals_municipality`, `totals_province`, each adding up to the same total;
        sites without a register entry count under "unknown". Figures: the number of each.

    Examples
    --------
    >>> from decimal import Decimal
    >>> from oab_funding.tables.grant_tables import SITE_GRANTS
    >>> row = {"site_id": "00AP00", "school_id": "00AP", "province": "Drenthe", "score": Decimal("1.00"),
    ...        "amount_new": Decimal("2.00"), "amount": Decimal("2.00")}
    >>> grants = pa.Table.from_pylist([row], schema=SITE_GRANTS.arrow())
    >>> totals(grants).tables["totals_province"].column("amount").to_pylist()
    [Decimal('2.00')]
    """
    schemas = (TOTALS_BOARD, TOTALS_MUNICIPALITY, TOTALS_PROVINCE)
    tables = {schema.name: _add_up(site_grants, schema) for schema in schemas}
    figures = {
        name.removeprefix("totals_") + "_totals": sum(
            code != UNKNOWN for code in texts(table, table.column_names[0])
        )
        for name, table in tables.items()
    }
    return StepResult(tables, figures)


def _add_up(site_grants: pa.Table, schema: TableSchema) -> pa.Table:
    code, *labels = schema.names[: schema.names.index("sites")]
    members: dict[str, list[int]] = {}
    for row, value in enumerate(texts(site_grants, code)):
        members.setdefault(value or UNKNOWN, []).append(row)
    order = sorted(members)
    pupils = site_grants.column("pupils").to_pylist()
    columns: dict[str, Any] = {
        code: order,
        "sites": [len(members[key]) for key in order],
        "pupils": [_sum_known(pupils[row] for row in members[key]) for key in order],
    }
    for label in labels:
        values = site_grants.column(label).to_pylist()
        columns[label] = [values[members[key][0]] for key in order]
    for name in ("score", "amount_new", "amount"):
        cents = units(site_grants, name, 2)
        columns[name] = [sum(cents[row] for row in members[key]) for key in order]
    return build(schema, columns)


def _sum_known(values: Iterable[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None
