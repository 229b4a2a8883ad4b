"""`diff` of grants: it adds up to the cent, is the average over orders, and names no cause it may not."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise, permutations
from pathlib import Path
from typing import Any

import pytest

import oab_funding as oab
from oab_funding.analysis.game import Game

SCORES = {
    "site_id": ["00AP00", "00AP01", "00AR00", "00AV00", "00AZ00"],
    "pupils": [100, 60, 142, 80, 92],
    "score_raw": ["102.62", "55.10", "19.46", "61.00", "121.75"],
    "score": ["33.02", "13.34", "0.00", "5.32", "57.71"],
}
LATER = {
    "site_id": ["00AP00", "00AP01", "00AR00", "00AZ00", "01BB00"],
    "pupils": [101, 58, 140, 93, 40],
    "score_raw": ["98.00", "60.10", "120.46", "118.75", "45.00"],
    "score": ["27.70", "19.73", "23.01", "54.02", "17.16"],
}
SITES = {
    "site_id": [*SCORES["site_id"]],
    "school_id": ["00AP", "00AP", "00AR", "00AV", "00AZ"],
    "board_id": ["41000", "41000", "41000", "42000", "42000"],
    "municipality_code": ["GM0001", "GM0002", "GM0001", "GM0002", "GM0002"],
}
SITES_LATER = {
    "site_id": [*LATER["site_id"]],
    "school_id": ["00AP", "00AP", "00AR", "00AZ", "01BB"],
    "board_id": ["41000", "41000", "42000", "42000", "42000"],
    "municipality_code": ["GM0001", "GM0001", "GM0001", "GM0002", "GM0002"],
}
BASE = {
    "school_id": ["00AP", "00AR", "00AV", "00AZ", "01BB"],
    "old_base": ["9000", "20000", "10", "50000", "5"],
}
EVERYTHING: dict[str, Any] = {"period": "2020-2021"}


def grants(scores: Any = SCORES, sites: Any = SITES, **options: Any) -> oab.SchoolGrants:
    return oab.school_grants(scores, sites=sites, **{**EVERYTHING, **options})


def cheap(**options: Any) -> oab.SchoolGrants:
    law = oab.regulation("school-score", "2019-10-01").what_if(threshold_share="10%")
    return grants(law=law, **options)


def pairs() -> dict[str, tuple[oab.SchoolGrants, oab.SchoolGrants]]:
    base = {"old_base": BASE, "gainers": "solve", "missing_base": "zero"}
    return {
        "price": (grants(), grants(price="600.01")),
        "budget": (grants(), grants(budget="70000.00")),
        "budget and scores": (grants(budget="70000.00"), grants(LATER, SITES_LATER, budget="70000.00")),
        "threshold": (grants(), cheap()),
        "threshold and budget": (grants(), cheap(budget="50000.00")),
        "year on year": (grants(), grants(LATER, SITES_LATER, price="600.00")),
        "transition": (grants(), grants(**base)),
        "other transition": (grants(**base), grants(**base | {"gainers": "20%", "base_index": "3%"})),
        "all at once": (grants(**base), grants(LATER, SITES_LATER, budget="80000", share="5/12", **base)),
        "nothing": (grants(), grants()),
    }


@pytest.mark.parametrize("name", pairs())
def test_the_causes_add_up_at_every_level(name: str) -> None:
    first, second = pairs()[name]
    found = oab.diff(first, second)
    each = found.to_frame("institutions")
    causes = found.to_frame().groupby(["level", "institution"]).amount.sum()
    for row in each.itertuples():
        assert row.second - row.first == row.difference
        assert causes.get((row.level, row.institution), 0) == row.difference
    for run, column in ((first, "first"), (second, "second")):
        schools = dict(zip(run.to_frame().school_id, run.to_frame().amount, strict=True))
        for row in each[each.level == "school"].itertuples():
            assert getattr(row, column) == schools.get(row.institution, 0)
        assert each[each.level == "nation"][column].item() == run.total
        assert each[each.level == "board"][column].sum() == run.total
    assert found.equal == (name == "nothing")
    if found.equal:
        assert found.table.num_rows == 0


@pytest.mark.parametrize("name", ["threshold and budget", "all at once", "year on year"])
def test_it_is_the_average_over_all_permitted_orders(name: str) -> None:
    """Brute force: every order of the causes that keeps the groups together, one amount after the other."""
    found = oab.diff(*pairs()[name])
    game: Game = found.streams[0].game
    groups = [cause.group for cause in game.causes]
    orders = [order for order in permutations(range(len(groups))) if _together([groups[i] for i in order])]
    for part, unit in enumerate(game.stream.units.rows):
        added: list[list[int]] = [[] for _ in groups]
        for order in orders:
            before = frozenset[str]()
            for cause in order:
                after = before | {*game.causes[cause].keys}
                step = game.stream.worth(after)[part] - game.stream.worth(before)[part]
                added[cause].append(int(step))
                before = after
        exact = [Fraction(sum(steps), len(steps)) for steps in added]
        cents = [int(row[part]) for row in game._amounts[0]]
        assert sum(cents) == sum(exact), unit
        assert all(abs(one - other) < 1 for one, other in zip(cents, exact, strict=True))


def _together(groups: list[str]) -> bool:
    changes = sum(one != other for one, other in pairwise(groups))
    return changes == len({*groups}) - 1


def test_a_fixed_price_makes_the_parts_by_hand() -> None:
    found = oab.diff(grants(price="500.00"), grants(price="600.00")).to_frame()
    schools = found[found.level == "school"].set_index("institution")
    assert schools.loc["00AP", "amount"] == (Decimal("33.02") + Decimal("13.34")) * 100
    assert schools.cause.unique().tolist() == ["price"]
    assert schools.loc["00AP", "own"] == schools.loc["00AP", "amount"]
    assert not schools.sign_depends_on_order.any()


def test_under_a_budget_others_take_part() -> None:
    """A lower threshold gives everyone more units, so under a budget the price falls: through others."""
    found = oab.diff(cheap(budget="50000"), cheap(budget="60000"))
    one = found.to_frame().query("level == 'site'").set_index(["institution", "cause"])
    assert (one.elsewhere == 0).all()
    assert found.to_frame().cause.unique().tolist() == ["price"]
    wider = oab.diff(grants(budget="50000"), cheap(budget="50000")).to_frame()
    threshold = wider[(wider.level == "nation") & (wider.cause == "threshold")]
    assert threshold.own.item() > 0 > threshold.elsewhere.item()


def test_an_order_gives_the_parts_of_that_order() -> None:
    first, second = grants(), cheap(budget="50000.00")
    found = oab.diff(first, second, order=["price", "threshold"])
    rows = found.to_frame().query("level == 'nation'").set_index("cause")
    middle = grants(budget="50000.00").total
    assert rows.amount["price"] == middle - first.total
    assert rows.amount["threshold"] == second.total - middle
    assert rows.method.unique().tolist() == ["in the order price > threshold"]
    with pytest.raises(oab.InputError, match="order"):
        oab.diff(first, second, order=["price"])


def test_a_site_under_another_board_moves_its_money_there() -> None:
    found = oab.diff(
        grants(), grants(sites={**SITES, "board_id": ["41000", "41000", "41000", "42000", "41000"]})
    )
    each = found.to_frame("institutions").set_index(["level", "institution"]).difference
    amount = Decimal("57.71") * Decimal("559.50")
    assert (
        each["board", "41000"] == -each["board", "42000"] == amount.quantize(Decimal("0.01"), "ROUND_HALF_UP")
    )
    assert each["site", "00AZ00"] == each["nation", "all"] == 0
    assert found.to_frame().cause.unique().tolist() == ["register"]


def test_no_cause_is_named_of_which_the_sign_depends_on_the_order() -> None:
    found = oab.diff(grants(), cheap(budget="46000.00"))
    rows = found.to_frame().query("level == 'school'").set_index(["institution", "cause"])
    flagged = rows[rows.sign_depends_on_order].index.tolist()
    assert flagged
    for school, cause in flagged:
        told = found.explain(school, lang="en")
        named = {"price": "price or budget", "threshold": "threshold"}[cause]
        because = [line for line in told.splitlines() if "put down to" in line and "nothing may" not in line]
        assert not any(f"put down to {named}" in line for line in because)
        assert "nothing may be put down to it" in " ".join(told.split())


def test_what_scores_alone_cannot_tell_is_said() -> None:
    found = oab.diff(grants(), grants(LATER, SITES_LATER))
    assert any("cannot be known" in label for label in found.labels)
    scores = found.to_frame().query("cause == 'scores'")
    assert scores.own.isna().all()
    assert "niet te weten" in found.explain("00AP")


def test_labels_of_both_runs_go_along(tmp_path: Path) -> None:
    found = oab.diff(grants(), cheap())
    assert "before transition" in found.labels
    assert "second run: what-if: threshold_share 10% instead of 12%" in found.labels
    assert "what-if" in repr(found)
    found.save(tmp_path / "d.parquet")
    assert "<h1>" in found.page("en")


@pytest.mark.parametrize("wrong", [7, {"site_id": ["00AP00"]}, "no such folder"])
def test_what_is_no_calculation_is_refused(wrong: Any) -> None:
    with pytest.raises(oab.InputError):
        oab.diff(grants(), wrong)


def test_two_streams_cannot_be_compared() -> None:
    scores = {"municipality_code": ["GM0363"], "score_raw": ["200.00"], "score": ["127.32"]}
    earlier = {**scores, "score": ["120.00"]}
    money = oab.municipal_grants(scores, earlier, year=2020, price="502.66")
    with pytest.raises(oab.InputError, match="same kind"):
        oab.diff(grants(), money)


def test_an_unknown_institution_is_refused() -> None:
    with pytest.raises(oab.InputError, match="neither"):
        oab.diff(grants(), cheap()).explain("99ZZ")
