"""The published forms: what is written keeps to them, and they say what the types of the code say."""

import json
from dataclasses import fields

import pytest

import oab_funding as oab
from bundles import write_run
from oab_funding.audit.manifest import FileEntry, InputEntry, Manifest
from oab_funding.audit.proof import Included, Proof
from oab_funding.audit.record import Record
from oab_funding.audit.schemas import FORMS, schema_text

jsonschema = pytest.importorskip("jsonschema", reason="jsonschema comes with the notebooks extra")


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return write_run(tmp_path_factory.mktemp("schemas"))


def validator(name):
    schema = json.loads(schema_text(name))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


@pytest.mark.parametrize("name", FORMS)
def test_each_is_a_schema_with_its_own_number(name):
    assert validator(name).schema["$id"].rsplit(":", 2)[-2:] == name.rsplit("-", 1)


def test_what_a_run_writes_keeps_to_them(run):
    manifest = json.loads((run / "manifest.json").read_bytes())
    validator("manifest-3").validate(manifest)
    for line in (run / "journal.jsonl").read_bytes().splitlines():
        validator("journal-3").validate(json.loads(line))
    proof = json.loads(oab.prove(run, school="03AA").to_bytes())
    validator("proof-1").validate(proof)
    for name, value in (("manifest-3", manifest), ("proof-1", proof)):
        for member in value.keys() - {"confirmation"}:
            short = {key: one for key, one in value.items() if key != member}
            assert not validator(name).is_valid(short), member
        assert not validator(name).is_valid({**value, "more": 1})


def names(kind):
    return {field.name for field in fields(kind)}


def test_they_name_the_members_that_the_code_reads():
    manifest, journal, proof = (json.loads(schema_text(name)) for name in FORMS)
    assert manifest["properties"].keys() == names(Manifest)
    assert manifest["$defs"]["file"]["properties"].keys() == names(FileEntry)
    assert manifest["$defs"]["input"]["properties"].keys() == names(InputEntry)
    assert journal["properties"].keys() == names(Record)
    assert proof["properties"].keys() == names(Proof)
    assert proof["properties"]["rows"]["items"]["properties"].keys() == names(Included)
