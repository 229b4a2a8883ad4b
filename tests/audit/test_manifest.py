import json

import pytest

from audit.test_merkle import recursive_root
from oab_funding.audit.exact_json import canonical
from oab_funding.audit.manifest import manifest_leaves, manifest_root, read_manifest


@pytest.fixture
def raw(original):
    return json.loads((original[0] / "manifest.json").read_bytes())


def test_leaves_are_what_the_docstring_says(raw):
    expected = []
    for name in sorted(raw):
        if name == "files":
            expected += [{"files": {path: raw["files"][path]}} for path in sorted(raw["files"])]
        elif name != "root":
            expected.append({name: raw[name]})
    leaves = manifest_leaves(raw)
    assert [json.loads(leaf) for leaf in leaves] == expected
    assert recursive_root(leaves).hex() == manifest_root(raw) == raw["root"]


def test_files_stand_in_the_order_of_canonical_json():
    names = ["\U0001f600", "\ufb33", "b", "a"]
    leaves = manifest_leaves({"files": dict.fromkeys(names)})
    assert [next(iter(json.loads(leaf)["files"])) for leaf in leaves] == ["a", "b", "\U0001f600", "\ufb33"]


def test_every_value_of_the_manifest_is_under_the_root(raw):
    for name in raw.keys() - {"root"}:
        assert manifest_root({**raw, name: "changed"}) != raw["root"]
    for path, entry in raw["files"].items():
        for member in entry:
            changed = {**raw["files"], path: {**entry, member: "changed"}}
            assert manifest_root({**raw, "files": changed}) != raw["root"]


def test_reads_what_was_written(original, raw):
    manifest, computed = read_manifest((original[0] / "manifest.json").read_bytes())
    assert computed == manifest.root == original[1]
    assert set(manifest.tables()) == {"doubled", "grants"}
    assert manifest.tables()["grants"].key == ("site_id",)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"format": 4}, "format: "),
        ({"format": "1"}, "format: "),
        ({"format": 2}, ": Value error, machine belongs to format 3"),
        ({"extra": 1}, "extra: "),
        ({"root": "x"}, "root: "),
        ({"environment": {"python": 3}}, "environment.python: "),
        ({"files": {"a": {"size": -1, "sha256": "ab" * 32}}}, "files.a.size: "),
        ({"files": {"a": {"size": 1}}}, "files.a.sha256: Field required"),
        ({"files": {"a": {"size": 1, "sha256": "ab" * 32, "more": 1}}}, "files.a.more: "),
        ({"files": []}, "files: "),
        ({"code": {"version": "1"}}, "code.sha256: "),
        ({"inputs": {"a": "ab" * 32}}, "inputs.a: "),
    ],
)
def test_refuses_another_shape(raw, change, said):
    with pytest.raises(ValueError, match=f"is no manifest of a bundle \\({said}"):
        read_manifest(canonical({**raw, **change}))
