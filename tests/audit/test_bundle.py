import hashlib
import json
import os
import shutil
import subprocess

import pyarrow.parquet as pq
import pytest

from audit.conftest import SITES, bundle
from oab_funding.audit import verify
from oab_funding.audit.exact_json import canonical
from oab_funding.audit.manifest import manifest_leaves
from oab_funding.audit.merkle import check_inclusion, inclusion_path
from oab_funding.audit.merkle import root as merkle_root
from oab_funding.audit.rows import salt_of, salted_leaves
from oab_funding.errors import InputError
from oab_funding.tables.source import SourceFile

FILES = {
    "README.txt",
    "SHA256SUMS",
    "salt.txt",
    "calculation.toml",
    "grants_schools.csv",
    "inputs/previous/sites.csv",
    "inputs/sites.csv",
    "journal.jsonl",
    "regulations/nl/school-grant/2020-08-01.toml",
    "report.html",
    "tables/doubled.parquet",
    "tables/grants.parquet",
}


def leaves(path, table):
    secret = bytes.fromhex((path / "salt.txt").read_text())
    return salted_leaves("grants", table, ["site_id"], ["amount", "site_id"], secret)


@pytest.fixture
def manifest(original):
    return json.loads((original[0] / "manifest.json").read_bytes())


def test_what_is_in_it(original, manifest):
    path, root = original
    found = {file.relative_to(path).as_posix() for file in path.rglob("*") if file.is_file()}
    assert found == FILES | {"manifest.json"}
    assert set(manifest["files"]) == FILES
    assert manifest["root"] == root
    for name, entry in manifest["files"].items():
        data = (path / name).read_bytes()
        assert (entry["size"], entry["sha256"]) == (len(data), hashlib.sha256(data).hexdigest())
    assert (path / "calculation.toml").read_bytes() == b'period = "2020-2021"\n'
    assert (path / "report.html").read_text() == "<p>"


def test_the_manifest_is_its_own_canonical_form(original, manifest):
    assert (original[0] / "manifest.json").read_bytes() == canonical(manifest)


def test_the_manifest_names_what_went_in(manifest):
    data = b"site_id,pupils\n00AP00,100\n"
    assert manifest["inputs"]["sites"] == {
        "file": "Sites of 2019.CSV",
        "path": "inputs/sites.csv",
        "sha256": hashlib.sha256(data).hexdigest(),
    }
    assert manifest["regulations"] == {
        "regulations/nl/school-grant/2020-08-01.toml": hashlib.sha256(b"price = '533.10'\n").hexdigest()
    }
    assert manifest["code"] == {"version": "0.1.0", "sha256": "ab" * 32}
    assert manifest["labels"] == {"title": "T", "labels": ["made-up data"]}
    assert manifest["format"] == 3
    assert len(manifest["machine"]) in (0, 64)


def test_tables_go_by_content(original, manifest, run):
    journal, tables = run
    for name, table in tables.items():
        entry = manifest["files"][f"tables/{name}.parquet"]
        assert (entry["content"], entry["rows"], entry["key"]) == (
            journal.content(name, table),
            3,
            ["site_id"],
        )
        assert pq.read_table(original[0] / f"tables/{name}.parquet").num_rows == 3
    entry = manifest["files"]["tables/grants.parquet"]
    assert entry["columns"] == {"amount": "decimal", "site_id": "text"}
    assert entry["rows_root"] == merkle_root(leaves(original[0], tables["grants"]))
    assert "rows_root" not in manifest["files"]["tables/doubled.parquet"]
    assert "content" not in manifest["files"]["report.html"]


def test_the_journal_is_the_journal(original, manifest, run):
    lines = (original[0] / "journal.jsonl").read_bytes().splitlines()
    assert lines == run[0].lines()
    assert manifest["journal_head"] == run[0].head


def test_a_row_is_proved_under_the_root_in_two_short_steps(original, manifest, run):
    table = run[1]["grants"]
    rows = leaves(original[0], table)
    entry = manifest["files"]["tables/grants.parquet"]
    row = rows[1]
    assert json.loads(row)["row"] == {"amount": "600", "site_id": "00AR00"}
    assert check_inclusion(row, 1, 3, inclusion_path(rows, 1), entry["rows_root"])
    whole = manifest_leaves(manifest)
    leaf = canonical({"files": {"tables/grants.parquet": entry}})
    index = whole.index(leaf)
    assert check_inclusion(leaf, index, len(whole), inclusion_path(whole, index), original[1])


def test_the_same_run_gives_the_same_root(original, tmp_path):
    assert bundle(tmp_path / "again") == original[1]


def test_a_folder_that_is_taken_is_refused(tmp_path):
    bundle(tmp_path / "run")
    with pytest.raises(InputError, match="is a folder that is not empty"):
        bundle(tmp_path / "run")
    bundle(tmp_path / "run", overwrite=True, files={"report.html": b"<b>"})
    assert (tmp_path / "run/report.html").read_bytes() == b"<b>"


@pytest.mark.parametrize(
    "changes",
    [
        {"files": {"../out": b""}},
        {"files": {"/tmp/out": b""}},
        {"files": {"manifest.json": b""}},
        {"files": {"Journal.jsonl": b""}},
        {"files": {"tables/grants.parquet": b""}},
        {"inputs": {"../x": SourceFile("a.csv", b"")}},
        {"inputs": {"x": SourceFile("a.cs/v", b"")}, "regulations": {"../x": b""}},
        {"inputs": {"x": SourceFile("a.\n", b"")}},
        {"inputs": {"x": SourceFile("a.csv", b""), "X": SourceFile("b.csv", b"")}},
    ],
)
def test_unsafe_names_are_refused_and_nothing_is_written(tmp_path, changes):
    with pytest.raises(InputError, match=r"is no safe name|is the name of two things"):
        bundle(tmp_path / "run", **changes)
    assert list(tmp_path.iterdir()) == []


def test_the_tables_must_be_those_of_the_journal(tmp_path, run):
    journal, tables = run
    for wrong, said in (
        ({"doubled": tables["doubled"]}, "the table grants is missing"),
        ({**tables, "sites": SITES}, "the table sites is not what a step"),
        ({**tables, "doubled": SITES}, "the table doubled is not what a step"),
    ):
        with pytest.raises(ValueError, match=said):
            bundle(tmp_path / "run", journal=journal, tables=wrong)
    with pytest.raises(ValueError, match="the table sites is missing"):
        bundle(tmp_path / "run", provable=["sites"])
    assert list(tmp_path.iterdir()) == []


def test_specifications_stand_in_the_bundle(tmp_path):
    bundle(tmp_path / "run", specifications={"cbs-2019.toml": b"x"})
    assert (tmp_path / "run/specifications/cbs-2019.toml").read_bytes() == b"x"


def test_a_journal_without_its_ends_makes_no_bundle(tmp_path):
    from oab_funding.audit import Journal

    with pytest.raises(ValueError, match="does not begin with the record calculation"):
        bundle(tmp_path / "run", journal=Journal({}), tables={}, provable=[])
    assert list(tmp_path.iterdir()) == []


def test_no_file_is_wider_than_it_may_be(tmp_path):
    bundle(tmp_path / "run", mode=0o600)
    for path in (tmp_path / "run", *(tmp_path / "run").rglob("*")):
        assert path.stat().st_mode & 0o077 == 0, path
    bundle(tmp_path / "wide")
    assert (tmp_path / "wide/manifest.json").stat().st_mode & 0o777 == 0o666 & ~_umask()


def _umask():
    mask = os.umask(0)
    os.umask(mask)
    return mask


def test_the_salt_follows_from_the_inputs(original, tmp_path):
    inputs = {"sites": b"site_id,pupils\n00AP00,100\n", "previous/sites": b"site_id,pupils\n00AP00,90\n"}
    assert (original[0] / "salt.txt").read_text() == f"{salt_of(inputs).hex()}\n"
    other = {"sites": SourceFile("sites.csv", b"site_id,pupils\n00AP00,101\n")}
    bundle(tmp_path / "run", inputs=other)
    again = json.loads((tmp_path / "run/manifest.json").read_bytes())["files"]["tables/grants.parquet"]
    own = json.loads((original[0] / "manifest.json").read_bytes())["files"]["tables/grants.parquet"]
    assert again["content"] == own["content"]
    assert again["rows_root"] != own["rows_root"]


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="sha256sum is not installed")
def test_sha256sum_reads_the_list_of_hashes(original):
    done = subprocess.run(["sha256sum", "-c", "--strict", "SHA256SUMS"], cwd=original[0], capture_output=True)
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == len(FILES) - 1  # all but the list itself


def test_the_format_before_can_be_made_again(tmp_path):
    bundle(tmp_path / "run", form=2)
    assert verify(tmp_path / "run").ok
    found = {path.name for path in (tmp_path / "run").iterdir()}
    assert not found & {"README.txt", "SHA256SUMS", "salt.txt"}
