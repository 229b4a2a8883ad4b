"""The two ends of a journal: what was asked, and what must be said with every output.

The first record names the calculation by its title, its label and the SHA-256 of ``calculation.toml``, the
last one holds the labels. So the hash of the last line stands for these as well as for all steps between.

What this does not prove: that the labels are the right ones. They follow from the calculation and its inputs,
so computing every step again shows it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pydantic import JsonValue

from oab_funding.audit.manifest import CALCULATION, JOURNAL, MANIFEST, Manifest
from oab_funding.audit.record import Record

OPENING = "calculation"
CLOSING = "labels"


def between(records: Sequence[Record]) -> tuple[Record, ...]:
    """Give the steps: the records between the two ends."""
    return tuple(record for record in records if record.name not in (OPENING, CLOSING) or record.outputs)


def stated(records: Sequence[Record]) -> dict[str, JsonValue]:
    """Give title and labels as the two ends of a journal state them, for the manifest.

    Raises
    ------
    ValueError
        The journal lacks an end.

    Examples
    --------
    >>> stated(())
    Traceback (most recent call last):
    ...
    ValueError: does not begin with the record calculation and end with the record labels
    """
    if not has_ends(records):
        raise ValueError(f"does not begin with the record {OPENING} and end with the record {CLOSING}")
    labels: JsonValue = records[-1].parameters["labels"]
    return {"title": records[0].parameters["title"], "labels": labels}


def has_ends(records: Sequence[Record]) -> bool:
    """Say whether a journal has both ends in their form."""
    return (
        len(records) > 1
        and _is_end(records[0], OPENING, {"title", "label", "sha256"})
        and _is_end(records[-1], CLOSING, {"labels"})
        and isinstance(records[0].parameters["title"], str)
        and isinstance(labels := records[-1].parameters["labels"], list)
        and all(isinstance(label, str) for label in labels)
        and len(between(records)) == len(records) - 2
    )


def end_problems(records: Sequence[Record], manifest: Manifest) -> Iterator[str]:
    """Compare the two ends of a journal with the manifest and the calculation file in it."""
    if not has_ends(records):
        yield f"{JOURNAL} does not begin with the record {OPENING} and end with the record {CLOSING}"
        return
    if dict(manifest.labels) != stated(records):
        yield f"{MANIFEST} has another title or other labels than {JOURNAL}"
    entry = manifest.files.get(CALCULATION)
    if entry is not None and records[0].parameters["sha256"] != entry.sha256:
        yield f"{CALCULATION} is not the one that {JOURNAL} begins with"


def _is_end(record: Record, name: str, parameters: set[str]) -> bool:
    empty: tuple[Mapping[str, object], ...] = (record.inputs, record.outputs, record.figures)
    return record.name == name and set(record.parameters) == parameters and not any(empty)
