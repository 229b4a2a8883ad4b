"""Copies without inputs or without children: one root, and a replay from the first step that can be made."""

import shutil
from pathlib import Path

import pytest

import oab_funding as oab
from api.test_signing import called, write_key
from bundles import write_inputs
from oab_funding.errors import CheckError, InputError
from oab_funding.synthetic.files import shipped_country
from resealing import reseal


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("kept")
    return {
        keep: oab.run(shipped_country() / "calculation.toml", folder / keep, keep=keep).path
        for keep in ("all", "without-children", "without-inputs")
    }


def test_one_root_whatever_is_kept(runs):
    roots = {oab.verify(path).root for path in runs.values()}
    assert len(roots) == 1
    for keep, path in runs.items():
        found = oab.verify(path)
        assert found.ok, found.problems
        assert bool(found.withheld) is (keep != "all")


def test_no_child_is_in_a_copy_without_children(runs):
    path = runs["without-children"]
    names = {file.name for file in path.rglob("*")}
    assert not names & {"children.pupils.parquet", "children.toddlers.parquet", "scored_children.parquet"}
    assert not names & {"site_derivations.parquet", "imputed_donors.parquet", "site_imputation.parquet"}
    assert {"children.sites.parquet", "school_grants.parquet", "schools.old_base.csv"} <= names


def test_a_replay_starts_where_it_can_and_says_so(runs):
    whole, found = oab.replay(runs["all"]), oab.replay(runs["without-children"])
    assert found.ok, (found.problems, str(found.difference))
    assert found.absent == ("pupils.parquet", "toddlers.parquet")
    assert found.taken == (
        "coefficients",
        "imputation",
        "education scores",
        "imputation per site",
        "scores of sites",
        "scores of municipalities",
    )
    assert found.steps + len(found.taken) == whole.steps
    assert "report.html" in found.not_compared
    none = oab.replay(runs["without-inputs"])
    assert none.ok, (none.problems, str(none.difference))
    assert 0 < none.steps < found.steps


def test_with_the_inputs_from_elsewhere_all_is_computed(runs):
    found = oab.replay(runs["without-children"], inputs=shipped_country())
    assert found.ok, (found.problems, str(found.difference))
    assert (found.absent, found.taken, found.steps) == ((), (), oab.replay(runs["all"]).steps)


def test_another_input_from_elsewhere_is_refused(runs, tmp_path):
    (tmp_path / "pupils.parquet").write_bytes(b"x")
    found = oab.replay(runs["without-children"], inputs=tmp_path)
    assert "has another SHA-256 than the input of the run" in found.problems[0]


def test_a_lie_after_the_first_step_that_can_be_made_is_noticed(runs, tmp_path):
    run = Path(shutil.copytree(runs["without-children"], tmp_path / "run"))

    def edit(records):
        next(one for one in records if one["name"] == "grants of schools")["figures"]["total"] = "1/1"

    reseal(run, edit_records=edit)
    assert oab.verify(run).ok
    assert "figure total" in str(oab.replay(run).difference)


def test_a_copy_keeps_its_secrets(runs, tmp_path):
    out = tmp_path / "out.zip"
    assert called("export", runs["all"], "--out", out, "--keep", "without-children") == 0
    found = oab.verify(out, oab.verify(runs["all"]).root)
    assert found.ok
    assert found.withheld == oab.verify(runs["without-children"]).withheld
    assert oab.replay(out).ok


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"{}", "withheld.json: is no list"),
        (b'{"files":["report.html"],"format":"oab-funding/withheld/1"}', "which is no file that may be"),
        (b'{"files":["tables/schools.parquet"],"format":"oab-funding/withheld/1"}', "which is there"),
        (b'{"files":["inputs/x"],"format":"oab-funding/withheld/1"}', "which is no file that may be"),
        (b'{"files":[],"format":"oab-funding/withheld/1"}', "is no list"),
        (b'{ "files":["inputs/x"],"format":"oab-funding/withheld/1"}', "canonical"),
    ],
)
def test_a_list_that_is_not_true(runs, tmp_path, text, said):
    run = Path(shutil.copytree(runs["all"], tmp_path / "run"))
    (run / "withheld.json").write_bytes(text)
    assert said in "\n".join(oab.verify(run).problems).replace("withheld.json is", "withheld.json: is")


def test_a_file_that_is_missing_and_not_listed(runs, tmp_path):
    run = Path(shutil.copytree(runs["without-children"], tmp_path / "run"))
    (run / "withheld.json").unlink()
    assert "is missing" in "\n".join(oab.verify(run).problems)


def test_what_can_be_kept(tmp_path):
    with pytest.raises(InputError, match="choose all, without-children, without-inputs"):
        oab.run(write_inputs(tmp_path), tmp_path / "run", keep="some")
    assert not (tmp_path / "run").exists()


def test_published_scores_without_inputs(tmp_path):
    done = oab.run(write_inputs(tmp_path), tmp_path / "run", keep="without-inputs")
    found = oab.replay(done.path)
    assert found.ok, (found.problems, str(found.difference))
    assert found.absent == ("base.csv", "scores.csv", "sites.csv")
    assert "grants of schools" in found.taken
    assert oab.replay(done.path, inputs=tmp_path).steps == 10
    key, _ = write_key(tmp_path, "second")
    with pytest.raises(CheckError, match="not every step could be computed again"):
        oab.confirm(done.path, key, tmp_path / "c.json", same_machine=True)
    oab.confirm(done.path, key, tmp_path / "c.json", same_machine=True, inputs=tmp_path)
