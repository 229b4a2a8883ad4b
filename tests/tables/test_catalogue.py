"""Every schema of the package can be used, and every table of a journal has its name once."""

import pytest

from oab_funding.tables import child_tables, grant_tables, preschool_tables, register_tables, score_tables
from oab_funding.tables.catalogue import SCHEMAS
from oab_funding.tables.schema import TableSchema

ROOMS = (child_tables, score_tables, register_tables, grant_tables, preschool_tables)
WRITTEN_DOWN = [value for room in ROOMS for value in vars(room).values() if isinstance(value, TableSchema)]


@pytest.mark.parametrize("schema", WRITTEN_DOWN, ids=lambda schema: schema.name)
def test_every_table_has_a_key_of_required_columns(schema: TableSchema) -> None:
    assert schema.key
    assert len(set(schema.names)) == len(schema.names)
    assert schema[schema.key[0]].required
    for name in schema.key:
        assert (
            schema[name].required or name == "round"
        )  # children come in rounds only where they are averaged later
        assert not schema[name].nullable


def test_the_tables_of_a_journal_are_among_those_written_down() -> None:
    assert [name for name, schema in SCHEMAS.items() if schema not in WRITTEN_DOWN] == []


def test_a_table_of_its_own_name_is_found_by_it() -> None:
    own = {schema.name for schema in WRITTEN_DOWN}
    assert {name: SCHEMAS[name].name for name in SCHEMAS if name in own} == {
        name: name for name in SCHEMAS if name in own
    }
