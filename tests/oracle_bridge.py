"""Between the oracle and the library: the same country for both, and a count of the cases compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeVar

import pyarrow as pa
from hypothesis import HealthCheck, settings

from oab_funding.errors import InputError
from oab_funding.tables.child_tables import SCORED_CHILDREN
from oab_funding.tables.columns import build
from oab_funding.tables.conform import conform
from oab_funding.tables.score_tables import MUNICIPALITY_SCORES, SITE_SCORES
from oab_funding.tables.step_result import StepResult
from oracle.municipal_grants import MunicipalRow
from oracle.refusal import RefusedError
from oracle.target_group import Child

CASES: Counter[str] = Counter()
"""Cases in which library and oracle were compared, by what was compared."""

PERCENT = Fraction(1, 100)

Outcome = TypeVar("Outcome")


def examples(number: int) -> settings:
    """Settings for so many examples, ten times as many under the profile `thorough`."""
    assert settings.default is not None
    return settings(
        max_examples=max(1, number * settings.default.max_examples // 100),
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
    )


def both(
    what: str, oracle: Callable[[], Outcome], library: Callable[[], StepResult]
) -> tuple[Outcome, StepResult] | None:
    """Compute a case twice. None where both refuse it; one alone must not."""
    CASES[what] += 1
    try:
        expected = oracle()
    except RefusedError as refused:
        CASES[f"{what}, refused by both"] += 1
        try:
            found = library()
        except InputError:
            return None
        raise AssertionError(f"refused by the oracle ({refused}), not here: {found.figures}") from refused
    return expected, library()


def children_table(children: Iterable[Child]) -> pa.Table:
    """The table of scored children of some children of the oracle."""
    rows = [
        {
            "child_id": child.child_id,
            "kind": "pupil" if child.site else "toddler",
            "site_id": child.site,
            "municipality_code": child.municipality,
            "age": child.age,
            "education_score": None if child.score is None else decimal(child.score, 6),
            "asylum_seeker": child.asylum,
        }
        for child in children
    ]
    schema = pa.schema(
        {
            "child_id": pa.string(),
            "kind": pa.string(),
            "site_id": pa.string(),
            "municipality_code": pa.string(),
            "age": pa.int64(),
            "education_score": pa.decimal128(12, 6),
            "asylum_seeker": pa.bool_(),
        }
    )
    table = pa.Table.from_pylist(rows, schema=schema)
    return conform(table, SCORED_CHILDREN) if rows else table


def decimal(value: Fraction, places: int) -> Decimal:
    """A fraction on the grid as a decimal."""
    units = value * 10**places
    assert units.denominator == 1, f"{value} has more than {places} decimals"
    return Decimal(units.numerator).scaleb(-places)


def hundredths(value: Fraction) -> int:
    """A number of two decimals as hundredths."""
    units = value * 100
    assert units.denominator == 1
    return units.numerator


def municipality_table(rows: Sequence[MunicipalRow], date: str) -> pa.Table:
    """Scores of municipalities on one date, `later` or `earlier`, in the order given."""
    return build(
        MUNICIPALITY_SCORES,
        {
            "municipality_code": [row.code for row in rows],
            "score_raw": [hundredths(getattr(row, f"raw_{date}")) for row in rows],
            "score": [hundredths(getattr(row, f"score_{date}")) for row in rows],
        },
    )


def site_table(scores: Mapping[str, Fraction]) -> pa.Table:
    """Scores of sites."""
    return build(
        SITE_SCORES, {"site_id": list(scores), "score": [hundredths(score) for score in scores.values()]}
    )


def column(table: pa.Table, key: str, name: str) -> dict[str, Any]:
    """One column by the key; decimals as fractions."""
    values = [Fraction(v) if isinstance(v, Decimal) else v for v in table.column(name).to_pylist()]
    return dict(zip(table.column(key).to_pylist(), values, strict=True))


def rows_of(table: pa.Table) -> list[dict[str, Any]]:
    """The rows of a table, for comparing bit by bit."""
    found: list[dict[str, Any]] = table.to_pylist()
    return found


def same(first: StepResult, second: StepResult) -> bool:
    """Whether two results are the same: tables to the bit, and figures."""
    return (
        dict(first.figures) == dict(second.figures)
        and first.tables.keys() == second.tables.keys()
        and all(first.tables[name].equals(second.tables[name]) for name in first.tables)
    )
