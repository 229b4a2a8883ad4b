"""What is told of few children, what is kept of them, and what a corrected run says."""

import hmac
import re

import pyarrow.parquet as pq
import pytest

import oab_funding as oab
from api.test_signing import called
from bundles import write_inputs
from oab_funding.errors import InputError
from oab_funding.synthetic.files import shipped_country

COUNTRY = shipped_country()


@pytest.fixture(scope="module")
def run():
    return oab.run(COUNTRY / "calculation.toml")


def test_a_letter_for_others_gives_no_child_away(run):
    derivations = {row["site_id"]: row for row in run.table("site_derivations").to_pylist()}
    few = [site for site, row in derivations.items() if 0 < row["target_children"] < 10]
    assert len(few) > 5
    for site in few[:6]:
        text = oab.explain(run, site=site, lang="en")
        assert "target group = fewer than 10" in text
        assert not re.search(
            r"\d\.\d{5,}|/\d", re.sub(r"https?://\S+|imputed.*?\n\n", "", text, flags=re.DOTALL)
        )
        assert f"{derivations[site]['target_sum']:f}".rstrip("0") not in text
    site = next(site for site, row in derivations.items() if row["target_children"] >= 10)
    many = derivations[site]["target_children"]
    assert f"target group = {many:.0f} " in oab.explain(run, site=site, lang="en")
    assert "fewer than 1000" in oab.explain(run, site=site, lang="en", minimum=1000)


def test_inside_all_is_told(run):
    site = next(
        row["site_id"] for row in run.table("site_derivations").to_pylist() if row["target_children"] == 1
    )
    assert "A = 1 x " in oab.explain(run, site=site, lang="en", inside=True)
    assert "minder dan 10" in oab.explain(run, site=site, lang="nl")
    with pytest.raises(InputError, match="give 1 or more"):
        oab.explain(run, site=site, minimum=0)


def test_every_institution_can_be_told_to_others(run):
    for code in run.table("municipal_grants").column("municipality_code").to_pylist():
        assert oab.explain(run, municipality=code)


def test_a_copy_without_children_can_be_explained(tmp_path):
    done = oab.run(COUNTRY / "calculation.toml", tmp_path / "run", keep="without-children")
    school = done.table("school_grants").column("school_id").to_pylist()[3]
    municipality = done.table("municipal_grants").column("municipality_code").to_pylist()[0]
    assert "EUR" in oab.explain(done.path, school=school)
    assert "EUR" in oab.explain(done.path, municipality=municipality)
    assert oab.explain(done.path, site=done.table("site_scores").column("site_id").to_pylist()[0])
    proof = oab.prove(done.path, school=school)
    assert oab.check_proof(proof, done.root).ok


def test_only_the_columns_that_are_used(tmp_path):
    given = pq.read_table(COUNTRY / "toddlers.parquet")
    more = given.append_column("bsn", given.column("child_id")).slice(0, 50)
    pq.write_table(more, tmp_path / "given.parquet")
    words = ["--kind", "toddlers", "--out", tmp_path / "out.parquet"]
    assert called("minimise", tmp_path / "given.parquet", *words) == 0
    kept = pq.read_table(tmp_path / "out.parquet")
    assert "bsn" not in kept.column_names
    assert kept.column("child_id").to_pylist() == more.column("child_id").to_pylist()


def test_ids_become_keyed_hashes(tmp_path):
    key = tmp_path / "key"
    key.write_bytes(bytes(range(32)))
    table = oab.minimise(COUNTRY / "toddlers.parquet", "toddlers", tmp_path / "out.parquet", id_key=key)
    given = pq.read_table(COUNTRY / "toddlers.parquet").column("child_id").to_pylist()
    expected = {hmac.new(bytes(range(32)), one.encode(), "sha256").hexdigest()[:32] for one in given}
    assert set(table.column("child_id").to_pylist()) == expected
    assert len(expected) == len(given)
    key.write_bytes(b"short")
    with pytest.raises(InputError, match="is too short for a secret"):
        oab.minimise(COUNTRY / "toddlers.parquet", "toddlers", tmp_path / "more.parquet", id_key=key)
    with pytest.raises(InputError, match="choose pupils, toddlers"):
        oab.minimise(COUNTRY / "toddlers.parquet", "children", tmp_path / "more.parquet")
    assert not (tmp_path / "more.parquet").exists()


def test_a_run_says_which_one_it_corrects_and_why(tmp_path):
    path = write_inputs(tmp_path)
    first = oab.run(path, tmp_path / "first")
    path.write_text(
        path.read_text() + f'[corrects]\nroot = "{first.root}"\nreason = "objection 17: a pupil too many"\n'
    )
    second = oab.run(path, tmp_path / "second")
    assert f"corrects the run with root {first.root}: objection 17: a pupil too many" in second.labels
    assert oab.replay(tmp_path / "second").ok
    assert oab.verify(tmp_path / "first", first.root).ok
    path.write_text(path.read_text().replace(first.root, "ab"))
    with pytest.raises(InputError, match="root"):
        oab.run(path)


def test_a_correction_said_in_python():
    scores = {"site_id": ["00AP00"], "score": ["33.02"]}
    asked = oab.Calculation(
        title="One site",
        schools={"scores": scores, "period": "2020-2021"},
        corrects={"root": "ab" * 32, "reason": "a slip"},
    )
    assert f"corrects the run with root {'ab' * 32}: a slip" in oab.run(asked).labels
