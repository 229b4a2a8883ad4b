import pytest

from oab_funding.errors import InputError
from oab_funding.indicator.origins import read_origins
from oab_funding.tables.source import SourceFile


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"origin,group\nNL,dutch\nNL,other\n", "origin, row 3, value 'NL': occurs twice"),
        (b"origin,group\nNL,dutch\n,other\n", "row 3: is empty"),
        (b"land,group\nNL,dutch\n", "has the columns land, group; give the columns origin, group"),
        (b"origin,group,colour\nNL,dutch,orange\n", "has the columns"),
        (b"origin,group\nNL,\n", "names no group"),
        (b"origin,group\n", "names no group"),
        (b"origin,group\nNL\n", "row 2"),
        (b"\xff\xfe", "is not UTF-8"),
    ],
)
def test_refusals(data: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_origins(SourceFile("origins.csv", data))
