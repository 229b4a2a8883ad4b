"""Thresholds and draws against the functions that imputation draws by."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from oab_funding.analysis.uncertainty.drawn_parents import _tabulate, fallen
from oab_funding.analysis.uncertainty.state import State
from oab_funding.indicator.imputation.education import draw_class

ODDS = st.lists(st.floats(0.0, 50.0), min_size=7, max_size=7)
WORD = st.integers(0, 2**32 - 2)


@given(ODDS, st.lists(WORD, min_size=1, max_size=20))
def test_a_table_draws_as_imputation_does(odds: list[float], words: list[int]) -> None:
    table = np.empty((1, 8), dtype=np.uint32)
    column = np.array(odds)[:, None]
    _tabulate(column, table)
    near = [max(0, min(2**32 - 2, int(bound) + step)) for bound in table[0, :7] for step in (-1, 0, 1)]
    tried = [*words, *near]
    bits = np.array([word << 32 for word in tried], dtype=np.uint64)
    expected = draw_class(np.repeat(column, len(tried), axis=1), bits)
    rows = np.zeros(len(tried), dtype=np.int64)
    assert fallen(table, rows, np.array(tried, dtype=np.uint32)).tolist() == expected.tolist()


def test_what_is_known_is_never_drawn(state: State) -> None:
    for part in state.parts:
        bounds = part.bounds(state.parents, state.parents.draw(1, 1))
        drawn = part.draw(bounds, 1, 1)
        both, mothers, educated = part.ends
        assert drawn.mother[mothers:].tolist() == part.mother[mothers:].tolist()
        assert drawn.father[both:mothers].tolist() == part.father[both:mothers].tolist()
        assert drawn.father[educated:].tolist() == part.father[educated:].tolist()
        assert drawn.mother[:mothers].tolist() != part.draw(bounds, 1, 2).mother[:mothers].tolist()
        assert part.thresholds == sum(table.size for table in (bounds.mother, bounds.father, bounds.beside))


def test_cells_add_what_was_drawn_to_what_is_fixed(state: State) -> None:
    part = state.parts[0]
    drawn = part.draw(part.bounds(state.parents, state.parents.draw(1, 1)), 1, 1)
    fixed = np.zeros(len(part.rows), dtype=np.int64)
    expected = 100 * drawn.mother.astype(int) + 10 * drawn.father.astype(int) + drawn.stay
    assert part.cells(fixed, drawn, (100, 10, 1)).tolist() == expected.tolist()
