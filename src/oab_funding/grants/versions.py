"""Two versions of one decision, provisional and final: what changed, and what moved it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import pyarrow as pa

from oab_funding.errors import InputError
from oab_funding.exact import Exact, round_units, to_fraction
from oab_funding.tables.columns import build, texts, units
from oab_funding.tables.grant_tables import SCHOOL_VERSION_CHANGES, VERSION_CHANGES
from oab_funding.tables.step_result import Figure, StepResult

_SCORE_UNITS = 1000


@dataclass(frozen=True, slots=True)
class _Grant:
    """One version: score in thousandths, whether the minimum took its place, cents before and after."""

    score: int = 0
    topped_up: bool = False
    new: int = 0
    amount: int = 0


def compare_versions(provisional: pa.Table, final: pa.Table, price: Exact, final_price: Exact) -> StepResult:
    """Lay two versions of the grants of schools, or of municipalities, side by side.

    The change of each is what its score moved at the provisional price, what the price moved at the final
    score, what the minimum moved, and what the transition moved; in cents they add up to the change. The
    cents that rounding moved stand with the price, and where the minimum was applied with the minimum.

    Parameters
    ----------
    provisional, final
        Tables `school_grants` or `municipal_grants`. Who is in one only counts as 0 in the other, and is
        counted.
    price, final_price
        Euros per unit of score in the provisional and in the final version.

    Returns
    -------
    StepResult
        Table `school_version_changes` or `version_changes`; figures: how many rose, fell and stayed, and the
        sum of each part.

    Raises
    ------
    InputError
        One table is of schools and the other of municipalities, or a price is a float or no number.

    Examples
    --------
    >>> from oab_funding.tables.grant_tables import MUNICIPAL_GRANTS
    >>> def grants(score: int, amount: int) -> pa.Table:
    ...     one = {"municipality_code": ["GM0363"], "score": [score], "grant_2018": [None], "share": [None]}
    ...     two = {"eligible": [True], "topped_up": [False], "amount_new": [amount], "amount": [amount]}
    ...     return build(MUNICIPAL_GRANTS, one | two)
    >>> changes = compare_versions(grants(1000, 500), grants(3000, 1800), 5, 6).table
    >>> [changes.column(name)[0].as_py() for name in ("change", "from_score", "from_price")]
    [Decimal('13.00'), Decimal('10.00'), Decimal('3.00')]
    """
    code = provisional.column_names[0]
    if code not in final.column_names:
        raise InputError(
            "one version is of schools, the other of municipalities", remedy="give two of a kind"
        )
    prices = tuple(map(to_fraction, (price, final_price)))
    before, after = _by_code(provisional, code), _by_code(final, code)
    codes = sorted(before.keys() | after.keys())
    pairs = [(before.get(each, _Grant()), after.get(each, _Grant())) for each in codes]
    parts = [_parts(old, new, prices[0], prices[1]) for old, new in pairs]
    changes = [new.amount - old.amount for old, new in pairs]
    columns = {
        code: codes,
        "provisional": [old.amount for old, _ in pairs],
        "final": [new.amount for _, new in pairs],
        "change": changes,
        **{f"from_{name}": [part[name] for part in parts] for name in _PARTS},
    }
    schema = SCHOOL_VERSION_CHANGES if code == "school_id" else VERSION_CHANGES
    names = [name for name in _PARTS if f"from_{name}" in schema.names]
    figures = _figures(changes, parts, names, len(before.keys() ^ after.keys()))
    return StepResult({schema.name: build(schema, columns)}, figures)


_PARTS = ("score", "price", "minimum", "transition")


def _parts(old: _Grant, new: _Grant, price: Fraction, final_price: Fraction) -> Mapping[str, int]:
    """Give what each cause moved, in cents; together they are the change."""
    first, second, third = (_worth(old, price), _worth(new, price), _worth(new, final_price))
    change_new = new.new - old.new
    score, moved = second - first, third - second
    rest = change_new - score - moved
    at_minimum = old.topped_up or new.topped_up
    return {
        "score": score,
        "price": moved + (0 if at_minimum else rest),
        "minimum": rest if at_minimum else 0,
        "transition": (new.amount - new.new) - (old.amount - old.new),
    }


def _worth(grant: _Grant, price: Fraction) -> int:
    return round_units(price * Fraction(grant.score, _SCORE_UNITS), 2)


def _figures(
    changes: Sequence[int], parts: Sequence[Mapping[str, int]], names: Sequence[str], only_in_one: int
) -> dict[str, Figure]:
    return {
        "total_change": Fraction(sum(changes), 100),
        **{f"total_from_{name}": Fraction(sum(part[name] for part in parts), 100) for name in names},
        "total_moved": Fraction(sum(change for change in changes if change > 0), 100),
        "rose": sum(change > 0 for change in changes),
        "fell": sum(change < 0 for change in changes),
        "stayed": sum(change == 0 for change in changes),
        "only_in_one": only_in_one,
    }


def _by_code(grants: pa.Table, code: str) -> dict[str, _Grant]:
    topped_up = (
        grants.column("topped_up").to_pylist()
        if "topped_up" in grants.column_names
        else [False] * grants.num_rows
    )
    cells = map(
        _Grant,
        units(grants, "score", 3),
        topped_up,
        units(grants, "amount_new", 2),
        units(grants, "amount", 2),
    )
    return dict(zip(texts(grants, code), cells, strict=True))
