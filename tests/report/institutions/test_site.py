from dataclasses import replace

import pytest

from oab_funding.errors import InputError
from oab_funding.report.explain import explain
from report.indicator_runs import with_indicator
from report.runs import small_run, table_of, with_children


def test_a_closed_site_is_sent_to_the_one_that_took_its_pupils() -> None:
    with pytest.raises(InputError, match="00BB00 closed and its pupils count with 00AZ00"):
        explain(small_run(), site="00BB00")


def test_an_unknown_site_gets_those_that_come_near() -> None:
    with pytest.raises(InputError, match=r"near it: 31MX00 \(De Zijderoute, Amsterdam\)"):
        explain(small_run(), site="31MX01")


def test_an_unknown_site_is_refused_without_grants_too() -> None:
    with pytest.raises(InputError, match="near it: 31MX00"):
        explain(small_run(site_grants=None), site="31MX01")


def test_a_run_without_grants_explains_the_score_alone() -> None:
    text = explain(small_run(site_grants=None, school_grants=None), site="31MX00", lang="en")
    assert "score = 18.32" in text
    assert "Part of the grant" not in text


def test_every_flag_is_explained_with_the_law_s_own_limits() -> None:
    rows = small_run().table("site_scores").to_pylist()
    rows[3]["flags"] = "a, b, c"
    text = explain(small_run(site_scores=table_of("site_scores", rows)), site="31MX00", lang="en")
    assert "a: the site has at most 40 pupils" in text
    assert "b: the lower years (up to and including age 7)" in text
    assert "c: the upper years (from age 8)" in text


@pytest.mark.parametrize(("score", "noted"), [("33.02", False), ("33.01", True), ("33.03", True)])
def test_a_hundredth_of_difference_is_pointed_out(score: str, noted: bool) -> None:
    rows = small_run().table("site_derivations").to_pylist()
    rows[0]["score"] = score
    text = explain(small_run(site_derivations=table_of("site_derivations", rows)), site="00AP00", lang="en")
    assert ("The published score counts." in " ".join(text.split())) is noted


def test_a_negative_difference_is_no_difference_of_a_hundredth() -> None:
    assert "The published score counts." not in explain(small_run(), site="00AP01", lang="en")


def test_where_several_sizes_fit_the_middle_was_taken() -> None:
    run = small_run()
    record = next(record for record in run.records if record.name == "published scores against the law")
    changed = replace(
        record, figures={**record.figures, "k source": "midpoint of the interval", "T that fit": None}
    )
    text = explain(small_run(records={record.name: changed}), site="00AP00", lang="en")
    assert "This is the middle." in " ".join(text.split())
    assert "209,469" not in text


def test_bounds_are_rounded_outwards() -> None:
    text = " ".join(explain(small_run(), site="00AP00", lang="en").split())
    assert (
        "It lies between 5.8003875 and 5.8004116." in text
    )  # 2993/516 = 5.80038759.., 2819/486 = 5.80041152..


def test_a_score_from_children_is_shown_with_the_means_it_follows_from() -> None:
    text = " ".join(explain(with_children(), site="00AP00", lang="en").split())
    assert "A = 17.5 x 535.25 - 9,264.255 = 102.62" in text
    assert "C - G = 5.8 computed from the scores of the children" in text
    assert "B = 100 x 12% x 5.8 = 69.600000" in text
    assert "A and B enter unrounded here." in text
    assert "as published" not in text


def test_with_averaging_after_aggregation_there_is_no_single_sum() -> None:
    text = explain(with_children(rounds=10), site="00AP00", lang="en")
    assert "17.5 x" not in text
    assert "A = 102.62" in text


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


def test_a_school_without_a_score_was_divided_by_pupils() -> None:
    rows = small_run().table("school_grants").to_pylist()
    rows[0] |= {"score": "0.00", "amount_new": "0.00", "amount": "100.00"}
    sites = small_run().table("site_grants").to_pylist()
    sites[0] |= {"score": "0.00", "amount_new": "0.00", "amount": "41.32"}
    sites[1] |= {"amount": "58.68"}
    run = small_run(school_grants=table_of("school_grants", rows), site_grants=table_of("site_grants", sites))
    text = explain(run, site="00AP00", lang="en")
    assert "divided by the pupils" in " ".join(text.split())
    assert "paid = EUR 100.00" in text


def test_a_run_without_imputation_says_nothing_of_it() -> None:
    assert "imputed" not in told("00AP00", site_imputation=False)
