"""Laying out A, B and A - B of published scores."""

from __future__ import annotations

from fractions import Fraction

import pyarrow as pa

from oab_funding.scores.derivation import derivations
from oab_funding.tables.columns import build
from oab_funding.tables.score_tables import SITE_DERIVATIONS, SITE_SCORES
from oracle_bridge import column

F = Fraction
SCORES = build(
    SITE_SCORES,
    {"site_id": ["00AP00", "31MX00"], "pupils": [100, 5], "score_raw": [10262, 218], "score": [3302, 0]},
)


def test_golden_rows() -> None:
    found = derivations(SCORES, F(12, 100), F("0.696048236"))
    assert column(found.table, "site_id", "threshold") == {"00AP00": F("69.604824"), "31MX00": F("3.480241")}
    assert column(found.table, "site_id", "difference") == {
        "00AP00": F("33.015176"),
        "31MX00": F("-1.300241"),
    }
    assert column(found.table, "site_id", "score") == {"00AP00": F("33.02"), "31MX00": 0}
    assert found.table.schema == SITE_DERIVATIONS.arrow()
    assert found.figures["c_minus_g"] == F("0.696048236") / F(12, 100)
    assert found.figures["basis"] == "inferred from the published table"


def test_without_k_nothing_is_derived() -> None:
    found = derivations(SCORES, F(12, 100), None)
    for name in ("threshold", "difference", "target_children", "target_sum"):
        assert set(found.table.column(name).to_pylist()) == {None}
    assert (found.figures["basis"], found.figures["c_minus_g"]) == ("not identified", None)


def test_with_scores_alone() -> None:
    found = derivations(SCORES.select(["site_id", "score"]), F(12, 100), F(7, 10))
    for name in ("pupils", "score_raw", "threshold", "difference"):
        assert set(found.table.column(name).to_pylist()) == {None}


def test_pupils_may_be_unknown_of_some() -> None:
    some = SCORES.set_column(1, "pupils", pa.array([None, 5], pa.int64()))
    found = derivations(some, F(12, 100), F(7, 10))
    assert column(found.table, "site_id", "threshold") == {"00AP00": None, "31MX00": F("3.5")}
