"""A table read by what its columns are."""

from __future__ import annotations

import pytest

from oab_funding.analysis.disclosure.released import KEYS, Shape, layers_of, read_released
from oab_funding.errors import InputError

FRAME = {
    "site_id": ["00AP00", "00AR00"],
    "pupils": [30, 20],
    "target": [4, 5],
    "score": ["12.50", None],
}
SHAPE = Shape(KEYS, "pupils", ("target",), ("score",))


def test_counts_sums_and_what_is_left_out() -> None:
    read = read_released(FRAME, SHAPE, optional=KEYS)
    assert read.shape.by == ("site_id",)
    assert read.row(("00AP00",)) == {"pupils": 30, "target": 4, "score": 12_500_000}
    assert read.row(("00AR00",)) == {"pupils": 20, "target": 5, "score": None}
    assert read.row(("00AZ00",)) is None


def test_categories_are_parts_of_the_count_and_others_a_cell_of_their_own() -> None:
    counts, sums = layers_of(read_released(FRAME, SHAPE, optional=KEYS), margins_known=False)
    rest = {cell.key: cell.value for cell in counts.cells if not cell.listed}
    assert rest == {("00AP00", "total"): 26, ("00AR00", "total"): 15}
    assert (sums.places, [cell.value for cell in sums.cells]) == (1, [125, None])


def test_sums_must_add_up_where_no_row_lacks() -> None:
    frame = {"site_id": ["00AP00", "00AR00", "total"], "pupils": [3, 4, 7], "score": ["1.00", "2.00", "3.01"]}
    read = read_released(frame, Shape(("site_id",), "pupils", (), ("score",)))
    with pytest.raises(InputError, match="do not add up"):
        layers_of(read, margins_known=True)


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        ({"pupils": [3]}, "says of no row"),
        ({"site_id": ["a"]}, "column pupils is missing"),
        ({"site_id": ["a"], "pupils": [-1]}, "pupils"),
        ({"site_id": ["a", "a"], "pupils": [1, 2]}, "occurs twice"),
    ],
)
def test_what_is_no_such_table_is_refused(frame: dict[str, list[object]], said: str) -> None:
    with pytest.raises(InputError, match=said):
        read_released(frame, Shape(KEYS, "pupils"), optional=KEYS)
