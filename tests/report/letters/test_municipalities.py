"""What a letter to a municipality says."""

from oab_funding.report.letters.letter import letter
from report.municipal_runs import before_transition, both_streams, municipal_run, priced_run


def told(run: object, code: str) -> str:
    return " ".join(letter(run, lang="en", municipality=code).split())  # type: ignore[arg-type]


def test_a_grant_is_told_from_scores_to_transition() -> None:
    text = told(municipal_run(), "GM0637")
    assert "the municipality GM0637 gets EUR 155,299.47 for 2021" in text
    assert "Half of both scores together is 150.000" in text
    assert "follows from a budget of EUR 1,000,000.00" in text
    assert "Of that loss 25.00% is still made good" in text
    assert "lowest 15% of the country" in text


def test_the_minimum_is_told() -> None:
    text = told(before_transition(), "GM1926")
    assert "That is less than the minimum" in text
    assert "So the amount becomes EUR 64,000.00" in text
    assert "This is not the amount that is paid out" in text


def test_a_merger_is_labelled_an_estimate() -> None:
    assert "estimate: a merger was estimated" in told(priced_run(), "GM0363")
    assert "merger" not in told(priced_run(), "GM0637")


def test_the_money_of_schools_is_kept_apart() -> None:
    text = told(both_streams(), "GM0637")
    assert "In the municipality there are 2 sites, of 2 schools" in text
    assert "This money goes to school boards" in text
