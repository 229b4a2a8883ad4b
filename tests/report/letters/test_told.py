"""What letters have in common: small counts, comparisons, numbers that round."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from oab_funding.report.institutions.telling import Telling
from oab_funding.report.letters.letter import letter
from oab_funding.report.letters.told import Compared, compared_section, score_told
from oab_funding.report.phrases import read_phrases
from oab_funding.run.calculation_file import check_calculation
from report.runs import small_run, with_children

ENGLISH = Telling(small_run(), read_phrases("en"))


@pytest.mark.parametrize(
    ("raw", "threshold", "score", "said"),
    [
        ("102.62", "69.604824", "33.02", "102.62 - 69.60 = 33.02."),
        ("102.62", "69.605001", "33.02", "102.62 - 69.61 = 33.02. (Because of rounding"),
        ("10.00", "10.000000", "0.00", "is not below the score without threshold (10.00)"),
        ("10.01", "10.009999", "0.00", "10.01 - 10.01 = 0.00."),
    ],
)
def test_what_is_left_is_told_as_it_rounds(raw: str, threshold: str, score: str, said: str) -> None:
    derived = {"score_raw": Decimal(raw), "threshold": Decimal(threshold)}
    assert said in score_told(ENGLISH, derived, Decimal(score))


def test_a_comparison_has_signs_and_leaves_out_what_was_not_known() -> None:
    rows = [
        Compared("pupils", 100, 98),
        Compared("price", "559.50", "560.00", money=True),
        Compared("score", Decimal("1.00"), Decimal("1.00")),
        Compared("old", None, 1),
    ]
    section = compared_section(ENGLISH, ("2019", "2020"), rows)
    assert section.blocks[0].rows == (  # type: ignore[union-attr]
        ("pupils", "100", "98", "\N{MINUS SIGN} 2"),
        ("price", "EUR 559.50", "EUR 560.00", "+ EUR 0.50"),
        ("score", "1", "1", "0"),
    )
    assert "does not have this amount" in str(compared_section(ENGLISH, ("2019", "2020"), ()))


def test_a_small_number_of_children_is_not_counted_out_to_others() -> None:
    run = with_children()
    children = {"reference_date": date(2019, 10, 1), "scored": "children.csv"}
    of_children = check_calculation({"format": 1, "title": "T", "children": children}).children
    run = replace(run, calculation=run.calculation.model_copy(update={"children": of_children}))
    for_others = letter(run, site="00AP00", lang="en", minimum=20)
    assert "The line lies at an education score of 531.00" in " ".join(for_others.split())
    assert "5.80." in " ".join(for_others.split())
    assert "17.5" not in for_others
