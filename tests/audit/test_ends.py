from dataclasses import replace

import pytest

from audit.conftest import calculate
from oab_funding.audit.ends import between, has_ends, stated

RECORDS = calculate()[0].records


def test_title_and_labels_are_those_of_the_ends():
    assert stated(RECORDS) == {"title": "T", "labels": ["made-up data"]}
    assert [record.name for record in between(RECORDS)] == ["double", "grants"]


@pytest.mark.parametrize(
    "records",
    [
        (),
        RECORDS[:1],
        RECORDS[1:],
        RECORDS[:-1],
        (*RECORDS, RECORDS[-1]),
        (RECORDS[0], *RECORDS),
        (replace(RECORDS[0], parameters={"title": "T"}), *RECORDS[1:]),
        (replace(RECORDS[0], parameters={**RECORDS[0].parameters, "title": 1}), *RECORDS[1:]),
        (*RECORDS[:-1], replace(RECORDS[-1], parameters={"labels": "made-up data"})),
        (*RECORDS[:-1], replace(RECORDS[-1], parameters={"labels": [1]})),
        (*RECORDS[:-1], replace(RECORDS[-1], figures={"x": 1})),
    ],
)
def test_a_journal_without_its_ends(records):
    assert not has_ends(records)
    with pytest.raises(ValueError, match="does not begin with the record calculation"):
        stated(records)
