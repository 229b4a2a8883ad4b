"""Reading what a calculation is made from."""

from __future__ import annotations

import pytest

from oab_funding.errors import InputError
from oab_funding.run.inputs import check_distinct
from oab_funding.tables.source import SourceFile

ONE, SAME, OTHER = (SourceFile(f"{name}.csv", data) for name, data in (("a", b"x"), ("b", b"x"), ("c", b"y")))


@pytest.mark.parametrize(
    ("roles", "what"),
    [
        (("municipalities.scores", "municipalities.previous"), "the scores of two dates"),
        (("schools.sites.1", "schools.sites.2"), "two registers"),
    ],
)
def test_one_file_in_two_places_is_refused(roles: tuple[str, str], what: str) -> None:
    with pytest.raises(InputError, match=rf"a\.csv and b\.csv are the same file, .*, given as {what}"):
        check_distinct({roles[0]: ONE, roles[1]: SAME})
    check_distinct({roles[0]: ONE, roles[1]: OTHER})
    check_distinct({roles[0]: ONE})
