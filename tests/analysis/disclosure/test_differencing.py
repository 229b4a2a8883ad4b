"""Groups of two tables against sets of children."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from oab_funding.analysis.disclosure.cells import Cell, Layer
from oab_funding.analysis.disclosure.differencing import by_child, by_size, out_already
from oab_funding.analysis.disclosure.released import Shape, read_released

SHAPE = Shape(("site_id",), "pupils", ("target",))
MINIMUM = 4


def layer(values: dict[str, int | None]) -> Layer:
    return Layer("pupils", tuple(Cell((key,), "pupils", value) for key, value in values.items()), ())


def test_counts_that_differ_by_few_are_to_be_reviewed() -> None:
    other = read_released(
        {"site_id": ["a", "b", "c", "d"], "pupils": [20, 20, 20, None], "target": [5, 5, 5, 5]}, SHAPE
    )
    found = list(by_size(layer({"a": 23, "b": 20, "c": 16, "d": 7, "e": 3}), "provisional", other, MINIMUM))
    assert [(one.at, one.verdict, one.reason) for one in found] == [
        (0, "review", "3 children more than in provisional")
    ]


def test_what_is_out_already_cannot_be_hidden() -> None:
    other = read_released({"site_id": ["a", "b"], "pupils": [20, None], "target": [5, 5]}, SHAPE)
    found = list(out_already(layer({"a": 3, "b": 3, "c": 3}), [0, 1, 2], "without", other))
    assert [one.reason for one in found] == [
        "pupils of this place is out already in without",
        "other numbers of this place are out in without; one may follow from the other",
    ]


@settings(max_examples=40, deadline=None)
@given(
    st.dictionaries(st.integers(0, 9), st.sampled_from("abc")),
    st.dictionaries(st.integers(0, 9), st.sampled_from("abc")),
)
def test_groups_that_differ_by_few_children_are_found_child_by_child(
    mine: dict[int, str], theirs: dict[int, str]
) -> None:
    def group(children: dict[int, str], place: str) -> set[int]:
        return {child for child, at in children.items() if place in (at, "total")}

    places = ["a", "b", "c", "total"]
    counts = layer({place: len(group(mine, place)) for place in places})
    wanted = set()
    for at, place in enumerate(places):
        for other in places:
            one, two = group(mine, place), group(theirs, other)
            if one & two and 0 < len(one ^ two) < MINIMUM:
                wanted.add((at, other, len(one ^ two), not one - two or not two - one))
    own, others = ({str(child): (at,) for child, at in one.items()} for one in (mine, theirs))
    found = {
        (
            one.at,
            one.reason.split("against ")[1].split(" in ")[0],
            int(one.reason.split("but for ")[1].split()[0]),
            "nearly" not in one.reason,
        )
        for one in by_child(counts, 1, own, "final", others, MINIMUM, "total")
    }
    assert found == wanted
