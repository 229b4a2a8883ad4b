"""How the command line words what went wrong: arguments become options, and a slip gets a hint."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from oab_funding.cli.app import parser
from oab_funding.errors import InputError

_ARGUMENT = re.compile(r"`([a-z][a-z0-9_]*)`")
_REQUIRED_FILES = ("--scores", "--pupils", "--children", "--decisions", "--spending")
"""Options for which a file without an option in front of it may have been meant."""


def check_arguments(arguments: Sequence[str]) -> None:
    """Refuse words of the command line that are no text.

    Raises
    ------
    InputError
        A word holds bytes that are no UTF-8, or a zero byte.
    """
    for word in arguments:
        if "\x00" in word or any("\ud800" <= letter <= "\udfff" for letter in word):
            shown = word.encode("utf-8", "replace").decode("utf-8").replace("\x00", "?")
            raise InputError(
                f"{shown!r} holds bytes that are no UTF-8 text", remedy="rename the file, or retype it"
            )


def with_options(message: str, arguments: Sequence[str]) -> str:
    """Write the arguments that a message names as the options of the command that was called.

    Examples
    --------
    >>> with_options("`price`: is negative", ["allocate", "schools"])
    '--price: is negative'
    """
    options = {option for command, _ in [_command(arguments)] for option in _options(command)}
    options |= {"--sites"}  # asked for where a run was made without it

    def option(match: re.Match[str]) -> str:
        name = f"--{match[1].replace('_', '-')}"
        return name if name in options else match[1]

    return _ARGUMENT.sub(option, message)


def said_for_usage(error: Exception, arguments: Sequence[str]) -> str | None:
    """Word an error of the parser of options, with a hint; None for any other error.

    The classes are known by what they can do: newer versions of typer carry the parser under another name.
    """
    if not hasattr(error, "format_message") or not hasattr(error, "exit_code"):
        return None
    message = str(error.format_message())
    if message.startswith("Usage:"):
        return message
    hint = _hint(error, arguments)
    return f"error: {message.rstrip('.')}{f'; {hint}' if hint else ''}"


def _hint(error: Any, arguments: Sequence[str]) -> str:
    command, path = _command(arguments)
    unknown = getattr(error, "option_name", None)
    if unknown and (
        below := [name for name in _below(command) if unknown in _options(command.commands[name])]
    ):
        meant = next((name for name in below if name in arguments), below[0])
        return f"put it after `oab-funding {' '.join([*path, meant])}`"
    words = [word for word in arguments[len(path) :] if not word.startswith("-") and Path(word).is_file()]
    wanted = [name for name in _REQUIRED_FILES if name in _options(command) and name not in arguments]
    if words and wanted and "--" not in str(unknown or ""):
        return f"did you mean {wanted[0]} {words[0]}?"
    return ""


def _command(arguments: Sequence[str]) -> tuple[Any, list[str]]:
    """Find the command that the first words name, and those words."""
    command: Any = parser()
    path: list[str] = []
    for word in arguments:
        found = getattr(command, "commands", {}).get(word)
        if found is None:
            break
        command = found
        path.append(word)
    return command, path


def _below(command: Any) -> list[str]:
    return sorted(getattr(command, "commands", {}))


def _options(command: Any) -> Iterator[str]:
    for parameter in command.params:
        yield from (name for name in parameter.opts if name.startswith("--"))
