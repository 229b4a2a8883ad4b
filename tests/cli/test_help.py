"""Help: folded and not cut off, with choices and an example that the parser takes."""

from __future__ import annotations

import shlex

import pytest

from oab_funding.cli import run
from oab_funding.cli.app import parser
from oab_funding.cli.help import CHOICES, EXAMPLES, commands_below

COMMANDS = dict(commands_below(parser()))


def test_every_command_has_an_example_and_no_other() -> None:
    assert EXAMPLES.keys() == COMMANDS.keys()


@pytest.mark.parametrize("path", COMMANDS)
def test_an_example_is_one_that_the_parser_takes(path: str) -> None:
    command, words = COMMANDS[path], shlex.split(EXAMPLES[path])
    # refuses what is missing or unknown; as in the program, -h is help
    context = command.make_context(path, words, help_option_names=["-h", "--help"])
    assert context.params
    assert f"oab-funding {path}" in command.epilog


def test_every_option_with_choices_is_one_of_a_command() -> None:
    known = {option for command in COMMANDS.values() for part in command.params for option in part.opts}
    assert CHOICES.keys() <= known


def test_nothing_is_cut_off(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--help"]) == 0
    said = capsys.readouterr().out
    assert "..." not in said.replace("[ARGS]...", "")
    assert "Carry out a calculation file" in said
    assert run(["allocate", "schools", "-h"]) == 0
    said = capsys.readouterr().out
    assert "refuse|zero|exempt" in said
    assert "Example: oab-funding allocate schools" in " ".join(said.split())
    assert "list[Path]" not in said
