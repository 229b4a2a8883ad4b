"""The old-scheme base of schools: A = D + E + F - G + H, indexed."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pyarrow as pa

from oab_funding.errors import InputError, Place
from oab_funding.exact import Exact, change
from oab_funding.tables.columns import texts, units

_SIGNS = {"d": 1, "e": 1, "f": 1, "g": -1, "h": 1}
_CENTS = 100


def old_bases(table: pa.Table, index: Exact = Fraction(0)) -> dict[str, Fraction]:
    """Give the old base of each school in euros.

    Parameters
    ----------
    table
        `school_id` with `old_base`, or with `d` (old weights funding), `e` (impulse areas), `f` (old material
        funding), `g` (new material funding) and `h` (old school weight x a set amount), all in euros.
    index
        Change by which the whole base is indexed, such as "1.2%"; 0 means not indexed.

    Raises
    ------
    InputError
        The table has neither `old_base` nor all five parts, or some of them, or both and they disagree; or
        the index is a float, could be a percentage, or is -100% or less.

    Notes
    -----
    Besluit bekostiging WPO art. 36a. The yearly percentage of the index is not at hand.

    Examples
    --------
    >>> from decimal import Decimal
    >>> old_bases(pa.table({"school_id": ["00AP"], "old_base": pa.array([Decimal("10.00")])}))
    {'00AP': Fraction(10, 1)}
    """
    indexed = 1 + base_index(index)
    names = table.column_names
    given = [letter for letter in _SIGNS if letter in names]
    has_parts = len(given) == len(_SIGNS)
    if given and not has_parts:
        raise InputError(
            f"has {', '.join(given)} but not all of d, e, f, g, h",
            Place("old base"),
            "give all five parts, or none",
        )
    if "old_base" not in names and not has_parts:
        raise InputError(
            "has neither old_base nor d, e, f, g, h", Place("old base"), "give old_base, or its five parts"
        )
    stated = units(table, "old_base", 2) if "old_base" in names else None
    added = _add_up(table) if has_parts else None
    schools = texts(table, "school_id")
    if stated is not None and added is not None:
        _check_agree(schools, stated, added)
    cents = stated if stated is not None else added or []
    return {school: Fraction(value, _CENTS) * indexed for school, value in zip(schools, cents, strict=True)}


def base_index(value: Exact) -> Fraction:
    """Take the change by which an old base is indexed, such as "1.2%": above -100% and at most 100%.

    Raises
    ------
    InputError
        It is a float or no number, could be a percentage, or is outside its bounds.

    Examples
    --------
    >>> base_index("1.2%"), base_index(0)
    (Fraction(3, 250), Fraction(0, 1))
    """
    if isinstance(value, Fraction) and value == 1:  # 100%, as a document was read: no percentage is meant
        return value
    return change(value, "index")


def _check_agree(schools: list[str], stated: list[int], added: list[int]) -> None:
    for school, one, other in zip(schools, stated, added, strict=True):
        if one != other:
            raise InputError(
                f"school {school}: old_base is {_euros(one)}, its parts give {_euros(other)}",
                Place("old base"),
                "give one of the two",
            )


def _add_up(table: pa.Table) -> list[int]:
    parts = [(sign, units(table, letter, 2)) for letter, sign in _SIGNS.items()]
    return [sum(sign * values[row] for sign, values in parts) for row in range(table.num_rows)]


def _euros(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-2)
