"""The scores of every institution on two dates, side by side, and who rose and fell most."""

from __future__ import annotations

from collections.abc import Iterator

from oab_funding.analysis.difference import Difference
from oab_funding.run.run import Run
from oab_funding.tables.columns import texts, units
from oab_funding.tables.schema import Column, Number, TableSchema, Text, Whole

_SCORE, _MONEY = Number(2), Number(2, digits=18)
_PAIR = (Column("first", Text()), Column("second", Text()))

SCORES = TableSchema(
    "scores",
    (
        *_PAIR,
        Column("level", Text()),
        Column("institution", Text()),
        Column("children_first", Whole(minimum=0), nullable=True),
        Column("children_second", Whole(minimum=0), nullable=True),
        Column("score_raw_first", _SCORE, nullable=True),
        Column("score_raw_second", _SCORE, nullable=True),
        Column("score_first", _SCORE, nullable=True),
        Column("score_second", _SCORE, nullable=True),
    ),
    key=("first", "second", "level", "institution"),
)
"""E, A and the score of every institution on two dates; empty on a date on which it has none."""

MOVERS = TableSchema(
    "movers",
    (
        *_PAIR,
        Column("level", Text()),
        Column("institution", Text()),
        Column("rank", Whole()),
        Column("score_first", _SCORE),
        Column("score_second", _SCORE),
        Column("difference", _SCORE),
        Column("cause", Text(), nullable=True),
        Column("amount", _MONEY, nullable=True),
        Column("sign_depends_on_order", Text(), nullable=True),
    ),
    key=("first", "second", "level", "institution", "cause"),
)
"""Who rose (rank 1 and on) and fell (rank -1 and on) most; a row per cause of the change in euros."""

MOST = 20
"""So many risers and as many fallers are listed."""

_LEVELS = (
    ("site", "site_scores", "site_id", "pupils"),
    ("municipality", "municipality_scores", "municipality_code", "children"),
)

Values = tuple[int | None, int | None, int | None]
Compared = dict[tuple[str, str], tuple[Values, Values]]
"""By level and code: number of children, A and score (hundredths) on either date."""

_NONE: Values = (None, None, None)


def compared(first: Run, second: Run) -> Compared:
    """Put the scores of two dates side by side; only levels that both have."""
    found: Compared = {}
    for level, name, code, number in _LEVELS:
        if first.has(name) and second.has(name):
            one, other = (_scores(run, name, code, number) for run in (first, second))
            for key in sorted(one.keys() | other.keys()):
                found[level, key] = one.get(key, _NONE), other.get(key, _NONE)
    return found


def _scores(run: Run, name: str, code: str, number: str) -> dict[str, Values]:
    table = run.table(name)
    size: list[int | None] = [None] * table.num_rows
    raw: list[int | None] = [None] * table.num_rows
    if number in table.column_names:
        size = table.column(number).to_pylist()
    if "score_raw" in table.column_names:
        raw = [*units(table, "score_raw", 2)]
    return dict(zip(texts(table, code), zip(size, raw, units(table, "score", 2), strict=True), strict=True))


def score_rows(pair: tuple[str, str], found: Compared) -> Iterator[tuple[object, ...]]:
    """Give the rows of `SCORES`."""
    for (level, code), (one, other) in found.items():
        yield *pair, level, code, *(value for both in zip(one, other, strict=True) for value in both)


def mover_rows(
    pair: tuple[str, str], found: Compared, why: Difference | None
) -> Iterator[tuple[object, ...]]:
    """Give the rows of `MOVERS`: the largest changes of the score among those that have one on both dates."""
    causes = _causes(why)
    for level in dict.fromkeys(level for level, _ in found):
        changes = [
            (code, one[2], other[2])
            for (its, code), (one, other) in found.items()
            if its == level and one[2] is not None and other[2] is not None
        ]
        changes.sort(key=lambda row: (-abs(row[2] - row[1]), row[0]))
        up = [row for row in changes if row[2] > row[1]][:MOST]
        down = [row for row in changes if row[2] < row[1]][:MOST]
        ranked = [*enumerate(up, start=1), *((-at, row) for at, row in enumerate(down, start=1))]
        for rank, (code, before, after) in ranked:
            for cause in causes.get((level, code), [(None, None, None)]):
                yield *pair, level, code, rank, before, after, after - before, *cause


def _causes(why: Difference | None) -> dict[tuple[str, str], list[tuple[object, object, object]]]:
    """Give the causes of every institution's change in money, in cents."""
    found: dict[tuple[str, str], list[tuple[object, object, object]]] = {}
    for row in () if why is None else why.table.to_pylist():
        if row["level"] in ("site", "municipality"):
            said = "yes" if row["sign_depends_on_order"] else "no"
            cents = int(row["amount"] * 100)
            if (row["stream"] == "schools") == (row["level"] == "site"):
                found.setdefault((row["level"], row["institution"]), []).append((row["cause"], cents, said))
    return found
