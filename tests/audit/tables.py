"""Tables for the tests: the same rows, stored in every way that Arrow has."""

from datetime import date
from decimal import Decimal
from itertools import pairwise

import pyarrow as pa
from hypothesis import strategies as st

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
DECIMAL = st.integers(-(10**11), 10**11).map(lambda units: Decimal(units).scaleb(-4)) | st.sampled_from(
    [Decimal(0), Decimal(10), Decimal("1.5"), Decimal(-(2**63)).scaleb(-4), Decimal("-1.2500")]
)
WIDE = st.integers(-(10**32), 10**32).map(lambda units: Decimal(f"{units}e-4"))
VALUES = {
    "text": TEXT,
    "whole": st.integers(-128, 127) | st.integers(-(2**63), 2**63 - 1),
    "decimal": st.one_of(DECIMAL, DECIMAL, DECIMAL, WIDE),
    "yes-no": st.booleans(),
    "day": st.dates(date(1600, 1, 1), date(2400, 1, 1)),
    "null": st.none(),
}


@st.composite
def logical_tables(draw, max_rows=9):
    """Draw names, kinds, rows, and a key of one or two columns that is unique."""
    size = draw(st.integers(0, max_rows))
    first = draw(st.sampled_from(["text", "whole", "decimal", "day"]))
    second = draw(st.sampled_from(["text", "yes-no", "whole"]))
    keys = draw(st.lists(st.tuples(VALUES[first], VALUES[second]), min_size=size, max_size=size, unique=True))
    kinds = {"k": first, "κ2": second}
    rows = [{"k": one, "κ2": two} for one, two in keys]
    for name in draw(st.lists(st.sampled_from(["a", "b", "Z", "é", "ab", ""]), unique=True, max_size=4)):
        kinds[name] = draw(st.sampled_from(sorted(VALUES)))
        values = st.none() | VALUES[kinds[name]]
        for row in rows:
            row[name] = draw(values)
    key = (
        ["k", "κ2"] if len({row["k"] for row in rows}) < size else draw(st.sampled_from([["k"], ["k", "κ2"]]))
    )
    return list(kinds), kinds, rows, key


@st.composite
def stored(draw, names, kinds, rows):
    """Store rows as an Arrow table: any order of rows and columns, any type that fits, any chunks."""
    rows = draw(st.permutations(rows))
    names = draw(st.permutations(names))
    columns = [draw(stored_column(kinds[name], [row[name] for row in rows])) for name in names]
    return pa.table(columns, names=names)


@st.composite
def stored_column(draw, kind, values):
    arrow = draw(st.sampled_from(_fitting(kind, values)))
    hidden = draw(st.lists(st.sampled_from(_HIDDEN[kind]), min_size=len(values), max_size=len(values)))
    array = _hiding(values, hidden, arrow)
    if kind in ("text", "whole") and draw(st.booleans()):
        array = array.cast(pa.string()) if pa.types.is_string_view(array.type) else array
        array = array.dictionary_encode()
    cuts = sorted(draw(st.lists(st.integers(0, len(values)), max_size=2)))
    edges = [0, *cuts, len(values)]
    return pa.chunked_array([array.slice(a, b - a) for a, b in pairwise(edges)], array.type)


_HIDDEN = {
    "text": ["", "hidden"],
    "whole": [0, 7],
    "decimal": [Decimal(0), Decimal(3)],
    "yes-no": [True, False],
    "day": [date(1970, 1, 1), date(2000, 2, 2)],
    "null": [None],
}


def _hiding(values, hidden, arrow):
    """Build an array whose empty places hold something in the buffers under the bitmap."""
    if pa.types.is_null(arrow) or pa.types.is_string_view(arrow):
        return pa.array(values, arrow)
    full = pa.array([h if v is None else v for v, h in zip(values, hidden, strict=True)], arrow)
    bitmap = pa.array([v is not None for v in values], pa.bool_()).buffers()[1]
    return pa.Array.from_buffers(arrow, len(full), [bitmap, *full.buffers()[1:]])


def _fitting(kind, values):
    known = [value for value in values if value is not None]
    if kind == "text":
        return [pa.string(), pa.large_string(), pa.string_view()]
    if kind == "whole":
        widths = [(pa.int8(), 7), (pa.int16(), 15), (pa.int32(), 31), (pa.int64(), 63)]
        signed = [arrow for arrow, bits in widths if all(-(2**bits) <= value < 2**bits for value in known)]
        unsigned = [pa.uint8(), pa.uint64()] if all(0 <= value < 128 for value in known) else []
        return signed + unsigned
    if kind == "decimal":
        small = all(abs(value) < 10**9 for value in known)
        narrow = [pa.decimal128(14, 4), pa.decimal128(17, 6), pa.decimal64(14, 4)] if small else []
        return [pa.decimal128(38, 4), pa.decimal128(38, 5), pa.decimal256(60, 4), *narrow]
    return {"yes-no": [pa.bool_()], "day": [pa.date32(), pa.date64()], "null": [pa.null()]}[kind]
