"""The program that the commands belong to, and options that several of them share."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated, Any

import typer

from oab_funding._version import __version__
from oab_funding.cli.help import Commands, dressed

app = typer.Typer(
    name="oab-funding",
    cls=Commands,
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
    return dressed(typer.main.get_command(app))


Out = Annotated[Path, typer.Option("--out", help="File to write: .csv, .parquet or .xlsx.")]
OutDirectory = Annotated[Path, typer.Option("--out", help="Folder to write; absent or empty.")]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace an output that exists.")]
Verbose = Annotated[bool, typer.Option("--verbose", help="Print the figures of every step as well.")]
Bundle = Annotated[Path | None, typer.Option("--bundle", help="Also write a run bundle to this folder.")]
OverwriteBundle = Annotated[
    bool, typer.Option("--overwrite-bundle", help="Replace a run bundle that exists at --bundle.")
]
Site = Annotated[str | None, typer.Option("--site", help="Site, such as 00AP00.")]
School = Annotated[str | None, typer.Option("--school", help="School (BRIN), such as 00AP.")]
Board = Annotated[str | None, typer.Option("--board", help="Board (bevoegd gezag), such as 41234.")]
Municipality = Annotated[str | None, typer.Option("--municipality", help="Municipality, such as GM0363.")]
Price = Annotated[str | None, typer.Option("--price", help="Price per unit in euros, such as 559.50.")]
Budget = Annotated[str | None, typer.Option("--budget", help="Total budget in euros, such as 300000000.")]
Source = Annotated[
    str, typer.Option("--source", help="Where the price or budget comes from: Staatscourant number, version.")
]
MissingBase = Annotated[
    str | None, typer.Option("--missing-base", help="Without an old base: refuse, zero or exempt.")
]
Keep = Annotated[
    str,
    typer.Option(
        "--keep",
        help="What stands in it: all, without-children or without-inputs; the root is the same.",
    ),
]
Confirmation = Annotated[
    Path | None,
    typer.Option("--confirmation", help="What a second person signed; it takes the mark of a draft away."),
]
ConfirmationKey = Annotated[
    Path | None, typer.Option("--public-key", help="The second person's public key, as PEM.")
]
RunFolder = Annotated[Path, typer.Argument(help="Folder of a run bundle, or a zip with it.", metavar="RUN")]
