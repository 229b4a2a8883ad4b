"""The program that the commands belong to."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any

import typer

from oab_funding._version import __version__

app = typer.Typer(
    name="oab-funding",
    help="The Dutch education-disadvantage money, calculated exactly, openly and replayably.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(value: bool) -> None:
    if value:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and stop."),
    ] = False,
) -> None:
    """Take the options that stand before a command."""


@cache
def parser() -> Any:
    """Give the commands and their options, made once: that takes longer than many a command."""
    return typer.main.get_command(app)
