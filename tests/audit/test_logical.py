from decimal import Decimal

import pyarrow as pa
import pytest

from oab_funding.audit.logical import logical
from oab_funding.errors import InputError


@pytest.mark.parametrize(
    ("array", "kind", "arrow"),
    [
        (pa.array([1], pa.uint8()), "whole", pa.int64()),
        (pa.array([Decimal("1.5")], pa.decimal128(12, 6)), "decimal", pa.decimal128(12, 6)),
        (pa.array([Decimal("1.5")], pa.decimal64(12, 6)), "decimal", pa.decimal128(38, 6)),
        (pa.array([Decimal("1.5")], pa.decimal256(60, 6)), "decimal", pa.decimal128(38, 6)),
        (pa.array([Decimal("100")], pa.decimal128(4, -2)), "decimal", pa.decimal128(38, 0)),
        (pa.array(["a"]), "text", pa.large_string()),
        (pa.array(["a"], pa.string_view()), "text", pa.large_string()),
        (pa.array(["a", None, "a"]).dictionary_encode(), "text", pa.large_string()),
        (pa.array([1, None, 1], pa.int8()).dictionary_encode(), "whole", pa.int64()),
        (pa.array([True]), "yes-no", pa.bool_()),
        (pa.array([0], pa.date64()), "day", pa.date32()),
        (pa.nulls(2), "null", pa.null()),
    ],
)
def test_one_logical_type_for_many_arrow_types(array, kind, arrow):
    for chunks in ([array], [array.slice(0, 1), array.slice(1)], []):
        column = logical("x", pa.chunked_array(chunks, array.type))
        assert (column.name, column.kind, column.values.type) == ("x", kind, arrow)
        assert column.values.to_pylist() == (array.to_pylist() if chunks else [])


def test_says_what_it_cannot_hold():
    with pytest.raises(InputError, match=r"column mean: holds double, .*; give whole"):
        logical("mean", pa.chunked_array([[0.5]]))
