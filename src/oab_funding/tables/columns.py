"""Taking columns out of Arrow tables as exact Python or numpy values, and putting them back.

Scores and money travel as whole units: hundredths, cents, millionths.
"""

from __future__ import annotations

import pyarrow as pa

from oab_funding.exact import FixedPoint


def units(table: pa.Table, name: str, places: int | None = None) -> list[int]:
    """Give a decimal column as whole units of its own places, or of the places asked for.

    Raises
    ------
    InputError
        A number has more decimals than asked for.

    Examples
    --------
    >>> from decimal import Decimal
    >>> scores = pa.table({"score": pa.array([Decimal("1.5")], pa.decimal128(12, 1))})
    >>> units(scores, "score"), units(scores, "score", 2)
    ([15], [150])
    """
    column = FixedPoint.from_arrow(table.column(name), name)
    found: list[int] = (column if places is None else column.rescale(places)).units.tolist()
    return found


def texts(table: pa.Table, name: str) -> list[str]:
    """Give a text column as a list, empty text where it is empty.

    Examples
    --------
    >>> texts(pa.table({"flags": ["a", None]}), "flags")
    ['a', '']
    """
    return ["" if value is None else value for value in table.column(name).to_pylist()]
