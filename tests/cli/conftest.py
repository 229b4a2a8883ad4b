"""Running the command line in this process."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from oab_funding.cli import main


@dataclass(frozen=True)
class Ran:
    """What a command did: exit code, standard output, standard error."""

    code: int
    out: str
    err: str

    def figure(self, name: str) -> str:
        """Give the value of a `name: value` line, a number without its marks of thousands."""
        said = next(line.split(": ", 1)[1] for line in self.out.splitlines() if line.startswith(f"{name}: "))
        return re.sub(r"(?<=[0-9]),(?=[0-9]{3})", "", said)


@pytest.fixture
def command(capfd: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    def run(*arguments: object) -> Ran:
        capfd.readouterr()
        with pytest.raises(SystemExit) as stop:
            main([str(argument) for argument in arguments])
        captured = capfd.readouterr()
        return Ran(int(stop.value.code or 0), captured.out, captured.err)

    return run
