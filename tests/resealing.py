"""Making every hash of a bundle anew, as somebody would who can write all of it."""

import hashlib
import json

import pyarrow.parquet as pq

from oab_funding.audit.content import content_hash
from oab_funding.audit.exact_json import canonical
from oab_funding.audit.manifest import manifest_root
from oab_funding.audit.merkle import root as tree_root
from oab_funding.audit.provable import proved_columns
from oab_funding.audit.readme import sums
from oab_funding.audit.record import NO_RECORD, line_hash
from oab_funding.audit.rows import kinds_of, rows_root, salted_leaves


def reseal(run, edit=lambda manifest: None, edit_records=lambda records: None, contents=False):
    """Make sizes, hashes, chain and root anew after an edit of manifest or records; give the root."""
    path = run / "manifest.json"
    manifest = json.loads(path.read_bytes())
    records = [json.loads(line) for line in (run / "journal.jsonl").read_bytes().splitlines()]
    if contents:
        _contents(run, manifest, records)
    edit_records(records)
    previous, lines = NO_RECORD, []
    for number, record in enumerate(records, start=1):
        lines.append(canonical({**record, "step": number, "previous": previous}))
        previous = line_hash(lines[-1])
    (run / "journal.jsonl").write_bytes(b"".join(line + b"\n" for line in lines))
    manifest["journal_head"] = previous
    if "journal_tree" in manifest:
        manifest["journal_tree"] = {"lines": len(lines), "root": tree_root(lines)}
    if (run / "SHA256SUMS").is_file():
        write_sums(run, manifest)
    for name in [name for name in manifest["files"] if (run / name).is_file()]:
        data = (run / name).read_bytes()
        manifest["files"][name].update(size=len(data), sha256=hashlib.sha256(data).hexdigest())
    for entry in manifest["inputs"].values():
        entry["sha256"] = manifest["files"][entry["path"]]["sha256"]
    for name in manifest["regulations"]:
        manifest["regulations"][name] = manifest["files"][name]["sha256"]
    edit(manifest)
    if (run / "SHA256SUMS").is_file():  # for files that the edit put in or took out
        write_sums(run, manifest)
        data = (run / "SHA256SUMS").read_bytes()
        manifest["files"]["SHA256SUMS"].update(size=len(data), sha256=hashlib.sha256(data).hexdigest())
    manifest["root"] = manifest_root(manifest)
    path.write_bytes(canonical(manifest))
    return manifest["root"]


def _sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def write_sums(run, manifest):
    paths = {name: run / name for name in manifest["files"]}
    hashes = {
        name: _sha256(path) if path.is_file() else manifest["files"][name]["sha256"]
        for name, path in paths.items()
    }
    (run / "SHA256SUMS").write_bytes(sums(hashes))


def _contents(run, manifest, records):
    for name, entry in manifest["files"].items():
        if "content" not in entry:
            continue
        table = pq.read_table(run / name)
        entry.update(content=content_hash(table, entry["key"]), rows=table.num_rows)
        if "rows_root" in entry:
            entry["rows_root"] = rows_of(run, name, table, entry)
        for record in records:
            own = name.removeprefix("tables/").removesuffix(".parquet")
            if own in record["outputs"]:
                record["outputs"][own] = {"content": entry["content"], "rows": entry["rows"]}


def rows_of(run, name, table, entry):
    if "columns" not in entry:
        return rows_root(table, entry["key"])
    secret = bytes.fromhex((run / "salt.txt").read_text().strip())
    columns = proved_columns(table.column_names)
    entry["columns"] = kinds_of(table, entry["key"], columns)
    own = name.removeprefix("tables/").removesuffix(".parquet")
    return tree_root(salted_leaves(own, table, entry["key"], columns, secret))
