"""Grants through the front door: what goes in, what is refused, and what is said with the outcome."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import oab_funding as oab

SITES = {"site_id": ["00AP00", "00AP01"], "score": ["33.02", "1.00"]}
WITH_A = {"site_id": ["00AP00"], "pupils": [100], "score_raw": ["102.62"], "score": ["33.02"]}


@pytest.mark.parametrize("frame", [dict, pd.DataFrame, pl.DataFrame, pa.table, oab.school_scores])
def test_every_kind_of_table_gives_the_same(frame: Any) -> None:
    assert oab.school_grants(frame(SITES), period="2020-2021").total == Decimal("19034.19")


@pytest.mark.parametrize("price", ["600", 600, Decimal(600), Fraction(600)])
def test_every_exact_number_gives_the_same(price: Any) -> None:
    assert oab.school_grants(SITES, period="2020-2021", price=price).total == Decimal("20412.00")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"price": 559.55}, "float"),
        ({"price": "-5"}, "above 0"),
        ({"budget": -1}, "above 0"),
        ({"price": 1, "budget": 1}, "not both"),
        ({"gainers": "20%"}, "old_base"),
        ({"share": 0.5}, "float"),
        ({"period": "2020"}, "2020-2021"),
        ({"period": None}, "not a period"),
        ({"law": oab.regulation("school-score", "2020-10-01")}, "not used"),
        ({"law": "10%"}, "law"),
    ],
)
def test_a_wrong_choice_is_refused(options: dict[str, Any], said: str) -> None:
    with pytest.raises(oab.InputError, match=said):
        oab.school_grants(SITES, **{"period": "2020-2021", **options})


@pytest.mark.parametrize("wrong", [None, 7, {"site": ["00AP00"]}, pd.DataFrame({"score": [1]}), "none.csv"])
def test_a_wrong_table_is_refused(wrong: Any) -> None:
    with pytest.raises(oab.InputError):
        oab.school_grants(wrong, period="2020-2021")


def test_a_what_if_says_so_wherever_it_goes(tmp_path: Path) -> None:
    law = oab.regulation("school-score", "2019-10-01").what_if(threshold_share="10%")
    label = "what-if: threshold_share 10% instead of 12%"
    grants = oab.school_grants(WITH_A, period="2020-2021", law=law)
    assert grants.table.column("score").to_pylist() == [Decimal("44.62")]
    assert label in grants.labels
    assert label in repr(grants)
    assert label in grants._repr_html_()
    assert label in grants.explain("00AP", lang="en")
    part = {"scores": WITH_A, "period": "2020-2021"}
    run = oab.run(oab.Calculation(title="T", schools=part), tmp_path / "RUN", law=law)
    assert label in oab.open_run(tmp_path / "RUN").labels
    assert oab.replay(tmp_path / "RUN").ok
    assert run.table().equals(grants.table)


def test_a_changed_target_share_wants_children() -> None:
    law = oab.regulation("school-score", "2019-10-01").what_if(target_share="10%")
    with pytest.raises(oab.InputError, match="from children"):
        oab.school_grants(WITH_A, period="2020-2021", law=law)


def test_a_result_is_saved_and_read_back(tmp_path: Path) -> None:
    grants = oab.school_grants(SITES, period="2020-2021")
    for ending in ("csv", "parquet", "xlsx"):
        grants.save(tmp_path / f"grants.{ending}")
    assert pd.read_csv(tmp_path / "grants.csv").transition[0] == "before transition"
    with pytest.raises(oab.InputError, match="already exists"):
        grants.save(tmp_path / "grants.csv")


def test_unknown_names_say_which_there_are() -> None:
    grants = oab.school_grants(SITES, period="2020-2021")
    with pytest.raises(oab.InputError, match="school_grants"):
        grants.to_frame("grants")
    with pytest.raises(oab.InputError, match="municipality"):
        grants.by("village")  # type: ignore[arg-type]
    with pytest.raises(oab.InputError, match="`sites`"):
        grants.by("province")
    with pytest.raises(oab.InputError, match="institution"):
        grants.explain("0")


def test_municipalities_want_two_dates_and_divide_a_budget() -> None:
    later = {"municipality_code": ["GM0001", "GM0002"], "score_raw": ["900", "500"], "score": ["800", "400"]}
    earlier = {**later, "score": ["700", "400"]}
    grants = oab.municipal_grants(later, earlier, year="2022", budget="1000000.00", source="an example")
    assert grants.total == 1_000_000
    assert grants.figures["source"] == "an example"
    with pytest.raises(oab.InputError, match="not a year"):
        oab.municipal_grants(later, earlier, year="next", budget=1)
