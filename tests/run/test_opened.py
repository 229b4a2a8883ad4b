"""Bundles that are whole and hold what no run writes: every reader says so in one sentence."""

import json
import os
import shutil
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import oab_funding as oab
from bundles import SCORES, write_run
from oab_funding.errors import DamagedError, InputError, OabError
from oab_funding.reconciliation.reconcile import reconcile_run
from oab_funding.run.opened import damage_said, open_run
from resealing import reseal, rows_of

GRANTS = "tables/school_grants.parquet"
ASKED = ({"site": "03AA00"}, {"school": "03AA"}, {"board": "41001"}, {"municipality": "GM0000"})


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole")
    amounts = "".join(f"{site[:4]},{20000 + n}.00\n" for n, site in enumerate(SCORES))
    (folder / "decisions.csv").write_text("school_id,amount\n" + amounts)
    return write_run(folder)


@pytest.fixture
def run(whole, tmp_path):
    return Path(shutil.copytree(whole, tmp_path / "run"))


def ask(run, decisions):
    """Ask everything of a bundle; only the library's own errors may come out."""
    damaged = 0
    for words in ASKED:
        try:
            oab.explain(run, **words, lang="en")
        except DamagedError:
            damaged += 1
        except InputError:
            pass
    try:
        with damage_said():
            reconcile_run(open_run(run), decisions)
    except OabError:
        pass
    return damaged


def change_amount(run):
    table = pq.read_table(run / GRANTS)
    amounts = [value + 1 for value in table.column("amount").to_pylist()]
    at, kind = table.column_names.index("amount"), table.schema.field("amount").type
    pq.write_table(table.set_column(at, "amount", pa.array(amounts, kind)), run / GRANTS)


def test_a_changed_table_is_neither_explained_nor_reconciled(run, whole):
    change_amount(run)
    for read in (
        lambda: oab.explain(run, school="03AA"),
        lambda: reconcile_run(open_run(run), whole.parent / "decisions.csv"),
        lambda: open_run(run).table("school_grants"),
    ):
        with pytest.raises(DamagedError, match=r"school_grants\.parquet: has .*(SHA-256|bytes)"):
            read()


def test_a_table_of_the_manifest_that_is_not_the_journals(run):
    change_amount(run)

    def edit(manifest):
        from oab_funding.audit import content_hash

        table, entry = pq.read_table(run / GRANTS), manifest["files"][GRANTS]
        entry.update(content=content_hash(table, entry["key"]), rows_root=rows_of(run, GRANTS, table, entry))

    reseal(run, edit)
    with pytest.raises(DamagedError, match=r"is not the table that journal\.jsonl says a step gave"):
        open_run(run).table("school_grants")


def test_labels_are_those_of_the_journal(run):
    reseal(run, lambda m: m["labels"].update(labels=["definitive"]))
    with pytest.raises(DamagedError, match="another title or other labels"):
        open_run(run)


@pytest.mark.parametrize("name", ["manifest.json", "journal.jsonl", "calculation.toml", GRANTS])
@pytest.mark.parametrize("kind", ["pipe", "link", "gone", "sparse", "folder", "bit"])
def test_nothing_is_read_that_is_not_what_it_should_be(name, kind, run, whole):
    path = run / name
    data = path.read_bytes()
    path.unlink()
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "link":
        path.symlink_to("/dev/zero")
    elif kind == "folder":
        path.mkdir()
    elif kind == "sparse":
        path.write_bytes(data)
        os.truncate(path, 30 << 30)
    elif kind == "bit":
        path.write_bytes(bytes([data[0] ^ 1]) + data[1:])
    assert not oab.verify(run).ok
    with pytest.raises(DamagedError):
        oab.explain(run, school="03AA")


def test_a_path_that_leads_out_is_not_followed(run):
    def edit(manifest):
        manifest["regulations"]["regulations/../../../dev/zero"] = "ab" * 32
        manifest["files"]["regulations/../../../dev/zero"] = {"size": 9, "sha256": "ab" * 32}

    reseal(run, edit)
    assert "is missing" in "".join(oab.verify(run).problems)
    with pytest.raises(DamagedError, match="is missing"):
        oab.explain(run, school="03AA")


def test_the_conditions_of_a_table(run, whole):
    table = pq.read_table(run / GRANTS)
    for changed, said in (
        (table.drop_columns(["amount"]), "lacks the column amount"),
        (table.append_column("bsn", pa.array(["1"] * 12)), "has the unknown column bsn"),
        (
            table.set_column(1, table.column_names[1], pa.array(["x"] * 12)),
            "holds what no run of this version",
        ),
    ):
        pq.write_table(changed, run / GRANTS)
        reseal(run, contents=True)
        with pytest.raises(DamagedError, match=said):
            open_run(run).table("school_grants")


WEIRD = st.sampled_from([None, {}, [], "", "x", 0, -1, "1/0", "NaN", True, "9" * 400, {"a": 1}, ["x"]])


@pytest.mark.thorough
@given(st.data())
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
def test_a_whole_bundle_of_weird_content_ends_in_a_sentence(whole, tmp_path_factory, data):
    run = Path(shutil.copytree(whole, tmp_path_factory.mktemp("weird") / "run"))
    for _ in range(data.draw(st.integers(1, 3))):
        data.draw(st.sampled_from([weird_records, weird_table, weird_calculation, weird_law]))(run, data)
    reseal(run, contents=True)
    ask(run, whole.parent / "decisions.csv")
    oab.verify(run)


def weird_records(run, data):
    """Rename steps and figures, and put in values of other types."""
    records = [json.loads(line) for line in (run / "journal.jsonl").read_bytes().splitlines()]
    record = data.draw(st.sampled_from(records[1:-1]))
    where = data.draw(st.sampled_from(["name", "figures", "parameters", "article"]))
    if where in ("name", "article"):
        record[where] = data.draw(st.sampled_from(["", "x", "grants of schools", "totals"]))
    elif record[where]:
        name = data.draw(st.sampled_from(sorted(record[where])))
        if data.draw(st.booleans()):
            del record[where][name]
        else:
            record[where][name] = data.draw(WEIRD)
    (run / "journal.jsonl").write_bytes(b"".join(json.dumps(one).encode() + b"\n" for one in records))


def weird_table(run, data):
    """Drop, empty or fill columns of a table."""
    path = data.draw(st.sampled_from(sorted((run / "tables").iterdir())))
    table = pq.read_table(path)
    name = data.draw(st.sampled_from(table.column_names))
    at, kind = table.column_names.index(name), table.schema.field(name).type
    what = data.draw(st.sampled_from(["drop", "rows", "empty", "other"]))
    key = json.loads((run / "manifest.json").read_bytes())["files"][f"tables/{path.name}"]["key"]
    if what == "drop" and name not in key:
        table = table.drop_columns([name])
    elif what == "rows":
        table = table.slice(0, data.draw(st.integers(0, 2)))
    elif what == "empty" and name not in key:
        table = table.set_column(at, name, pa.nulls(table.num_rows, kind))
    elif what == "other" and name not in key:
        table = table.set_column(at, name, pa.array([Decimal(7)] * table.num_rows, pa.decimal128(9, 2)))
    pq.write_table(table, path)


def weird_calculation(run, data):
    (run / "calculation.toml").write_text(
        data.draw(
            st.sampled_from(["", "x = " + "[" * 5000, "format = 1", 'format = 1\ntitle = "x"\n[children]\n'])
        )
    )


def weird_law(run, data):
    path = data.draw(st.sampled_from(sorted((run / "regulations").rglob("*.toml"))))
    text = path.read_text()
    line = data.draw(st.sampled_from(text.splitlines()))
    path.write_text(text.replace(line, data.draw(st.sampled_from(["", "x = 1", "[", "share = '7'"]))))
