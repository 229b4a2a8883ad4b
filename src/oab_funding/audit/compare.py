"""Where two journals of one calculation part ways: the first step that differs, and in what.

What this does not prove: two journals that agree say the same, not that either is right. The code that
computed the second one decides what the agreement is worth.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from oab_funding.audit.exact_json import canonical
from oab_funding.audit.record import Output, Record

_ABSENT = "(absent)"


@dataclass(frozen=True, slots=True)
class Difference:
    """The first difference between two journals.

    Parameters
    ----------
    step
        Number of the step.
    name
        Its name.
    what
        What differs: ``name``, ``article``, ``parameter x``, ``input x``, ``table x``, ``figure x``, ``step``
    recorded, again
        Both values; the text ``(absent)`` where there is none.

    Examples
    --------
    >>> str(Difference(3, "school scores", "figure sum", "10.50", "10.51"))
    'step 3 (school scores): figure sum: recorded 10.50, now 10.51'
    """

    step: int
    name: str
    what: str
    recorded: object
    again: object

    def __str__(self) -> str:
        values = f"recorded {_said(self.recorded)}, now {_said(self.again)}"
        return f"step {self.step} ({self.name}): {self.what}: {values}"


def first_difference(recorded: Sequence[Record], again: Sequence[Record]) -> Difference | None:
    """Name the first step in which two journals differ.

    Parameters
    ----------
    recorded
        The records of the bundle.
    again
        The records of the same calculation, computed again.

    Returns
    -------
    Difference or None
        None where every step is the same. The chain (``previous``) is not compared: it follows from the rest.

    Examples
    --------
    >>> one = Record(1, "sum", "art. 1", {}, {}, {}, {"total": "10.50"}, "0" * 64)
    >>> two = Record(1, "sum", "art. 1", {}, {}, {}, {"total": "10.51"}, "0" * 64)
    >>> print(first_difference([one], [two]))
    step 1 (sum): figure total: recorded 10.50, now 10.51
    """
    for old, new in zip(recorded, again, strict=False):
        for what, before, after in _pairs(old, new):
            if canonical(before) != canonical(after):  # True equals 1 in Python, and not in a journal
                return Difference(old.step, old.name, what, before, after)
    if len(recorded) == len(again):
        return None
    shared = min(len(recorded), len(again))
    extra = [*recorded[shared:], *again[shared:]][0]
    before, after = (extra.name, _ABSENT) if len(recorded) > shared else (_ABSENT, extra.name)
    return Difference(extra.step, extra.name, "step", before, after)


def _pairs(old: Record, new: Record) -> Iterator[tuple[str, object, object]]:
    yield "step", old.step, new.step
    yield "name", old.name, new.name
    yield "article", old.article, new.article
    for label, before, after in (
        ("parameter", old.parameters, new.parameters),
        ("input", old.inputs, new.inputs),
        ("table", old.outputs, new.outputs),
        ("figure", old.figures, new.figures),
    ):
        yield from _members(label, before, after)


def _members(
    label: str, before: Mapping[str, object], after: Mapping[str, object]
) -> Iterator[tuple[str, object, object]]:
    for name in sorted(before.keys() | after.keys()):
        yield f"{label} {name}", before.get(name, _ABSENT), after.get(name, _ABSENT)


def _said(value: object) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, Output):
        return f"content {value.content[:16]}... in {value.rows} rows"
    return str(value)
