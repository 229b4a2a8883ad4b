from datetime import date, datetime

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings

from indicator import plain
from indicator.frames import (
    GROUPS,
    PLACE,
    REFERENCE_DATE,
    SITES,
    child,
    children,
    frame,
    small_specification,
    toddler,
)
from oab_funding.errors import InputError
from oab_funding.indicator.coding import UNKNOWN, code_children
from oab_funding.indicator.specification_file import load_specification

SMALL = small_specification()


def code_of(feature: str, value: object) -> int:
    if value is None:
        return UNKNOWN
    names = SMALL.categories(feature)
    return names.index(names[value] if feature == "stay" else str(value))


@settings(max_examples=150, deadline=None)
@given(children())
def test_every_child_is_coded_as_by_hand(rows: list[dict]) -> None:
    coded = code_children(frame(rows), SITES, SMALL)
    for number, row in enumerate(rows):
        expected = plain.features(row, GROUPS, "dutch", REFERENCE_DATE, [5, 10])
        for feature, value in expected.items():
            assert coded.codes[feature][number] == code_of(feature, value), (feature, row)
        assert coded.places[coded.place[number]] == PLACE[row["site_id"]]
        assert coded.attainment_known[number] == (row["attainment"] is not None)
        assert coded.attainment[number] == (row["attainment"] or 0)
        assert coded.ability_known[number] == (row["ability"] is not None)
        assert coded.ability[number] == (row["ability"] or 0)


@settings(max_examples=30, deadline=None)
@given(children(least=2))
def test_order_and_chunks_do_not_matter(rows: list[dict]) -> None:
    whole = code_children(frame(rows), SITES, SMALL)
    table = pa.Table.from_pandas(frame(rows), preserve_index=False)
    chunked = pa.concat_tables([table.slice(0, 1), table.slice(1)])
    turned = code_children(frame(rows[::-1]), SITES, SMALL)
    for other, order in (
        (code_children(chunked, SITES, SMALL), slice(None)),
        (turned, slice(None, None, -1)),
    ):
        assert other.places == whole.places
        for name, codes in whole.codes.items():
            assert np.array_equal(other.codes[name][order], codes)
        assert np.array_equal(other.place[order], whole.place)


def test_what_is_kept_beside_the_codes() -> None:
    sites = SITES.assign(excluded=[True, False, False, False], school_type=["bo", "bo", "sbo", "BO"])
    rows = [
        child(child_id="a", asylum_seeker=True, funded=False),
        child(child_id="b", site_id="00AR00", in_register=False),
        child(child_id="c", site_id="00AZ00"),
    ]
    coded = code_children(frame(rows), sites, SMALL)
    assert coded.asylum_seeker.tolist() == [True, False, False]
    assert coded.in_register.tolist() == [True, False, True]
    assert coded.funded.tolist() == [False, True, True]
    assert coded.excluded_site.tolist() == [True, False, False]
    assert coded.other_school_type.tolist() == [False, True, False]
    assert coded.counted.tolist() == [False, False, True]
    assert coded.children.column("child_id").to_pylist() == ["a", "b", "c"]
    assert coded.children.column("municipality_code").to_pylist() == ["GM0363", "GM0363", "GM0034"]
    assert coded.children.column("age").to_pylist() == [9, 9, 9]


def test_toddlers() -> None:
    rows = [toddler(), toddler(child_id="t1", municipality_code="GM0034", education_mother=None)]
    coded = code_children(frame(rows), SITES, SMALL)
    assert coded.kind == "toddler"
    assert [coded.places[place] for place in coded.place] == [("", "GM0363"), ("", "GM0034")]
    assert coded.codes["education_mother"].tolist() == [0, UNKNOWN]
    assert coded.counted.all()
    assert not coded.attainment_known.any()
    assert coded.children.column("birth_date").to_pylist() == [date(2016, 10, 1)] * 2


def test_reference_date_is_that_of_the_specification_unless_given() -> None:
    rows = frame([child(mother_born_in_nl=False, mother_arrival_date=date(2014, 9, 1))])
    names = SMALL.categories("stay")
    assert names[code_children(rows, SITES, SMALL).codes["stay"][0]] == "5_to_10"
    earlier = code_children(rows, SITES, SMALL, date(2018, 10, 1))
    assert names[earlier.codes["stay"][0]] == "under_5"
    assert earlier.reference_date == date(2018, 10, 1)


def test_attainment_may_be_absent() -> None:
    coded = code_children(frame([child()]).drop(columns=["attainment", "ability"]), SITES, SMALL)
    assert not coded.attainment_known.any()


def test_whole_shipped_specification_on_text() -> None:
    rows = pd.DataFrame([{k: "" if v is None else str(v) for k, v in child(education_mother=8).items()}])
    coded = code_children(rows, SITES, load_specification("cbs-2019"))
    assert coded.codes["education_mother"].tolist() == [7]


@pytest.mark.parametrize(
    ("rows", "sites", "message"),
    [
        ([child(site_id="99ZZ00")], SITES, "site_id, row 2, value '99ZZ00': is not in the table of sites"),
        ([child()], SITES.drop(columns="municipality_code"), "municipality_code: site 00AP00 has none"),
        ([child()], SITES.assign(school_type=[None, "bo", "bo", "bo"]), "school_type: site 00AP00 has none"),
        ([child(ability=2**20)], SITES, "ability, row 2, value 1048576: is too large"),
        ([child(origin_mother="Mars")], SITES, "origin_mother, row 2, value 'Mars': is in no group"),
        ([child(education_father=5)], SITES, "education_father, row 2, value 5: is no class"),
        ([child(), child()], SITES, "occurs twice"),
        ([child(attainment=500)], SITES, "is below 501"),
    ],
)
def test_refusals(rows: list[dict], sites: pd.DataFrame, message: str) -> None:
    with pytest.raises(InputError, match=message):
        code_children(frame(rows), sites, SMALL)


def test_a_reference_date_may_be_text_or_a_moment() -> None:
    small = small_specification()
    rows = frame([child(mother_born_in_nl=False, mother_arrival_date=date(2014, 10, 2))])
    for day in ("2019-10-02", date(2019, 10, 2), datetime(2019, 10, 2, 9), pd.Timestamp("2019-10-02")):
        coded = code_children(rows, SITES, small, day)
        assert type(coded.reference_date) is date
        assert (coded.reference_date, coded.codes["stay"].tolist()) == (date(2019, 10, 2), [1])
    for wrong in ("1-10-2019", "2019-10", "2019-02-30", "20191001", 20191001, 2019.5):
        with pytest.raises(
            InputError, match=r"column reference_date, value .*: is no day; give a date, or text"
        ):
            code_children(rows, SITES, small, wrong)


def test_a_fit_needs_its_own_columns_only() -> None:
    """And gives what it gives with all of them, from pandas as from Arrow."""
    rows = frame([child(child_id=f"c{number}", education_mother=1 + number % 3) for number in range(6)])
    whole = code_children(rows, SITES, SMALL)
    names = ("child_id", "age", "funded", "in_register", "asylum_seeker")
    fewer = rows.drop(columns=list(names))
    for taken in (fewer, pa.Table.from_pandas(fewer)):
        coded = code_children(taken, SITES, SMALL, for_fit=True)
        assert all(np.array_equal(codes, whole.codes[name]) for name, codes in coded.codes.items())
        assert np.array_equal(coded.attainment, whole.attainment)
        assert coded.counted.all()
        assert coded.in_register.all()
        assert not coded.asylum_seeker.any()
    marked = code_children(rows.assign(funded=[False] * 2 + [True] * 4), SITES, SMALL, for_fit=True)
    assert marked.counted.tolist() == [False] * 2 + [True] * 4


@pytest.mark.parametrize("name", ["site_id", "origin_father", "mother_born_in_nl", "debt_restructuring"])
def test_a_fit_needs_each_of_its_own_columns(name: str) -> None:
    rows = frame([child()])
    with pytest.raises(InputError, match=f"the column {name} is missing"):
        code_children(rows.drop(columns=name), SITES, SMALL, for_fit=True)


def test_a_fit_refuses_a_doubled_child_and_a_misspelt_column() -> None:
    with pytest.raises(InputError, match="occurs twice"):
        code_children(frame([child(), child()]), SITES, SMALL, for_fit=True)
    rows = frame([child()]).rename(columns={"attainment": "attainement"})
    with pytest.raises(InputError, match="attainement"):
        code_children(rows, SITES, SMALL, for_fit=True)
