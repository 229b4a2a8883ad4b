"""The tables of the calculation: codes, and that every schema can be used."""

import re

import pytest

from oab_funding.tables import catalogue
from oab_funding.tables.schema import TableSchema

SCHEMAS = [value for value in vars(catalogue).values() if isinstance(value, TableSchema)]


@pytest.mark.parametrize("code", ["00AP00", "31MX00", "27YH12", "130000"])
def test_site_codes(code: str) -> None:
    assert re.fullmatch(catalogue.SITE_PATTERN, code)
    assert re.fullmatch(catalogue.SCHOOL_PATTERN, code[:4])


@pytest.mark.parametrize(
    "code", ["", "00AP", "00AP0", "00AP000", "00ap00", "AAAP00", "00AP0A", "00ÁP00", " 00AP00"]
)
def test_no_site_codes(code: str) -> None:
    assert not re.fullmatch(catalogue.SITE_PATTERN, code)


@pytest.mark.parametrize(
    ("flags", "good"), [("", True), ("a", True), ("b, c", True), ("b,c", False), ("d", False)]
)
def test_flags(flags: str, good: bool) -> None:
    assert bool(re.fullmatch(catalogue.FLAGS_PATTERN, flags)) is good


@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda schema: schema.name)
def test_every_table_has_a_key_of_required_columns(schema: TableSchema) -> None:
    assert schema.key
    assert len(set(schema.names)) == len(schema.names)
    assert schema[schema.key[0]].required
    for name in schema.key:
        assert (
            schema[name].required or name == "round"
        )  # children come in rounds only where they are averaged later
        assert not schema[name].nullable


def test_education_runs_from_1_to_8() -> None:
    kind = catalogue.PUPILS["education_mother"].kind
    assert (kind.minimum, kind.maximum) == (1, 8)  # type: ignore[union-attr]
