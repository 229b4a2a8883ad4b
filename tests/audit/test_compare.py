from dataclasses import replace

import pytest

from audit.conftest import calculate
from oab_funding.audit.compare import Difference, first_difference
from oab_funding.audit.record import Output

RECORDS = calculate()[0].records[1:3]
OTHER = Output("ab" * 32, 3)


def test_no_difference():
    assert first_difference([], []) is None
    assert first_difference(RECORDS, calculate()[0].records[1:3]) is None


@pytest.mark.parametrize(
    ("change", "what", "recorded", "again"),
    [
        ({"step": 7}, "step", 3, 7),
        ({"name": "x"}, "name", "grants", "x"),
        ({"article": "art. 3"}, "article", "art. 2 lid 1", "art. 3"),
        ({"parameters": {"price": "1.51"}}, "parameter price", "1.50", "1.51"),
        ({"parameters": {}}, "parameter price", "1.50", "(absent)"),
        ({"inputs": {**RECORDS[1].inputs, "old_base": "cd" * 32}}, "input old_base", None, "cd" * 32),
        ({"outputs": {"grants": OTHER}}, "table grants", RECORDS[1].outputs["grants"], OTHER),
        ({"outputs": {**RECORDS[1].outputs, "extra": OTHER}}, "table extra", "(absent)", OTHER),
        ({"figures": {"total": "900.01"}}, "figure total", "900.00", "900.01"),
        ({"figures": {"total": "900.00", "n": None}}, "figure n", "(absent)", None),
    ],
)
def test_names_what_differs(change, what, recorded, again):
    found = first_difference(RECORDS, [RECORDS[0], replace(RECORDS[1], **change)])
    assert found == Difference(3, "grants", what, recorded, again)


def test_names_the_first_step():
    again = [replace(record, figures={"x": 1}) for record in RECORDS]
    assert first_difference(RECORDS, again) == Difference(2, "double", "figure pupils", 600, "(absent)")


def test_true_is_not_one():
    one, two = (replace(RECORDS[0], figures={"x": value}) for value in (1, True))
    assert first_difference([one], [two]) == Difference(2, "double", "figure x", 1, True)


def test_a_step_too_few_or_too_many():
    assert first_difference(RECORDS, RECORDS[:1]) == Difference(3, "grants", "step", "grants", "(absent)")
    assert first_difference(RECORDS[:1], RECORDS) == Difference(3, "grants", "step", "(absent)", "grants")


def test_previous_is_not_compared():
    assert first_difference(RECORDS[:1], [replace(RECORDS[0], previous="ab" * 32)]) is None


def test_says_it_in_one_line():
    found = Difference(2, "grants", "table grants", OTHER, "(absent)")
    assert (
        str(found)
        == "step 2 (grants): table grants: recorded content abababababababab... in 3 rows, now (absent)"
    )
    assert str(Difference(1, "x", "input a", None, "b")).endswith("recorded nothing, now b")
