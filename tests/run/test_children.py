import pyarrow.parquet as pq
import pytest

import oab_funding as oab
from oab_funding.errors import InputError
from oab_funding.run.children import check_child_columns
from oab_funding.synthetic.files import shipped_country
from oab_funding.tables.files import read_source
from oab_funding.tables.source import SourceFile


def sources():
    return {
        f"children.{name}": read_source(shipped_country() / f"{name}.parquet")
        for name in ("pupils", "toddlers")
    }


def test_the_made_up_children_have_no_other_column():
    check_child_columns(sources())


@pytest.mark.parametrize("role", ["children.pupils", "children.toddlers"])
def test_a_column_that_no_step_uses_is_named(role, tmp_path):
    name = role.removeprefix("children.")
    table = pq.read_table(shipped_country() / f"{name}.parquet")
    pq.write_table(table.append_column("bsn", table.column(0)), tmp_path / "x.parquet")
    with pytest.raises(InputError, match=r"x\.parquet, column bsn: no calculation uses this column"):
        check_child_columns({**sources(), role: read_source(tmp_path / "x.parquet")})


def test_files_without_children_may_hold_more():
    check_child_columns({"schools.scores": SourceFile("s.csv", b"site_id,score,more\n00AP00,1.0,x\n")})


def test_such_a_run_is_refused_before_it_begins_and_runs_without_a_bundle(tmp_path):
    table = pq.read_table(shipped_country() / "pupils.parquet")
    for path in shipped_country().rglob("*"):
        if path.is_file():
            to = tmp_path / path.relative_to(shipped_country())
            to.parent.mkdir(exist_ok=True)
            to.write_bytes(path.read_bytes())
    pq.write_table(table.append_column("bsn", table.column(0)), tmp_path / "pupils.parquet")
    with pytest.raises(InputError, match="column bsn"):
        oab.run(tmp_path / "calculation.toml", tmp_path / "run")
    assert not (tmp_path / "run").exists()
    assert oab.run(tmp_path / "calculation.toml").tables
