"""The command line: `oab-funding`, also `python -m oab_funding`.

Exit codes: 0 done; 1 a check did not hold; 2 bad input or usage.
"""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from oab_funding._version import __version__
from oab_funding.errors import CheckError, InputError

app = typer.Typer(
    name="oab-funding",
    help="The Dutch education-disadvantage money, calculated exactly, openly and replayably.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

_DONE, _CHECK_FAILED, _BAD_INPUT, _INTERRUPTED = 0, 1, 2, 130


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


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit with its code.

    Parameters
    ----------
    arguments
        The words after the name of the program; None takes them from the system.
    """
    try:
        code = app(args=arguments, standalone_mode=False) or _DONE
    except InputError as error:
        _say(f"error: {error}")
        code = _BAD_INPUT
    except CheckError as error:
        _say(f"check failed: {error}")
        code = _CHECK_FAILED
    except typer.Exit as stop:
        code = stop.exit_code
    except (typer.Abort, KeyboardInterrupt):
        _say("interrupted: nothing was written")
        code = _INTERRUPTED
    except Exception as error:
        if not _is_usage_error(error):
            raise
        _say(_usage_message(error))
        code = _BAD_INPUT
    sys.exit(code)


def _is_usage_error(error: Exception) -> bool:
    """Recognise a usage error of click's, which newer versions of typer carry under another name."""
    return hasattr(error, "format_message") and hasattr(error, "exit_code")


def _usage_message(error: Exception) -> str:
    message = str(error.format_message())  # type: ignore[attr-defined]
    return message if message.startswith("Usage:") else f"error: {message}"


def _say(message: str) -> None:
    typer.echo(message, err=True)


from oab_funding.cli import aggregate, allocate, bundle, demo, indicator, municipal, regulation  # noqa: E402, F401 - commands register themselves
