"""On what terms a file of grants was computed: period, price and transition, in columns of the file itself.

Columns stay with the rows in every kind of file; two versions are comparable only where these agree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import pyarrow as pa

from oab_funding.errors import InputError, Place
from oab_funding.exact import round_exact, to_fraction
from oab_funding.tables.columns import texts
from oab_funding.tables.schema import Column, TableSchema, Text
from oab_funding.tables.step_result import Figure

_PERIOD, _PRICE, _TRANSITION = "period", "unit_price", "transition"


@dataclass(frozen=True, slots=True)
class Terms:
    """What a file of grants says of itself; None for what it does not say.

    Parameters
    ----------
    period
        The period of the schools' grants, or the budget year of the municipalities'.
    unit_price
        Euros per unit of score in the period: for schools price x share of the annual amount.
    transition
        "none", "before transition" or "applied".
    """

    period: str | None = None
    unit_price: Fraction | None = None
    transition: str | None = None


def with_terms(table: pa.Table, terms: Terms) -> pa.Table:
    """Put the terms into every row of a table of grants.

    Examples
    --------
    >>> terms = Terms("2020-2021", Fraction(1119, 2), "before transition")
    >>> with_terms(pa.table({"amount": [1]}), terms).to_pylist()[0]["unit_price"]
    '559.50'
    """
    said = {_PERIOD: terms.period, _PRICE: _written(terms.unit_price), _TRANSITION: terms.transition}
    for name, value in said.items():
        table = table.append_column(name, pa.array([value] * table.num_rows, pa.string()))
    return table


def terms_by_figures(period: str, figures: Mapping[str, Figure]) -> Terms:
    """Give the terms of grants by the figures of the step that computed them.

    Examples
    --------
    >>> terms_by_figures("2023", {"price": Fraction(600), "transition": "none"}).unit_price
    Fraction(600, 1)
    """
    share = figures.get("share_of_annual_amount", 1)
    per_unit = Fraction(str(figures["price"])) * Fraction(str(share))
    return Terms(period, per_unit, str(figures["transition"]))


def schema_with_terms(schema: TableSchema) -> TableSchema:
    """Give the schema of grants that may say their terms."""
    said = (Column(name, Text(), required=False, nullable=True) for name in (_PERIOD, _PRICE, _TRANSITION))
    return TableSchema(schema.name, (*schema.columns, *said), schema.key)


def terms_of(table: pa.Table, name: str) -> Terms:
    """Read the terms of a table of grants.

    Parameters
    ----------
    table
        Grants, read by `schema_with_terms`.
    name
        What the table is, for messages.

    Raises
    ------
    InputError
        Rows differ in their terms, or the price is no number.

    Examples
    --------
    >>> terms_of(with_terms(pa.table({"amount": [1]}), Terms("2021", Fraction(1, 3))), "final").unit_price
    Fraction(1, 3)
    """
    period, price, transition = (_only(table, column, name) for column in (_PERIOD, _PRICE, _TRANSITION))
    place = Place(name, column=_PRICE)
    return Terms(period, None if price is None else to_fraction(price, place), transition)


def _only(table: pa.Table, column: str, name: str) -> str | None:
    if column not in table.column_names:
        return None
    found = sorted(set(texts(table, column)))
    if len(found) > 1:
        raise InputError(
            f"rows differ: {found[0] or 'nothing'} and {found[1]}",
            Place(name, column=column),
            "give one version",
        )
    return found[0] if found and found[0] else None


def _written(price: Fraction | None) -> str | None:
    """Write a price with two decimals where it is in cents, else exactly."""
    if price is None:
        return None
    return f"{round_exact(price, 2):f}" if (price * 100).denominator == 1 else str(price)
