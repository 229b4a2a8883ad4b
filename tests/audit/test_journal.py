import os
import subprocess
import sys
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pyarrow as pa
import pytest

from audit.conftest import KEYS, SITES, Result, calculate, double
from oab_funding.audit.content import content_hash
from oab_funding.audit.exact_json import canonical
from oab_funding.audit.journal import Journal
from oab_funding.audit.record import NO_RECORD, Output, line_hash, read_journal
from oab_funding.errors import InputError


def test_a_step_gives_the_result_and_writes_down_what_went_in_and_out():
    journal, tables = calculate()
    opening, first, second, closing = journal.records
    assert (opening.step, opening.name, opening.previous) == (1, "calculation", NO_RECORD)
    assert (opening.inputs, opening.outputs, opening.figures) == ({}, {}, {})
    assert (closing.step, closing.name, closing.parameters) == (4, "labels", {"labels": ["made-up data"]})
    assert first.step == 2
    assert (first.name, first.article, first.previous) == ("double", "art. 1", line_hash(opening.line))
    assert first.parameters == {"times": 2}
    assert first.inputs == {"sites": content_hash(SITES, ["site_id"])}
    assert first.outputs == {"doubled": Output(content_hash(tables["doubled"], ["site_id"]), 3)}
    assert first.figures == {"pupils": 600, "share": "1/2"}
    assert second.parameters == {"price": "1.50"}
    assert second.inputs == {"doubled": first.outputs["doubled"].content, "old_base": None}
    assert second.figures == {"total": "900.00"}
    assert second.previous == line_hash(first.line)


def test_lines_and_head():
    assert Journal({}).head == NO_RECORD
    journal, _ = calculate()
    assert journal.lines() == [record.line for record in journal.records]
    assert journal.head == line_hash(journal.lines()[-1])
    assert read_journal(b"\n".join(journal.lines())) == journal.records
    assert all(
        canonical(record) == line for record, line in zip(journal.records, journal.lines(), strict=True)
    )


def test_the_same_calculation_gives_the_same_bytes_in_another_process():
    code = "from audit.conftest import calculate; print(calculate()[0].head)"
    environment = {
        **os.environ,
        "PYTHONHASHSEED": "7",
        "TZ": "Asia/Tokyo",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    root = Path(__file__).parents[2]
    found = subprocess.run(
        [sys.executable, "-c", code], env=environment, cwd=root, capture_output=True, check=True
    )
    assert found.stdout.decode().strip() == calculate()[0].head


@pytest.mark.parametrize("change", [{"times": 3}, {"price": Decimal("1.5")}, {"price": Decimal("1.51")}])
def test_another_calculation_gives_another_head(change):
    assert calculate(**change)[0].head != calculate()[0].head


def test_on_step_hears_each_name_before_the_step_runs():
    heard = []
    calculate(heard.append)
    assert heard == ["double", "grants"]


def nothing(*tables, **parameters):
    return Result({}, {})


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"x": 0.5}, "x: 0.5 is a float"),
        ({"f": len}, "f: builtin_function_or_method"),
        ({"t": SITES}, "t: Table has no"),
    ],
)
def test_a_parameter_without_exact_form_is_refused_before_the_step_runs(parameters, said):
    def never(**parameters):
        raise AssertionError

    journal = Journal(KEYS)
    with pytest.raises(TypeError, match=said):
        journal.step("x", "art. 1", never, {}, **parameters)
    assert journal.lines() == []


def test_a_figure_without_exact_form_is_refused():
    journal = Journal(KEYS)
    with pytest.raises(TypeError, match=r"mean: 0\.5 is a float"):
        journal.step("x", "art. 1", lambda: Result({}, {"mean": 0.5}), {})
    assert journal.lines() == []


def test_a_step_that_fails_leaves_no_record():
    journal = Journal(KEYS)
    with pytest.raises(ZeroDivisionError):
        journal.step("x", "art. 1", lambda sites: 1 / 0, {"sites": SITES})
    assert journal.lines() == []
    journal.step("x", "art. 1", nothing, {"sites": SITES.slice(1)})


def test_a_table_needs_a_key():
    with pytest.raises(
        ValueError, match="knows no key for the table places; it knows doubled, grants, sites"
    ):
        Journal(KEYS).step("x", "art. 1", nothing, {"places": SITES})
    with pytest.raises(ValueError, match="knows no key for the table places"):
        Journal(KEYS).step("x", "art. 1", lambda: Result({"places": SITES}, {}), {})


def test_a_table_with_a_doubled_key_is_refused():
    with pytest.raises(InputError, match="occurs twice"):
        Journal(KEYS).step("x", "art. 1", nothing, {"sites": pa.concat_tables([SITES, SITES])})


def test_a_name_stands_for_one_table():
    journal = Journal(KEYS)
    journal.step("double", "art. 1", double, {"sites": SITES}, times=2)
    with pytest.raises(ValueError, match="the table given as sites is another one"):
        journal.step("x", "art. 1", nothing, {"sites": SITES.slice(1)})
    with pytest.raises(ValueError, match="the table given as doubled is another one"):
        journal.step("x", "art. 1", nothing, {"doubled": SITES})
    with pytest.raises(ValueError, match="the name doubled is taken"):
        journal.step("double", "art. 1", double, {"sites": SITES}, times=3)
    with pytest.raises(ValueError, match="the name grants is taken"):
        journal.step("x", "art. 1", lambda grants: Result({"grants": grants}, {}), {"grants": SITES})


def test_an_output_can_be_written_down_under_another_name():
    journal = Journal({**KEYS, "doubled_previous": ("site_id",)})
    journal.step("double", "art. 1", double, {"sites": SITES}, times=2)
    named = {"doubled": "doubled_previous"}
    result = journal.step("double", "art. 1", double, {"sites": SITES}, outputs=named, times=3)
    assert list(journal.records[1].outputs) == ["doubled_previous"]
    assert list(result.tables) == ["doubled"]
    with pytest.raises(ValueError, match="gave no table dubbled; it gave doubled"):
        journal.step("double", "art. 1", double, {"sites": SITES}, outputs={"dubbled": "x"}, times=4)
    both = {"one": SITES, "two": SITES}
    with pytest.raises(ValueError, match="the name grants is taken"):
        journal.step("x", "art. 1", lambda: Result(both, {}), {}, outputs={"one": "grants", "two": "grants"})


def test_a_table_is_hashed_once(monkeypatch):
    calls = []
    monkeypatch.setattr(
        "oab_funding.audit.content.content_hash", lambda *given: calls.append(given) or "ab" * 32
    )
    journal = Journal(KEYS)
    for _ in range(3):
        journal.step("x", "art. 1", nothing, {"sites": SITES})
    assert len(calls) == 1


def test_a_table_that_is_gone_is_not_mistaken_for_a_new_one():
    journal = Journal(KEYS)
    for number in range(50):
        table = pa.table({"site_id": [f"{number:02d}AP00"]})
        assert journal.content("sites", table) == content_hash(table, ["site_id"])
        del table


def test_a_table_is_hashed_under_the_key_of_its_name():
    journal = Journal({"a": ("x",), "b": ("y",)})
    table = pa.table({"x": [1, 2], "y": [2, 1]})
    assert journal.content("a", table) != journal.content("b", table)


def test_nothing_the_step_does_to_its_parameters_changes_the_record():
    journal = Journal(KEYS)
    journal.step("x", "art. 1", lambda parts: parts.append(9) or Result({}, {}), {}, parts=[Fraction(1, 2)])
    assert journal.records[0].parameters == {"parts": ["1/2"]}
