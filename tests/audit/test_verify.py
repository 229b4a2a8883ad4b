import hashlib
import inspect
import json
import os
import shutil
import sys
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.conftest import bundle, calculate
from oab_funding.audit import content_hash, verify
from oab_funding.audit.exact_json import canonical
from oab_funding.audit.manifest import manifest_root
from oab_funding.audit.merkle import root as root_of
from oab_funding.audit.record import line_hash
from oab_funding.errors import InputError
from resealing import rows_of, write_sums

FILES = (
    "calculation.toml",
    "grants_schools.csv",
    "inputs/previous/sites.csv",
    "inputs/sites.csv",
    "journal.jsonl",
    "manifest.json",
    "regulations/nl/school-grant/2020-08-01.toml",
    "report.html",
    "README.txt",
    "SHA256SUMS",
    "salt.txt",
    "tables/doubled.parquet",
    "tables/grants.parquet",
)


@pytest.fixture
def run(original, tmp_path):
    """A copy of the bundle to damage."""
    return shutil.copytree(original[0], tmp_path / "run")


def damaged(path, data):
    """Put other bytes in a file and say whether verify saw it; then mend the file."""
    before = path.read_bytes()
    try:
        path.write_bytes(data)
        return not verify(next(parent for parent in path.parents if parent.name == "run")).ok
    finally:
        path.write_bytes(before)


def sign(run, edit=lambda manifest: None):
    """Make every hash of the bundle anew, as someone who can write all of it would; give the new root."""
    path = run / "manifest.json"
    manifest = json.loads(path.read_bytes())
    lines = (run / "journal.jsonl").read_bytes().split(b"\n")
    lines = lines if lines[-1] else lines[:-1]
    manifest["journal_tree"] = {"lines": len(lines), "root": root_of(lines)}
    write_sums(run, manifest)
    for name, entry in manifest["files"].items():
        data = (run / name).read_bytes()
        entry.update(size=len(data), sha256=hashlib.sha256(data).hexdigest())
    edit(manifest)
    manifest["root"] = manifest_root(manifest)
    path.write_bytes(canonical(manifest))
    return manifest["root"]


def problems(run, root=None):
    found = verify(run, root)
    assert found.ok == (not found.problems)
    return "\n".join(found.problems)


def test_a_whole_bundle(original):
    path, root = original
    for published in (None, root, root.upper(), f" {root}\n"):
        found = verify(path, published)
        assert (found.ok, found.problems, found.root) == (True, (), root)
    assert verify(str(path)).ok


def test_another_root(original):
    found = verify(original[0], "00" * 32)
    assert found.problems == (f"the root is {original[1]}, not the published {'00' * 32}",)
    assert not verify(original[0], "").ok


@pytest.mark.parametrize("name", ["absent", "file", "x" * 5000, "a\0b"])
def test_no_folder_at_all(tmp_path, name):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match=r"is not a folder|cannot be read"):
        verify(tmp_path / name)


@pytest.mark.parametrize("name", FILES)
def test_one_flipped_bit_anywhere(run, name):
    data = (run / name).read_bytes()
    step = max(1, len(data) // 60)
    for at in range(0, len(data), step):
        flipped = bytearray(data)
        flipped[at] ^= 1 << (at % 8)
        assert damaged(run / name, bytes(flipped)), f"{name}: byte {at}"


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_damage_to_any_file(original, data):
    run = original[0].parent / "fuzz" / "run"
    if not run.exists():
        shutil.copytree(original[0], run)
    path = run / data.draw(st.sampled_from(FILES))
    before = path.read_bytes()
    start = data.draw(st.integers(0, len(before)))
    end = data.draw(st.integers(start, len(before)))
    after = before[:start] + data.draw(st.binary(max_size=20)) + before[end:]
    assert damaged(path, after) == (after != before)


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_gone_empty_renamed_or_a_folder(run, name):
    path = run / name
    data = path.read_bytes()
    path.unlink()
    assert f"{name} is missing" in problems(run)
    path.mkdir()
    assert f"{name} is missing" in problems(run)
    path.rmdir()
    path.write_bytes(b"")
    assert name in problems(run)
    path.unlink()
    path.with_name("x" + path.name).write_bytes(data)
    found = problems(run)
    assert f"{name} is missing" in found
    assert name == "manifest.json" or "is not listed" in found


@pytest.mark.parametrize("name", FILES)
def test_a_link_to_the_very_same_bytes_is_no_file(run, tmp_path, name):
    (run / name).rename(tmp_path / "elsewhere")
    (run / name).symlink_to(tmp_path / "elsewhere")
    assert f"{name} is a link or device, not a file" in problems(run)


def test_two_files_swapped(run):
    for one in FILES:
        for two in FILES:
            if one < two:
                _swap(run / one, run / two)
                assert not verify(run).ok, (one, two)
                _swap(run / one, run / two)
    assert verify(run).ok


def _swap(one, two):
    first, second = one.read_bytes(), two.read_bytes()
    one.write_bytes(second)
    two.write_bytes(first)


@pytest.mark.parametrize(
    "name", ["x", ".hidden", "tables/x.parquet", "inputs/.DS_Store", "new/x", os.fsdecode(b"\xff")]
)
def test_a_file_that_is_not_listed(run, name):
    (run / name).parent.mkdir(exist_ok=True)
    (run / name).write_bytes(b"")
    assert "is not listed in manifest.json" in problems(run)


def test_a_folder_link_or_device_that_is_not_listed(run):
    (run / ".empty" / "deep").mkdir(parents=True)
    (run / "link").symlink_to(run / "tables")
    os.mkfifo(run / "pipe")
    assert verify(run).problems == (
        "link is a link or device, not a file",
        "pipe is a link or device, not a file",
        "the folder .empty holds no listed file",
        "the folder .empty/deep holds no listed file",
    )


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b"1",
        b"[" * 100_000,
        b'{"a":' * 5000,
        b"NaN",
        b'"\\ud800"',
        b"\xff\xfe",
        b"9" * 5000,
    ],
)
def test_a_manifest_that_is_none(run, data):
    (run / "manifest.json").write_bytes(data)
    found = verify(run)
    assert not found.ok
    assert found.root is None


@given(st.binary(max_size=60) | st.text(max_size=60).map(lambda text: text.encode("utf-8", "replace")))
@settings(deadline=None)
def test_any_bytes_for_a_manifest(original, data):
    run = original[0].parent / "fuzz2" / "run"
    if not run.exists():
        shutil.copytree(original[0], run)
    (run / "manifest.json").write_bytes(data)
    assert not verify(run).ok


def test_a_manifest_nested_however_deeply(run):
    path = run / "manifest.json"
    text = path.read_text()
    for depth in [10, 100, *range(200, 500, 3), 900]:
        path.write_text(text.replace('"made-up data"', "[" * depth + "]" * depth))
        assert not verify(run).ok


def test_a_nested_manifest_where_the_stack_is_nearly_full(run):
    path = run / "manifest.json"
    path.write_text(path.read_text().replace('"made-up data"', "[" * 150 + "]" * 150))
    limit = sys.getrecursionlimit()
    try:
        for free in range(200, 600, 20):
            sys.setrecursionlimit(len(inspect.stack()) + free)
            assert not verify(run).ok
    finally:
        sys.setrecursionlimit(limit)


def test_a_manifest_written_in_another_form(run):
    path = run / "manifest.json"
    path.write_bytes(json.dumps(json.loads(path.read_bytes()), indent=1).encode())
    assert problems(run) == "manifest.json is not in the canonical form of RFC 8785"


def test_an_edit_with_its_hash_but_without_the_root(run, original):
    (run / "report.html").write_text("<b>")
    path = run / "manifest.json"
    manifest = json.loads(path.read_bytes())
    manifest["files"]["report.html"]["sha256"] = hashlib.sha256(b"<b>").hexdigest()
    path.write_bytes(canonical(manifest))
    found = verify(run)
    assert len(found.problems) == 2
    assert found.problems[1] == "SHA256SUMS has other hashes than manifest.json"
    assert found.problems[0].startswith(
        f"manifest.json says the root is {original[1]}, but from its entries follows"
    )


def test_a_root_that_was_edited(run):
    path = run / "manifest.json"
    path.write_bytes(canonical({**json.loads(path.read_bytes()), "root": "00" * 32}))
    assert "manifest.json says the root is 0000" in problems(run)


def test_a_bundle_made_anew_is_caught_by_the_published_root_only(run, original):
    (run / "report.html").write_text("a nicer report")
    root = sign(run)
    assert verify(run).ok
    assert verify(run, root).ok
    assert problems(run, original[1]) == f"the root is {root}, not the published {original[1]}"


def _table(run, name, table, edit=None):
    path = run / f"tables/{name}.parquet"
    pq.write_table(table, path)
    sign(run, edit or (lambda manifest: None))


def _grants(amounts):
    return pa.table(
        {"site_id": ["00AP00", "00AR00", "00AT00"], "amount": pa.array(amounts, pa.decimal128(12, 2))}
    )


MORE = _grants([Decimal("300.01"), Decimal(600), Decimal(0)])


def test_a_table_stored_in_another_way_is_the_same_table(run):
    table = pq.read_table(run / "tables/grants.parquet").take([2, 0, 1])
    pq.write_table(table, run / "tables/grants.parquet", compression="zstd")
    sign(run)
    assert verify(run).ok


def test_a_changed_table_with_its_bytes_signed(run):
    _table(run, "grants", MORE)
    assert verify(run).problems == (
        "tables/grants.parquet has another content than manifest.json says",
        "tables/grants.parquet has another root of its rows than manifest.json says",
    )


def test_a_changed_table_with_its_content_signed_is_not_that_of_the_journal(run):
    def edit(manifest):
        entry = manifest["files"]["tables/grants.parquet"]
        entry["content"] = content_hash(MORE, ["site_id"])
        entry["rows_root"] = rows_of(run, "tables/grants.parquet", MORE, entry)

    _table(run, "grants", MORE, edit)
    assert problems(run) == "the table grants of journal step 3 is not the one in the bundle"


@pytest.mark.parametrize(
    ("member", "value", "said"),
    [
        ("rows", 4, "has 3 rows, not the 4"),
        ("rows_root", "00" * 32, "has another root of its rows"),
        ("key", ["amount"], "has another content"),
        ("key", ["absent"], "cannot be read as a table"),
        ("key", [], "cannot be read as a table"),
        ("content", None, "has another content"),
        ("content", "00" * 32, "has another content"),
    ],
)
def test_an_entry_that_does_not_fit_its_table(run, member, value, said):
    def edit(manifest):
        manifest["files"]["tables/grants.parquet"][member] = value
        manifest["files"]["tables/grants.parquet"] = {
            name: item
            for name, item in manifest["files"]["tables/grants.parquet"].items()
            if item is not None
        }

    sign(run, edit)
    assert f"tables/grants.parquet {said}" in problems(run)


@pytest.mark.parametrize("data", [b"", b"PAR1", b"PAR1" + bytes(100) + b"PAR1", b"site_id\n"])
def test_a_signed_table_that_is_no_parquet(run, data):
    (run / "tables/grants.parquet").write_bytes(data)
    sign(run)
    assert "tables/grants.parquet cannot be read as a table" in problems(run)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_signed_damage_to_a_parquet_file_never_raises(original, data):
    run = original[0].parent / "fuzz3" / "run"
    if not run.exists():
        shutil.copytree(original[0], run)
    good = bytearray((original[0] / "tables/grants.parquet").read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        good[data.draw(st.integers(0, len(good) - 1))] = data.draw(st.integers(0, 255))
    (run / "tables/grants.parquet").write_bytes(bytes(good))
    sign(run)
    verify(run)


def _journal(run, lines, edit=None, end=b"\n"):
    (run / "journal.jsonl").write_bytes(b"\n".join(lines) + (end if lines else b""))

    def head(manifest):
        manifest["journal_head"] = line_hash(lines[-1]) if lines else "0" * 64

    sign(run, edit or head)


LINES = calculate()[0].lines()


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (LINES[:2], "the table grants was given by no step of the journal"),
        (
            LINES[:2],
            "journal.jsonl does not begin with the record calculation and end with the record labels",
        ),
        ([], "the table doubled was given by no step of the journal"),
        ([], "journal.jsonl holds no record"),
        ([LINES[1]], "journal line 1 is numbered step 2"),
        ([LINES[0], b"{}"], "journal line 2 is no record of a step"),
        ([LINES[0], b"", LINES[1]], "journal line 2 is not JSON"),
        (
            [LINES[0], LINES[1].replace(b"art. 1", b"art. 9"), *LINES[2:]],
            "journal line 3 (grants) does not follow",
        ),
        (
            [*LINES[:2], LINES[2].replace(b'"rows":3', b'"rows":4')],
            "the table grants of journal step 3 is not the one",
        ),
    ],
)
def test_a_signed_journal_that_does_not_hold(run, lines, said):
    _journal(run, lines)
    assert said in problems(run)


def test_a_journal_with_a_step_the_bundle_does_not_hold(run):
    third = json.loads(LINES[2])
    third.update(step=4, name="more", previous=line_hash(LINES[2]))
    third["outputs"]["extra"] = third["outputs"]["grants"]
    last = json.loads(LINES[3]) | {"step": 5, "previous": line_hash(canonical(third))}
    _journal(run, [*LINES[:3], canonical(third), canonical(last)])
    assert problems(run).split("\n") == [
        "the table extra of journal step 4 is not in the bundle",
        "the table grants of journal step 4 was given by an earlier step already",
    ]


def test_a_journal_with_another_head_or_without_its_last_line_feed(run):
    _journal(run, LINES, lambda manifest: manifest.update(journal_head="00" * 32))
    assert problems(run) == "journal.jsonl has another last line than manifest.json says"
    _journal(run, LINES, end=b"")
    assert problems(run) == "journal.jsonl does not end with a line feed"


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (
            lambda m: m["inputs"]["sites"].update(sha256="00" * 32),
            "inputs/sites.csv is not the same among the inputs",
        ),
        (lambda m: m["inputs"]["sites"].update(path="inputs/x"), "inputs/x is not the same among the inputs"),
        (lambda m: m["inputs"].clear(), "inputs/sites.csv is not the same among the inputs"),
        (lambda m: m["regulations"].clear(), "is not the same among the regulations"),
        (
            lambda m: m["regulations"].update({"../x": "00" * 32}),
            "../x is not the same among the regulations",
        ),
        (
            lambda m: m["files"].update({"../run/report.html": m["files"]["report.html"]}),
            "../run/report.html is missing",
        ),
        (lambda m: m["files"].update({"manifest.json": m["files"]["report.html"]}), "manifest.json has"),
        (lambda m: m["files"].pop("journal.jsonl"), "journal.jsonl must be listed"),
        (lambda m: m["files"].pop("calculation.toml"), "calculation.toml must be listed"),
        (
            lambda m: m["files"].pop("tables/grants.parquet"),
            "the table grants of journal step 3 is not in the bundle",
        ),
        (
            lambda m: m["files"]["report.html"].update(content="00" * 32),
            "report.html cannot be read as a table",
        ),
        (lambda m: m.update(format=4), "manifest.json is no manifest of a bundle (format"),
    ],
)
def test_a_signed_manifest_that_contradicts_itself(run, edit, said):
    sign(run, edit)
    assert said in problems(run)


def test_a_table_at_another_place_does_not_pass_for_one(run):
    def edit(manifest):
        manifest["files"]["grants.parquet"] = manifest["files"].pop("tables/grants.parquet")
        (run / "tables/grants.parquet").rename(run / "grants.parquet")

    sign(run, edit)
    assert "the table grants of journal step 3 is not in the bundle" in problems(run)


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (
            lambda m: m["labels"].update(title="U"),
            "manifest.json has another title or other labels than journal",
        ),
        (
            lambda m: m["labels"].update(labels=[]),
            "manifest.json has another title or other labels than journal",
        ),
        (
            lambda m: m["environment"].clear(),
            "states no environment: python, platform, numpy, pandas, pyarrow",
        ),
        (lambda m: m["environment"].pop("numpy"), "states no environment: numpy is missing"),
        (lambda m: m["environment"].update(x="\x1b[2J"), "states in its environment x"),
        (lambda m: m["files"].pop("report.html"), "report.html must be listed"),
    ],
)
def test_a_signed_manifest_that_states_something_else(run, edit, said):
    sign(run, edit)
    assert said in problems(run)


def test_another_calculation_file_is_not_the_one_the_journal_begins_with(run):
    (run / "calculation.toml").write_bytes(b'period = "2021-2022"\n')
    sign(run)
    assert problems(run) == "calculation.toml is not the one that journal.jsonl begins with"


def test_public_amounts_have_a_root_of_their_rows(tmp_path, monkeypatch):
    monkeypatch.setattr(
        sys.modules["oab_funding.audit.provable"], "PROVABLE", frozenset({"doubled", "grants"})
    )
    bundle(tmp_path / "run")
    assert problems(tmp_path / "run") == "tables/doubled.parquet has no root of its rows in manifest.json"


@pytest.mark.parametrize("name", [".DS_Store", "tables/Thumbs.db", "inputs/desktop.ini"])
def test_what_a_desktop_leaves_is_harmless_and_said(run, name):
    (run / name).write_bytes(b"x")
    assert (
        problems(run) == f"{name} is not listed in manifest.json; a desktop put it there, and it is harmless"
    )
    assert verify(run, ignore_desktop_files=True).ok
    (run / "other").write_bytes(b"")
    assert not verify(run, ignore_desktop_files=True).ok


def test_no_more_than_fifty_problems_are_told(run):
    for number in range(60):
        (run / f"x{number}").write_bytes(b"")
    found = verify(run).problems
    assert len(found) == 51
    assert found[-1] == "there are more problems, which are not told"


def test_files_that_are_far_too_large_are_not_read(run):
    with (run / "manifest.json").open("ab") as file:
        file.truncate(30 << 30)
    assert "manifest.json has 32212254720 bytes, more than the" in problems(run)


def test_a_journal_of_line_feeds_alone_is_given_up_soon(run):
    path = run / "journal.jsonl"
    path.write_bytes(path.read_bytes() + b"\n" * 500_000)
    sign(run)
    assert len(verify(run).problems) == 51


def test_a_manifest_of_a_million_lists(run):
    path = run / "manifest.json"
    path.write_bytes(path.read_bytes().replace(b'"made-up data"', b",".join([b"[]"] * 1_100_000)))
    assert problems(run) == "manifest.json holds more than 1,000,000 lists and objects"


def test_the_root_that_a_broken_bundle_claims(run, original):
    (run / "report.html").write_text("x")
    found = verify(run)
    assert (found.ok, found.claimed) == (False, original[1])
