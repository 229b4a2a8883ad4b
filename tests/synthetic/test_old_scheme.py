from __future__ import annotations

import pyarrow.compute as pc

from oab_funding.grants.schools import old_bases
from oab_funding.synthetic import Country


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
