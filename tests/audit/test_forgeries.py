"""Forged bundles: something is changed at random and every hash made anew, as its maker could.

Whatever is not as the bundle's own calculation file, inputs and the regulations determine, `replay` notices;
the published root and a signature notice every one. None brings a command down.
"""

import json
import os
import random
import shutil
from contextlib import suppress
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

import oab_funding as oab
from bundles import write_run
from oab_funding.api import replaying
from oab_funding.api.signing import sign, signature_path, verify_signed
from oab_funding.errors import OabError
from resealing import reseal

TIMES = 1000 if os.environ.get("HYPOTHESIS_PROFILE") == "thorough" else 10
COMPUTED = {}
GIVEN = "given"
STATED = ("code", "environment", "machine")


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole")
    key = Ed25519PrivateKey.generate()
    (folder / "key").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (folder / "public").write_bytes(public)
    run = write_run(folder)
    sign(run, folder / "key")
    return run


@pytest.fixture(autouse=True)
def computed_once(monkeypatch):
    """Bundles with the same calculation, inputs and law are made again once: most forgeries change others."""
    calculate, made_bundle = replaying.calculate, replaying.made_bundle

    def remembered(calculation, sources, statutes, on_step=None, **more):
        given = [(role, source.name, source.data) for role, source in sorted(sources.items())]
        law = [sorted(one.contents.items()) for one in (statutes, more["specifications"])]
        key = repr((more["text"], given, law, more["draft"], more["recorded"] is None))
        if key not in COMPUTED:
            COMPUTED[key] = calculate(calculation, sources, statutes, on_step, **more)
        return COMPUTED[key]

    def bundle(run, form):
        key = (id(run), form)
        if key not in COMPUTED:
            COMPUTED[key] = made_bundle(run, form)
        return COMPUTED[key]

    monkeypatch.setattr(replaying, "calculate", remembered)
    monkeypatch.setattr(replaying, "made_bundle", bundle)


# --- what a forger may do; each says which member of the manifest it touched, where that is only stated


def a_cell(run, draw):
    path, table = _table(run, draw)
    name, row = draw.choice(table.column_names), draw.randrange(table.num_rows)
    values = table.column(name).to_pylist()
    values[row] = draw.choice([None, _other(values[row], draw), _other(values[row], draw)])
    place = table.column_names.index(name)
    pq.write_table(table.set_column(place, name, pa.array(values, table.schema.field(name).type)), path)
    _sealed(run)


def rows(run, draw):
    path, table = _table(run, draw)
    keep = list(range(table.num_rows))
    row = draw.choice(keep)
    draw.choice([lambda: keep.remove(row), lambda: keep.insert(0, keep.pop()), lambda: keep.append(row)])()
    pq.write_table(table.take(pa.array(keep, pa.int64())), path)
    _sealed(run)


def a_column(run, draw):
    path, table = _table(run, draw)
    name = draw.choice(table.column_names)
    change = draw.choice(
        [
            lambda: table.drop_columns([name]),
            lambda: table.append_column("paid", table.column(name)),
            lambda: table.rename_columns([one.upper() for one in table.column_names]),
            lambda: table.set_column(0, table.column_names[0], pa.array(["x"] * table.num_rows)),
        ]
    )
    pq.write_table(change(), path)
    _sealed(run)


def form_of_a_table(run, draw):
    path, table = _table(run, draw)
    table = table.replace_schema_metadata({"labels": draw.choice(["definitive", ""])})
    pq.write_table(table, path, compression=draw.choice(["gzip", "none", "zstd"]))
    reseal(run)


def a_record(run, draw):
    def edit(records):
        at = draw.randrange(len(records))
        draw.choice(
            [
                lambda: _change(records[at], draw),
                lambda: _change(records[at], draw),
                lambda: records.pop(at),
                lambda: records.insert(at, records[at]),
                lambda: records.insert(0, records.pop(at)),
            ]
        )()

    reseal(run, edit_records=edit)


def the_manifest(run, draw):
    touched = []

    def edit(manifest):
        member = draw.choice(sorted(manifest.keys() - {"root"}))
        if isinstance(manifest[member], dict):
            _change(manifest[member], draw)
        else:
            manifest[member] = _other(manifest[member], draw)
        touched.append(member)

    reseal(run, edit)
    return touched[0]


def text(run, draw):
    path = run / draw.choice(["README.txt", "salt.txt", "report.html", "grants_schools.csv"])
    path.write_bytes(_edited(path.read_bytes(), draw))
    reseal(run)


def a_file_more(run, draw):
    name = draw.choice(["besluit.txt", "index.html", "tables/paid.parquet", "inputs/other.csv", "x/y.js"])
    (run / name).parent.mkdir(exist_ok=True)
    (run / name).write_bytes(draw.randbytes(9))
    reseal(run, lambda manifest: manifest["files"].update({name: {"size": 9, "sha256": "0" * 64}}))
    reseal(run)


def a_file_less(run, draw):
    name = draw.choice(sorted(json.loads((run / "manifest.json").read_bytes())["files"]))
    if name in ("journal.jsonl", "SHA256SUMS") or name.startswith(("inputs/", "regulations/")):
        name = "grants_schools.csv"
    (run / name).unlink()
    reseal(run, lambda manifest: manifest["files"].pop(name))


def what_is_given(run, draw):
    """Another calculation, input or regulation under the old results: replayed for what it gives."""
    given = [run / "calculation.toml", *(run / "inputs").rglob("*.*"), *(run / "regulations").rglob("*.*")]
    path = draw.choice(sorted(given))
    before = path.read_bytes()
    path.write_bytes(_digit(before, draw) if draw.random() < 0.6 else _edited(before, draw))
    reseal(run)
    return GIVEN


def _sealed(run):
    try:
        reseal(run, contents=True)
    except (OabError, KeyError, TypeError, ValueError):  # a table that has no such hash
        reseal(run)


def _table(run, draw):
    tables = [(path, pq.read_table(path)) for path in sorted((run / "tables").iterdir())]
    return draw.choice([(path, table) for path, table in tables if table.num_rows])


def _other(value, draw):
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + draw.choice([-1, 1, 10])
    if isinstance(value, Decimal):
        return value + Decimal(draw.choice([-1, 1])).scaleb(value.as_tuple().exponent)
    if isinstance(value, str):
        digits = [at for at, letter in enumerate(value) if letter.isdigit()]
        if digits and draw.random() < 0.8:
            at = draw.choice(digits)
            return f"{value[:at]}{(int(value[at]) + draw.randint(1, 9)) % 10}{value[at + 1 :]}"
        return draw.choice(["", value + "x", "99ZZ", "\u202e", value * 40])
    return draw.choice([None, 0, "x", [], {}])


def _change(member, draw):
    """Change, take out or add something anywhere in a JSON value."""
    names = sorted(member) if isinstance(member, dict) else list(range(len(member)))
    if not names:
        if isinstance(member, dict):
            member["x"] = draw.choice([0, "x", [], None])
        else:
            member.append("x")
        return
    name = draw.choice(names)
    if isinstance(member[name], dict | list) and draw.random() < 0.9:
        _change(member[name], draw)
        return
    what = draw.random()
    if what < 0.7:
        member[name] = _other(member[name], draw)
    elif what < 0.9:
        del member[name]
    elif isinstance(member, dict):
        member["x"] = draw.choice([0, "x", [], {}, None])


def _edited(data, draw):
    lines = data.split(b"\n")
    at = draw.randrange(len(lines))
    draw.choice(
        [
            lambda: lines.pop(at),
            lambda: lines.insert(at, lines[at]),
            lambda: lines.insert(at, b"<script>x()</script>"),
            lambda: lines.__setitem__(at, lines[at][: len(lines[at]) // 2] + b"7"),
        ]
    )()
    return b"\n".join(lines)


def _digit(data, draw):
    digits = [at for at, byte in enumerate(data) if 48 <= byte <= 57]
    at = draw.choice(digits)
    return data[:at] + bytes([48 + (data[at] - 48 + draw.randint(1, 9)) % 10]) + data[at + 1 :]


KINDS = {
    kind.__name__: kind
    for kind in (
        a_cell, rows, a_column, form_of_a_table, a_record, the_manifest, text, a_file_more, a_file_less,
        what_is_given,
    )
}  # fmt: skip


def _honest(run):
    """Say whether a bundle is, but for what is only stated, a run of its own calculation and inputs."""
    manifest = json.loads((run / "manifest.json").read_bytes())
    own = run.parent / "own"
    own.mkdir()
    for entry in manifest["inputs"].values():
        shutil.copy(run / entry["path"], own / entry["file"])
    shutil.copy(run / "calculation.toml", own)
    oab.run(own / "calculation.toml", own / "run")
    again = _bytes(own / "run")
    return again == _bytes(run)


def _used(run, draw):
    """Whatever reads a bundle ends in a sentence; what it says is for others to test."""
    school = f"{draw.randrange(12):02d}AA"
    for use in (
        lambda: oab.explain(run, school=school, lang=draw.choice(["nl", "en"])),
        lambda: oab.prove(run, school=school),
        lambda: oab.open_run(run).table("school_grants"),
    ):
        with suppress(OabError):
            use()


@pytest.mark.parametrize("name", KINDS)
def test_what_is_forged_is_noticed(name, whole, bounded, tmp_path):
    published = oab.verify(whole).root
    before = _bytes(whole)
    assert oab.replay(whole).ok
    for seed in range(-(-TIMES // len(KINDS))):
        draw = random.Random(f"{name} {seed}")
        run = Path(shutil.copytree(whole, tmp_path / str(seed) / "run"))
        shutil.copy(signature_path(whole), signature_path(run))
        touched = KINDS[name](run, draw)
        if _bytes(run) != before:
            with bounded():
                assert not oab.verify(run, root=published).ok, seed
                assert not verify_signed(run, public_key_file=whole.parent / "public").ok, seed
                noticed = not oab.verify(run).ok or not oab.replay(run).ok
                _used(run, draw)
            assert noticed or touched in (*STATED, GIVEN), seed
            assert noticed or touched is not GIVEN or _honest(run), seed
        shutil.rmtree(run.parent)


def _bytes(run):
    return {path.relative_to(run): path.read_bytes() for path in run.rglob("*") if path.is_file()}
