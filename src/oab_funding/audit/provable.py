"""Which rows of a bundle can be proved one by one, and which columns of them.

What an institution is given stands in these tables: its amount, and how its score came about. Columns that
tell of few children are left out, so that a proof may travel where the derivation itself may not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

PROVABLE = frozenset(
    {
        "school_grants",
        "schools",
        "site_grants",
        "site_scores",
        "site_derivations",
        "municipal_grants",
        "municipality_derivations",
        "municipality_scores",
        "earlier_municipality_scores",
    }
)
"""Tables whose rows can be proved."""

PROVABLE_BEFORE_3 = frozenset({"school_grants", "municipal_grants"})
"""The same in bundles of formats 1 and 2, where no proof can be drawn up."""

OF_FEW_CHILDREN = frozenset({"target_children", "target_sum", "difference"})
"""Columns that are left out of a proof: a count of children below a line, the sum of their scores, and what
gives that sum away."""

OF_CHILDREN = frozenset({"scored_children", "pupils", "toddlers"})
"""Tables of children: the record of a step that was given one may hold the score of a single child."""


def provable_tables(tables: Mapping[str, object], form: int) -> frozenset[str]:
    """Give the names of tables that must have a root of rows in a bundle of some format."""
    return (PROVABLE if form > 2 else PROVABLE_BEFORE_3) & tables.keys()


def proved_columns(columns: Sequence[str]) -> list[str]:
    """Give the columns of a table that a proof shows.

    Examples
    --------
    >>> proved_columns(["site_id", "pupils", "target_sum"])
    ['site_id', 'pupils']
    """
    return [name for name in columns if name not in OF_FEW_CHILDREN]
