"""What a table gives away beside another one that is out: the same places at another date or version.

Two numbers of groups that lie within each other, or nearly, give by subtraction the number of the few in whom
they differ. With the children of both tables the groups are compared child by child; without them only their
sizes can be.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from oab_funding.analysis.disclosure.cells import Key, Layer
from oab_funding.analysis.disclosure.released import Released
from oab_funding.analysis.disclosure.sensitive import Finding

Children = Mapping[str, Key]
"""By child, the place it is counted in; no totals."""


def out_already(layer: Layer, unsafe: Sequence[int], name: str, other: Released) -> Iterator[Finding]:
    """Find the cells that may not be shown and whose place has numbers in a table that is out.

    Parameters
    ----------
    layer, unsafe
        A layer of this table, and the positions of its cells that may not be shown.
    name, other
        The table that is out.
    """
    for at in unsafe:
        cell = layer.cells[at]
        row = other.row(cell.key[: len(other.shape.by)])
        if row is None or not cell.listed:
            continue
        if row.get(cell.column) is not None:
            said = f"{cell.column} of this place is out already in {name}"
            yield Finding(layer.name, at, "review", "differencing", said)
        elif any(value is not None for value in row.values()):
            said = f"other numbers of this place are out in {name}; one may follow from the other"
            yield Finding(layer.name, at, "review", "differencing", said)


def by_size(counts: Layer, name: str, other: Released, minimum: int) -> Iterator[Finding]:
    """Find the counts that differ by a few children from those of a table that is out.

    Whether these few can be told apart depends on who came and went, so each is to be looked at.
    """
    for at, cell in enumerate(counts.cells):
        row = other.row(cell.key[: len(other.shape.by)]) if cell.listed else None
        before = None if row is None else row.get(cell.column)
        if cell.value is None or before is None:
            continue
        if 0 < abs(few := cell.value - before) < minimum:
            said = f"{abs(few)} children {'more' if few > 0 else 'fewer'} than in {name}"
            yield Finding(counts.name, at, "review", "differencing", said)


def by_child(
    counts: Layer, by: int, children: Children, name: str, others: Children, minimum: int, total: str
) -> Iterator[Finding]:
    """Find the groups that differ by a few children from a group of a table that is out.

    Parameters
    ----------
    counts
        The layer of counts; the first `by` places of its keys say which place it is.
    by
        Number of columns of the key.
    children, others
        The children of this table and of the one that is out.
    name
        That of the table that is out.
    minimum
        The fewest children that two groups may differ in, if they differ.
    total
        The mark of a total.
    """
    here = {cell.key[:by] for cell in counts.cells if cell.listed}
    mine, its, both = _sizes(children, others, here, total)
    for at, cell in enumerate(counts.cells):
        if not cell.listed or cell.column != counts.name:
            continue
        key = cell.key[:by]
        for other, common in both.get(key, {}).items():
            came, left = mine[key] - common, its[other] - common
            if said := _few(came, left, minimum):
                verdict = f"against {', '.join(other)} in {name}: {said}"
                yield Finding(counts.name, at, "fail", "differencing", verdict)


def _few(came: int, left: int, minimum: int) -> str | None:
    """Say by which few children two groups differ that lie within each other, or nearly."""
    if not 0 < came + left < minimum:
        return None
    within = "lie within each other" if not came or not left else "nearly lie within each other"
    return f"groups {within} but for {came + left} children, fewer than {minimum}"


def _sizes(
    children: Children, others: Children, here: set[Key], total: str
) -> tuple[Counter[Key], Counter[Key], dict[Key, Counter[Key]]]:
    """Count the children of every group of either table, and of every two together."""
    patterns = {tuple(value == total for value in key) for key in here}
    mine: Counter[Key] = Counter()
    its: Counter[Key] = Counter()
    both: dict[Key, Counter[Key]] = defaultdict(Counter)
    pairs = Counter((children.get(child), others.get(child)) for child in children.keys() | others.keys())
    for (own, other), number in pairs.items():
        for key in () if own is None else _groups(own, patterns, total):
            mine[key] += number
        for key in () if other is None else _groups(other, patterns, total):
            its[key] += number
        if own is not None and other is not None:
            for key in _groups(own, patterns, total):
                for its_key in _groups(other, patterns, total):
                    both[key][its_key] += number
    return mine, its, both


def _groups(key: Key, patterns: set[tuple[bool, ...]], total: str) -> list[Key]:
    return [
        tuple(total if out else value for out, value in zip(pattern, key, strict=True))
        for pattern in patterns
    ]
