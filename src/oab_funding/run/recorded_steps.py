"""Carrying out steps by the names of their tables, while the journal writes down what goes in and out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from oab_funding.audit import CLOSING, OPENING, Journal
from oab_funding.run.schemas import KEYS
from oab_funding.tables.step_result import Figure


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a calculation gave.

    Parameters
    ----------
    journal
        The record of its steps.
    tables
        Every table a step gave, by name.
    figures
        Every figure, by name of the step and of the figure.
    regulation_files
        Paths of the regulation files that applied.
    labels
        What must be said with every output, such as "before transition".
    specification_files
        Names of the files of the feature specification that was taken by its name.
    """

    journal: Journal
    tables: Mapping[str, pa.Table]
    figures: Mapping[str, Mapping[str, Figure]]
    regulation_files: tuple[str, ...]
    labels: tuple[str, ...]
    specification_files: tuple[str, ...] = ()


class Steps:
    """Calls steps by the names of their tables, and keeps what they gave.

    Parameters
    ----------
    given
        The tables that were read, by name.
    on_step
        Called with the name of each step before it starts.
    """

    def __init__(self, given: Mapping[str, pa.Table], on_step: Callable[[str], None] | None) -> None:
        self.journal = Journal(KEYS, on_step)
        self.known: dict[str, pa.Table] = dict(given)
        self.tables: dict[str, pa.Table] = {}
        self.figures: dict[str, Mapping[str, Figure]] = {}
        self.regulation_files: dict[str, None] = {}
        self.specification_files: tuple[str, ...] = ()
        self.labels: dict[str, None] = {}

    def asked(self, title: str, label: str, sha256: str | None) -> None:
        """Begin the journal with the calculation: its title, its label and the SHA-256 of its file."""
        self.journal.note(OPENING, "the calculation file", title=title, label=label, sha256=sha256)
        self.say(label)

    def __call__(
        self,
        name: str,
        article: str,
        function: Callable[..., Any],
        *tables: str,
        outputs: Mapping[str, str] | None = None,
        **parameters: Any,
    ) -> Any:
        """Carry out one step; see `audit.Journal.step`."""
        inputs = {table: self.known.get(table) for table in tables}
        result = self.journal.step(name, article, function, inputs, outputs=outputs, **parameters)
        given = {(outputs or {}).get(own, own): table for own, table in result.tables.items()}
        self.known |= given
        self.tables |= given
        self.figures[name] = result.figures
        return result

    def say(self, label: str) -> None:
        """Remember a label that goes with every output."""
        if label:
            self.labels[label] = None

    def applied(self, files: tuple[str, ...], labels: tuple[str, ...] = ()) -> None:
        """Remember which regulation files applied, and labels that follow from choices."""
        self.regulation_files |= dict.fromkeys(files)
        for label in labels:
            self.say(label)

    def outcome(self) -> Outcome:
        """End the journal with the labels, and give what the calculation gave."""
        labels = tuple(self.labels)
        self.journal.note(CLOSING, "what must be said with every output", labels=labels)
        files = tuple(self.regulation_files)
        return Outcome(self.journal, self.tables, self.figures, files, labels, self.specification_files)
