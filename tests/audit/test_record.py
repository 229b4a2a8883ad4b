import json

import pytest

from oab_funding.audit.exact_json import canonical
from oab_funding.audit.record import Output, Record, read_record

RECORD = Record(
    1,
    "sum",
    "art. 1",
    {"x": [1]},
    {"a": "ab" * 32, "b": None},
    {"t": Output("cd" * 32, 3)},
    {"n": "1/2"},
    "0" * 64,
)


def test_a_record_reads_back():
    assert read_record(RECORD.line) == RECORD
    assert json.loads(RECORD.line)["outputs"] == {"t": {"content": "cd" * 32, "rows": 3}}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"step": "1"}, "step: Input should be a valid integer"),
        ({"step": True}, "step: "),
        ({"extra": 1}, "extra: "),
        ({"previous": "x"}, "previous: "),
        ({"inputs": {"a": "AB" * 32}}, "inputs.a: "),
        ({"outputs": {"t": {"content": "cd" * 32}}}, "outputs.t.rows: Field required"),
        ({"outputs": {"t": {"content": "cd" * 32, "rows": -1}}}, "outputs.t.rows: "),
        ({"outputs": {"t": {"content": "cd" * 32, "rows": 1, "more": 1}}}, "outputs.t.more: "),
        ({"figures": None}, "figures: "),
    ],
)
def test_a_line_that_is_no_record(change, said):
    line = canonical({**json.loads(RECORD.line), **change})
    with pytest.raises(ValueError, match=f"is no record of a step \\({said}"):
        read_record(line)
