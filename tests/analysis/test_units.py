"""Parts and levels: a site that belongs elsewhere in the second run is two parts."""

from __future__ import annotations

import numpy as np

from oab_funding.analysis.units import UNKNOWN, Units

FIRST = {"00AA00": ("00AA", "b1"), "00BB00": ("00BB", "b1"), "00CC00": ("00CC", "")}
SECOND = {"00AA00": ("00AA", "b2"), "00BB00": ("00BB", "b1"), "00DD00": ("00DD", "b2")}
SITES = ["00AA00", "00BB00", "00CC00", "00DD00"]


def test_what_belongs_elsewhere_is_moved_by_the_register_alone() -> None:
    units = Units.of(SITES, (FIRST, SECOND), ["site", "school", "board"])
    cents = np.array([5, 7, 11, 13])
    before, after = units.spread(cents, second_register=False), units.spread(cents, second_register=True)
    boards = next(level for level in units.levels if level.name == "board")
    assert boards.codes == ("b1", "b2", UNKNOWN)
    assert boards.sums(before).tolist() == [12, 13, 11]
    assert boards.sums(after).tolist() == [7, 18, 11]
    assert units.levels[0].sums(before).tolist() == units.levels[0].sums(after).tolist() == [5, 7, 11, 13]
    assert units.levels[-1].sums(after).tolist() == [36]
    assert units.moved


def test_nothing_is_moved_where_both_registers_agree() -> None:
    assert not Units.of(["00BB00"], (FIRST, SECOND), ["site", "school", "board"]).moved
