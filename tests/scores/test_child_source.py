"""A Parquet file in record batches gives the bits of the table in memory."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oab_funding.errors import InputError
from oab_funding.scores import counted
from oab_funding.scores.aggregate import ScoreRule
from oab_funding.scores.child_source import Children, ChildSource, check_ids, open_children, source_of
from oab_funding.scores.institution_scores import municipality_scores, site_scores
from oab_funding.tables.child_tables import SCORED_CHILDREN
from oab_funding.tables.conform import conform
from oab_funding.tables.files import read_table
from oab_funding.tables.step_result import StepResult
from oracle.strategies import Country, solvable_countries
from oracle.target_group import TIE_RULES, Child, TieRule
from oracle_bridge import children_table, examples, same

F = Fraction


def both_streams(tables: Children, tie_rule: TieRule) -> list[StepResult | str]:
    found: list[StepResult | str] = []
    steps: list[Callable[[], StepResult]] = [
        lambda: site_scores(tables, ScoreRule(F(15, 100), F(12, 100), tie_rule=tie_rule), 7, 40),
        lambda: municipality_scores(tables, ScoreRule(F(15, 100), F(5, 100), tie_rule=tie_rule)),
    ]
    for step in steps:
        try:
            found.append(step())
        except InputError as refused:
            found.append(str(refused))
    return found


@examples(40)
@given(solvable_countries, st.sampled_from(TIE_RULES), st.integers(1, 50), st.integers(1, 50), st.booleans())
def test_the_same_bits_whatever_the_parts(
    tmp_path_factory: pytest.TempPathFactory,
    country: Country,
    tie_rule: TieRule,
    group: int,
    rows: int,
    kept: bool,
) -> None:
    path = tmp_path_factory.mktemp("stream") / "children.parquet"
    table = children_table(country.children)
    pq.write_table(table, path, row_group_size=group)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(counted, "MOST_KEPT", 10**6 if kept else 0)
        found = both_streams(open_children(path, with_ids=tie_rule == "order", rows=rows), tie_rule)
    for one, other in zip(found, both_streams(table, tie_rule), strict=True):
        assert (
            same(one, other)
            if isinstance(one, StepResult) and isinstance(other, StepResult)
            else one == other
        )


CHILDREN = children_table(
    [
        Child(f"{i:03d}", F(500 + i), site=f"0{1 + i % 3}AA00", municipality="GM0001", age=4 + i % 9)
        for i in range(60)
    ]
)
RULE = ScoreRule(F(15, 100), F(12, 100))


def written(path: Path, table: pa.Table, group: int = 10) -> Path:
    pq.write_table(table, path / "children.parquet", row_group_size=group)
    return path / "children.parquet"


def test_other_types_are_brought_into_the_schema(tmp_path: Path) -> None:
    plain = pa.table(
        {
            "asylum_seeker": CHILDREN.column("asylum_seeker"),
            "age": CHILDREN.column("age").cast(pa.int8()),
            "education_score": CHILDREN.column("education_score").cast(pa.float64()),
            "site_id": CHILDREN.column("site_id").cast(pa.string()),
            "note": ["not a column of the schema"] * 60,
            "kind": CHILDREN.column("kind").cast(pa.large_string()),
            "child_id": CHILDREN.column("child_id").cast(pa.large_string()),
        }
    )
    found = site_scores(open_children(written(tmp_path, plain)), RULE, 7, 40)
    assert same(found, site_scores([CHILDREN], RULE, 7, 40))


def test_headers_follow_the_rule_of_every_table(tmp_path: Path) -> None:
    other = {
        "child_id": "Child-ID",
        "kind": "KIND",
        "site_id": "Vestiging",
        "age": "leeftijd",
        "education_score": "Education Score",
        "asylum_seeker": "Asylum_Seeker",
    }
    names = [other.get(name, name) for name in CHILDREN.column_names]
    path = written(tmp_path, CHILDREN.rename_columns(names))
    assert same(site_scores(open_children(path, rows=7), RULE, 7, 40), site_scores([CHILDREN], RULE, 7, 40))
    assert pa.concat_tables(open_children(path, with_ids=True, rows=7)).equals(
        conform(pq.read_table(path), SCORED_CHILDREN).select(CHILDREN.column_names)
    )


@pytest.mark.parametrize(
    ("names", "says"),
    [
        ({"site_id": "site_id", "municipality_code": "Vestiging"}, "both mean site_id"),
        ({"age": "agee"}, "the column agee is not known; is it meant to be age"),
    ],
)
def test_doubtful_headers_are_refused_as_everywhere(names: dict[str, str], says: str, tmp_path: Path) -> None:
    table = CHILDREN.rename_columns([names.get(name, name) for name in CHILDREN.column_names])
    for read in (open_children, lambda path: read_table(path, SCORED_CHILDREN)):
        with pytest.raises(InputError, match=says):
            read(written(tmp_path, table))


def test_a_file_without_rows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no rows"):
        open_children(written(tmp_path, CHILDREN.slice(0, 0)))


def test_bounds_are_those_of_every_parquet_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("oab_funding.tables.parquet._ROWS", 59)
    with pytest.raises(InputError, match="announces 60 rows"):
        open_children(written(tmp_path, CHILDREN))


def test_ids_are_left_out_unless_asked_for(tmp_path: Path) -> None:
    path = written(tmp_path, CHILDREN)
    assert "child_id" not in next(iter(open_children(path))).column_names
    tables = list(open_children(path, with_ids=True, rows=25))
    assert max(table.num_rows for table in tables) <= 25
    assert pa.concat_tables(tables).column("child_id").to_pylist() == CHILDREN.column("child_id").to_pylist()


def test_rounds_are_read_one_by_one(tmp_path: Path) -> None:
    rounds = pa.concat_tables(
        [CHILDREN.append_column("round", pa.array(np.full(60, number))) for number in (2, 1)]
    )
    found = site_scores(open_children(written(tmp_path, rounds)), RULE, 7, 40)
    assert found.figures["rounds"] == 2
    assert found.table.equals(site_scores([CHILDREN], RULE, 7, 40).table)


@pytest.mark.parametrize("group", [1, 7, 60, 61])
def test_a_child_in_two_parts_is_refused_when_opening(tmp_path: Path, group: int) -> None:
    twice = pa.concat_tables([CHILDREN, CHILDREN.slice(17, 1)])
    with pytest.raises(InputError, match="column child_id, value '017': is there twice"):
        open_children(written(tmp_path, twice, group))


def test_a_wrong_value_is_named_by_its_row_in_the_file(tmp_path: Path) -> None:
    codes = CHILDREN.column("site_id").to_pylist()
    codes[42] = "nonsense"
    wrong = CHILDREN.set_column(2, "site_id", pa.array(codes))
    with pytest.raises(InputError, match=r"children.parquet, column site_id, row 43, value 'nonsense'"):
        site_scores(open_children(written(tmp_path, wrong), rows=10), RULE, 7, 40)


def test_what_is_no_file_of_children(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"the column kind is missing .*; add kind: pupil or toddler"):
        open_children(written(tmp_path, CHILDREN.drop_columns(["kind"])))
    path = tmp_path / "children.parquet"
    path.write_bytes(b"no parquet at all")
    with pytest.raises(InputError, match="is not a whole Parquet file"):
        open_children(path)
    written(tmp_path, CHILDREN)
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(InputError, match="is not a whole Parquet file"):
        open_children(path)


def test_damage_inside_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "children.parquet"
    pq.write_table(CHILDREN, path, row_group_size=10, write_page_checksum=True, compression="none")
    data = bytearray(path.read_bytes())
    data[len(data) // 8] ^= 0xFF
    path.write_bytes(bytes(data))
    with pytest.raises(InputError):
        scores_of(path)


def scores_of(path: Path) -> StepResult:
    return site_scores(open_children(path, with_ids=True), RULE, 7, 40)


def ids(*parts: list[str | None]) -> ChildSource:
    return source_of([pa.table({"child_id": pa.array(part, pa.string())}) for part in parts])


def test_different_children_in_every_round() -> None:
    check_ids([ids(["a", "b"], ["c"])])
    check_ids([ids(["a", "b"], ["c"]), ids(["c", "a", "b"])])
    check_ids([source_of(pa.table({"kind": ["pupil"]}))])


@pytest.mark.parametrize(
    "parts", [(["a", "b", "a"],), (["a", "b"], ["a"]), (["b", "a"], ["c"], ["a", "b", "d"])]
)
def test_the_first_double_is_named(parts: tuple[list[str | None], ...]) -> None:
    with pytest.raises(InputError, match="column child_id, value 'a': is there twice"):
        check_ids([ids(*parts)])


@pytest.mark.parametrize("other", [["a", "c"], ["a"], ["a", "b", "c"]])
def test_other_children_in_a_later_round(other: list[str | None]) -> None:
    with pytest.raises(InputError, match="the rounds do not hold the same children"):
        check_ids([ids(["a", "b"]), ids(other)])


def test_an_empty_id() -> None:
    with pytest.raises(InputError, match="an id is empty"):
        check_ids([ids(["a", None])])


def test_ascending_rounds_also_round_0() -> None:
    parts = [pa.table({"round": [3, 0], "x": [1, 2]}), pa.table({"round": [3, 3], "x": [3, 4]})]
    rounds = source_of(parts).rounds()
    found = [[value for table in source for value in table.column("x").to_pylist()] for source in rounds]
    assert found == [[2], [1, 3, 4]]
    assert [table.num_rows for table in rounds[0]] == [1, 0]  # and can be read again


def test_no_rounds_give_the_source_itself() -> None:
    source = source_of(pa.table({"x": [1]}))
    assert source.rounds() == [source]


def test_a_child_without_a_round() -> None:
    with pytest.raises(InputError, match="some children carry no round"):
        source_of(pa.table({"round": pa.array([1, None])})).rounds()


def test_parts_with_different_columns_are_refused() -> None:
    with pytest.raises(InputError, match="parts of the children have different columns"):
        source_of([pa.table({"kind": ["pupil"], "age": [4]}), pa.table({"kind": ["pupil"]})])


def test_fewer_columns_of_one_round() -> None:
    sites = ["01AA00", "02BB00"]
    source = source_of(pa.table({"child_id": ["a", "a"], "round": [1, 2], "site_id": sites}))
    first, second = source.rounds()
    assert [table.column_names for table in first.of(["site_id"])] == [["round", "site_id"]]
    assert (first.site_ids(), second.site_ids(), source.site_ids()) == (sites[:1], sites[1:], sites)
    assert source_of([]).columns == ()
