"""The difference between two runs: every institution's amounts, and what each cause adds to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa

from oab_funding.analysis.game import Game, Parts
from oab_funding.exact.sums import Int64Array
from oab_funding.tables.columns import build
from oab_funding.tables.display import Displayed, in_words
from oab_funding.tables.schema import Column, Number, TableSchema, Text, YesNo
from oab_funding.tables.step_result import Figure

_MONEY = Number(2, digits=18)
_INSTITUTION = (Column("stream", Text()), Column("level", Text()), Column("institution", Text()))
_KEY = ("stream", "level", "institution")

DIFFERENCE = TableSchema(
    "difference",
    (
        *_INSTITUTION,
        Column("cause", Text()),
        Column("group", Text()),
        Column("method", Text()),
        Column("amount", _MONEY),
        Column("lowest", _MONEY),
        Column("highest", _MONEY),
        Column("sign_depends_on_order", YesNo()),
        Column("own", _MONEY, nullable=True),
        Column("elsewhere", _MONEY, nullable=True),
    ),
    key=(*_KEY, "cause"),
)
"""What every cause adds to the amount of every institution (euros), and how far that depends on the order."""

INSTITUTIONS = TableSchema(
    "institutions",
    (
        *_INSTITUTION,
        Column("name", Text(), nullable=True),
        Column("first", _MONEY),
        Column("second", _MONEY),
        Column("difference", _MONEY),
        Column("seed_sd_first", _MONEY, required=False, nullable=True),
        Column("seed_sd_second", _MONEY, required=False, nullable=True),
    ),
    key=_KEY,
)
"""What every institution got in either run (euros)."""

COUNTED_BY = {"schools": "school", "municipalities": "municipality"}
"""The level at which gainers and losers of a stream are counted."""


@dataclass(frozen=True, slots=True)
class StreamDifference:
    """The difference in one stream.

    Parameters
    ----------
    name
        The stream.
    game
        The causes.
    levels
        What each adds, from the smallest institution to the whole.
    names
        Names of institutions by level and code, as far as a register gives them.
    noise
        By level and code, the standard deviation of the amount (cents) under another seed, in either run.
    """

    name: str
    game: Game
    levels: Sequence[Parts]
    names: Mapping[tuple[str, str], str] = field(default_factory=dict)
    noise: Mapping[tuple[str, str], tuple[int | None, int | None]] = field(default_factory=dict)


@dataclass(frozen=True, repr=False)
class Difference(Displayed):
    """Who gained and who lost between two runs, and why.

    Parameters
    ----------
    titles
        The titles of both runs.
    tables
        Table `difference`, a row per institution and cause; and `institutions`, what each got.
    figures
        Totals by stream.
    labels
        What must be said with it: the labels of both runs, and what cannot be known.
    streams
        What it was made from.
    """

    titles: tuple[str, str]
    tables: Mapping[str, pa.Table]
    figures: Mapping[str, Figure]
    labels: tuple[str, ...]
    streams: tuple[StreamDifference, ...]

    @property
    def table(self) -> pa.Table:
        """Table `difference`."""
        return self.tables["difference"]

    @property
    def equal(self) -> bool:
        """Whether no institution at any level gets another amount."""
        return all(
            np.array_equal(parts.first, parts.second) for stream in self.streams for parts in stream.levels
        )

    def _title(self) -> str:
        return f"difference of {self.titles[0]} and {self.titles[1]}"

    def _highlights(self) -> list[str]:
        return [
            f"{stream.name} EUR {in_words(Fraction(str(self.figures[f'{stream.name} difference'])))}"
            for stream in self.streams
        ]


def laid_out(
    titles: tuple[str, str], streams: Sequence[StreamDifference], labels: Sequence[str]
) -> Difference:
    """Lay the differences of the streams out as tables and figures."""
    rows: dict[str, list[Any]] = {name: [] for name in DIFFERENCE.names}
    each: dict[str, list[Any]] = {name: [] for name in INSTITUTIONS.names}
    figures: dict[str, Figure] = {}
    notes: list[str] = []
    for stream in streams:
        for parts in stream.levels:
            _add_rows(rows, stream, parts)
            _add_institutions(each, stream, parts)
            if parts.level.name == COUNTED_BY[stream.name]:
                figures |= _figures(stream.name, parts)
        notes += stream.game.stream.notes
    if not any(stream.noise for stream in streams):
        each = {name: values for name, values in each.items() if not name.startswith("seed_")}
    tables = {"difference": build(DIFFERENCE, rows), "institutions": build(INSTITUTIONS, each)}
    said = tuple(dict.fromkeys((*labels, *notes)))
    return Difference(titles, tables, figures, said, tuple(streams))


def _add_rows(rows: dict[str, list[Any]], stream: StreamDifference, parts: Parts) -> None:
    codes = parts.level.codes
    for at, cause in enumerate(stream.game.causes):
        known = bool(parts.own_known[at])
        low, high = parts.lowest[at], parts.highest[at]
        columns: dict[str, Any] = {
            "stream": [stream.name] * len(codes),
            "level": [parts.level.name] * len(codes),
            "institution": codes,
            "cause": [cause.name] * len(codes),
            "group": [cause.group] * len(codes),
            "method": [stream.game.method] * len(codes),
            "amount": parts.amount[at].tolist(),
            "lowest": low.tolist(),
            "highest": high.tolist(),
            "sign_depends_on_order": ((low < 0) & (high > 0)).tolist(),
            "own": parts.own[at].tolist() if known else [None] * len(codes),
            "elsewhere": (parts.amount[at] - parts.own[at]).tolist() if known else [None] * len(codes),
        }
        for name, values in columns.items():
            rows[name] += values


def _add_institutions(each: dict[str, list[Any]], stream: StreamDifference, parts: Parts) -> None:
    level, codes = parts.level.name, parts.level.codes
    noise = [stream.noise.get((level, code), (None, None)) for code in codes]
    columns: dict[str, Any] = {
        "stream": [stream.name] * len(codes),
        "level": [level] * len(codes),
        "institution": codes,
        "name": [stream.names.get((level, code)) for code in codes],
        "first": parts.first.tolist(),
        "second": parts.second.tolist(),
        "difference": (parts.second - parts.first).tolist(),
        "seed_sd_first": [first for first, _ in noise],
        "seed_sd_second": [second for _, second in noise],
    }
    for name, values in columns.items():
        each[name] += values


def _figures(stream: str, parts: Parts) -> dict[str, Figure]:
    change: Int64Array = parts.second - parts.first
    return {
        f"{stream} first": Fraction(int(parts.first.sum()), 100),
        f"{stream} second": Fraction(int(parts.second.sum()), 100),
        f"{stream} difference": Fraction(int(change.sum()), 100),
        f"{stream} changed hands": Fraction(int(np.abs(change).sum()), 100),
        f"{stream} gainers": int((change > 0).sum()),
        f"{stream} losers": int((change < 0).sum()),
        f"{stream} same": int((change == 0).sum()),
    }
