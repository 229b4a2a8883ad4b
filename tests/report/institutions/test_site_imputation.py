from oab_funding.report.explain import explain
from report.indicator_runs import with_indicator


def told(site: str, **changed: object) -> str:
    return " ".join(explain(with_indicator(**changed), site=site, lang="en").split())  # type: ignore[arg-type]


def test_share_and_spread_stand_beside_the_score() -> None:
    text = told("00AP00")
    assert text.index("score = 33.02") < text.index("imputed = 31.0%")
    assert "31 of 100 pupils have something imputed" in text
    assert "mean = 30.50 of the scores that each of the 10 rounds" in text
    assert "spread = 4.25" in text
    assert "lowest .. highest = 22.00 .. 41.00" in text
    assert "by the draws = 2.88" in text
    assert "83 rounds would bring it to one unit of score" in text
    assert "comes from each child's mean over the rounds" in text


def test_one_round_has_no_spread() -> None:
    assert "spread = unknown" in told("31MX00")
    assert "by the draws" not in told("31MX00")


def test_averaging_after_aggregation_is_said() -> None:
    text = told("00AP00", average="institution")
    assert "averaged over the rounds after adding up per site" in text
    assert "by the draws = 1.34" in text


def test_a_run_without_imputation_says_nothing_of_it() -> None:
    assert "imputed" not in told("00AP00", site_imputation=False)
