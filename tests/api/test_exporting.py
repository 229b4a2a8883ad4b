"""A zip for other tools: verified as it is, described so that the ecosystem's validator accepts it."""

import json
import shutil
import stat
import struct
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest

import oab_funding as oab
from api.test_signing import called, write_key
from bundles import write_run
from oab_funding.audit import zipped
from oab_funding.audit.crate import CONTEXT, CRATE
from oab_funding.audit.zipped import Zipped
from oab_funding.errors import CheckError, DamagedError, InputError


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return write_run(tmp_path_factory.mktemp("whole"))


@pytest.fixture(scope="module")
def exported(whole):
    out = whole.with_name("run.zip")
    oab.export(whole, out, date="2021-03-01")
    return out


def packed_again(exported, folder, change=lambda members: None):
    """Pack the members of a zip again after a change of names and bytes."""
    with zipfile.ZipFile(exported) as given:
        members = {name: given.read(name) for name in given.namelist()}
    change(members)
    out = folder / "again.zip"
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in members.items():
            made.writestr(name, data)
    return out


def test_it_is_verified_replayed_and_explained_as_it_is(whole, exported):
    found = oab.verify(exported, oab.verify(whole).root)
    assert found.ok, found.problems
    assert oab.replay(exported).ok
    assert oab.explain(exported, school="03AA") == oab.explain(whole, school="03AA")
    assert oab.prove(exported, school="03AA") == oab.prove(whole, school="03AA")


def test_the_same_day_gives_the_same_bytes(whole, exported, tmp_path):
    oab.export(whole, tmp_path / "run.zip", date="2021-03-01")
    assert (tmp_path / "run.zip").read_bytes() == exported.read_bytes()


def test_signature_and_confirmation_go_along(whole, tmp_path):
    run = Path(shutil.copytree(whole, tmp_path / "run"))
    (first, public), (second, other) = write_key(tmp_path, "first"), write_key(tmp_path, "second")
    oab.sign(run, first)
    oab.confirm(run, second, tmp_path / "c.json", same_machine=True)
    out = tmp_path / "out.zip"
    words = ["--confirmation", tmp_path / "c.json", "--public-key", other]
    assert called("export", run, "--out", out, *words) == 0
    names = zipfile.ZipFile(out).namelist()
    assert {name for name in names if name.startswith("att")} == {
        "attestations/confirmation.dsse.json",
        "attestations/signature.dsse.json",
    }
    assert called("verify", out, "--public-key", public) == 0
    assert called("verify", out, "--public-key", other) == 1


def test_a_bundle_zipped_by_hand(whole, tmp_path):
    shutil.make_archive(str(tmp_path / "hand"), "zip", whole.parent, whole.name)
    assert oab.verify(tmp_path / "hand.zip").ok
    shutil.make_archive(str(tmp_path / "flat"), "zip", whole)
    assert oab.verify(tmp_path / "flat.zip").ok


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda m: m.pop("bundle/report.html"), "report.html is missing"),
        (lambda m: m.update({"bundle/more.txt": b""}), "more.txt is not listed"),
        (lambda m: m.update({"more.txt": b""}), "more.txt stands beside the bundle"),
        (lambda m: m.update({"bundle/../x": b""}), "is no safe name"),
        (lambda m: m.update({"/etc/x": b""}), "is no safe name"),
        (lambda m: m.update({"bundle/report.html": b"<b>"}), "report.html has 3 bytes"),
        (lambda m: m.update({CRATE: m[CRATE].replace(b"Twelve", b"Eleven")}), "does not describe"),
        (lambda m: m.update({CRATE: b"{}"}), "is no description of a bundle"),
        (lambda m: m.update({"attestations/x.json": b""}), "does not describe"),
    ],
)
def test_what_was_changed_is_noticed(exported, tmp_path, change, said):
    assert said in "\n".join(oab.verify(packed_again(exported, tmp_path, change)).problems)


def test_a_name_that_occurs_twice(exported, tmp_path):
    out = packed_again(exported, tmp_path)
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(out, "a") as made:
        made.writestr("bundle/report.html", b"x")
    assert "occurs twice" in "\n".join(oab.verify(out).problems)


def test_links_and_encrypted_members_are_not_opened(exported, tmp_path):
    out = packed_again(exported, tmp_path, lambda m: m.pop("bundle/report.html"))
    with zipfile.ZipFile(out, "a") as made:
        entry = zipfile.ZipInfo("bundle/report.html")
        entry.external_attr = (stat.S_IFLNK | 0o777) << 16
        made.writestr(entry, "/etc/passwd")
    assert "report.html is a link or device" in "\n".join(oab.verify(out).problems)


@pytest.mark.parametrize(
    "seed", [*range(8), *(pytest.param(n, marks=pytest.mark.thorough) for n in range(8, 40))]
)
def test_damage_to_the_zip_raises_nothing_but_a_refusal(exported, tmp_path, seed):
    import random

    draw, data = random.Random(seed), bytearray(exported.read_bytes())
    for _ in range(draw.randint(1, 4)):
        data[draw.randrange(len(data))] = draw.randrange(256)
    out = tmp_path / "damaged.zip"
    out.write_bytes(data if seed % 4 else data[: draw.randrange(len(data))])
    try:
        oab.verify(out)
    except InputError as error:
        assert "zip" in str(error) or "bundle" in str(error)  # noqa: PT017


def test_a_list_of_files_that_is_too_large(exported, tmp_path):
    data = bytearray(exported.read_bytes())
    at = data.rfind(b"PK\x05\x06")
    struct.pack_into("<L", data, at + 12, zipped._MOST_LISTED + 1)
    (tmp_path / "x.zip").write_bytes(data)
    with pytest.raises(InputError, match="its list of files is too large"):
        oab.verify(tmp_path / "x.zip")


def test_what_stands_beside_has_a_limit(exported):
    with pytest.raises(DamagedError, match="more than the 10 bytes"):
        Zipped.scan(exported).read_beside(CRATE, 10)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"licence": "free"}, "is no address"),
        ({"name": "run.tar"}, "is no name of a zip"),
    ],
)
def test_what_is_refused(whole, tmp_path, options, said):
    name = options.pop("name", "run.zip")
    with pytest.raises(InputError, match=said):
        oab.export(whole, tmp_path / name, **options)


def test_what_is_not_whole_is_not_exported(whole, tmp_path):
    run = Path(shutil.copytree(whole, tmp_path / "run"))
    (run / "report.html").write_text("x")
    with pytest.raises(CheckError, match="is not whole"):
        oab.export(run, tmp_path / "run.zip")
    assert not (tmp_path / "run.zip").exists()


TERMS = {
    "about": "about", "actionStatus": "actionStatus", "alternateName": "alternateName",
    "ComputerLanguage": "ComputerLanguage", "contentSize": "contentSize", "CreateAction": "CreateAction",
    "CreativeWork": "CreativeWork", "Dataset": "Dataset", "datePublished": "datePublished",
    "description": "description", "encodingFormat": "encodingFormat", "File": "MediaObject",
    "hasPart": "hasPart", "identifier": "identifier", "instrument": "instrument", "license": "license",
    "mainEntity": "mainEntity", "mentions": "mentions", "name": "name", "object": "object",
    "programmingLanguage": "programmingLanguage", "result": "result",
    "SoftwareApplication": "SoftwareApplication", "SoftwareSourceCode": "SoftwareSourceCode",
    "softwareVersion": "softwareVersion", "url": "url", "version": "version",
}  # fmt: skip
"""The terms of the context of RO-Crate 1.1 that a description uses, within http://schema.org/."""

ELSEWHERE = {
    "ComputationalWorkflow": "https://bioschemas.org/ComputationalWorkflow",
    "conformsTo": "http://purl.org/dc/terms/conformsTo",
}


def test_every_term_is_one_of_the_context(exported):
    described = json.loads(zipfile.ZipFile(exported).read(CRATE))
    [context, more] = described["@context"]
    assert context == CONTEXT
    for entity in described["@graph"]:
        kinds = entity["@type"] if isinstance(entity["@type"], list) else [entity["@type"]]
        for term in [*kinds, *(name for name in entity if not name.startswith("@"))]:
            assert term in TERMS or term in ELSEWHERE or term in more, term


PROFILES = ("ro-crate-1.1", "workflow-ro-crate-1.0", "process-run-crate-0.5", "workflow-run-crate-0.5")


@pytest.mark.filterwarnings("default")
@pytest.mark.thorough
def test_the_validator_of_the_ecosystem_accepts_it(exported, tmp_path, monkeypatch):
    """With every profile that it claims, without a network: the context is served from the terms above."""
    pytest.importorskip(
        "rocrate_validator", reason="roc-validator is not installed: pip install roc-validator"
    )
    from rocrate_validator import services
    from rocrate_validator.utils.http import HttpRequester

    known = {name: f"http://schema.org/{term}" for name, term in TERMS.items()} | ELSEWHERE
    context = {"@context": known}
    answer = SimpleNamespace(
        status_code=200, ok=True, text=json.dumps(context), content=json.dumps(context).encode(),
        headers={"Content-Type": "application/ld+json"}, json=lambda: context, from_cache=True, url=CONTEXT,
        links={}, raise_for_status=lambda: None,
    )  # fmt: skip
    asked = []

    def get(self, url, *args, **options):
        asked.append(url)
        assert url == CONTEXT
        return answer

    monkeypatch.setattr(HttpRequester, "get", get, raising=False)
    with zipfile.ZipFile(exported) as whole:
        whole.extractall(tmp_path / "crate")
    for profile in PROFILES:
        found = services.validate({**settings(tmp_path / "crate"), "profile_identifier": profile})
        assert found.passed(), [(one.severity.name, one.message) for one in found.get_issues()]
    path = tmp_path / "crate" / CRATE
    path.write_bytes(path.read_bytes().replace(b'"mainEntity"', b'"about"'))
    assert not services.validate({**settings(tmp_path / "crate"), "profile_identifier": PROFILES[1]}).passed()
    assert asked


def settings(crate):
    return {
        "rocrate_uri": str(crate),
        "offline": True,
        "requirement_severity": "REQUIRED",
        "abort_on_first": False,
    }
