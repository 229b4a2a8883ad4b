"""Semantic attacks: the bundle is changed and every hash made anew, so that only making it again can tell."""

import shutil
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import oab_funding as oab
from bundles import write_inputs, write_run
from oab_funding.api import replaying
from oab_funding.errors import InputError
from oab_funding.regulation import Statutes
from resealing import reseal

FORMAT_1 = Path(__file__).parents[1] / "audit" / "bundles" / "format-1"
GRANTS = "tables/school_grants.parquet"
LIE = {"platform": "Linux elsewhere"}


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return write_run(tmp_path_factory.mktemp("whole"))


@pytest.fixture
def run(whole, tmp_path):
    return Path(shutil.copytree(whole, tmp_path / "run"))


def said(run, **options):
    """What verify and replay say; both must hold for nothing."""
    found = oab.replay(run, **options)
    return "\n".join([*found.problems, *([str(found.difference)] if found.difference else [])])


def test_an_honest_bundle(run):
    found = oab.replay(run)
    assert found.ok
    assert (found.steps, found.not_compared, found.notes) == (10, (), ())
    assert found.files == len([path for path in run.rglob("*") if path.is_file()])


def _rewrite(path, change):
    path.write_text(change(path.read_text()))


def _labels(records):
    records[-1]["parameters"]["labels"] = ["definitive, established by the minister"]


def _title(records):
    records[0]["parameters"]["title"] = "Definitive"


def labels_everywhere(run):
    reseal(run, lambda m: m["labels"].update(labels=["definitive, established by the minister"]), _labels)


def title_everywhere(run):
    reseal(run, lambda m: m["labels"].update(title="Definitive"), _title)


def labels_of_manifest(run):
    reseal(run, lambda m: m["labels"].update(labels=[]))


def title_in_the_calculation(run):
    _rewrite(run / "calculation.toml", lambda text: text.replace("Twelve schools", "All schools"))
    sha = __import__("hashlib").sha256((run / "calculation.toml").read_bytes()).hexdigest()
    reseal(
        run,
        lambda m: m["labels"].update(title="All schools"),
        lambda records: records[0]["parameters"].update(title="All schools", sha256=sha),
    )


def report_text(run):
    _rewrite(run / "report.html", lambda text: text.replace("made-up data", "data of CBS"))
    reseal(run)


def report_text_and_another_environment(run):
    _rewrite(run / "report.html", lambda text: text.replace("made-up data", "data of CBS"))
    reseal(run, lambda m: m["environment"].update(LIE))


def script_in_the_report(run):
    _rewrite(run / "report.html", lambda text: text.replace("</body>", "<script>x()</script></body>"))
    reseal(run, lambda m: m["code"].update(sha256="ab" * 32))


def script_in_a_picture(run):
    _rewrite(run / "report.html", lambda text: text.replace("</svg>", "<script>x()</script></svg>", 1))
    reseal(run, lambda m: m["environment"].update(LIE))


def a_picture_taken_out(run):
    def cut(text):
        start = text.index("<svg")
        return text[:start] + text[text.index("</svg>", start) + 6 :]

    _rewrite(run / "report.html", cut)
    reseal(run, lambda m: m["environment"].update(LIE))


def report_deleted(run):
    (run / "report.html").unlink()
    reseal(run, lambda m: m["files"].pop("report.html"))


def amounts_for_reading_deleted(run):
    (run / "grants_schools.csv").unlink()
    reseal(run, lambda m: m["files"].pop("grants_schools.csv"))


def amounts_for_reading_changed(run):
    _rewrite(run / "grants_schools.csv", lambda text: text.replace("00AA", "00AB", 1))
    reseal(run)


def another_file(run, name="grants_schools_definitive.csv"):
    (run / name).write_text("school_id,amount\n")
    reseal(run, lambda m: m["files"].update({name: {"size": 17, "sha256": _sha(run / name)}}))


def another_page(run):
    another_file(run, "index.html")


def another_letter(run):
    another_file(run, "besluit.txt")


def another_specification(run):
    (run / "specifications").mkdir()
    another_file(run, "specifications/cbs-2019.toml")


def _sha(path):
    return __import__("hashlib").sha256(path.read_bytes()).hexdigest()


def rows_root_taken_out(run):
    reseal(run, lambda m: m["files"][GRANTS].pop("rows_root"))


def rows_root_put_in(run):
    from oab_funding.audit import rows_root

    name = "tables/schools.parquet"
    root = rows_root(pq.read_table(run / name), ["school_id"])
    reseal(run, lambda m: m["files"][name].update(rows_root=root))


def name_of_an_input(run):
    reseal(run, lambda m: m["inputs"]["schools.scores"].update(file="achterstandsscores.csv"))


def environment_emptied(run):
    reseal(run, lambda m: m["environment"].clear())


def an_amount(run):
    table = pq.read_table(run / GRANTS)
    amounts = table.column("amount").to_pylist()
    amounts[0] += Decimal("0.01")
    place = table.column_names.index("amount")
    kind = table.schema.field("amount").type
    pq.write_table(table.set_column(place, "amount", pa.array(amounts, kind)), run / GRANTS)
    reseal(run, contents=True)


def a_figure(run):
    def edit(records):
        next(r for r in records if r["name"] == "price per unit")["figures"]["price"] = "600.00"

    reseal(run, edit_records=edit)


def a_step_left_out(run):
    def edit(records):
        del records[1]

    reseal(run, edit_records=edit)


def an_input(run):
    _rewrite(run / "inputs/schools.scores.csv", lambda text: text.replace("272.0", "999.0"))
    reseal(run)


def bytes_of_a_table(run):
    """The same content with metadata that another reader would take for the truth."""
    table = pq.read_table(run / GRANTS)
    pq.write_table(table.replace_schema_metadata({"labels": "definitive"}), run / GRANTS)
    reseal(run)


def journal_and_tables_emptied(run):
    for path in (run / "tables").iterdir():
        path.unlink()
    (run / "tables").rmdir()

    def edit(manifest):
        for name in [name for name in manifest["files"] if name.startswith("tables/")]:
            del manifest["files"][name]

    reseal(run, edit, lambda records: records.clear())


ATTACKS = [
    labels_everywhere, title_everywhere, labels_of_manifest, title_in_the_calculation, report_text,
    report_text_and_another_environment, script_in_the_report, script_in_a_picture, a_picture_taken_out,
    report_deleted, amounts_for_reading_deleted, amounts_for_reading_changed, another_file, another_page,
    another_letter, another_specification, rows_root_taken_out, rows_root_put_in, name_of_an_input,
    environment_emptied, an_amount, a_figure, a_step_left_out, an_input, bytes_of_a_table,
    journal_and_tables_emptied,
]  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__)
def test_what_is_made_anew_from_a_lie_is_not_identical(attack, run):
    attack(run)
    assert said(run), attack.__doc__ or attack.__name__


@pytest.mark.parametrize("member", ["environment", "code"])
def test_what_cannot_be_compared_is_named(member, run):
    edits = {"environment": LIE, "code": {"sha256": "ab" * 32}}
    report = run / "report.html"
    report.write_text(report.read_text().replace("stroke-linejoin: round", "stroke-linejoin: bevel"))
    reseal(run, lambda m: m[member].update(edits[member]))
    found = oab.replay(run)
    assert found.ok
    assert found.not_compared == ("pictures of report.html",)
    assert len(found.notes) == (member == "code")


def test_tables_by_another_pyarrow_are_compared_by_content(run):
    table = pq.read_table(run / GRANTS)
    pq.write_table(table, run / GRANTS, compression="gzip")
    reseal(run, lambda m: m["environment"].update(pyarrow="19.0.1"))
    found = oab.replay(run)
    assert found.ok
    assert found.not_compared[1].startswith(
        "bytes of 14 tables, whose content was (pyarrow 19.0.1 wrote them"
    )
    reseal(run, lambda m: m["environment"].update(pyarrow=pa.__version__))
    assert said(run) == f"{GRANTS} is not what the calculation gives"


def test_a_run_by_other_regulations_is_not_identical_unless_that_is_asked_for(tmp_path, monkeypatch):
    shipped = Statutes.shipped().contents
    name = "nl/eerste-regeling-bekostiging-personeel-po/2020-08-01.toml"
    forged = Statutes.from_contents({**shipped, name: shipped[name].replace(b"559.50", b"659.50")})
    with monkeypatch.context() as patch:
        patch.setattr(Statutes, "shipped", lambda: forged)
        oab.run(write_inputs(tmp_path), tmp_path / "run")
    assert "2020-08-01.toml of the bundle differs from this version's own" in said(tmp_path / "run")
    found = oab.replay(tmp_path / "run", own_regulations=True)
    assert found.ok
    assert len(found.notes) == 1


def test_a_bundle_of_format_1_verifies_and_says_what_replays_it():
    assert oab.verify(FORMAT_1).ok
    assert "EUR" in oab.explain(FORMAT_1, school="03AA", lang="en")
    with pytest.raises(InputError, match=r"format 1, made with version 0\.1\.0, code 10fe29491199"):
        oab.replay(FORMAT_1)


def test_a_bundle_of_format_2_is_replayed_by_every_later_version():
    path = FORMAT_1.with_name("format-2")
    assert oab.verify(path).ok
    assert "EUR" in oab.explain(path, school="03AA", lang="en")
    found = oab.replay(path)
    assert found.ok, (found.problems, str(found.difference))
    assert found.steps == 10
    assert all("report.html" in one or "pyarrow" in one for one in found.not_compared)


def test_a_bundle_of_format_3_is_replayed_by_every_later_version():
    found = oab.replay(FORMAT_1.with_name("format-3"))
    assert found.ok, (found.problems, str(found.difference))
    assert found.steps == 10


def report_of_another_version_with_a_script(run):
    _rewrite(run / "report.html", lambda text: text.replace("</body>", "<script>x()</script></body>"))
    reseal(run, lambda m: m["code"].update(version="0.1.9"))


def test_words_of_another_version_are_named_and_may_only_be_words(run):
    _rewrite(run / "report.html", lambda text: text.replace("Steps", "The steps"))
    reseal(run, lambda m: m["code"].update(version="0.1.9"))
    found = oab.replay(run)
    assert found.ok
    assert found.not_compared == ("report.html, which version 0.1.9 words so",)
    report_of_another_version_with_a_script(run)
    assert "has a part that does more than show" in said(run)


def test_a_named_specification_stands_in_the_bundle_and_is_taken_from_it(tmp_path):
    from oab_funding.run.opened import open_run
    from oab_funding.synthetic.files import shipped_country

    oab.run(shipped_country() / "calculation.toml", tmp_path / "run")
    opened = open_run(tmp_path / "run")
    assert set(opened.specifications.contents) == {"cbs-2019.toml", "origins-default.csv"}
    _rewrite(tmp_path / "run/specifications/origins-default.csv", lambda text: text + "\n")
    reseal(tmp_path / "run")
    assert "origins-default.csv of the bundle differs" in said(tmp_path / "run")


def test_every_attack_would_pass_a_replay_that_compares_the_steps_only(run, monkeypatch):
    """The test of these tests: without the comparison of the files the quiet ones go through."""
    monkeypatch.setattr(replaying, "_differences", lambda opened, made: iter(()))
    report_text(run)
    assert not said(run)
