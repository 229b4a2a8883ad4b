"""Who counts, and where."""

from __future__ import annotations

from fractions import Fraction

import pyarrow as pa
import pytest

from oab_funding.errors import InputError
from oab_funding.scores.population import (
    PUPIL,
    TODDLER,
    Codebook,
    Population,
    left_out_sites,
    where_they_count,
    who_counts,
)
from oab_funding.tables.columns import CodedTexts
from oracle.target_group import Child
from oracle_bridge import children_table

F = Fraction
TABLE = children_table(
    [
        Child("a", F(520), site="01AA00", municipality="GM0001"),
        Child("b", F(520), site="02BB00", municipality="GM0002"),
        Child("c", F(520), municipality="GM0002", age=3),
        Child("d", F(520), site="27MK01", municipality="GM0003"),
    ]
)


def places(population: Population, table: pa.Table = TABLE) -> list[str]:
    """Name of the institution of each child that counts."""
    kinds, book = CodedTexts.of(table.column("kind")), Codebook()
    counts, _ = who_counts(table, population, kinds)
    numbers = where_they_count(table, population, kinds, counts, book)
    names = list(book.names)
    return [names[number] for number, counted in zip(numbers, counts, strict=True) if counted]


def test_pupils_at_their_sites() -> None:
    assert places(Population("site_id", (PUPIL,))) == ["01AA00", "02BB00", "27MK01"]


def test_all_in_their_municipalities() -> None:
    assert places(Population("municipality_code", (PUPIL, TODDLER))) == [
        "GM0001",
        "GM0002",
        "GM0002",
        "GM0003",
    ]


def test_pupils_by_the_register_and_toddlers_at_home() -> None:
    register = {"01AA00": "GM0009", "02BB00": "GM0008", "27MK01": "GM0007"}
    population = Population("municipality_code", (PUPIL, TODDLER), municipality_of_site=register)
    assert places(population) == ["GM0009", "GM0008", "GM0002", "GM0007"]


def test_a_site_named_for_a_toddler_is_not_where_it_counts() -> None:
    stray = TABLE.set_column(2, TABLE.schema.field("site_id"), pa.array(["01AA00"] * 4).dictionary_encode())
    register = {"01AA00": "GM0009"}
    population = Population("municipality_code", (PUPIL, TODDLER), {"01AA00": "excluded"}, register)
    assert places(population, stray) == ["GM0002"]


def test_reasons_are_counted_once_per_child() -> None:
    population = Population(
        "site_id", (PUPIL,), {"27MK01": "travelling", "02BB00": "excluded", "99XX00": "no one"}
    )
    counts, left_out = who_counts(TABLE, population, CodedTexts.of(TABLE.column("kind")))
    assert counts.tolist() == [True, False, False, False]
    assert left_out == {"of another kind": 1, "travelling": 1, "excluded": 1}


def test_a_pupil_without_a_site() -> None:
    lost = children_table(
        [Child("x", F(520), municipality="GM0001", age=5), Child("y", F(520), site="01AA00")]
    )
    lost = lost.set_column(1, lost.schema.field("kind"), pa.array(["pupil"] * 2).dictionary_encode())
    with pytest.raises(InputError, match="child x has no site_id; fill it in"):
        places(Population("site_id", (PUPIL,)), lost)
    with pytest.raises(InputError, match="child x has no municipality_code"):
        places(Population("municipality_code", (PUPIL,), municipality_of_site={"01AA00": "GM0001"}), lost)
    nameless = lost.drop_columns(["child_id"])
    with pytest.raises(InputError, match="child in row 1 has no site_id"):
        places(Population("site_id", (PUPIL,)), nameless)


def test_a_codebook_gives_the_same_number_again() -> None:
    book = Codebook()
    assert [book.number(name) for name in ("b", "a", "b", "c", "a")] == [0, 1, 0, 2, 1]
    assert list(book.names) == ["b", "a", "c"]


TRAVELLING = "school for a travelling population"


@pytest.mark.parametrize(
    ("site", "reason"),
    [("27MK00", TRAVELLING), ("27MK13", TRAVELLING), ("27ML00", None), ("00AP00", None)],
)
def test_travelling_populations_by_code(site: str, reason: str | None) -> None:
    assert left_out_sites([site], None, ["27MK"]).get(site) == reason
    assert left_out_sites([site], None, []) == {}


def test_by_the_register() -> None:
    register = pa.table(
        {
            "site_id": ["01AA00", "02BB00", "03CC00", "04DD00", "05EE00"],
            "school_type": ["bo", "sbo", "Bo", None, "sbo"],
            "excluded": [True, False, None, False, True],
        }
    )
    sites = ["01AA00", "02BB00", "03CC00", "04DD00", "05EE00"]
    assert left_out_sites(sites, register, []) == {
        "01AA00": "excluded site",
        "02BB00": "school type sbo",
        "05EE00": "excluded site",
    }
    assert left_out_sites(["02BB00"], register.select(["site_id", "excluded"]), []) == {}
    assert left_out_sites(["01AA00"], register.select(["site_id", "school_type"]), []) == {}


def test_a_rule_of_the_law_goes_before_the_register() -> None:
    register = pa.table({"site_id": ["27MK00"], "excluded": [True]})
    assert left_out_sites(["27MK00"], register, ["27MK"]) == {"27MK00": TRAVELLING}


def test_a_site_that_the_register_does_not_know_is_refused() -> None:
    register = pa.table({"site_id": ["01AA00"], "excluded": [False]})
    assert left_out_sites(["01AA00"], register, []) == {}
    with pytest.raises(InputError, match="site 02BB00 has pupils, but is not in the table of sites; add it"):
        left_out_sites(["01AA00", "02BB00"], register, [])
    with pytest.raises(InputError, match=r"site 02BB00 has pupils \(and 1 more sites\), but"):
        left_out_sites(["01AA00", "02BB00", "03CC00"], register, [])


def test_a_site_that_the_law_leaves_out_need_not_be_in_the_register() -> None:
    register = pa.table({"site_id": ["01AA00"]})
    assert left_out_sites(["01AA00", "27MK00"], register, ["27MK"]) == {"27MK00": TRAVELLING}
