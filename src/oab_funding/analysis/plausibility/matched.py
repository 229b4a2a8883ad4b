"""The same children on two dates: who stayed, came, left and moved, and whose score changed."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from oab_funding.analysis.child_rows import coded_by
from oab_funding.analysis.children import Both, both_of
from oab_funding.analysis.rescored import can_be_rescored, model_of
from oab_funding.exact import round_ratio
from oab_funding.indicator.category_codes import UNKNOWN
from oab_funding.run.run import Run
from oab_funding.tables.schema import Column, Number, TableSchema, Text, Whole

MATCHED = TableSchema(
    "matched_children",
    (
        Column("first", Text()),
        Column("second", Text()),
        Column("group", Text()),
        Column("children", Whole(minimum=0)),
        Column("mean_change", Number(6), nullable=True),
    ),
    key=("first", "second", "group"),
)
"""Children by what became of them, and the mean change of the education score of those on both dates."""


def excluded(run: Run) -> tuple[str, ...]:
    """Give the codes of the schools that the law of a run's date leaves out."""
    children = run.calculation.children
    assert children is not None  # asked before
    return run.statutes.school_score(children.reference_date).formula.excluded_schools


def both_dates(first: Run, second: Run) -> Both:
    """Put the children of two dates into rows, pupils at sites and toddlers at home."""
    return both_of((first, second), "municipality_code", (excluded(first), excluded(second)))


def matched(first: Run, second: Run) -> Iterator[tuple[str, int, int | None]]:
    """Give what became of the children, with the mean change of their score (millionths).

    Parameters
    ----------
    first, second
        Runs that scored children.
    """
    both = both_dates(first, second)
    one, other = both.sides
    together = one.present & other.present
    asylum = one.asylum | other.asylum
    change = other.score - one.score
    same = together & (one.site == other.site) & (one.home == other.home)
    groups = {
        "came": other.present & ~one.present,
        "left": one.present & ~other.present,
        "on both dates": together,
        "at the same place": same,
        "moved": together & ~same,
        "seeking asylum on either date": together & asylum,
        "another score": together & ~asylum & (change != 0),
        **_known(both, (first, second), together),
    }
    for name, members in groups.items():
        number = int(members.sum())
        known = members & together & ~asylum
        counted = int(known.sum())
        mean = round_ratio(int(change[known].sum()), counted) if counted else None
        yield name, number, mean


def _known(both: Both, runs: tuple[Run, Run], together: np.ndarray) -> dict[str, np.ndarray]:
    """Group the children on both dates by whether every feature of theirs was known on either."""
    if not can_be_rescored(runs):
        return {}
    import pyarrow.compute as pc

    unknown = []
    for run in runs:
        found = np.zeros(len(both.ids), dtype=np.bool_)
        for part in coded_by(run, model_of(run).specification).parts:
            missing = np.any([codes == UNKNOWN for codes in part.codes.values()], axis=0)
            gone = pc.filter(part.children["child_id"], missing)
            found |= np.asarray(pc.is_in(both.ids, value_set=gone.combine_chunks()))
        unknown.append(found)
    return {
        f"{'imputed' if was else 'known'}, then {'imputed' if now else 'known'}": (
            together & (unknown[0] == was) & (unknown[1] == now)
        )
        for was in (False, True)
        for now in (False, True)
    }
