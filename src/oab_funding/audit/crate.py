"""A bundle described for other tools: a Workflow Run RO-Crate, and so PROV.

A CreateAction is an activity in the sense of PROV, its objects are what it used, its results what it made.

What this does not prove: more than the bundle. The description follows from manifest and journal, and
`verify` makes it again; the date of the export and the licence in it are stated only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from oab_funding.audit.ends import between
from oab_funding.audit.exact_json import canonical, parse
from oab_funding.audit.manifest import CALCULATION, JOURNAL, MANIFEST, README, REPORT, Manifest
from oab_funding.audit.record import Record, read_journal
from oab_funding.audit.sealed import Sealed

CONTEXT = "https://w3id.org/ro/crate/1.1/context"
CRATE = "ro-crate-metadata.json"
BUNDLE = "bundle/"
"""Folder of the bundle in a crate."""

ATTESTATIONS = "attestations/"
"""Folder of signature and confirmation in a crate."""

_PROFILES = {
    "https://w3id.org/ro/wfrun/process/0.5": "Process Run Crate",
    "https://w3id.org/ro/wfrun/workflow/0.5": "Workflow Run Crate",
    "https://w3id.org/workflowhub/workflow-ro-crate/1.0": "Workflow RO-Crate",
}
_MORE_TERMS = {"sha256": "https://w3id.org/ro/terms/workflow-run#sha256"}
_RIGHTS = "#rights"
_PROGRAM = "#oab-funding"
_LANGUAGE = "#calculation-file"
_RUN = "#run"
_KINDS = {
    ".csv": "text/csv",
    ".html": "text/html",
    ".json": "application/json",
    ".jsonl": "application/jsonl",
    ".parquet": "application/vnd.apache.parquet",
    ".toml": "application/toml",
    ".txt": "text/plain",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_SAID = {
    CALCULATION: "the calculation file as given",
    JOURNAL: "one record per step",
    REPORT: "a page for reading",
    README: "what is what, and how it is checked",
}


def crate_metadata(sealed: Sealed, date: str, licence: str = "", attestations: Sequence[str] = ()) -> bytes:
    """Describe a bundle as a Workflow Run RO-Crate (RO-Crate 1.1, Workflow Run Crate 0.5).

    Parameters
    ----------
    sealed
        The bundle.
    date
        Day of the export, ISO 8601.
    licence
        Address of the licence under which the crate is given; without one the crate says that rights are
        those of its parts.
    attestations
        Names of the files under `ATTESTATIONS`.

    Returns
    -------
    bytes
        The text of ``ro-crate-metadata.json``: the same for the same bundle and arguments.
    """
    manifest, records = sealed.manifest, between(read_journal(sealed.read(JOURNAL)))
    graph = [
        _descriptor(),
        _root(manifest, date, licence, attestations),
        *({"@id": url, "@type": "CreativeWork", "name": name, "version": url.rsplit("/", 1)[1]}
          for url, name in _PROFILES.items()),
        {"@id": licence or _RIGHTS, "@type": "CreativeWork",
         "name": licence or "as its parts", "description": _rights(licence)},
        *_program(manifest),
        _action(manifest, records),
        *_steps(manifest, records),
        *_files(sealed),
        *({"@id": f"{ATTESTATIONS}{name}", "@type": "File", "name": name,
           "encodingFormat": "application/json",
           "description": "a signed statement about the bundle (DSSE, in-toto)"} for name in attestations),
    ]  # fmt: skip
    return canonical({"@context": [CONTEXT, _MORE_TERMS], "@graph": graph})


def stated_in_crate(data: bytes) -> tuple[str, str]:
    """Give the date and the licence that a description states.

    Raises
    ------
    ValueError
        It is no description as this program writes it.
    """
    value: Any = parse(data)
    try:
        [root] = [one for one in value["@graph"] if one["@id"] == "./"]
        date, licence = str(root["datePublished"]), str(root["license"]["@id"])
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError("is no description of a bundle") from error
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", date):
        raise ValueError("states no date")
    return date, "" if licence == _RIGHTS else licence


def _descriptor() -> dict[str, Any]:
    profiles = ["https://w3id.org/ro/crate/1.1", "https://w3id.org/workflowhub/workflow-ro-crate/1.0"]
    return {
        "@id": CRATE,
        "@type": "CreativeWork",
        "about": {"@id": "./"},
        "conformsTo": [{"@id": profile} for profile in profiles],
    }


def _root(manifest: Manifest, date: str, licence: str, attestations: Sequence[str]) -> dict[str, Any]:
    labels = manifest.labels.get("labels")
    said = "; ".join(map(str, labels)) if isinstance(labels, list) else ""
    files = [MANIFEST, *manifest.files]
    parts = [*(f"{BUNDLE}{path}" for path in files), *(f"{ATTESTATIONS}{name}" for name in attestations)]
    return {
        "@id": "./",
        "@type": "Dataset",
        "name": str(manifest.labels.get("title") or "A run"),
        "description": f"A run of oab-funding with root {manifest.root}" + (f". {said}" if said else ""),
        "datePublished": date,
        "license": {"@id": licence or _RIGHTS},
        "conformsTo": [{"@id": url} for url in _PROFILES],
        "hasPart": [{"@id": path} for path in parts],
        "mainEntity": {"@id": f"{BUNDLE}{CALCULATION}"},
        "mentions": [{"@id": _RUN}],
        "identifier": manifest.root,
    }


def _rights(licence: str) -> str:
    return (
        "the licence named by whoever exported it"
        if licence
        else "Rights are those of the inputs and of whoever made the run; ask them."
    )


def _program(manifest: Manifest) -> Iterator[dict[str, Any]]:
    stated = ", ".join(f"{name} {version}" for name, version in manifest.environment.items())
    yield {
        "@id": _PROGRAM,
        "@type": "SoftwareApplication",
        "name": "oab-funding",
        "version": manifest.code.version,
        "softwareVersion": manifest.code.version,
        "identifier": f"sha256:{manifest.code.sha256}",
        "url": "https://pypi.org/project/oab-funding/",
        "description": f"stated, not checked: code with this hash, on {stated}",
    }
    yield {
        "@id": _LANGUAGE,
        "@type": "ComputerLanguage",
        "name": "oab-funding calculation file",
        "url": "https://toml.io/",
        "version": manifest.code.version,
    }


def _action(manifest: Manifest, records: Sequence[Record]) -> dict[str, Any]:
    given = [entry.path for entry in manifest.inputs.values()] + list(manifest.regulations)
    made = [path for path in manifest.files if path not in given and path != CALCULATION]
    return {
        "@id": _RUN,
        "@type": "CreateAction",
        "name": f"the run: {len(records)} steps",
        "instrument": {"@id": f"{BUNDLE}{CALCULATION}"},
        "object": [{"@id": f"{BUNDLE}{path}"} for path in given],
        "result": [{"@id": f"{BUNDLE}{path}"} for path in made],
        "actionStatus": "http://schema.org/CompletedActionStatus",
    }


def _steps(manifest: Manifest, records: Sequence[Record]) -> Iterator[dict[str, Any]]:
    """Describe every step as an action of the program, with the tables it was given and those it gave."""
    known = manifest.tables()
    for record in records:
        given = [name for name, content in record.inputs.items() if content is not None and name in known]
        yield {
            "@id": f"#step-{record.step}",
            "@type": "CreateAction",
            "name": record.name,
            "description": record.article or "a step of the calculation",
            "instrument": {"@id": _PROGRAM},
            "object": [{"@id": f"{BUNDLE}tables/{name}.parquet"} for name in given],
            "result": [{"@id": f"{BUNDLE}tables/{name}.parquet"} for name in record.outputs],
            "actionStatus": "http://schema.org/CompletedActionStatus",
        }


def _files(sealed: Sealed) -> Iterator[dict[str, Any]]:
    yield _file(MANIFEST, {"description": "size and SHA-256 of every file, and the root of the bundle"})
    inputs = {entry.path: entry.file for entry in sealed.manifest.inputs.values()}
    for path, entry in sealed.manifest.files.items():
        more: dict[str, Any] = {"contentSize": str(entry.size), "sha256": entry.sha256}
        if path in inputs:
            more["alternateName"] = inputs[path]
        if path in _SAID:
            more["description"] = _SAID[path]
        yield _file(path, more)


def _file(path: str, more: Mapping[str, Any]) -> dict[str, Any]:
    found = {"@id": f"{BUNDLE}{path}", "@type": "File", "name": path, **more}
    if kind := _KINDS.get(f".{path.rpartition('.')[2]}"):
        found["encodingFormat"] = kind
    if path == CALCULATION:
        found["@type"] = ["File", "SoftwareSourceCode", "ComputationalWorkflow"]
        found["programmingLanguage"] = {"@id": _LANGUAGE}
    return found
