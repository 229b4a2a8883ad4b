"""Frequencies against counting by hand."""

from __future__ import annotations

from collections import Counter

import pytest

import oab_funding as oab
from analysis.test_child_scores import BEFORE, grants
from analysis.test_diff import SCORES
from oab_funding.analysis.plausibility.frequencies import frequencies
from oab_funding.synthetic import country


def test_education_scores_and_asylum() -> None:
    rows = frequencies({"2019": grants(BEFORE)})
    found = {row[2]: row[4] for row in rows if row[1] == "education score"}
    wanted = Counter(f"{int(score)} to {int(score) + 1}" for score in BEFORE.education_score)
    assert found == wanted
    assert list(found) == sorted(found)
    asylum = {row[2]: row[4] for row in rows if row[1] == "asylum_seeker"}
    assert asylum["yes"] == BEFORE.asylum_seeker.sum()


def test_classes_of_scores_with_both_ends() -> None:
    scores = {
        "site_id": [f"{n:02d}AA00" for n in range(7)],
        "score": ["0", "0.01", "49.99", "50", "800", "799.99", "0"],
    }
    rows = frequencies({"a": oab.school_grants(scores, period="2020-2021").run})
    assert [(row[2], row[4]) for row in rows if row[4]] == [
        ("0", 2),
        ("0 to 50", 2),
        ("50 to 100", 1),
        ("400 to 800", 1),
        ("800 and more", 1),
    ]
    assert sum(row[5] for row in rows) == pytest.approx(1_000_000, abs=3)


def test_a_category_of_one_date_only_is_0_on_the_other() -> None:
    one = oab.school_grants(SCORES, period="2020-2021").run
    other = oab.school_grants({"site_id": ["00AP00"], "score": ["900.00"]}, period="2020-2021").run
    rows = frequencies({"a": one, "b": other})
    assert ("sites", "score with threshold", "0", "b", 0, 0) in rows


def test_features_of_pupils() -> None:
    made = country(2500, seed=5)
    run = oab.run(
        oab.Calculation(
            title="features",
            children={
                "reference_date": "2019-10-01",
                "pupils": made.pupils,
                "sites": made.sites,
                "scores_of": "sites",
            },
            indicator={"label": "made up"},
            imputation={"rounds": 2, "seed": 1},
        )
    )
    rows = frequencies({"2019": run})
    found = {(row[1], row[2]): row[4] for row in rows if row[0] == "pupils"}
    frame = made.pupils.to_pandas().merge(made.sites.to_pandas(), on="site_id")
    counted = frame[frame.funded & ~frame.excluded & (frame.school_type == "bo")]
    assert found["debt_restructuring", "yes"] == counted.debt_restructuring.sum()
    assert found["debt_restructuring", "no"] == (~counted.debt_restructuring).sum()
    assert found["education_mother", "not known"] == counted.education_mother.isna().sum()
