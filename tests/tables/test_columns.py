"""Columns as exact values and back."""

import pyarrow as pa
from hypothesis import strategies as st

from oab_funding.tables.columns import texts

KIND = pa.decimal128(12, 2)
numbers = st.integers(-(10**12) + 1, 10**12 - 1)


def test_texts() -> None:
    assert texts(pa.table({"x": ["a", None, ""]}), "x") == ["a", "", ""]
