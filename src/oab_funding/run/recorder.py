"""Carrying out steps by their declarations, while the journal writes down what goes in and out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pyarrow as pa

from oab_funding.audit import CLOSING, OPENING, Journal
from oab_funding.run.steps import KEYS, Step
from oab_funding.tables.step_result import Figure


class Recorder:
    """Carries out steps, and keeps what they gave and what must be said.

    Parameters
    ----------
    given
        The tables that were read, by name.
    on_step
        Called with the name of each step before it starts.

    Attributes
    ----------
    known
        Every table by its name in the journal: those given, and those that steps gave.
    tables
        Those that steps gave.
    figures
        By name of the step, what it gave besides tables.
    labels, regulation_files
        What must be said with every output, and paths of the regulation files that applied; in order.
    """

    def __init__(self, given: Mapping[str, pa.Table], on_step: Callable[[str], None] | None) -> None:
        self.journal = Journal(KEYS, on_step)
        self.known: dict[str, pa.Table] = dict(given)
        self.tables: dict[str, pa.Table] = {}
        self.figures: dict[str, Mapping[str, Figure]] = {}
        self.labels: dict[str, None] = {}
        self.regulation_files: dict[str, None] = {}

    def asked(self, title: str, label: str, sha256: str) -> None:
        """Begin the journal with the calculation: its title, its label and the SHA-256 of its file."""
        self.journal.note(OPENING, "the calculation file", title=title, label=label, sha256=sha256)
        self.say(label)

    def __call__(
        self,
        step: Step,
        article: str | None = None,
        *,
        bound: Mapping[str, Any] | None = None,
        **parameters: Any,
    ) -> Any:
        """Carry out one step on the tables it is declared to be given.

        Parameters
        ----------
        step
            The step.
        article
            What it follows, where its declaration does not say so.
        bound
            What it is given besides and is not written down: too large, and known by a hash among the others.
        **parameters
            What else it is given; see `audit.Journal.step`.
        """
        inputs = {name: self.known.get(name) for name in map(self._named, step.inputs)}
        function = partial(step.function, **bound) if bound else step.function
        said = step.article if article is None else article
        result = self.journal.step(step.name, said, function, inputs, outputs=step.outputs, **parameters)
        given = {step.outputs.get(own, own): table for own, table in result.tables.items()}
        self.known |= given
        self.tables |= given
        self.figures[step.name] = result.figures
        return result

    def say(self, *labels: str) -> None:
        """Remember labels that go with every output."""
        self.labels |= dict.fromkeys(filter(None, labels))

    def applied(self, *files: str, labels: tuple[str, ...] = ()) -> None:
        """Remember which regulation files applied, and labels that follow from choices."""
        self.regulation_files |= dict.fromkeys(files)
        self.say(*labels)

    def close(self) -> Journal:
        """End the journal with the labels."""
        self.journal.note(CLOSING, "what must be said with every output", labels=tuple(self.labels))
        return self.journal

    def _named(self, several: str) -> str:
        names = several.split("|")
        return next((name for name in names if name in self.known), names[-1])
