"""Making every hash of a bundle anew, as somebody would who can write all of it."""

import hashlib
import json

import pyarrow.parquet as pq

from oab_funding.audit.chain import NO_RECORD, line_hash
from oab_funding.audit.content import content_hash
from oab_funding.audit.exact_json import canonical
from oab_funding.audit.manifest import manifest_root
from oab_funding.audit.rows import rows_root


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
    for name in [name for name in manifest["files"] if (run / name).is_file()]:
        data = (run / name).read_bytes()
        manifest["files"][name].update(size=len(data), sha256=hashlib.sha256(data).hexdigest())
    for entry in manifest["inputs"].values():
        entry["sha256"] = manifest["files"][entry["path"]]["sha256"]
    for name in manifest["regulations"]:
        manifest["regulations"][name] = manifest["files"][name]["sha256"]
    edit(manifest)
    manifest["root"] = manifest_root(manifest)
    path.write_bytes(canonical(manifest))
    return manifest["root"]


def _contents(run, manifest, records):
    for name, entry in manifest["files"].items():
        if "content" not in entry:
            continue
        table = pq.read_table(run / name)
        entry.update(content=content_hash(table, entry["key"]), rows=table.num_rows)
        if "rows_root" in entry:
            entry["rows_root"] = rows_root(table, entry["key"])
        for record in records:
            own = name.removeprefix("tables/").removesuffix(".parquet")
            if own in record["outputs"]:
                record["outputs"][own] = {"content": entry["content"], "rows": entry["rows"]}
