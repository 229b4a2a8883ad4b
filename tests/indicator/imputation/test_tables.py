"""What was imputed as tables, there and back."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from indicator.frames import SITES, child, frame, many_children, small_specification
from oab_funding.errors import InputError
from oab_funding.indicator.category_codes import UNKNOWN
from oab_funding.indicator.imputation.impute import ImputedPopulation, impute_coded
from oab_funding.indicator.imputation.tables import SCHEMAS, imputed_from_tables, imputed_tables
from oab_funding.indicator.population import Population
from oab_funding.indicator.specification_file import load_specification
from oab_funding.tables.conform import conform

SPECIFICATION = load_specification("cbs-2019")


def pupils() -> Population:
    rows = many_children(400)
    names = [*(f"P{row:03d}" for row in range(397)), "\U0001f600", "\uffee", "a"]
    gone = np.random.default_rng(1).random((3, 400)) < 0.3
    gone[:2, 397:] = True
    rows = rows.astype({"education_mother": "Int64", "education_father": "Int64"}).assign(child_id=names)
    rows.loc[gone[0], "education_mother"] = None
    rows.loc[gone[1], "education_father"] = None
    rows.loc[gone[2] & ~rows["mother_born_in_nl"], "mother_arrival_date"] = np.datetime64("NaT")
    return Population.of(rows, None, SITES, SPECIFICATION)


DONE: ImputedPopulation = impute_coded(pupils(), rounds=3, seed=1)
TABLES = imputed_tables(DONE)
NAMES = DONE.population.pupils.children.column("child_id").to_pylist()


@pytest.mark.parametrize("table", ["imputed_education", "imputed_stay"])
def test_a_table_holds_whom_something_was_imputed_for_by_round(table: str) -> None:
    """Classes by their numbers, here from 1; children in the order of code points."""
    rows, schema = TABLES[table].to_pylist(), SCHEMAS[table]
    features = [name for name in schema.names if name not in schema.key]
    coded, codes = DONE.population.pupils, DONE.parts[0].codes
    lacks = np.any([coded.codes[name] == UNKNOWN for name in features], axis=0)
    assert len(rows) == 3 * lacks.sum() > 0
    for row in rows:
        place = NAMES.index(row["child_id"])
        assert lacks[place]
        for name in features:
            assert row[name] == codes[name][row["round"] - 1, place] + 1
    found = [(row["child_id"], row["round"]) for row in rows]
    assert found == sorted(found)
    assert conform(TABLES[table], schema).schema == TABLES[table].schema


def test_code_point_order_goes_beyond_the_basic_plane() -> None:
    assert list(dict.fromkeys(TABLES["imputed_education"].column("child_id").to_pylist()))[-3:] == [
        "a",
        "\uffee",
        "\U0001f600",
    ]


def test_back_from_the_tables_in_any_order() -> None:
    draw = np.random.default_rng(2)
    shuffled = {name: table.take(draw.permutation(table.num_rows)) for name, table in TABLES.items()}
    (back,) = imputed_from_tables(shuffled, DONE.population)
    for name, codes in DONE.parts[0].codes.items():
        assert np.array_equal(back.codes[name], codes), name


def with_education(table: pa.Table) -> dict[str, pa.Table]:
    return TABLES | {"imputed_education": table}


def test_tables_that_do_not_belong_are_refused() -> None:
    table, everyone = TABLES["imputed_education"], DONE.population
    for wrong in (
        table.slice(1),
        table.slice(0, table.num_rows - 1),
        pa.concat_tables([table, table.slice(0, 3)]),
    ):
        with pytest.raises(InputError, match=r"imputed education, column round, .*does not have every round"):
            imputed_from_tables(with_education(wrong), everyone)
    for column in ("education_mother", "education_father"):
        position = table.column_names.index(column)
        other = pa.array(9 - table.column(column).to_numpy())
        with pytest.raises(InputError, match=f"column {column}: differs from the observed"):
            imputed_from_tables(with_education(table.set_column(position, column, other)), everyone)
    fewer = Population.of(*everyone.frames[:2], SITES, SPECIFICATION)
    assert imputed_from_tables(TABLES, fewer)[0].rounds == 3
    without = Population.of(everyone.frames[0].iloc[:-1], None, SITES, SPECIFICATION)
    with pytest.raises(InputError, match="imputed education, value 'a': is not among the children"):
        imputed_from_tables(TABLES, without)


def test_a_number_of_no_category_is_refused() -> None:
    small = small_specification()
    everyone = Population.of(frame([child(education_mother=None)]), None, SITES, small)
    empty = {name: schema.arrow().empty_table() for name, schema in SCHEMAS.items()}

    def imputed(number: int) -> dict[str, pa.Table]:
        row = {"child_id": ["c0"], "round": [1], "education_mother": [number], "education_father": [1]}
        return empty | {"imputed_education": pa.table(row, schema=SCHEMAS["imputed_education"].arrow())}

    assert imputed_from_tables(imputed(3), everyone)[0].codes["education_mother"].tolist() == [[2]]
    for number in (4, 8):
        with pytest.raises(
            InputError, match=f"education_mother, value {number}: is the number of no category; give 1, 2, 3"
        ):
            imputed_from_tables(imputed(number), everyone)
