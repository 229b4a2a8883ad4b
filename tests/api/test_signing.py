"""Signatures and confirmations: what they say, by whom, and everything that must not pass for one."""

import base64
import json
import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

import oab_funding as oab
from bundles import write_inputs
from oab_funding.api import signing
from oab_funding.audit.envelope import PASSWORD, pre_authentication
from oab_funding.audit.statements import DRAFT
from oab_funding.cli import main
from oab_funding.errors import CheckError, InputError
from resealing import reseal


def write_key(folder, name, key=None, encryption=None):
    key = key or ed25519.Ed25519PrivateKey.generate()
    private, public = folder / f"{name}.pem", folder / f"{name}.pub"
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption or NoEncryption()))
    public.write_bytes(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    return private, public


@pytest.fixture(scope="module")
def drafted(tmp_path_factory):
    folder = tmp_path_factory.mktemp("drafted")
    oab.run(write_inputs(folder), folder / "run", draft=True)
    return folder / "run"


@pytest.fixture
def run(drafted, tmp_path):
    return Path(shutil.copytree(drafted, tmp_path / "run"))


@pytest.fixture
def keys(tmp_path):
    return {name: write_key(tmp_path, name) for name in ("first", "second")}


def files_of(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def called(*words):
    with pytest.raises(SystemExit) as stop:
        main([str(word) for word in words])
    return stop.value.code


def test_a_run_is_signed_beside_its_folder_and_stays_as_it_is(run, keys):
    before = files_of(run)
    assert called("sign", run, "--key", keys["first"][0]) == 0
    assert files_of(run) == before
    assert (run.parent / "run.dsse.json").is_file()
    assert called("verify", run) == 0
    assert called("verify", run, "--public-key", keys["first"][1]) == 0
    assert called("verify", run, "--public-key", keys["second"][1]) == 1


def test_other_tools_can_read_the_signature(run, keys, tmp_path):
    """The envelope by hand: DSSE v1 around an in-toto statement, checked with nothing of this package."""
    oab.sign(run, keys["first"][0])
    envelope = json.loads((tmp_path / "run.dsse.json").read_bytes())
    payload = base64.b64decode(envelope["payload"])
    kind = envelope["payloadType"]
    signed = f"DSSEv1 {len(kind)} {kind} {len(payload)} ".encode() + payload
    key = json.loads(payload)
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    public = load_pem_public_key(keys["first"][1].read_bytes())
    public.verify(base64.b64decode(envelope["signatures"][0]["sig"]), signed)
    import hashlib

    digest = hashlib.sha256((run / "manifest.json").read_bytes()).hexdigest()
    assert key["_type"] == "https://in-toto.io/Statement/v1"
    assert key["subject"] == [{"name": "manifest.json", "digest": {"sha256": digest}}]
    assert key["predicate"]["root"] == oab.verify(run).root
    assert pre_authentication(kind, payload) == signed


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_keys_as_openssl_makes_them(run, tmp_path):
    private, public = tmp_path / "k.pem", tmp_path / "k.pub"
    subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", private], check=True)
    subprocess.run(["openssl", "pkey", "-in", private, "-pubout", "-out", public], check=True)
    oab.sign(run, private)
    assert oab.verify_signed(run, public_key_file=public).ok


def test_a_key_with_a_password(run, tmp_path, monkeypatch):
    private, public = write_key(tmp_path, "locked", encryption=BestAvailableEncryption(b"secret"))
    with pytest.raises(InputError, match="is no private key that can be read"):
        oab.sign(run, private)
    monkeypatch.setenv(PASSWORD, "secret")
    oab.sign(run, private)
    assert oab.verify_signed(run, public_key_file=public).ok


def test_what_is_no_key(run, tmp_path, keys):
    other = write_key(tmp_path, "curve", ec.generate_private_key(ec.SECP256R1()))
    for key in (other[0], keys["first"][1], run / "manifest.json", tmp_path / "absent"):
        with pytest.raises(InputError):
            oab.sign(run, key)
        assert not (tmp_path / "run.dsse.json").exists()


def test_nobody_signs_what_is_not_whole(run, keys):
    (run / "report.html").write_text("x")
    with pytest.raises(CheckError, match="is not whole"):
        oab.sign(run, keys["first"][0])


def test_a_bundle_made_anew_is_not_the_one_that_was_signed(run, keys):
    oab.sign(run, keys["first"][0])
    (run / "report.html").write_text("a nicer report")
    reseal(run)
    found = oab.verify_signed(run, public_key_file=keys["first"][1])
    assert found.problems == ("another run was signed: the SHA-256 of its manifest is not that of this one",)


@pytest.mark.parametrize("name", ["payload", "payloadType", "signatures", "sig"])
def test_a_changed_signature(run, keys, tmp_path, name):
    oab.sign(run, keys["first"][0])
    path = tmp_path / "run.dsse.json"
    raw = json.loads(path.read_bytes())
    if name == "sig":
        raw["signatures"][0]["sig"] = base64.b64encode(bytes(64)).decode()
    elif name == "payload":
        raw["payload"] = base64.b64encode(
            base64.b64decode(raw["payload"]).replace(b"Twelve", b"Eleven")
        ).decode()
    else:
        raw[name] = "x" if name == "payloadType" else []
    from oab_funding.audit.exact_json import canonical

    path.write_bytes(canonical(raw))
    code = called("verify", run, "--public-key", keys["first"][1])
    assert code == (1 if name in ("sig", "payload") else 2)


def test_without_a_signature(run, keys):
    assert called("verify", run, "--public-key", keys["first"][1]) == 1
    assert called("verify", run, "--signature", run / "manifest.json") == 2


def test_a_draft_says_so_everywhere(run, tmp_path, capsys):
    root = oab.verify(run).root
    mark = f"draft: valid only with a confirmation of root {root}"
    assert DRAFT in (run / "report.html").read_text()
    assert all(DRAFT in line for line in (run / "grants_schools.csv").read_text().splitlines()[1:])
    assert oab.open_run(run).labels[0] == mark
    assert oab.replay(run).ok
    assert called("explain", run, "--school", "03AA", "--lang", "en") == 0
    assert root in capsys.readouterr().out.replace("\n", "").replace(" ", "")
    for name in ("t.csv", "t.xlsx", "t.parquet"):
        assert called("table", run, "school_grants", "--out", tmp_path / name) == 0
    assert mark in (tmp_path / "t.csv").read_text()
    proof = oab.prove(run, school="03AA")
    assert oab.check_proof(proof, root).labels[0] == mark


def test_a_confirmation_takes_the_mark_away(run, keys, tmp_path, monkeypatch):
    before, file = files_of(run), tmp_path / "confirmation.json"
    monkeypatch.setattr(signing, "machine_mark", lambda head: "ab" * 32)
    found = oab.confirm(run, keys["second"][0], file)
    assert files_of(run) == before
    assert (found.same_machine, found.steps, found.verdict) == (False, 10, "identical")
    opened = oab.open_run(run, confirmation=file, public_key=keys["second"][1])
    assert opened.labels == ("made-up data",)
    unknown = oab.open_run(run, confirmation=file)
    assert "held against no key of the second person" in unknown.labels[0]
    assert "draft" not in unknown.labels[0]
    with pytest.raises(CheckError, match="was not signed with this key"):
        oab.open_run(run, confirmation=file, public_key=keys["first"][1])
    proof = oab.prove(run, school="03AA", confirmation=file, out=tmp_path / "proof.json")
    checked = oab.check_proof(tmp_path / "proof.json", proof.root, public_key=keys["second"][1])
    assert checked.labels == ("made-up data",)
    out = tmp_path / "t.csv"
    words = ["--confirmation", file, "--public-key", keys["second"][1]]
    assert called("table", run, "school_grants", "--out", out, *words) == 0
    assert "draft" not in out.read_text()
    assert called("explain", run, "--school", "03AA", *words) == 0
    assert called("check-proof", tmp_path / "proof.json", "--root", proof.root, *words[2:]) == 0


def test_one_machine_must_be_said_and_is_recorded(run, keys, tmp_path):
    file = tmp_path / "confirmation.json"
    assert called("confirm", run, "--key", keys["second"][0], "--out", file) == 2
    assert not file.exists()
    assert called("confirm", run, "--key", keys["second"][0], "--out", file, "--same-machine") == 0
    opened = oab.open_run(run, confirmation=file, public_key=keys["second"][1])
    assert (
        opened.labels[0] == "confirmed on the machine that computed it, or on one that cannot be told from it"
    )


def test_who_signed_does_not_confirm(run, keys, tmp_path):
    oab.sign(run, keys["first"][0])
    with pytest.raises(InputError, match="the key is the one that signed the run"):
        oab.confirm(run, keys["first"][0], tmp_path / "c.json", same_machine=True)
    oab.confirm(run, keys["second"][0], tmp_path / "c.json", same_machine=True)


def test_what_is_not_identical_is_not_confirmed(run, keys, tmp_path):
    path = run / "report.html"
    path.write_text(path.read_text().replace("made-up data", "data of CBS"))
    reseal(run)
    with pytest.raises(CheckError, match="not identical"):
        oab.confirm(run, keys["second"][0], tmp_path / "c.json", same_machine=True)
    assert not (tmp_path / "c.json").exists()


def test_the_confirmation_of_another_run(drafted, run, keys, tmp_path):
    file = tmp_path / "c.json"
    oab.confirm(run, keys["second"][0], file, same_machine=True)
    reseal(run, lambda m: m["environment"].update(platform="Linux elsewhere"))
    with pytest.raises(CheckError, match="was confirmed, not"):
        oab.open_run(run, confirmation=file)
    oab.sign(run, keys["first"][0])
    with pytest.raises(CheckError):
        oab.open_run(run, confirmation=tmp_path / "run.dsse.json")


def test_a_run_that_is_no_draft_has_no_mark(tmp_path):
    done = oab.run(write_inputs(tmp_path), tmp_path / "final")
    assert done.labels == ("made-up data",)
    assert "standing" not in (tmp_path / "final/grants_schools.csv").read_text()
