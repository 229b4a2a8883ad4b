"""The cells of a table that leaves a secure environment, and the sums that tie them together.

A column of counts with its categories, or a column of sums, is a layer of its own. A total in the table ties
cells together; so does a margin that is not in it but that others may know.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from oab_funding.errors import InputError, Place

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """One number of the table.

    Parameters
    ----------
    key
        What it is about: a value for every column of the key, the total's mark where it is a total.
    column
        The column it stands in.
    value
        Whole units of the layer; None where it was left out of the table.
    listed
        Whether it stands in the table; a cell that does not is what a total leaves beside its parts.
    """

    key: Key
    column: str
    value: int | None
    listed: bool = True


@dataclass(frozen=True, slots=True)
class Equation:
    """Cells that add up to a cell of the table, or to a number known from elsewhere.

    Parameters
    ----------
    parts
        Positions of the cells that are added up.
    total
        Position of their sum; None where the sum is not in the table.
    amount
        The sum, where it is not in the table.
    """

    parts: tuple[int, ...]
    total: int | None = None
    amount: int = 0


@dataclass(frozen=True, slots=True)
class Layer:
    """The cells of one measure, in order of their keys, and what ties them together.

    Parameters
    ----------
    name
        Column of the counts, or of the sums.
    cells
        The cells, by key and column.
    equations
        What adds up to what.
    signed
        Whether a cell may be below 0, as far as a reader knows.
    places
        Decimals of the units.
    """

    name: str
    cells: tuple[Cell, ...]
    equations: tuple[Equation, ...]
    signed: bool = False
    places: int = 0


def layer_of(
    name: str,
    cells: Sequence[Cell],
    total: str,
    *,
    margins_known: bool,
    may_lack: bool = True,
    signed: bool = False,
    places: int = 0,
) -> Layer:
    """Tie the cells of a measure together.

    Parameters
    ----------
    name
        Its column.
    cells
        Its cells; a key holds `total` where it is a total.
    total
        The mark of a total.
    margins_known
        Whether sums that are not in the table are known to others all the same.
    may_lack
        Whether a total may be more than its parts; what it is more becomes a cell that is not listed.
    signed, places
        See `Layer`.

    Raises
    ------
    InputError
        Parts are more than their total, or less where no part may lack.

    Examples
    --------
    >>> sites = [Cell(("a",), "pupils", 3), Cell(("b",), "pupils", 20), Cell(("total",), "pupils", 23)]
    >>> layer_of("pupils", sites, "total", margins_known=False).equations
    (Equation(parts=(0, 1), total=2, amount=0),)
    """
    ordered = sorted(cells, key=lambda cell: (cell.key, cell.column))
    found = _of_totals(ordered, total)
    equations = [_with_rest(one, ordered, name, may_lack) for one in found]
    if margins_known:
        equations += _of_margins(ordered, total, {frozenset(one.parts) for one in found})
    return Layer(name, tuple(ordered), tuple(equations), signed, places)


def _patterns(cells: Sequence[Cell], total: str) -> dict[frozenset[int], dict[Key, int]]:
    """Give the cells by which places of the key are totals."""
    found: dict[frozenset[int], dict[Key, int]] = {}
    for at, cell in enumerate(cells):
        pattern = frozenset(place for place, value in enumerate(cell.key) if value == total)
        found.setdefault(pattern, {})[cell.key] = at
    return found


def _grouped(members: Mapping[Key, int], out: frozenset[int], total: str) -> dict[Key, list[int]]:
    """Group cells by their key with some places replaced by the total."""
    groups: dict[Key, list[int]] = {}
    for key, at in members.items():
        summed = tuple(total if place in out else value for place, value in enumerate(key))
        groups.setdefault(summed, []).append(at)
    return groups


def _of_totals(cells: Sequence[Cell], total: str) -> list[Equation]:
    """Tie every total to the cells it is the sum of, over as few columns at once as there are."""
    patterns = _patterns(cells, total)
    found = []
    for pattern, members in patterns.items():
        tied: dict[Key, list[frozenset[int]]] = {}
        for count in range(1, len(pattern) + 1):
            for out in map(frozenset, combinations(sorted(pattern), count)):
                groups = _grouped(patterns.get(pattern - out, {}), out, total)
                for key in members.keys() & groups.keys():
                    if not any(smaller < out for smaller in tied.get(key, [])):
                        tied.setdefault(key, []).append(out)
                        found.append(Equation(tuple(groups[key]), members[key]))
    return sorted(found, key=lambda one: (one.total or 0, one.parts))


def _with_rest(one: Equation, cells: list[Cell], name: str, may_lack: bool) -> Equation:
    """Add what a total leaves beside its parts, as a cell that is not listed."""
    assert one.total is not None  # these are of totals
    whole = cells[one.total].value
    values = [cells[at].value for at in one.parts]
    if whole is None or None in values:
        return one
    rest = whole - sum(value for value in values if value is not None)
    if rest == 0:
        return one
    key = cells[one.total].key
    if rest < 0 or not may_lack:
        place = Place(column=name, value=", ".join(key))
        raise InputError("its parts do not add up to it", place, "give parts and totals that are not rounded")
    cells.append(Cell(key, cells[one.total].column, rest, listed=False))
    return Equation((*one.parts, len(cells) - 1), one.total)


def _of_margins(cells: Sequence[Cell], total: str, known: set[frozenset[int]]) -> list[Equation]:
    """Tie cells to margins that are not in the table: every way to sum out columns of their key."""
    listed = [cell for cell in cells if cell.listed]
    found = []
    for pattern, members in _patterns(listed, total).items():
        places = [at for at in range(len(listed[0].key)) if at not in pattern]
        for count in range(1, len(places) + 1):
            for out in map(frozenset, combinations(places, count)):
                for parts in _grouped(members, out, total).values():
                    values = [cells[at].value for at in parts]
                    if len(parts) < 2 or frozenset(parts) in known or None in values:
                        continue
                    known.add(frozenset(parts))
                    amount = sum(value for value in values if value is not None)
                    found.append(Equation(tuple(parts), None, amount))
    return found
