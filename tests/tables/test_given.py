"""A frame where a file may stand."""

from __future__ import annotations

import pytest

from oab_funding.errors import InputError
from oab_funding.tables.carried_labels import labels_of
from oab_funding.tables.files import read_table
from oab_funding.tables.given import GivenTable
from oab_funding.tables.grant_tables import SCHOOL_OLD_BASE
from oab_funding.tables.parquet import read_parquet
from oab_funding.tables.score_tables import SITE_SCORES

FRAME = {"Vestiging": ["00AP00"], "score": ["33.02"], "note": ["not a column of the schema"]}


def test_it_is_read_and_hashed_as_what_it_was_checked_to_be() -> None:
    given = GivenTable("scores", FRAME, SITE_SCORES, ["made-up data"])
    assert given.table.column_names == ["site_id", "score"]
    assert read_table(given, SITE_SCORES) is given.table
    assert read_parquet(given.data).to_pydict() == given.table.to_pydict()
    assert labels_of(given) == ("made-up data",)
    assert given.sha256 == GivenTable("scores", given.table, SITE_SCORES, ["made-up data"]).sha256


def test_by_another_schema_it_is_checked_anew() -> None:
    with pytest.raises(InputError, match="`scores`: the column school_id is missing"):
        read_table(GivenTable("scores", FRAME, SITE_SCORES), SCHOOL_OLD_BASE)


def test_what_is_wrong_is_said_of_the_argument() -> None:
    with pytest.raises(InputError, match="`scores`, column score, row 1, value 'much'"):
        _ = GivenTable("scores", FRAME | {"score": ["much"]}, SITE_SCORES).table
