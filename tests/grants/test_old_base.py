"""The old base of schools: stated, or from its five parts."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oab_funding.errors import InputError
from oab_funding.grants.old_base import old_bases
from oracle import school_grants as oracle

F = Fraction
MONEY = st.integers(-(10**9), 10**9)


def table(**columns: list[str]) -> pa.Table:
    kind = pa.decimal128(18, 2)
    return pa.table(
        {
            "school_id": ["00AP"],
            **{name: pa.array(map(Decimal, cells), kind) for name, cells in columns.items()},
        }
    )


@given(st.lists(MONEY, min_size=5, max_size=5), st.fractions(0, 1, max_denominator=10**4))
def test_the_parts_of_the_oracle(cents: list[int], index: Fraction) -> None:
    parts = {name: [str(Decimal(n).scaleb(-2))] for name, n in zip("defgh", cents, strict=True)}
    expected = oracle.old_base(*(F(n, 100) for n in cents), index)
    assert old_bases(table(**parts), index) == {"00AP": expected}


def test_a_stated_base_may_stand_beside_parts_that_agree() -> None:
    parts = {"d": ["20.00"], "e": ["5.00"], "f": ["1.00"], "g": ["3.00"], "h": ["2.00"]}
    assert old_bases(table(old_base=["25.00"], **parts)) == {"00AP": 25}
    with pytest.raises(InputError, match=r"school 00AP: old_base is 25.01, its parts give 25.00"):
        old_bases(table(old_base=["25.01"], **parts))


def test_what_is_missing() -> None:
    with pytest.raises(InputError, match="has neither old_base nor d, e, f, g, h"):
        old_bases(table())
    for columns in ({"d": ["1.00"], "g": ["1.00"]}, {"old_base": ["1.00"], "d": ["1.00"], "g": ["1.00"]}):
        with pytest.raises(InputError, match="has d, g but not all of d, e, f, g, h"):
            old_bases(table(**columns))
