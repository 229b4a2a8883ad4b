"""The table of scored children, from their scores in whole units."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from oab_funding.exact.decimal128 import units_to_arrow
from oab_funding.exact.integers import Int64Array
from oab_funding.indicator.coding import CodedChildren
from oab_funding.indicator.rounds import Average, ScoredPart
from oab_funding.indicator.scoring import known_scores
from oab_funding.indicator.specification import SCORE_PLACES
from oab_funding.tables.child_tables import SCORED_CHILDREN


def scored_table(parts: Sequence[ScoredPart], average: Average) -> pa.Table:
    """Lay out the children who count, with their scores.

    Parameters
    ----------
    parts
        Pupils, and toddlers if there are any.
    average
        ``"child"``: a row per child, with the mean over the rounds. ``"institution"``: a row per child and
        round, all of round 1 first.

    Returns
    -------
    pyarrow.Table
        As `SCORED_CHILDREN` describes; asylum seekers without a score.
    """
    if average == "child":
        tables = [_rows(part.coded, part.mean(), None) for part in parts]
    else:
        by_round = zip(*(part.rounds() for part in parts), strict=True)
        tables = [
            _rows(part.coded, units, number)
            for number, scores in enumerate(by_round, start=1)
            for part, units in zip(parts, scores, strict=True)
        ]
    return pa.concat_tables(tables).unify_dictionaries().combine_chunks()


def _rows(coded: CodedChildren, units: Int64Array, number: int | None) -> pa.Table:
    n, asylum = len(coded), pa.array(coded.asylum_seeker)
    # An asylum seeker's score may be unknown; 0 keeps the decimals in range until it is emptied.
    decimals = units_to_arrow(
        np.where(known_scores(units) & ~coded.asylum_seeker, units, 0), 12, SCORE_PLACES
    )
    columns = {
        "child_id": coded.children.column("child_id"),
        "kind": pa.DictionaryArray.from_arrays(np.zeros(n, dtype=np.int32), pa.array([coded.kind])),
        "site_id": coded.children.column("site_id") if coded.kind == "pupil" else None,
        "municipality_code": coded.children.column("municipality_code"),
        "age": pa.array(coded.ages),
        "education_score": pc.if_else(asylum, pa.scalar(None, decimals.type), decimals),
        "asylum_seeker": asylum,
        "round": None if number is None else pa.array(np.full(n, number)),
    }
    if columns["site_id"] is None:
        columns["site_id"] = pa.array([None] * n, SCORED_CHILDREN["site_id"].kind.arrow)
    if number is None:
        del columns["round"]
    return pa.table(columns, schema=SCORED_CHILDREN.arrow(tuple(columns))).filter(pa.array(coded.counted))
