"""What the command line shows: progress, figures, tables, in characters that do nothing to a terminal."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from decimal import Decimal
from fractions import Fraction

import typer

from oab_funding.report.printable import printable

_SHOWN_DIGITS = 10
_NUMBERED = ("seed", "year")
"""Figures that count nothing, whose thousands are not marked."""


def columns() -> int:
    """Give how many characters fit on a line of the terminal."""
    return shutil.get_terminal_size().columns


def show(text: object = "") -> None:
    """Print a line on standard output."""
    typer.echo(printable(str(text)))


def complain(text: str) -> None:
    """Print a line on standard error, as far as that can be written to."""
    with suppress(OSError):
        typer.echo(printable(text), err=True)


@contextmanager
def progress(what: str) -> Iterator[Callable[[str], None] | None]:
    """Show the step that runs, on a terminal; elsewhere show nothing.

    Examples
    --------
    >>> with progress("calculating") as on_step:
    ...     on_step is None
    True
    """
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.text import Text

    # Text, so that square brackets in a name are not taken for mark-up.
    with Console(stderr=True).status(Text(printable(what))) as status:
        yield lambda step: status.update(Text(printable(f"{what}: {step}")))


def said(value: object) -> str:
    """Write a figure with thousands marked: decimals whole, other fractions to ten decimals and themselves.

    Examples
    --------
    >>> said(Fraction(12345, 4)), said(Fraction(1, 3)), said(1396457), said(True)
    ('3,086.25', '0.3333333333 (1/3)', '1,396,457', 'yes')
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None:
        return "not known"
    if isinstance(value, Decimal):
        return f"{value:,f}"
    if isinstance(value, int):
        return f"{value:,d}"
    if not isinstance(value, Fraction):
        return str(value)
    from oab_funding.exact import round_exact

    places = next((p for p in range(7) if (value * 10**p).denominator == 1), None)
    if places is not None:
        return f"{round_exact(value, places):,f}"
    return f"{round_exact(value, _SHOWN_DIGITS):,f} ({value})"


def show_figures(figures: Mapping[str, object]) -> None:
    """Print figures as `name: value` lines."""
    for name, value in figures.items():
        whole = isinstance(value, str) and value.isdecimal()  # as a record keeps it
        show(f"{name}: {value if name in _NUMBERED else said(int(str(value)) if whole else value)}")


def show_labels(labels: Sequence[str]) -> None:
    """Print what must be said with every output."""
    for label in labels:
        show(f"label: {label}")


def show_table(title: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a readable table: ruled on a terminal, tab-separated elsewhere."""
    if not sys.stdout.isatty():
        show("\t".join(header))
        for row in rows:
            show("\t".join(row))
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=Text(printable(title)), title_justify="left")
    for number, name in enumerate(header):
        numbers = bool(rows) and _is_number(rows[0][number])
        table.add_column(Text(printable(name)), justify="right" if numbers else "left")
    for row in rows:
        table.add_row(*(Text(printable(cell)) for cell in row))
    Console().print(table)


def _is_number(text: str) -> bool:
    return text.replace(",", "").replace(".", "").replace("-", "").isdigit()
