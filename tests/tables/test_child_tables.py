"""The tables of children."""

from oab_funding.tables.child_tables import PUPILS


def test_education_runs_from_1_to_8() -> None:
    kind = PUPILS["education_mother"].kind
    assert (kind.minimum, kind.maximum) == (1, 8)  # type: ignore[union-attr]
