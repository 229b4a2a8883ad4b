"""The listing of all institutions: what stands in the page, before any browser shows it."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from oab_funding.errors import DamagedError
from oab_funding.report.institutions.telling import Telling
from oab_funding.report.listing import listing
from oab_funding.report.phrases import read_phrases
from oab_funding.run.run import Run
from report.indicator_runs import with_indicator
from report.municipal_runs import both_streams, municipal_run
from report.runs import bare_run, small_run, table_of, with_children, with_transition


def content(run: Run, lang: str = "en") -> dict[str, Any]:
    found = listing(Telling(run, read_phrases(lang)))
    assert found is not None
    parsed: dict[str, Any] = json.loads(str(found.data))
    return parsed


def kind(run: Run, key: str) -> list[dict[str, Any]]:
    """The rows of a kind by the keys of its columns; texts and numbers as they are shown."""
    data = content(run)
    one = next(one for one in data["kinds"] if one["key"] == key)
    return [
        {
            name: data["strings"][value]
            if places is None and value is not None
            else None
            if value is None
            else str(Decimal(value).scaleb(-places))
            for (name, places, _), value in zip(one["columns"], row, strict=False)
        }
        for row in one["rows"]
    ]


def test_every_school_stands_there_with_its_amount() -> None:
    rows = {row["school"]: row for row in kind(small_run(), "school")}
    recorded = small_run().table("school_grants").to_pylist()
    assert {code: row["amount"] for code, row in rows.items()} == {
        row["school_id"]: str(row["amount"]) for row in recorded
    }
    assert (rows["00AP"]["score"], rows["00AP"]["board"]) == ("33.02", "41646")


def test_every_site_stands_there_with_its_part() -> None:
    rows = {row["site"]: row for row in kind(small_run(), "site")}
    assert {code: row["part"] for code, row in rows.items()} == {
        row["site_id"]: str(row["amount"]) for row in small_run().table("site_grants").to_pylist()
    }


@pytest.mark.parametrize("whole", ["board", "municipality", "province"])
def test_totals_are_those_of_the_run(whole: str) -> None:
    known = [row for row in small_run().table(f"totals_{whole}").to_pylist() if "unknown" not in row.values()]
    assert [row["amount"] for row in kind(small_run(), whole)] == [str(row["amount"]) for row in known]


def test_grants_to_municipalities_stand_apart() -> None:
    rows = kind(municipal_run(), "municipal")
    assert [row["amount"] for row in rows] == [
        str(row["amount"]) for row in municipal_run().table("municipal_grants").to_pylist()
    ]
    assert [one["key"] for one in content(both_streams())["kinds"]][-1] == "municipal"


def test_the_uncertainty_of_a_site_stands_there_where_the_run_has_it() -> None:
    rows = {row["site"]: row for row in kind(with_indicator(), "site")}
    assert (rows["00AP00"]["draw_sd"], rows["31MX00"]["draw_sd"]) == ("2.88", None)
    assert "draw_sd" not in kind(small_run(), "site")[0]


def test_a_loser_and_a_gainer_have_the_share_of_their_kind() -> None:
    data = content(with_transition())
    schools = next(one for one in data["kinds"] if one["key"] == "school")
    first = len(schools["columns"])
    for row in schools["rows"]:
        new, _, old, loses = row[first : first + 4]
        assert loses == (old is not None and old > new)
    assert {"losers", "gainers"} <= data["facts"].keys()


def test_an_amount_that_does_not_follow_is_refused() -> None:
    rows = small_run().table("school_grants").to_pylist()
    rows[0]["amount_new"] += Decimal("0.01")
    damaged = small_run(school_grants=table_of("school_grants", rows))
    with pytest.raises(DamagedError, match="the amount of 00AP"):
        listing(Telling(damaged, read_phrases("nl")))


def test_a_payment_that_does_not_follow_is_refused() -> None:
    rows = with_transition().table("school_grants").to_pylist()
    changed = next(row for row in rows if row["old_base"] is not None)
    changed["amount"] += Decimal("0.01")
    tables = with_transition().tables | {"school_grants": table_of("school_grants", rows)}
    with pytest.raises(DamagedError, match=f"what {changed['school_id']} is paid"):
        listing(Telling(replace(with_transition(), tables=tables), read_phrases("nl")))


def test_a_run_without_a_register_lists_schools_and_sites_alone() -> None:
    assert [one["key"] for one in content(bare_run())["kinds"]] == ["school", "site"]


def test_scores_from_children_bring_their_exact_means() -> None:
    national = " ".join(equation for equation, _ in content(with_children())["facts"]["national"])
    assert "C = " in national
    assert "F = 12%" in national


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_no_text_that_the_page_asks_for_is_missing(lang: str) -> None:
    asked = set(_keys_of_the_program())
    assert len(asked) > 25
    assert asked <= content(both_streams(), lang)["texts"].keys()


def _keys_of_the_program() -> list[str]:
    import re
    from importlib.resources import files

    program = files("oab_funding.report").joinpath("templates", "listing.js").read_text("utf-8")
    fixed = re.findall(r't\["([a-z0-9_.]+)"\]', program)
    return [*fixed, "transition.c_losers", "transition.c_gainers"]
