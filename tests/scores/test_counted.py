"""Reading the children that count, once or again and again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

import pyarrow as pa
import pytest

from oab_funding.errors import InputError
from oab_funding.scores import counted
from oab_funding.scores.child_source import ChildSource, source_of
from oab_funding.scores.counted import CountedChildren, read_children
from oab_funding.scores.population import PUPIL, Population
from oracle.target_group import Child
from oracle_bridge import children_table

F = Fraction
PARTS = [
    children_table([Child("a", F(520), site="01AA00"), Child("b", None, True, "02BB00")]),
    children_table([Child("t", F(510), age=3), Child("c", F(530), site="02BB00")]),
]


class Source(ChildSource):
    """Counts how often it is gone through."""

    def __init__(self) -> None:
        self.readings = 0

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(PARTS[0].column_names)

    def of(self, columns: Sequence[str]) -> ChildSource:
        return self

    def __iter__(self) -> Iterator[pa.Table]:
        self.readings += 1
        return iter(PARTS)


def units(children: CountedChildren) -> list[int]:
    return [score for batch in children.batches for score in batch.scores.tolist()]


@pytest.mark.parametrize(("kept", "readings"), [(3, 1), (2, 3), (0, 3)])
def test_what_fits_is_read_once(monkeypatch: pytest.MonkeyPatch, kept: int, readings: int) -> None:
    monkeypatch.setattr(counted, "MOST_KEPT", kept)
    source = Source()
    children = read_children(source, Population("site_id", (PUPIL,)))
    assert units(children) == units(children) == [520_000_000, 530_000_000]
    assert source.readings == readings
    assert (children.names, children.children, children.asylum_seekers) == (("01AA00", "02BB00"), 3, 1)
    assert children.left_out == {"of another kind": 1}
    assert (children.scored.count, children.scored.total) == (2, 1_050_000_000)


def test_scores_too_large_to_add_up_are_refused() -> None:
    table = PARTS[0].slice(0, 1)
    place = table.schema.get_field_index("education_score")
    large = pa.array([2**62]).cast(pa.decimal128(38, 0))
    huge = table.set_column(place, pa.field("education_score", large.type), large)
    with pytest.raises(InputError, match="63 bits"):
        read_children(source_of(huge), Population("site_id", (PUPIL,)))
