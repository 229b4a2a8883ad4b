"""`diff` of runs from scored children: every mixture is what a calculation of mixed children gives."""

from __future__ import annotations

import random
from decimal import Decimal
from itertools import product
from typing import Any

import pandas as pd
import pytest

import oab_funding as oab

SITES = pd.DataFrame(
    {
        "site_id": ["00AA00", "00AA01", "00BB00", "00CC00", "00DD00"],
        "school_id": ["00AA", "00AA", "00BB", "00CC", "00DD"],
        "board_id": ["1", "1", "2", "2", "3"],
        "municipality_code": ["GM0001", "GM0001", "GM0001", "GM0002", "GM0002"],
    }
)


def country(seed: int, pupils: int = 400) -> pd.DataFrame:
    draw = random.Random(seed)
    rows = [
        {
            "child_id": f"{n:04d}",
            "kind": "pupil",
            "site_id": draw.choice(SITES.site_id.tolist()),
            "municipality_code": None,
            "age": draw.randint(4, 12),
            "education_score": Decimal(draw.randint(52000, 54500)) / 100,
            "asylum_seeker": draw.random() < 0.01,
        }
        for n in range(pupils)
    ]
    return pd.DataFrame(rows).assign(
        municipality_code=lambda t: t.site_id.map(SITES.set_index("site_id").municipality_code)
    )


def next_year(before: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Some leave, some come, some move, some scores change."""
    draw = random.Random(seed)
    after = before[[draw.random() > 0.1 for _ in range(len(before))]].copy()
    new = country(seed + 1, 40).assign(child_id=lambda t: "n" + t.child_id)
    for at in after.index:
        if draw.random() < 0.2:
            after.loc[at, "education_score"] += Decimal(draw.randint(-300, 300)) / 100
        if draw.random() < 0.05:
            after.loc[at, "site_id"] = draw.choice(SITES.site_id.tolist())
    return pd.concat([after, new], ignore_index=True)


def grants(children: pd.DataFrame, law: Any = None, sites: pd.DataFrame = SITES, **options: Any) -> oab.Run:
    calculation = oab.Calculation(
        title="T",
        children={"reference_date": "2019-10-01", "scored": children, "sites": sites},
        schools={"period": "2020-2021", **options},
    )
    return oab.run(calculation, law=law)


BEFORE = country(1)
AFTER = next_year(BEFORE, 2)


def mixed(switched: frozenset[str]) -> pd.DataFrame:
    """The children of a mixture, put together by hand."""
    first, second = BEFORE.set_index("child_id"), AFTER.set_index("child_id")
    rows = []
    for child in sorted({*first.index, *second.index}):
        if child in first.index and child in second.index:
            row = dict(first.loc[child])
            if "child scores" in switched:
                row |= {name: second.loc[child][name] for name in ("education_score", "asylum_seeker")}
            if "moves" in switched:
                row |= {name: second.loc[child][name] for name in ("site_id", "municipality_code")}
        elif child in first.index:
            if "left" in switched:
                continue
            row = dict(first.loc[child])
        else:
            if "came" not in switched:
                continue
            row = dict(second.loc[child])
        rows.append({"child_id": child, **row})
    return pd.DataFrame(rows)


CAUSES = ("child scores", "came", "left", "moves")


@pytest.mark.parametrize("switches", list(product([False, True], repeat=4)))
def test_a_mixture_is_the_calculation_of_mixed_children(switches: tuple[bool, ...]) -> None:
    switched = frozenset(cause for cause, on in zip(CAUSES, switches, strict=True) if on)
    stream = oab.diff(grants(BEFORE, price="500"), grants(AFTER, price="500")).streams[0].game.stream
    assert stream.keys == CAUSES
    plain = grants(mixed(switched), price="500").table("site_grants")
    expected = dict(zip(plain["site_id"].to_pylist(), plain["amount"].to_pylist(), strict=True))
    names = stream.units.levels[0].codes
    assert {
        name: Decimal(int(cents)) / 100 for name, cents in zip(names, stream.worth(switched), strict=True)
    } == {name: expected.get(name, 0) for name in names}


def test_the_causes_add_up_and_the_law_is_a_cause_of_its_own() -> None:
    law = oab.regulation("school-score", "2019-10-01").what_if(threshold_share="8%", target_share="20%")
    found = oab.diff(grants(BEFORE, budget="60000"), grants(AFTER, law=law, budget="70000"))
    frame = found.to_frame()
    assert frame.cause.unique().tolist() == ["threshold", "target share", "price", *CAUSES]
    sums = frame.groupby(["level", "institution"]).amount.sum()
    each = found.to_frame("institutions").set_index(["level", "institution"]).difference
    assert (sums == each.reindex(sums.index)).all()


def test_a_school_whose_children_did_not_change_can_lose_and_sees_through_whom() -> None:
    worse = BEFORE.copy()
    others = worse.site_id != "00DD00"
    worse.loc[others & (worse.index % 3 == 0), "education_score"] -= Decimal(4)
    found = oab.diff(grants(BEFORE, price="500"), grants(worse, price="500")).to_frame()
    site = found[(found.institution == "00DD00") & (found.level == "site")].iloc[0]
    assert site.amount != 0
    assert site.own == 0
    assert site.elsewhere == site.amount


def test_the_line_is_felt_through_others_where_the_target_share_changes() -> None:
    law = oab.regulation("school-score", "2019-10-01").what_if(target_share="20%")
    found = oab.diff(grants(BEFORE, price="500"), grants(BEFORE, law=law, price="500")).to_frame()
    assert found.cause.unique().tolist() == ["target share"]
    assert (found.own == 0).all()


def test_a_closed_site_and_its_heirs_add_up() -> None:
    merged = BEFORE.assign(site_id=BEFORE.site_id.replace("00CC00", "00DD00"))
    found = oab.diff(grants(BEFORE, price="500"), grants(merged, price="500", sites=SITES.drop(3)))
    assert found.to_frame().cause.unique().tolist() == ["moves"]
    each = found.to_frame("institutions").query("level == 'school'").set_index("institution")
    assert each.second["00CC"] == 0


def test_the_order_of_rows_changes_nothing() -> None:
    one = oab.diff(grants(BEFORE, price="500"), grants(AFTER, price="500")).table
    other = oab.diff(
        grants(BEFORE.sample(frac=1, random_state=1), price="500"),
        grants(AFTER.sample(frac=1, random_state=2), price="500"),
    ).table
    assert one.equals(other)
