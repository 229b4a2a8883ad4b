"""Every table a person hands in, written in many ways and spoilt in many ways, through the reader."""

from __future__ import annotations

import datetime as dt
import os
import random
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from oab_funding.errors import InputError
from oab_funding.tables.child_tables import SCORED_CHILDREN, TODDLERS
from oab_funding.tables.conform import conform
from oab_funding.tables.files import read_table
from oab_funding.tables.grant_tables import GRANTS_2018, SCHOOL_DECISIONS, SCHOOL_OLD_BASE
from oab_funding.tables.register_tables import SITES
from oab_funding.tables.schema import TableSchema
from oab_funding.tables.score_tables import MUNICIPALITY_SCORES, SITE_SCORES

from .sheet import BREAKING, CHANGING, KEEPING, WAYS, Row, Sheet, sheet

THOROUGH = os.environ.get("HYPOTHESIS_PROFILE") == "thorough"
CASES = 700 if THOROUGH else 40
"""Cases per table."""

D = Decimal


def _scores(rng: random.Random) -> list[Row]:
    rows = []
    for number in range(rng.randrange(3, 12)):
        raw = D(rng.randrange(0, 500_000)).scaleb(-2)
        rows.append(
            {
                "site_id": f"{number // 10:02d}A{chr(65 + number % 10)}{number % 3:02d}",
                "pupils": rng.randrange(1, 900),
                "score_raw": raw,
                "score": max(D(0), raw - D(rng.randrange(0, 9_000)).scaleb(-2)).quantize(D("0.01")),
                "flags": rng.choice([None, "a", "b, c"]),
            }
        )
    return rows


def _decisions(rng: random.Random) -> list[Row]:
    return [
        {"school_id": f"{number:02d}AB", "amount": D(rng.randrange(0, 10**9)).scaleb(-2)}
        for number in range(rng.randrange(2, 9))
    ]


def _old_base(rng: random.Random) -> list[Row]:
    return [
        {"school_id": f"{number:02d}AB", **{part: D(rng.randrange(0, 10**7)).scaleb(-2) for part in "defgh"}}
        for number in range(rng.randrange(2, 9))
    ]


def _municipalities(rng: random.Random) -> list[Row]:
    return [
        {
            "municipality_code": f"GM{number:04d}",
            "children": rng.randrange(10, 9_000),
            "score_raw": D(rng.randrange(500_000, 10**7)).scaleb(-2),
            "score": D(rng.randrange(0, 500_000)).scaleb(-2),
        }
        for number in range(1, rng.randrange(4, 12))
    ]


def _grants_2018(rng: random.Random) -> list[Row]:
    return [
        {"municipality_code": f"GM{number:04d}", "grant_2018": D(rng.randrange(0, 10**10)).scaleb(-2)}
        for number in range(1, rng.randrange(4, 12))
    ]


def _sites(rng: random.Random) -> list[Row]:
    return [
        {
            "site_id": f"{number:02d}AB00",
            "school_id": f"{number:02d}AB",
            "board_id": str(40_000 + number),
            "municipality_code": f"GM{number % 4:04d}",
            "name": rng.choice(["De Brug", "Fryslân", "It Lân", "'s-Heerenhoek"]),
            "school_type": rng.choice(["bo", "sbo"]),
            "excluded": rng.random() < 0.3,
        }
        for number in range(rng.randrange(2, 9))
    ]


def _toddlers(rng: random.Random) -> list[Row]:
    return [
        {
            "child_id": f"t{number}",
            "municipality_code": f"GM{number % 3:04d}",
            "birth_date": dt.date(2016, 1, 1) + dt.timedelta(days=rng.randrange(500)),
            "education_mother": rng.choice([None, 1, 5, 8]),
            "education_father": rng.choice([None, 2, 6, 8]),
            "origin_mother": rng.choice([None, "dutch", "turkey"]),
            "origin_father": rng.choice([None, "dutch", "morocco"]),
            "mother_arrival_date": rng.choice([None, dt.date(2009, 10, 1), dt.date(2014, 10, 2)]),
            "mother_born_in_nl": rng.choice([None, True, False]),
            "debt_restructuring": rng.random() < 0.1,
            "in_register": rng.random() < 0.9,
            "asylum_seeker": rng.random() < 0.1,
        }
        for number in range(rng.randrange(3, 12))
    ]


def _children(rng: random.Random) -> list[Row]:
    return [
        {
            "child_id": f"c{number}",
            "kind": "pupil",
            "site_id": f"0{number % 3}AB00",
            "municipality_code": f"GM{number % 2:04d}",
            "age": rng.randrange(4, 13),
            "education_score": D(rng.randrange(520_000_000, 545_000_000)).scaleb(-6),
            "asylum_seeker": False,
        }
        for number in range(rng.randrange(5, 20))
    ]


TABLES: dict[str, tuple[TableSchema, Any]] = {
    "scores of sites": (SITE_SCORES, _scores),
    "decisions": (SCHOOL_DECISIONS, _decisions),
    "old base": (SCHOOL_OLD_BASE, _old_base),
    "scores of municipalities": (MUNICIPALITY_SCORES, _municipalities),
    "grants of 2018": (GRANTS_2018, _grants_2018),
    "sites": (SITES, _sites),
    "toddlers": (TODDLERS, _toddlers),
    "scored children": (SCORED_CHILDREN, _children),
}


def spoil(given: Sheet, rng: random.Random) -> Sheet:
    """Do some things that keep the meaning, perhaps one that changes it, perhaps one that breaks it."""
    for change in rng.sample(KEEPING, rng.randrange(len(KEEPING) + 1)):
        given = change(given, rng)
    if rng.random() < 0.5:
        given = rng.choice(CHANGING)(given, rng)
    return rng.choice(BREAKING)(given, rng) if rng.random() < 0.3 else given


def read(source: Any, schema: TableSchema) -> Any:
    return read_table(source, schema) if isinstance(source, Path) else conform(source, schema)


def _canonical(rows: Any, names: list[str], key: tuple[str, ...]) -> list[tuple[Any, ...]]:
    def cell(value: Any) -> Any:
        return None if value in ("", None) else value

    by = [name for name in key if name in names]
    return sorted(
        (tuple(cell(row[name]) for name in names) for row in rows),
        key=lambda row: tuple(str(row[names.index(name)]) for name in by),
    )


@pytest.mark.parametrize("what", TABLES)
def test_a_table_is_read_as_it_is_or_refused_with_a_place(what: str, tmp_path: Path) -> None:
    schema, make = TABLES[what]
    taken = keeping = 0
    placeless: list[str] = []
    for seed in range(CASES):
        rng = random.Random(f"{what} {seed}")
        given = spoil(sheet(schema, make(rng)), rng)
        way = rng.choice(WAYS)
        case = f"{what}, seed {seed}: {', '.join(given.done) or 'as it is'}; by {way.__name__}"
        keeping += not given.broken
        try:
            table = read(way(given, rng, tmp_path), schema)
        except InputError as error:
            placeless += [f"{case}: {error}"] if not str(error.place or "") else []
            continue
        except Exception as error:
            raise AssertionError(f"{case}: {type(error).__name__}: {error}") from error
        assert not given.broken, f"{case}: taken as {table.to_pylist()[:3]}"
        taken += 1
        names = [name for name in schema.names if name in given.headers]
        assert table.column_names == names, case
        found, expected = (_canonical(rows, names, schema.key) for rows in (table.to_pylist(), given.rows))
        assert found == expected, case
    assert not placeless
    assert taken >= 0.8 * keeping, f"only {taken} of {keeping} sound tables of {what} were taken"
