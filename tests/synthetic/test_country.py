from __future__ import annotations

import hashlib
import subprocess
import sys
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oab_funding.errors import InputError
from oab_funding.grants.schools import old_bases
from oab_funding.synthetic import Country, country
from oab_funding.tables.child_tables import PUPILS, TODDLERS
from oab_funding.tables.conform import conform
from oab_funding.tables.grant_tables import SCHOOL_OLD_BASE
from oab_funding.tables.register_tables import SITES


def test_every_school_of_either_date_has_a_base(small: Country) -> None:
    base = set(small.old_base["school_id"].to_pylist())
    schools = {code for day in (small.now, small.previous) for code in day.sites["school_id"].to_pylist()}
    assert base == schools


def test_new_schools_had_nothing_and_others_had_something(small: Country) -> None:
    bases = old_bases(small.old_base)
    before = set(small.previous.sites["school_id"].to_pylist())
    new = set(small.sites["school_id"].to_pylist()) - before
    assert new
    assert all(bases[school] == 0 for school in new)
    assert sum(bases.values()) > 0
    assert min(bases.values()) >= 0


def test_bases_are_of_the_size_of_the_new_money(large: Country) -> None:
    # About EUR 300 million a year for schools and somewhat more for municipalities, for 1.4 million pupils.
    share = large.pupils.num_rows / 1_400_000
    assert 240e6 < sum(old_bases(large.old_base).values()) / share < 360e6
    assert 280e6 < float(pc.sum(large.grants_2018["grant_2018"]).as_py()) / share < 480e6


def test_every_municipality_had_a_grant(small: Country) -> None:
    towns = small.grants_2018["municipality_code"].to_pylist()
    assert len(set(towns)) == len(towns)
    assert set(small.sites["municipality_code"].to_pylist()) == set(towns)
    assert pc.min(small.grants_2018["grant_2018"]).as_py() >= 0


SCHEMAS = {"pupils": PUPILS, "toddlers": TODDLERS, "sites": SITES}


def tables(made: Country) -> dict[str, pa.Table]:
    named = {f"{name} {day.day}": getattr(day, name) for day in (made.now, made.previous) for name in SCHEMAS}
    return named | {
        "old base": made.old_base,
        "grants 2018": made.grants_2018,
        "truth": made.truth.children,
    }


def test_same_seed_same_bits(small: Country) -> None:
    again = country(20_000, seed=1)
    for name, table in tables(small).items():
        assert table.equals(tables(again)[name]), name


def test_bits_do_not_depend_on_the_process() -> None:
    code = (
        "import hashlib, pyarrow as pa; from oab_funding.synthetic import country;"
        "made = country(2_000, seed=7); sink = pa.BufferOutputStream();"
        "pa.ipc.new_stream(sink, made.pupils.schema).write_table(made.pupils);"
        "print(hashlib.sha256(sink.getvalue()).hexdigest())"
    )
    sink = pa.BufferOutputStream()
    made = country(2_000, seed=7)
    pa.ipc.new_stream(sink, made.pupils.schema).write_table(made.pupils)
    environment = {"OMP_NUM_THREADS": "1", "PYTHONHASHSEED": "5"}
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment
    )
    assert run.stdout.strip() == hashlib.sha256(sink.getvalue()).hexdigest()


def test_another_seed_is_another_country(small: Country) -> None:
    other = country(20_000, seed=2)
    for name, table in tables(small).items():
        assert not table.equals(tables(other)[name]), name


@pytest.mark.parametrize("pupils", [200, 500, 5_000])
def test_small_countries(pupils: int) -> None:
    made = country(pupils, seed=3)
    assert made.pupils.num_rows == pupils
    check_tables(made)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**64), pupils=st.integers(200, 1_500))
def test_any_seed_conforms(seed: int, pupils: int) -> None:
    made = country(pupils, seed=seed)
    assert made.pupils.num_rows == pupils
    check_tables(made)


def test_tables_conform(small: Country) -> None:
    check_tables(small)


def check_tables(made: Country) -> None:
    for snapshot in (made.now, made.previous):
        for name, schema in SCHEMAS.items():
            table = getattr(snapshot, name)
            assert conform(table, schema).equals(table)
            assert tuple(table.column_names) == tuple(n for n in schema.names if n in table.column_names)
        assert set(snapshot.pupils["site_id"].unique().to_pylist()) == set(
            snapshot.sites["site_id"].to_pylist()
        )
        towns = set(made.grants_2018["municipality_code"].to_pylist())
        assert set(snapshot.toddlers["municipality_code"].unique().to_pylist()) <= towns
        assert set(snapshot.sites["municipality_code"].to_pylist()) <= towns
        assert not set(snapshot.pupils["child_id"].to_pylist()) & set(
            snapshot.toddlers["child_id"].to_pylist()
        )
    assert conform(made.old_base, SCHOOL_OLD_BASE).equals(made.old_base)


def test_every_optional_column_is_there(small: Country) -> None:
    assert tuple(small.pupils.column_names) == PUPILS.names
    assert tuple(small.toddlers.column_names) == TODDLERS.names
    assert tuple(small.sites.column_names) == SITES.names


def test_register_counts_the_pupils(small: Country) -> None:
    for day in (small.now, small.previous):
        counted = {
            row["values"]: row["counts"]
            for row in pc.value_counts(day.pupils["site_id"].cast(pa.string())).to_pylist()
        }
        assert (
            dict(zip(*(day.sites[name].to_pylist() for name in ("site_id", "pupils")), strict=True))
            == counted
        )


def test_dates(small: Country) -> None:
    assert (small.now.day, small.previous.day) == (date(2019, 10, 1), date(2018, 10, 1))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"pupils": 199, "seed": 1}, "pupils, value 199: is too small a country; ask for 200 pupils or more"),
        ({"pupils": 500, "seed": -1}, "seed, value -1: is negative; give zero or a positive whole number"),
    ],
)
def test_refusals(arguments: dict[str, int], message: str) -> None:
    with pytest.raises(InputError) as caught:
        country(**arguments)
    assert str(caught.value) == message
