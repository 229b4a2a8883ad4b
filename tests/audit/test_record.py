import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.conftest import calculate
from oab_funding.audit.exact_json import canonical
from oab_funding.audit.record import (
    NO_RECORD,
    Output,
    Record,
    check_chain,
    line_hash,
    read_journal,
    read_record,
    split_lines,
)
from oab_funding.errors import InputError

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


def chain(*names):
    lines, previous = [], NO_RECORD
    for number, name in enumerate(names, start=1):
        lines.append(replace(RECORD, step=number, name=name, previous=previous).line)
        previous = line_hash(lines[-1])
    return lines


def test_lines():
    assert list(split_lines(b"")) == []
    assert list(split_lines(b"a\nb\n")) == list(split_lines(b"a\nb")) == [b"a", b"b"]
    assert list(split_lines(b"a\r\n\n")) == [b"a\r", b""]


def test_read_journal_names_the_line():
    assert read_journal(b"") == ()
    assert [record.name for record in read_journal(b"\n".join(chain("a", "b")) + b"\n")] == ["a", "b"]
    with pytest.raises(InputError, match=r"journal.jsonl, row 2: is not JSON"):
        read_journal(chain("a")[0] + b"\nx\n")


def test_a_whole_chain_has_no_problems():
    assert list(check_chain([])) == []
    assert list(check_chain(chain("a", "b", "c"))) == []
    assert list(check_chain(calculate()[0].lines())) == []


@given(st.integers(0, 3), st.data())
def test_no_record_can_be_changed_left_out_doubled_or_moved(at, data):
    lines = chain("a", "b", "c", "d")
    other = replace(read_record(lines[at]), article="art. 99").line
    damaged = data.draw(
        st.sampled_from(
            [
                lines[:at] + lines[at + 1 :] if at < 3 else lines[1:],
                [*lines[: at + 1], *lines[at:]],
                [*lines[:at], other, *lines[at + 1 :]] if at < 3 else [other, *lines],
                lines[at + 1 :] + lines[: at + 1] if at < 3 else lines[::-1],
                [*lines[:at], b"{}", *lines[at:]],
            ]
        )
    )
    assert list(check_chain(damaged))


def test_the_chain_alone_does_not_guard_its_last_record():
    """Its hash stands in the manifest: a shorter journal is a whole chain with another head."""
    assert list(check_chain(chain("a", "b", "c")[:2])) == []


def test_problems_name_the_line():
    lines = chain("a", "b")
    assert tuple(check_chain([lines[1]])) == (
        "journal line 1 is numbered step 2",
        "journal line 1 (b) does not follow the line before it",
    )


def test_problems_stay_in_one_line_whatever_a_record_holds():
    line = replace(RECORD, name="two\nlines", previous="ab" * 32).line
    extra = line.replace(b'"step":1', b'"step":1,"to\\nno":1')
    found = list(check_chain([line, extra]))
    assert found[0] == "journal line 1 ('two\\nlines') does not follow the line before it"
    assert found[1].startswith("journal line 2 is no record of a step ('to\\nno': ")
