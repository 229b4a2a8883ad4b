"""Proofs of rows: by hand, from a run, by a second checker, and against all that may be changed in one."""

import ast
import hashlib
import json
import os
import random
import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

import oab_funding as oab
from bundles import write_run
from oab_funding.audit import merkle
from oab_funding.audit.exact_json import canonical
from oab_funding.audit.proof import PROOF_LIMIT, read_proof
from oab_funding.audit.rows import salted_leaves
from oab_funding.errors import InputError

TIMES = 5000 if os.environ.get("HYPOTHESIS_PROFILE") == "thorough" else 500
PAGE = Path(__file__).parents[2] / "docs/explanation/proofs.md"


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return write_run(tmp_path_factory.mktemp("proved"))


@pytest.fixture(scope="module")
def proof(run):
    return oab.prove(run, school="03AA")


def test_by_hand():
    amounts = [Decimal("0.00"), Decimal("10.00"), Decimal("20.50")]
    schools = pa.array(["00AC", "00AA", "00AB"])
    table = pa.table({"school_id": schools, "amount": pa.array(amounts, pa.decimal128(9, 2))})
    leaves = salted_leaves("school_grants", table, ["school_id"], table.column_names, bytes(32))
    assert leaves[0].decode() in PAGE.read_text()
    h = [hashlib.sha256(b"\0" + leaf).digest() for leaf in leaves]
    left = hashlib.sha256(b"\1" + h[0] + h[1]).digest()
    assert merkle.root(leaves) == hashlib.sha256(b"\1" + left + h[2]).hexdigest()
    assert merkle.inclusion_path(leaves, 1) == (h[0].hex(), h[2].hex())


def test_a_school_gets_its_own_rows_and_nobody_elses(run, proof):
    tables = [row.leaf["table"] for row in proof.rows]
    assert tables == ["school_grants", "schools", "site_grants", "site_scores", "site_derivations"]
    text = proof.to_bytes().decode()
    others = [f"{n:02d}AA" for n in range(12) if n != 3]
    assert not [code for code in others if f'"{code}' in text]
    assert "target" not in text
    assert "difference" not in text
    found = oab.check_proof(proof, proof.root)
    assert found.ok
    assert found.labels == ("made-up data",)
    [record] = found.records
    assert (record.name, record.parameters["price"]) == ("grants of schools", "559.50")
    grant = oab.open_run(run).table("school_grants").to_pylist()[3]
    assert Decimal(str(found.rows[0][1]["amount"])) == grant["amount"]


def test_the_root_in_the_proof_counts_for_nothing(proof):
    found = oab.check_proof(proof, "0" * 64)
    assert not found.ok
    assert (found.rows, found.labels, found.records) == ((), (), ())


def test_written_and_read(run, proof, tmp_path):
    oab.prove(run, school=" 03aa ", out=tmp_path / "proof.json")
    assert (tmp_path / "proof.json").read_bytes() == proof.to_bytes()
    assert oab.check_proof(tmp_path / "proof.json", f" {proof.root.upper()}\n").ok
    with pytest.raises(InputError, match="already exists"):
        oab.prove(run, school="03AA", out=tmp_path / "proof.json")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({}, "names no institution, or two"),
        ({"school": "03AA", "municipality": "GM0001"}, "names no institution, or two"),
        ({"school": "99ZZ"}, "has no row of 99ZZ"),
        ({"municipality": "GM0001"}, "has no row"),
    ],
)
def test_who_cannot_be_proved(run, asked, said):
    with pytest.raises(InputError, match=said):
        oab.prove(run, **asked)


def test_an_earlier_format_has_no_proofs():
    with pytest.raises(InputError, match="is of format 2, whose rows have no proofs"):
        oab.prove(Path(__file__).parent / "bundles/format-2", school="03AA")


@pytest.mark.parametrize(
    "data",
    [b"", b"{}", b"[]", b"null", b'{"a":1.5}', b"\xff", b"[" * 100_000, b'{"format":"oab-funding/proof/2"}',
     b" " * (PROOF_LIMIT + 1)],
)  # fmt: skip
def test_what_is_no_proof(data):
    with pytest.raises(InputError, match="is no proof"):
        oab.check_proof(data, "0" * 64)


def _parts(value, path=()):
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, member in items:
        yield from _parts(member, (*path, key))


def _changed(raw, draw):
    """Change one part of a proof: another value, left out, doubled, exchanged with its neighbour."""
    raw = json.loads(json.dumps(raw))
    path = draw.choice([path for path in _parts(raw) if path])
    within = raw
    for key in path[:-1]:
        within = within[key]
    old, kind = within[path[-1]], draw.randrange(4)
    if kind == 0:
        del within[path[-1]]
    elif kind == 1:
        others = [None, True, 0, 1, -1, "", "00AB", "0" * 64, [], {}]
        within[path[-1]] = draw.choice([one for one in others if one != old or type(one) is not type(old)])
    elif isinstance(within, list) and kind == 2:
        within.insert(path[-1], old)
    elif isinstance(within, list) and len(within) > 1:
        at = draw.randrange(len(within))
        within[at], within[path[-1]] = within[path[-1]], within[at]
    else:
        within[path[-1]] = [old]
    return raw


def _leaves(raw):
    return {canonical(one["leaf"]) for part in ("members", "rows", "records") for one in raw[part]}


def test_nothing_is_proved_that_was_not(proof):
    """A proof may hold less than was given, or in another order; all that passes was in the one given."""
    raw, draw, passed = json.loads(proof.to_bytes()), random.Random(1), 0
    given = oab.check_proof(proof, proof.root)
    for _ in range(TIMES):
        changed = canonical(_changed(raw, draw))
        try:
            found = oab.check_proof(changed, proof.root)
        except InputError:
            continue
        if found.ok:
            passed += 1
            assert _leaves(json.loads(changed)) <= _leaves(raw)
            assert (found.labels, found.about, found.rows[0]) == (given.labels, given.about, given.rows[0])
    assert 0 < passed < TIMES / 10


def test_another_row_of_the_same_run_is_not_mine(run, proof):
    other, mine = oab.prove(run, school="04AA"), json.loads(proof.to_bytes())
    theirs = json.loads(other.to_bytes())
    for number in range(len(mine["rows"])):
        changed = json.loads(json.dumps(mine))
        changed["rows"][number] = theirs["rows"][number]
        assert not oab.check_proof(canonical(changed), proof.root).ok
    assert not oab.check_proof(canonical({**theirs, "about": mine["about"]}), proof.root).ok


def _checker(tmp_path):
    [text] = re.findall(
        r'^```python title="check.py"\n(.*?)^```$', PAGE.read_text(), re.MULTILINE | re.DOTALL
    )
    (tmp_path / "check.py").write_text(text)
    return text


def test_the_second_checker_is_short_and_plain(tmp_path):
    text = _checker(tmp_path)
    assert len(text.splitlines()) <= 60
    imported = [one.names[0].name for one in ast.walk(ast.parse(text)) if isinstance(one, ast.Import)]
    assert set(imported) <= sys.stdlib_module_names


def test_the_second_checker_says_the_same(proof, tmp_path):
    _checker(tmp_path)
    raw, draw = json.loads(proof.to_bytes()), random.Random(2)
    cases = [raw, *(_changed(raw, draw) for _ in range(12))]
    for number, case in enumerate(cases):
        file = tmp_path / "proof.json"
        file.write_bytes(canonical(case))
        done = subprocess.run(
            [sys.executable, "-I", str(tmp_path / "check.py"), str(file), proof.root], capture_output=True
        )
        assert done.returncode in (0, 1)
        if number == 0:
            assert done.returncode == 0, done.stderr
            assert b"it belongs" in done.stdout
        try:
            ours = oab.check_proof(file, proof.root).ok
        except InputError:
            ours = False
        assert done.returncode == 0 or not ours, case


def test_reading_takes_no_more_than_it_may():
    with pytest.raises(InputError, match="more than"):
        read_proof(b"{" * (PROOF_LIMIT + 1))
