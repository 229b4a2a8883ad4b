"""Replaying a bundle: the bundle is made again from its own inputs, and all of it is compared.

What this does not prove: that the inputs are those that CBS or the ministry used, that the regulation files
say what the law says, or who made the bundle. What cannot be compared is named in the answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
from pydantic import JsonValue

from oab_funding.api.bundled import amounts_for_reading, made_bundle
from oab_funding.audit import (
    Difference,
    Made,
    between,
    code_identity,
    environment,
    first_difference,
    plain,
    readable,
    verify,
)
from oab_funding.audit.manifest import MANIFEST, README, REPORT, SUMS
from oab_funding.audit.statements import DRAFT
from oab_funding.errors import CheckError, DamagedError, InputError, Place
from oab_funding.indicator.specification_file import Specifications
from oab_funding.regulation import Statutes
from oab_funding.run.at_hand import recorded_of, sources_at_hand
from oab_funding.run.calculation import calculate
from oab_funding.run.opened import damage_said, open_run
from oab_funding.run.run import Run
from oab_funding.tables.documents import read_toml
from oab_funding.tables.source import SourceFile

STATED = ("code", "environment", "machine")
"""Members of a manifest that nobody can compute again: they are stated, and not checked."""

FIRST_REPLAYED = 2
"""The first format of bundles that every later version of the program replays."""

_WORDS = (README, REPORT)
_LONGEST = 80
_PICTURE = re.compile(rb"<svg\b.*?</svg>", re.DOTALL)
_SCRIPT = re.compile(rb"<script\b.*?</script\s*>", re.DOTALL | re.IGNORECASE)
_DATA = b'<script type="application/json" '
_ACTIVE = re.compile(
    rb"<script|<foreignobject|<iframe|<object|<embed|<[^>]*\son[a-z]+\s*=|javascript:", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Replay:
    """What a replay found.

    Parameters
    ----------
    problems
        What is wrong with the bundle, besides the steps.
    difference
        The first step that differs, or None.
    notes
        What is good to know and no difference, such as another version of the code.
    steps, files
        How many steps were computed again, and how many files compared.
    not_compared
        What could not be compared.
    absent
        Inputs that were not at hand.
    taken
        Steps that were taken from the record, because what they need was not at hand.
    """

    problems: tuple[str, ...]
    difference: Difference | None
    notes: tuple[str, ...] = ()
    steps: int = 0
    files: int = 0
    not_compared: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    taken: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether everything that was compared is identical."""
        return not self.problems and self.difference is None


def replay(
    path: str | Path,
    on_step: Callable[[str], None] | None = None,
    *,
    own_regulations: bool = False,
    ignore_desktop_files: bool = False,
    inputs: str | Path | None = None,
) -> Replay:
    """Make a run bundle again, from the inputs, regulations and specifications in it, and compare all of it.

    Parameters
    ----------
    path
        Folder of the bundle.
    on_step
        Called with the name of each step before it starts.
    own_regulations
        Accept regulation files and specifications that differ from those that come with this version.
    ignore_desktop_files
        See `verify`.
    inputs
        Folder with the inputs that the bundle lacks, under the names they had; each must have the SHA-256
        that the manifest says. What is in neither place is told, and the steps that need it are taken from
        the record.

    Returns
    -------
    Replay
        Whether the bundle is whole, the first step that differs if one does, and what was not compared.

    Raises
    ------
    InputError
        The path is no folder, or the bundle is of a format that another version of the program replays.

    Notes
    -----
    A replay shows that the results follow from the inputs, the regulations and this code. It does not show
    that the inputs are the ones CBS or the ministry used, nor that the regulation files say what the law
    says: these are in the bundle so that a person can compare them.
    """
    verification = verify(path, ignore_desktop_files=ignore_desktop_files)
    if not verification.ok:
        return Replay(verification.problems, None)
    try:
        opened = open_run(path)
        _check_format(opened)
    except DamagedError as error:
        return Replay((str(error),), None)
    try:
        own = tuple(_own_law(opened))
        with damage_said():
            sources = sources_at_hand(opened, inputs)
            recorded = recorded_of(opened, sources)
            computed = calculate(
                opened.calculation,
                sources,
                opened.statutes,
                on_step,
                text=opened.text,
                specifications=opened.specifications,
                draft=_is_draft(opened),
                recorded=recorded,
            )
            made = made_bundle(computed, opened.manifest.format) if recorded is None else None
    except (InputError, CheckError) as error:
        return Replay((f"the calculation refuses its own inputs: {error}",), None)
    except DamagedError as error:
        return Replay((str(error),), None)
    again = computed.records
    difference = first_difference(opened.records, again)
    if made is None:
        return _of_a_part(opened, computed, sources, difference, () if own_regulations else own)
    problems = () if difference is not None else tuple(_differences(opened, made))
    return Replay(
        problems if own_regulations else (*problems, *own),
        difference,
        (*_notes(opened), *(own if own_regulations else ())),
        len(between(again)),
        len(made.files) + 1,
        tuple(_not_compared(opened, made)),
    )


def _of_a_part(
    opened: Run,
    computed: Run,
    sources: Mapping[str, SourceFile],
    difference: Difference | None,
    own: tuple[str, ...],
) -> Replay:
    """Say what a replay without some inputs found: the steps it could carry out, and the amounts."""
    assert opened.sealed is not None  # it was opened from a bundle
    given, problems = amounts_for_reading(computed), list(own)
    problems += [
        f"{path} is not what the calculation gives"
        for path, data in given.items()
        if path not in opened.manifest.files or opened.sealed.read(path) != data
    ]
    made = {name for one in computed.records for name in one.outputs} & computed.tables.keys()
    taken = computed.taken
    left_out = [path for path in (REPORT, README) if path in opened.manifest.files]
    return Replay(
        tuple(problems) if difference is None else (),
        difference,
        tuple(_notes(opened)),
        len(between(computed.records)) - len(taken),
        len(made) + len(given),
        (*left_out, f"{len(taken)} steps that need what is absent"),
        tuple(opened.manifest.inputs[role].file for role in opened.manifest.inputs if role not in sources),
        taken,
    )


def _is_draft(opened: Run) -> bool:
    labels = opened.manifest.labels.get("labels")
    return isinstance(labels, list) and DRAFT in labels


def _check_format(opened: Run) -> None:
    manifest = opened.manifest
    if manifest.format < FIRST_REPLAYED:
        made_with = f"version {readable(manifest.code.version)}, code {manifest.code.sha256[:12]}"
        raise InputError(
            f"is of format {manifest.format}, made with {made_with}, which this version cannot replay",
            Place(readable(str(opened.path))),
            "replay it with the version that made it; `verify` and `explain` read it here",
        )


def _differences(opened: Run, made: Made) -> Iterator[str]:
    """Compare all that the calculation determines: the manifest member by member, and the files."""
    recorded, again = _there(plain(opened.manifest)), _there(plain(made.manifest))
    assert isinstance(recorded, dict)
    assert isinstance(again, dict)
    for name in sorted(again.keys() - {*STATED, "files", "root"}):
        yield from _members(name, recorded[name], again[name])
    for path in sorted(opened.manifest.files.keys() | made.files.keys()):
        if path not in made.files:
            yield f"{readable(path)} is a file that the calculation does not give"
        elif path not in opened.manifest.files:
            yield f"{path} is missing: the calculation gives it"
        else:
            yield from _file_differences(opened, made, path)


def _there(value: JsonValue) -> JsonValue:
    """Leave out members that are not there: an entry of an earlier format lacks what came later."""
    if isinstance(value, dict):
        return {name: _there(member) for name, member in value.items() if member is not None}
    return value


def _members(name: str, recorded: JsonValue, again: JsonValue) -> Iterator[str]:
    if isinstance(recorded, dict) and isinstance(again, dict):
        for member in sorted(recorded.keys() | again.keys()):
            if recorded.get(member) != again.get(member):
                said, now = (_said(value.get(member)) for value in (recorded, again))
                yield f"{MANIFEST}: {name} {readable(member)} is {said}, and the calculation gives {now}"
    elif recorded != again:
        yield f"{MANIFEST}: {name} is {_said(recorded)}, and the calculation gives {_said(again)}"


def _file_differences(opened: Run, made: Made, path: str) -> Iterator[str]:
    entry = opened.manifest.files[path]
    again = _entries(made)[path]
    logical = {name: getattr(entry, name) for name in ("content", "rows", "key", "rows_root", "columns")}
    for name, value in logical.items():
        if plain(value) != again.get(name):
            found, given = _said(plain(value)), _said(again.get(name))
            yield f"{path}: {name} is {found}, and the calculation gives {given}"
    if path == SUMS:
        return  # `verify` held it against the manifest
    if path in _WORDS and _other_words(opened, made, path):
        yield from _active_content(path, _without_known_scripts(_bytes(opened, path), made.files[path]))
    elif path == REPORT and not _same_place(opened):
        yield from _report_differences(_bytes(opened, path), made.files[path])
    elif entry.sha256 != again["sha256"] and not (entry.content and not _same_arrow(opened)):
        yield f"{path} is not what the calculation gives"


def _bytes(opened: Run, path: str) -> bytes:
    assert opened.sealed is not None  # it was opened from a bundle
    return opened.sealed.read(path)


def _report_differences(recorded: bytes, again: bytes) -> Iterator[str]:
    """Compare two reports but for their pictures, which may not do anything but show."""
    if _PICTURE.sub(b"", recorded) != _PICTURE.sub(b"", again) or len(_PICTURE.findall(recorded)) != len(
        _PICTURE.findall(again)
    ):
        yield f"{REPORT} is not what the calculation gives"
    yield from _active_content(REPORT, *_PICTURE.findall(recorded))


def _without_known_scripts(page: bytes, own: bytes) -> bytes:
    """Leave out of a page of another version the scripts that this version's page has, and mere data."""
    known = {script[0] for script in _SCRIPT.finditer(own)}
    return _SCRIPT.sub(lambda one: b"" if one[0] in known or one[0].startswith(_DATA) else one[0], page)


def _active_content(path: str, *parts: bytes) -> Iterator[str]:
    if any(_ACTIVE.search(part) for part in parts):
        yield f"{path} has a part that does more than show"


def _other_words(opened: Run, made: Made, path: str) -> bool:
    """Say whether another version of the program says this page in other words than this one."""
    if opened.manifest.code.version == code_identity().version:
        return False
    return _PICTURE.sub(b"", _bytes(opened, path)) != _PICTURE.sub(b"", made.files[path])


def _not_compared(opened: Run, made: Made) -> Iterator[str]:
    """Name what was not compared, because it depends on libraries that are not the same here."""
    others = [path for path in _WORDS if path in made.files and _other_words(opened, made, path)]
    yield from (f"{path}, which version {readable(opened.manifest.code.version)} words so" for path in others)
    if REPORT not in others and not _same_place(opened) and _PICTURE.search(made.files[REPORT]):
        yield f"pictures of {REPORT}"
    if not _same_arrow(opened):
        stated = readable(opened.manifest.environment["pyarrow"])
        tables = sum("content" in entry for entry in _entries(made).values())
        here = f"pyarrow {stated} wrote them, {pa.__version__} is here"
        yield f"bytes of {tables} tables, whose content was ({here})"


def _same_arrow(opened: Run) -> bool:
    return opened.manifest.environment["pyarrow"] == environment()["pyarrow"]


def _same_place(opened: Run) -> bool:
    manifest = opened.manifest
    return manifest.code == code_identity() and dict(manifest.environment) == environment()


def _entries(made: Made) -> Mapping[str, Mapping[str, JsonValue]]:
    entries: Any = made.manifest["files"]
    return entries


def _said(value: JsonValue) -> str:
    return (
        "absent"
        if value is None
        else readable(text if len(text := str(value)) <= _LONGEST else f"{text[:_LONGEST]}...")
    )


def _notes(opened: Run) -> Iterator[str]:
    stated, code = opened.manifest.code, code_identity()
    if stated != code:
        yield (
            f"the bundle was made with version {readable(stated.version)} ({stated.sha256[:12]}), "
            f"replayed with {code.version} ({code.sha256[:12]})"
        )


def _is_what_if(data: bytes, shipped: bytes | None) -> bool:
    """Say whether a regulation file is this version's own with nothing but labelled changes after it."""
    if shipped is None or not data.startswith(shipped):
        return False
    added = read_toml(data[len(shipped) :], "regulation file")
    return set(added) == {"what_if"}


def _own_law(opened: Run) -> Iterator[str]:
    """Name the regulation files and specifications of the bundle that are not those of this version."""
    for what, own, shipped in (
        ("regulation file", opened.statutes.contents, Statutes.shipped().contents),
        ("specification", opened.specifications.contents, Specifications.shipped().contents),
    ):
        for name, data in own.items():
            if what == "regulation file" and _is_what_if(data, shipped.get(name)):
                continue  # the labels of the run say so
            if shipped.get(name) != data:
                yield f"the {what} {readable(name)} of the bundle differs from this version's own"
