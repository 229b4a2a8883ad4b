"""What the replicates would pay, beside what was computed: parts, and the levels above them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from oab_funding.analysis.municipalities import MunicipalStream
from oab_funding.analysis.school_money import SiteColumns
from oab_funding.analysis.schools import SchoolStream
from oab_funding.analysis.uncertainty.making import BLOCK, Made
from oab_funding.analysis.units import Units
from oab_funding.errors import InputError
from oab_funding.exact.sums import Int64Array
from oab_funding.indicator.parts.sources import Each, in_turn
from oab_funding.run.run import Run
from oab_funding.tables.columns import texts, units

Pairs = dict[str, tuple[int, int]]
"""A and the score (hundredths) by municipality."""

EARLIER_GIVEN = "scores of municipalities on the earlier date are taken as they are, without doubt"
EARLIER_DRAWN = "what is not known is drawn on either date by itself, also of children of both dates"


@dataclass(frozen=True, slots=True, eq=False)
class Paid:
    """What was computed, and what the replicates would pay: parts by row, and their levels.

    Parameters
    ----------
    units
        The parts and the levels above them.
    score, amount
        Of every part, as computed: hundredths, and cents; no amounts where the run has no grants.
    scores, amounts
        The same in the replicates, shape (replicates, parts).
    column
        Of every part, its institution among those of the replicates.
    label
        What must be said, if anything.
    """

    units: Units
    score: Int64Array
    amount: Int64Array | None
    scores: NDArray[np.int32]
    amounts: Int64Array | None
    column: Int64Array
    label: str = ""


def paid_in(run: Run, stream: str, made: Mapping[str, Made], each: Each = in_turn) -> Paid:
    """Give the amounts of a stream, as the run computed them and in every replicate; see `make` for `each`.

    Raises
    ------
    InputError
        The scores of the run are of other institutions than the children.
    """
    one = made[stream]
    table, code = _scores_of(run, stream)
    number = {name: at for at, name in enumerate(one.names)}
    names = texts(table, code)
    if set(names) != set(one.names):
        raise InputError(
            f"the children are at other institutions than the scores of {stream}", run.place, "run it again"
        )
    computed = dict(zip(names, units(table, "score", 2), strict=True))
    grants = run.calculation.schools if stream == "schools" else run.calculation.municipalities
    if grants is None or grants.scores is not None:
        levels = ("site",) if stream == "schools" else ("municipality",)
        home: Mapping[str, tuple[str, ...]] = dict.fromkeys(one.names, ())
        plain = Units.of(one.names, (home, home), levels)
        scores = np.array([computed[name] for name in one.names], dtype=np.int64)
        column = np.arange(len(one.names))
        return Paid(plain, scores, None, one.score["all"], None, column)
    if stream == "schools":
        return _of_schools(SchoolStream((run, run)), one, computed, number, each)
    earlier = made.get("earlier municipalities")
    return _of_municipalities(MunicipalStream((run, run)), one, computed, earlier, each)


def _scores_of(run: Run, stream: str) -> tuple[pa.Table, str]:
    if stream == "schools":
        return run.table("site_scores"), "site_id"
    return run.table("municipality_scores"), "municipality_code"


def _of_schools(
    stream: SchoolStream, made: Made, computed: Mapping[str, int], number: Mapping[str, int], each: Each
) -> Paid:
    at = np.array([number[site] for site in stream.sites], dtype=np.int64)
    scores = made.score["all"][:, at]
    work = [(scores[first : first + BLOCK],) for first in range(0, len(scores), BLOCK)]
    amounts = np.concatenate(list(each(partial(_pay_schools, stream), work)))
    rows = stream.units.rows
    score = np.array([computed[site] for site in stream.sites], dtype=np.int64)
    paid = stream.worth(frozenset())
    return Paid(stream.units, score[rows], paid, scores[:, rows], amounts, at[rows])


def _pay_schools(stream: SchoolStream, scores: NDArray[np.int32]) -> Int64Array:
    """Give what the parts get in some replicates (cents), from scores of sites."""
    there, pupils = np.ones(scores.shape[1], dtype=np.bool_), np.zeros(scores.shape[1], dtype=np.int64)
    columns = (SiteColumns(there, one.astype(np.int64), pupils) for one in scores)
    return np.array([stream.pay(one, stream.terms[0]) for one in columns])


def _pay_municipalities(
    stream: MunicipalStream, later: Sequence[Pairs], earlier: Sequence[Pairs]
) -> Int64Array:
    """Give what municipalities get in some replicates (cents); no earlier scores are those of the run."""
    terms = stream.terms[0]
    of = [replace(terms, earlier=one) for one in earlier] or [terms] * len(later)
    return np.array([stream.pay(one, own) for one, own in zip(later, of, strict=True)])


def _of_municipalities(
    stream: MunicipalStream, made: Made, computed: Mapping[str, int], earlier: Made | None, each: Each
) -> Paid:
    work = []
    for first in range(0, len(made.score["all"]), BLOCK):
        some = range(first, min(first + BLOCK, len(made.score["all"])))
        before = [] if earlier is None else [_pairs(earlier, number) for number in some]
        work.append(([_pairs(made, number) for number in some], before))
    amounts = np.concatenate(list(each(partial(_pay_municipalities, stream), work)))
    # Whoever has no children on the later date has no score on it to be doubted.
    place = {code: at for at, code in enumerate(made.names)}
    known = np.array([place.get(code, -1) for code in stream.codes], dtype=np.int64)
    scores = np.where(known >= 0, made.score["all"][:, known], 0)
    score = np.array([computed.get(code, 0) for code in stream.codes], dtype=np.int64)
    label = EARLIER_GIVEN if earlier is None else EARLIER_DRAWN
    return Paid(stream.units, score, stream.worth(frozenset()), scores, amounts, known, label)


def _pairs(made: Made, number: int) -> Pairs:
    raw, score = made.raw["all"][number].tolist(), made.score["all"][number].tolist()
    return dict(zip(made.names, zip(raw, score, strict=True), strict=True))
