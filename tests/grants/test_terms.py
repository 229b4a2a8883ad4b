"""The terms that a file of grants carries."""

from __future__ import annotations

from fractions import Fraction

import pyarrow as pa
import pytest

from oab_funding.errors import InputError
from oab_funding.grants.terms import Terms, schema_with_terms, terms_of, with_terms
from oab_funding.tables.grant_tables import SCHOOL_GRANTS

ROWS = pa.table({"amount": [1, 2]})


@pytest.mark.parametrize("price", [Fraction("559.50"), Fraction(174_400_000, 389_719), Fraction(5, 12)])
def test_terms_are_read_as_they_are_written(price: Fraction) -> None:
    terms = Terms("2022", price, "applied")
    assert terms_of(with_terms(ROWS, terms), "final") == terms


def test_what_a_file_does_not_say_is_not_known() -> None:
    assert terms_of(ROWS, "final") == Terms()
    assert terms_of(with_terms(ROWS, Terms("2021")), "final") == Terms("2021")


def test_rows_of_two_versions_are_refused() -> None:
    both = pa.concat_tables([with_terms(ROWS, Terms("2021")), with_terms(ROWS, Terms("2022"))])
    with pytest.raises(InputError, match="final, column period: rows differ: 2021 and 2022"):
        terms_of(both, "final")


def test_the_columns_come_after_those_of_the_grants() -> None:
    assert schema_with_terms(SCHOOL_GRANTS).names[-4:] == ("flags", "period", "unit_price", "transition")
