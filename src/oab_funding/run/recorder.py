"""Carrying out steps by their declarations, while the journal writes down what goes in and out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pyarrow as pa

from oab_funding.audit import CLOSING, OPENING, Journal, Record
from oab_funding.run.steps import KEYS, Step
from oab_funding.tables.step_result import Figure


@dataclass(frozen=True, slots=True)
class Recorded:
    """What an earlier run of a calculation says of itself, for steps whose inputs are not here.

    Parameters
    ----------
    records
        Its records by name of the step.
    tables
        Those of its tables that are at hand.
    absent
        Names of the tables that were read there and are not here.
    labels
        What must be said with every output of it.
    """

    records: Mapping[str, Record] = field(default_factory=dict)
    tables: Mapping[str, pa.Table] = field(default_factory=dict)
    absent: frozenset[str] = frozenset()
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Taken:
    """What was taken over instead of computed."""

    tables: Mapping[str, pa.Table]
    figures: Mapping[str, Any]


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

    def __init__(
        self,
        given: Mapping[str, pa.Table],
        on_step: Callable[[str], None] | None,
        recorded: Recorded | None = None,
    ) -> None:
        self.recorded = recorded or Recorded()
        self.absent = set(self.recorded.absent)
        self.taken: list[str] = []
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
        names = [self._named(several) for several in step.inputs]
        if self.absent.intersection(names):
            return self.take(step)
        inputs = {name: self.known.get(name) for name in names}
        function = partial(step.function, **bound) if bound else step.function
        said = step.article if article is None else article
        result = self.journal.step(step.name, said, function, inputs, outputs=step.outputs, **parameters)
        given = {step.outputs.get(own, own): table for own, table in result.tables.items()}
        self.known |= given
        self.tables |= given
        self.figures[step.name] = result.figures
        return result

    def take(self, *steps: Step) -> Taken:
        """Take over what the record of an earlier run says of steps that cannot be carried out here."""
        tables: dict[str, pa.Table] = {}
        figures: dict[str, Any] = {}
        for step in steps:
            if (record := self.recorded.records.get(step.name)) is None:
                continue
            self.taken.append(step.name)
            self.journal.adopt(record)
            for name in record.outputs:
                if name in self.recorded.tables:
                    tables[name] = self.recorded.tables[name]
                else:
                    self.absent.add(name)
            figures |= record.figures
            self.figures[step.name] = dict(record.figures)  # type: ignore[arg-type] # as the journal has them
        self.known |= tables
        self.tables |= tables
        return Taken(tables, figures)

    def given(self, name: str) -> bool:
        """Say whether the run has a table, here or where it was computed."""
        return name in self.known or name in self.absent

    def say(self, *labels: str) -> None:
        """Remember labels that go with every output."""
        self.labels |= dict.fromkeys(filter(None, labels))

    def applied(self, *files: str, labels: tuple[str, ...] = ()) -> None:
        """Remember which regulation files applied, and labels that follow from choices."""
        self.regulation_files |= dict.fromkeys(files)
        self.say(*labels)

    def close(self) -> Journal:
        """End the journal with the labels."""
        if self.recorded.labels and set(self.labels) <= set(self.recorded.labels):
            self.labels = dict.fromkeys(self.recorded.labels)  # inputs that are absent may have labels
        self.journal.note(CLOSING, "what must be said with every output", labels=tuple(self.labels))
        return self.journal

    def _named(self, several: str) -> str:
        names = several.split("|")
        return next((name for name in names if self.given(name)), names[-1])
