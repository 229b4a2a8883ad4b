"""Headers as people write them."""

from __future__ import annotations

import pytest

from oab_funding.errors import InputError
from oab_funding.tables.grant_tables import GRANTS_2018, MUNICIPAL_DECISIONS, SCHOOL_DECISIONS
from oab_funding.tables.headers import DUTCH, folded, match_headers, names_all
from oab_funding.tables.register_tables import SITES
from oab_funding.tables.score_tables import SITE_SCORES


@pytest.mark.parametrize(
    "header", ["school_type", "School_Type", "SCHOOL_TYPE", "School type", "school-type", " schooltype "]
)
def test_capitals_blanks_and_signs_make_no_other_column(header: str) -> None:
    headers = ["site_id", "school_id", "municipality_code", header]
    assert match_headers(headers, SITES, "f")["school_type"] == header


def test_dutch_names() -> None:
    assert match_headers(["Vestigingsnummer", "Score"], SITE_SCORES, "f") == {
        "site_id": "Vestigingsnummer",
        "score": "Score",
    }
    assert match_headers(["BRIN", "Bedrag"], SCHOOL_DECISIONS, "f") == {
        "school_id": "BRIN",
        "amount": "Bedrag",
    }
    assert match_headers(["Gemeentecode", "bedrag"], MUNICIPAL_DECISIONS, "f")["municipality_code"]
    assert match_headers(["gemeentecode", "Bedrag 2018"], GRANTS_2018, "f")["grant_2018"] == "Bedrag 2018"


@pytest.mark.parametrize("pair", [("score", "Score"), ("score", "achterstandsscore"), ("SCORE", " score")])
def test_two_headers_for_one_column_are_refused(pair: tuple[str, str]) -> None:
    with pytest.raises(InputError, match="both mean score; keep one of the two"):
        match_headers(["site_id", *pair], SITE_SCORES, "f")


def test_all_that_is_missing_is_said_and_nothing_needed_is_guessed_away() -> None:
    with pytest.raises(InputError, match="the column site_id is missing, as are school_id"):
        match_headers(["name"], SITES, "f")
    with pytest.raises(InputError, match="is 'scores' meant to be score"):
        match_headers(["site_id", "scores"], SITE_SCORES, "f")
    with pytest.raises(InputError, match="the column score_rw is not known; is it meant to be score_raw"):
        match_headers(["site_id", "score", "score_rw"], SITE_SCORES, "f")


def test_a_column_that_is_taken_is_not_offered_for_another() -> None:
    with pytest.raises(InputError) as error:
        match_headers(["site_id", "score_raw"], SITE_SCORES, "f")
    assert "is 'site_id'" not in str(error.value)


def test_no_dutch_name_means_two_columns_of_one_table() -> None:
    for schema in (SITES, SITE_SCORES, SCHOOL_DECISIONS, MUNICIPAL_DECISIONS, GRANTS_2018):
        forms = [folded(also) for name in schema.names for also in (name, *DUTCH.get(name, ()))]
        assert len(forms) == len(set(forms)), schema.name


def test_a_row_that_names_the_columns_is_known() -> None:
    assert names_all(["Site ID", "SCORE", "remark"], SITE_SCORES)
    assert not names_all(["Achterstandsscores 2019"], SITE_SCORES)
