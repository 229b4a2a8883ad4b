"""What must be said because of what the numbers turn out to be."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pyarrow as pa
import pytest

from oab_funding.errors import InputError
from oab_funding.regulation import Statutes
from oab_funding.run import labels
from oab_funding.run.calculation_file import Municipalities
from oab_funding.run.choices import settle_municipalities
from oab_funding.tables.step_result import StepResult


def test_an_estimate_says_how_far_off_it_may_be() -> None:
    figures = {"largest_error": Fraction(1, 100), "largest_error_of_sum": Fraction(5)}
    said = labels.estimated(figures, labels.unit_amount(Decimal("559.50"), Fraction(1, 2)))
    assert "at most 0.01 units of score at a school and 5.00 in all" in said
    assert "EUR 2.80 and EUR 1,398.75" in said
    assert labels.estimated(None, Fraction(1)) == ""


def test_mergers_are_estimates_where_there_are_any() -> None:
    figures = {"label": "estimate from published scores", "merged_with_a_floored_part": 1}
    some, none = (StepResult({"merger_estimates": pa.table({"x": rows})}, figures) for rows in ([1], []))
    assert labels.merged_schools(some) == "estimate from published scores"
    assert labels.merged_schools(none) == ""
    assert labels.merged_municipalities("later scores", some).startswith(
        "later scores of municipalities: est"
    )
    assert (
        labels.merged_municipalities(
            "later scores", StepResult({}, figures | {"merged_with_a_floored_part": 0})
        )
        == ""
    )


def test_who_is_not_paid_is_named() -> None:
    assert labels.left_unpaid("old base", None) == ""
    alone = pa.table({"school_id": ["00ZZ"], "old_base": [Decimal("5.00")]})
    assert "00ZZ" in labels.left_unpaid("old base", alone)


def settled(**options: Any) -> Any:
    part = Municipalities(year=2019, scores="s.csv", previous="p.csv", **options)
    return settle_municipalities(part, Statutes.shipped(), None, False)


def scores(*values: str) -> pa.Table:
    columns = {"municipality_code": [f"GM000{n}" for n in range(len(values))]}
    decimals = [Decimal(value) for value in values]
    return pa.table({**columns, "score_raw": decimals, "score": decimals})


def test_the_budget_of_the_country_is_for_the_whole_of_it() -> None:
    with pytest.raises(InputError, match="355"):
        list(labels.among_whom(settled(), scores("1.00"), scores("2.00")))


def test_a_budget_that_is_given_says_among_whom_it_is_shared() -> None:
    given = settled(budget="1000.00")
    assert len(list(labels.among_whom(given, scores("1.00"), scores("1.00")))) == 1
    same = list(labels.among_whom(given, scores("1.00", "2.00"), scores("1.00", "2.00")))
    assert same[1:] == ["the scores of both dates are the same in every row"]
    other = list(labels.among_whom(given, scores("1.00", "2.00"), scores("1.00", "2.01")))
    assert len(other) == 1
    assert list(labels.among_whom(settled(price="1.00"), scores("1.00"), scores("2.00"))) == []
