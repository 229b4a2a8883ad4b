"""The whole analysis: its tables, and the page."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

import oab_funding as oab
from analysis.test_child_scores import AFTER, BEFORE, grants
from analysis.test_diff import LATER, SCORES
from oab_funding.errors import InputError


@pytest.fixture(scope="module")
def found() -> oab.Plausibility:
    runs = {"2018": grants(BEFORE, price="500"), "2019": grants(AFTER, price="520")}
    return oab.plausibility(runs, provisional=grants(BEFORE.iloc[5:].reset_index(drop=True), price="510"))


def test_totals_are_those_of_the_runs(found: oab.Plausibility) -> None:
    frame = found.to_frame().query("level == 'site'").set_index("date")
    scores = grants(AFTER, price="520").to_frame("site_scores")
    assert frame.loc["2019", "score"] == scores.score.sum()
    assert frame.loc["2019", "children"] == scores.pupils.sum()
    assert frame.loc["2019", "above_zero"] == (scores.score > 0).sum()


def test_movers_have_causes_that_add_up(found: oab.Plausibility) -> None:
    why = oab.diff(grants(BEFORE, price="500"), grants(AFTER, price="520"))
    institutions = why.to_frame("institutions").query("level == 'site'").set_index("institution").difference
    movers = found.to_frame("movers").query("first == '2018' and level == 'site'")
    sums = movers.groupby("institution").amount.sum()
    assert len(sums)
    assert all(sums[code] == institutions[code] for code in sums.index)


def test_provisional_against_final(found: oab.Plausibility) -> None:
    for name in ("scores", "movers", "matched_children"):
        pairs = set(zip(*(found.tables[name][at].to_pylist() for at in ("first", "second")), strict=True))
        assert pairs == {("2018", "2019"), ("provisional", "2019")}
    assert set(found.to_frame("leverage").date) == {"2018", "2019"}


def test_the_page_says_it_all(found: oab.Plausibility) -> None:
    page = found.page("nl")
    assert page.count("<svg") >= 7
    assert page.count("<h2") == 6
    assert not re.search(r'(?:src|href)="http', page)
    with pytest.raises(InputError):
        found.page("fr")  # type: ignore[arg-type]


def test_scores_alone_have_no_children_and_no_causes() -> None:
    one, other = (oab.school_grants(scores, period="2020-2021") for scores in (SCORES, LATER))
    found = oab.plausibility({"a": one, "b": other})
    assert found.tables["matched_children"].num_rows == found.tables["leverage"].num_rows == 0
    assert found.tables["movers"]["cause"].null_count == found.tables["movers"].num_rows
    assert found.to_frame().score.tolist() == [Decimal("109.39"), Decimal("141.62")]
    assert "<svg" in found.page("en")
