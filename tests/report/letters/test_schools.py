"""What a letter to a school, for a site and to a board says."""

import pytest

from oab_funding.errors import InputError
from oab_funding.report.letters.letter import letter
from report.runs import bare_run, small_run, with_transition


def told(run: object, **asked: str) -> str:
    return " ".join(letter(run, lang="en", **asked).split())  # type: ignore[arg-type]


def test_a_school_is_told_its_amount_its_sites_and_who_is_around_it() -> None:
    text = told(small_run(), school="00AP")
    assert "De <Proef> & Co (00AP) gets EUR 18,474.69 for 2020-2021" in text
    assert "This is not the amount that is paid out" in text
    assert "12% of all pupils of the site, times 5.8004" in text
    assert "The scores of the sites together are 33.02" in text
    assert "33.02 x EUR 559.50 = EUR 18,474.69" in text
    assert "00AP01 De Proef, dependance" in text or "00AP01" in text
    assert "In the municipality Zoetermeer (GM0637) there are 2 sites, of 2 schools" in text
    assert "The money goes to the school board (number 41646). For 2 schools together" in text
    assert "says nothing about objection or appeal" in text


@pytest.mark.parametrize(
    ("school", "said"),
    [
        ("00AP", "Of that loss 50.00% is still made good: EUR 762.66. Together that is EUR 19,237.35"),
        ("00AZ", "Of that gain 26.55% is still taken off: EUR 1,883.68. That leaves EUR 35,211.17"),
        ("31MX", "but not for this school"),
    ],
)
def test_a_transition_is_told_in_euros(school: str, said: str) -> None:
    assert said in told(with_transition(), school=school)


def test_a_site_is_told_its_score_step_by_step() -> None:
    text = told(small_run(), site="00AP00")
    assert "EUR 18,474.69 of the amount of school 00AP for 2020-2021 belongs to De <Proef> & Co" in text
    assert "All those differences together are 102.62 here" in text
    assert "With 100 pupils the threshold is 69.60" in text
    assert "102.62 - 69.60 = 33.02" in text
    none = told(small_run(), site="00AP01")
    assert "The threshold (98.84) is not below the score without threshold (19.46). So the score is 0" in none


def test_doubts_are_told() -> None:
    assert "Site 31MX00 has at most 40 pupils" in told(small_run(), school="31MX")
    assert "The score of site 00AZ00 is an estimate" in told(small_run(), school="00AZ")
    assert "How sure" not in told(small_run(), school="00AP")


def test_a_board_gets_its_sites_and_their_total() -> None:
    text = told(small_run(), board="41646")
    assert "the school board with number 41646 gets EUR 55,569.54 for 2020-2021" in text
    assert "total 406 99.32 EUR 55,569.54" in text


def test_what_is_not_known_is_not_said() -> None:
    text = told(bare_run(), school="00AP")
    assert "municipality" not in text
    assert "school board" not in text
    assert "unknown" not in text


def test_who_is_not_in_the_run_is_refused() -> None:
    with pytest.raises(InputError, match="near it"):
        letter(small_run(), school="00AX")
