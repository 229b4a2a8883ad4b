"""What the command line shows: progress, figures, tables."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from fractions import Fraction

import typer

_SHOWN_DIGITS = 10


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

    with Console(stderr=True).status(what) as status:
        yield lambda step: status.update(f"{what}: {step}")


def said(value: object) -> str:
    """Write a figure: exact decimals whole, other fractions to ten decimals with the fraction itself.

    Examples
    --------
    >>> said(Fraction(1, 4)), said(Fraction(1, 3)), said(True)
    ('0.25', '0.3333333333 (1/3)', 'yes')
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None:
        return "not known"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if not isinstance(value, Fraction):
        return str(value)
    from oab_funding.exact import round_exact

    places = next((p for p in range(7) if (value * 10**p).denominator == 1), None)
    if places is not None:
        return f"{round_exact(value, places):f}"
    return f"{round_exact(value, _SHOWN_DIGITS):f} ({value})"


def show_figures(figures: Mapping[str, object]) -> None:
    """Print figures as `name: value` lines."""
    for name, value in figures.items():
        typer.echo(f"{name}: {said(value)}")


def show_labels(labels: Sequence[str]) -> None:
    """Print what must be said with every output."""
    for label in labels:
        typer.echo(f"label: {label}")


def show_table(title: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a readable table: ruled on a terminal, tab-separated elsewhere."""
    if not sys.stdout.isatty():
        typer.echo("\t".join(header))
        for row in rows:
            typer.echo("\t".join(row))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(title=title, title_justify="left")
    for name in header:
        table.add_column(
            name, justify="right" if rows and _is_number(rows[0][header.index(name)]) else "left"
        )
    for row in rows:
        table.add_row(*row)
    Console().print(table)


def _is_number(text: str) -> bool:
    return text.replace(",", "").replace(".", "").replace("-", "").isdigit()
