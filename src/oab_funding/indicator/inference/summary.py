"""A summary laid out as text or HTML, in the form that users of statsmodels know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape


@dataclass(frozen=True, slots=True)
class Summary:
    """A summary laid out: what stands above, the table of coefficients, and notes.

    Parameters
    ----------
    title
        The line above it.
    heads
        Pairs of label and value, left and right.
    names
        Heads of the columns of the table.
    rows
        Its rows: name and numbers, as they are printed.
    notes
        Lines below.
    """

    title: str
    heads: tuple[tuple[str, str, str, str], ...]
    names: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]

    def as_text(self) -> str:
        """Lay it out as text."""
        first = max(len(row[0]) for row in self.rows) + 1
        widths = [max(11, *(len(row[column]) + 1 for row in self.rows)) for column in range(1, 7)]
        width = first + sum(widths)
        half = width // 2
        heads = [
            f"{left}{value:>{half - 2 - len(left)}}  {right}{other:>{width - half - len(right)}}"
            for left, value, right, other in self.heads
        ]

        def line(name: str, numbers: Sequence[str]) -> str:
            return f"{name:<{first}}" + "".join(
                f"{number:>{own}}" for number, own in zip(numbers, widths, strict=True)
            )

        table = [line("", self.names), "-" * width, *(line(row[0], row[1:]) for row in self.rows)]
        lines = [self.title.center(width).rstrip(), "=" * width, *heads, "=" * width, *table, "=" * width]
        return "\n".join([*lines, *self.notes])

    def as_html(self) -> str:
        """Lay it out as HTML."""

        def row(cells: Sequence[str], kind: str) -> str:
            first, *others = (escape(cell) for cell in cells)
            return f"<tr><th>{first}</th>" + "".join(f"<{kind}>{cell}</{kind}>" for cell in others) + "</tr>"

        heads = "".join(row(cells, "td") for cells in self.heads)
        table = row(("", *self.names), "th") + "".join(row(cells, "td") for cells in self.rows)
        notes = "<br/>".join(escape(note) for note in self.notes)
        title = f"<caption>{escape(self.title)}</caption>"
        return f"<table>{title}{heads}</table><table>{table}</table><p>{notes}</p>"

    def __str__(self) -> str:
        return self.as_text()

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return self.as_html()
