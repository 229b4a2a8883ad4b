"""From a table of children and a register to scores."""

from __future__ import annotations

from fractions import Fraction

import pytest

from oab_funding.errors import InputError
from oab_funding.scores.aggregate import ScoreRule
from oab_funding.scores.from_children import municipalities_from_children, sites_from_children
from oab_funding.tables.build import build
from oab_funding.tables.register_tables import SITES
from oab_funding.tables.step_result import StepResult
from oracle.target_group import Child
from oracle_bridge import children_table, column

F = Fraction
CHILDREN = children_table(
    [
        *(Child(f"a{i}", F(520 + i), site="01AA00", municipality="GM0001") for i in range(10)),
        *(Child(f"b{i}", F(500 + i), site="27MK00", municipality="GM0001") for i in range(5)),
        *(Child(f"c{i}", F(501 + i), site="02BB00", municipality="GM0001") for i in range(5)),
        *(Child(f"t{i}", F(519 + i), municipality="GM0002", age=3) for i in range(5)),
    ]
)
REGISTER = build(
    SITES,
    {
        "site_id": ["01AA00", "02BB00"],
        "school_id": ["01AA", "02BB"],
        "school_type": ["bo", "sbo"],
        "municipality_code": ["GM0003", "GM0003"],
    },
)


def sites(register: object = REGISTER) -> StepResult:
    rule = ScoreRule(F(15, 100), F(12, 100))
    return sites_from_children(CHILDREN, register, rule, 7, 40, ("27MK",))  # type: ignore[arg-type]


def test_who_is_left_out_is_out_of_c_g_and_the_line_too() -> None:
    found = sites()
    assert found.table.column("site_id").to_pylist() == ["01AA00"]
    assert (found.figures["N"], found.figures["C"], found.figures["line"]) == (10, F("524.5"), 521)
    assert found.figures["left_out: school for a travelling population"] == 5
    assert found.figures["left_out: school type sbo"] == 5
    assert found.figures["left_out: of another kind"] == 5
    assert sites(None).figures["N"] == 15


def test_municipalities_by_the_register() -> None:
    rule = ScoreRule(F(15, 100), F(5, 100))
    found = municipalities_from_children(CHILDREN, REGISTER, rule, ("27MK",))
    assert column(found.table, "municipality_code", "children") == {"GM0002": 5, "GM0003": 10}
    own = municipalities_from_children(CHILDREN, None, rule, ("27MK",))
    assert column(own.table, "municipality_code", "children") == {"GM0001": 15, "GM0002": 5}
    without = REGISTER.drop_columns(["municipality_code"])
    assert column(
        municipalities_from_children(CHILDREN, without, rule, ("27MK",)).table,
        "municipality_code",
        "children",
    ) == {"GM0001": 10, "GM0002": 5}


def test_a_site_that_the_register_lacks_is_refused_by_both_streams() -> None:
    with pytest.raises(InputError, match="site 27MK00 has pupils, but is not in the table of sites"):
        municipalities_from_children(CHILDREN, REGISTER, ScoreRule(F(15, 100), F(5, 100)))
    with pytest.raises(InputError, match="site 02BB00 has pupils, but is not in the table of sites"):
        sites(REGISTER.slice(0, 1))
