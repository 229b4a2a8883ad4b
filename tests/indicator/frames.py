"""Small tables of children, and a small specification, for the tests of the indicator."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from oab_funding.indicator.specification import Specification
from oab_funding.indicator.specification_file import load_specification

REFERENCE_DATE = date(2019, 10, 1)

SITES = pd.DataFrame(
    {
        "site_id": ["00AP00", "00AP01", "00AR00", "00AZ00"],
        "school_id": ["00AP", "00AP", "00AR", "00AZ"],
        "municipality_code": ["GM0363", "GM0034", "GM0363", "GM0034"],
    }
)
PLACE = {site: (school, town) for site, school, town in SITES.itertuples(index=False)}

GROUPS = {"NL": "dutch", "MA": "moroccan", "SY": "other", "CO": "other", "?": None}


def small_specification(**changes: Any) -> Specification:
    """Three classes of education, three groups of origin, and no least number of children."""
    content = load_specification("cbs-2019").model_dump()
    content["name"] = "small"
    content["education_classes"] = content["education_classes"][:3]
    content["sample"]["minimum_rows"] = 1
    for feature in content["features"]:
        if feature["kind"] == "origin":
            feature |= {
                "groups": GROUPS,
                "categories": ("dutch", "moroccan", "other"),
                "home": "dutch",
                "reference": "dutch",
            }
    content |= changes
    return Specification.model_validate(content)


def child(**changes: Any) -> dict[str, Any]:
    row = {
        "child_id": "c0",
        "site_id": "00AP00",
        "age": 9,
        "education_mother": 1,
        "education_father": 1,
        "origin_mother": "NL",
        "origin_father": "NL",
        "mother_arrival_date": None,
        "mother_born_in_nl": True,
        "debt_restructuring": False,
        "in_register": True,
        "asylum_seeker": False,
        "funded": True,
        "attainment": 530,
        "ability": 100,
    }
    return row | changes


def toddler(**changes: Any) -> dict[str, Any]:
    row = child(child_id="t0")
    for name in ("site_id", "age", "attainment", "ability", "funded"):
        del row[name]
    return row | {"municipality_code": "GM0363", "birth_date": date(2016, 10, 1)} | changes


def frame(rows: list[dict[str, Any]]) -> pd.DataFrame:
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    types = {
        "education_mother": "Int64",
        "education_father": "Int64",
        "attainment": "Int64",
        "ability": "Int64",
        "mother_born_in_nl": "boolean",
        "origin_mother": "string",
        "origin_father": "string",
    }
    data = pd.DataFrame(
        {name: pd.Series(values, dtype=types.get(name, "object")) for name, values in columns.items()}
    )
    return data.infer_objects()


def days(around: int = 16) -> st.SearchStrategy[date]:
    """Days of arrival: anywhere, and often on or beside the anniversaries that matter."""
    beside = st.builds(
        lambda years, shift: date(REFERENCE_DATE.year - years, 10, 1) + timedelta(days=shift),
        st.sampled_from([5, 10, 15]),
        st.integers(-2, 2),
    )
    return beside | st.dates(date(1990, 1, 1), REFERENCE_DATE)


@st.composite
def children(draw: st.DrawFn, least: int = 1, most: int = 30, complete: bool = False) -> list[dict[str, Any]]:
    """Rows of pupils; `complete`: with everything known."""
    education = st.integers(1, 3) if complete else st.none() | st.integers(1, 3)
    origins = st.sampled_from(["NL", "MA", "SY", "CO"] if complete else ["NL", "MA", "SY", "CO", "?", None])
    score = st.integers(501, 550) if complete else st.none() | st.integers(501, 550)
    ability = st.integers(60, 140) if complete else st.none() | st.integers(60, 140)
    stays = [st.tuples(st.just(None), st.just(True)), st.tuples(days(), st.sampled_from([False, None]))]
    if not complete:
        stays.append(st.tuples(st.just(None), st.sampled_from([False, None])))
    rows = []
    for number in range(draw(st.integers(least, most))):
        arrival, born_here = draw(st.one_of(stays))
        rows.append(
            child(
                child_id=f"c{number}",
                site_id=draw(st.sampled_from(list(PLACE))),
                education_mother=draw(education),
                education_father=draw(education),
                origin_mother=draw(origins),
                origin_father=draw(origins),
                mother_arrival_date=arrival,
                mother_born_in_nl=born_here,
                debt_restructuring=draw(st.booleans()),
                attainment=draw(score),
                ability=draw(ability),
            )
        )
    return rows


def many_children(count: int, seed: int = 1, classes: int = 8) -> pd.DataFrame:
    """Pupils with the shipped features, everything known, made quickly."""
    draw = np.random.default_rng(seed)
    origins = np.array(["NL", "DE", "ES", "PL", "TR", "MA", "SR", "CW", "ID", "GH", "SY", "CO"])
    mother = draw.integers(1, classes + 1, count)
    born_here = draw.random(count) < 0.6
    arrival = np.datetime64(REFERENCE_DATE) - draw.integers(0, 8000, count)
    ability = draw.integers(60, 141, count)
    return pd.DataFrame(
        {
            "child_id": [f"c{number}" for number in range(count)],
            "site_id": np.array(list(PLACE))[draw.integers(0, len(PLACE), count)],
            "age": draw.integers(4, 13, count),
            "education_mother": mother,
            "education_father": draw.integers(1, classes + 1, count),
            "origin_mother": origins[draw.integers(0, len(origins), count)],
            "origin_father": origins[draw.integers(0, len(origins), count)],
            "mother_arrival_date": np.where(born_here, np.datetime64("NaT"), arrival),
            "mother_born_in_nl": born_here,
            "debt_restructuring": draw.random(count) < 0.2,
            "in_register": True,
            "asylum_seeker": False,
            "funded": True,
            "attainment": np.clip(525 + mother + ability // 10 - 10 + draw.integers(-9, 10, count), 501, 550),
            "ability": ability,
        }
    )
