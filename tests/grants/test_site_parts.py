"""Parts of a school's sites against the oracle."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oab_funding.errors import InputError
from oab_funding.grants.schools import SchoolTransition, school_grants
from oab_funding.grants.site_parts import Family, families_of, share_out, site_parts
from oab_funding.scores.schools import school_scores
from oab_funding.tables.columns import build
from oab_funding.tables.grant_tables import SCHOOL_GRANTS, SCHOOL_OLD_BASE
from oab_funding.tables.register_tables import SITES
from oab_funding.tables.score_tables import SITE_SCORES
from oracle import school_grants as oracle
from oracle.apportion import largest_remainder
from oracle.refusal import RefusedError
from oracle.strategies import SchoolCase, school_cases
from oracle_bridge import CASES, column, decimal, examples, site_table

F = Fraction


def by_school(case: SchoolCase) -> dict[str, dict[str, Fraction]]:
    found: dict[str, dict[str, Fraction]] = {}
    for site, score in case.site_scores.items():
        found.setdefault(site[:4], {})[site] = score
    return found


@examples(250)
@given(school_cases())
def test_parts_of_new_amounts_are_those_of_the_oracle(case: SchoolCase) -> None:
    CASES["site parts"] += 1
    scores = site_table(case.site_scores)
    grants = school_grants(school_scores(scores).table, None, decimal(case.price, 2), case.share).table
    found = site_parts(scores, grants, unit_amount=case.price * case.share)
    expected: dict[str, Fraction] = {}
    for sites in by_school(case).values():
        expected |= oracle.site_parts(sites, case.price, case.share)
    assert (
        column(found.table, "site_id", "amount_new") == column(found.table, "site_id", "amount") == expected
    )
    assert found.table.column("site_id").to_pylist() == sorted(case.site_scores)


@examples(100)
@given(school_cases(), st.booleans())
def test_parts_of_other_amounts_are_in_proportion(case: SchoolCase, with_unit: bool) -> None:
    CASES["site parts"] += 1
    scores = site_table(case.site_scores)
    columns = {"school_id": list(case.old), "old_base": [int(a * 100) for a in case.old.values()]}
    transition = SchoolTransition(F(1, 2), F(1, 4), "zero")
    grants = school_grants(
        school_scores(scores).table,
        build(SCHOOL_OLD_BASE, columns),
        decimal(case.price, 2),
        case.share,
        transition=transition,
    ).table
    unit = case.price * case.share
    found = column(
        site_parts(scores, grants, unit_amount=unit if with_unit else None).table, "site_id", "amount"
    )
    for school, paid in column(grants, "school_id", "amount").items():
        sites = by_school(case)[school]
        assert sum(found[site] for site in sites) == paid
        exact = {site: unit * score for site, score in sites.items()}
        if with_unit and abs(paid - sum(exact.values())) < F(1, 100):
            assert all(abs(found[site] - exact[site]) < F(1, 100) for site in sites)
            continue
        try:
            assert {site: found[site] for site in sites} == oracle.site_parts_of(paid, sites)
        except RefusedError:  # no score to split by: the convention here is equal parts
            assert max(found[site] for site in sites) - min(found[site] for site in sites) <= F(1, 100)


SCORES = build(
    SITE_SCORES,
    {"site_id": ["13EK00", "00AP00"], "score": [200, 100], "pupils": [20, 10], "flags": ["", "a"]},
)
GRANTS = school_grants(school_scores(SCORES).table, None, Decimal(1), transition=None).table


def test_the_register_says_where_a_site_belongs() -> None:
    register = build(
        SITES,
        {
            "site_id": ["00AP00"],
            "school_id": ["00AP"],
            "board_id": ["41"],
            "province": ["Drenthe"],
            "name": ["De Es"],
        },
    )
    found = site_parts(SCORES, GRANTS, register)
    first, second = found.table.to_pylist()
    assert (first["board_id"], first["province"], first["name"], first["flags"]) == (
        "41",
        "Drenthe",
        "De Es",
        "a",
    )
    assert (second["site_id"], second["board_id"], second["pupils"]) == ("13EK00", None, 20)
    assert found.figures["sites_not_in_register"] == 1
    assert site_parts(SCORES, GRANTS, register.select(["site_id"])).figures["sites_not_in_register"] == 1
    assert site_parts(SCORES, GRANTS).figures["sites_not_in_register"] is None


def test_cents_decided_by_the_order_of_codes_are_counted() -> None:
    alike = build(SITE_SCORES, {"site_id": ["00AP00", "00AP01"], "score": [50, 50]})
    schools = school_scores(alike).table
    base = build(SCHOOL_OLD_BASE, {"school_id": ["00AP"], "old_base": [10_001]})
    even, odd = Decimal("1.00"), Decimal("1.01")
    for price, old, decided in ((even, None, 0), (odd, None, 2), (even, base, 2)):
        transition = None if old is None else SchoolTransition(F(1), None)
        grants = school_grants(schools, old, price, transition=transition).table
        assert (
            site_parts(alike, grants, unit_amount=F(price)).figures["cents_decided_by_order_of_codes"]
            == decided
        )


@examples(150)
@given(school_cases(), st.sampled_from([None, F(0), F(1, 4)]), st.sampled_from([F(0), F("0.0213")]))
def test_after_a_transition_the_exact_amount_is_divided(
    case: SchoolCase, gainers: Fraction | None, index: Fraction
) -> None:
    CASES["site parts"] += 1
    scores = site_table(case.site_scores)
    old = build(
        SCHOOL_OLD_BASE,
        {"school_id": list(case.old), "old_base": [int(a * 100) for a in case.old.values()]},
    )
    schools, price = school_scores(scores).table, decimal(case.price, 2)
    try:
        transition = SchoolTransition(F(1, 2), gainers, "zero", index)
        result = school_grants(schools, old, price, case.share, transition=transition)
    except InputError:  # one school that gains
        return
    settled = SchoolTransition(F(1, 2), result.figures["gainers_share"], "zero", index)  # type: ignore[arg-type]
    unit = case.price * case.share
    found = column(
        site_parts(scores, result.table, old_base=old, unit_amount=unit, transition=settled).table,
        "site_id",
        "amount",
    )
    for school, paid in column(result.table, "school_id", "amount").items():
        sites = by_school(case)[school]
        new, base = unit * sum(sites.values()), case.old.get(school, F(0)) * (1 + index)
        share = settled.losers if base > new else settled.gainers
        exact = new + (base - new) * share  # type: ignore[operator]
        assert sum(found[site] for site in sites) == paid
        if any(sites.values()):
            parts = {site: exact * score / sum(sites.values()) for site, score in sites.items()}
            assert {site: found[site] for site in sites} == largest_remainder(parts, paid)


def test_the_cents_of_a_transition_follow_the_exact_amount() -> None:
    # 13.395..., 1,174.393... and 1.217...: of the rounded 1,189.01 the first would be 13.39
    sites = build(SITE_SCORES, {"site_id": ["00AP00", "00AP01", "00AP02"], "score": [3302, 289_496, 300]})
    grants = build(
        SCHOOL_GRANTS,
        {
            "school_id": ["00AP"],
            "score": [293_098],
            "amount_new": [118_901],
            "old_base": [None],
            "share": [None],
            "amount": [118_901],
            "flags": [""],
        },
    )
    unit = F("1189.005333") / F("2930.98")
    found = site_parts(sites, grants, unit_amount=unit).table.column("amount").to_pylist()
    assert found == [Decimal("13.40"), Decimal("1174.39"), Decimal("1.22")]


def test_a_site_of_a_school_without_a_grant() -> None:
    with pytest.raises(InputError, match="school 13EK has sites but no grant"):
        site_parts(SCORES, GRANTS.filter(pa.array([True, False])))


def test_a_grant_of_a_school_without_sites() -> None:
    with pytest.raises(InputError, match="school 13EK has a grant but no sites"):
        site_parts(SCORES.slice(1), GRANTS)


def test_a_site_gets_its_own_price_times_score_but_for_the_cents() -> None:
    # 49.89 and 0.52 cents make 50.41, so 50 cents; by their own worth 50 and 0, in proportion 49 and 1.
    family = Family(("00AP00", "00AP01"), (4989, 52), (None, None))
    assert share_out(family, 50, F("50.41")).units == (50, 0)
    assert share_out(family, 50, None).units == (49, 1)
    # not what rounding makes of the exact amount: in proportion
    assert share_out(family, 49, F("50.41")).units == (48, 1)


def test_the_exact_amount_is_divided_and_not_the_rounded_one() -> None:
    # 1,189.005333... by 33.02, 2,894.96 and 3.00: 13.395..., 1,174.393... and 1.217...
    family = Family(("00AP00", "00AP01", "00AP02"), (3302, 289_496, 300), (None,) * 3)
    assert share_out(family, 118_901, F("118900.5333")).units == (1340, 117_439, 122)


@pytest.mark.parametrize(("exact", "total"), [(F("-100.5"), -100), (F("-100.5"), -101), (F(-7, 3), -2)])
def test_a_negative_amount_is_divided_to_the_cent(exact: F, total: int) -> None:
    family = Family(("00AP00", "00AP01"), (0, 0), (10, 90))
    parts = share_out(family, total, exact).units
    assert sum(parts) == total
    assert all(abs(part - exact * n / 100) < 1 for part, n in zip(parts, (10, 90), strict=True))


@pytest.mark.parametrize(
    ("scores", "pupils", "parts"),
    [
        ((300, 100), (10, 90), (75, 25)),
        ((0, 0), (10, 90), (10, 90)),
        ((0, 0), (None, None), (50, 50)),
        ((0, 0), (0, 0), (50, 50)),
        ((0, 0), (None, 90), (0, 100)),
    ],
)
def test_weights(
    scores: tuple[int, int], pupils: tuple[int | None, int | None], parts: tuple[int, int]
) -> None:
    family = Family(("00AP00", "00AP01"), scores, pupils)
    assert share_out(family, 100, None).units == parts
    assert share_out(family, -100, None).units == tuple(-part for part in parts)


def test_ties_go_by_code_and_are_told() -> None:
    shared = share_out(Family(("00AP01", "00AP00", "00AP02"), (1, 1, 2), (None,) * 3), 2238, F("559.50"))
    assert shared.units == (559, 560, 1119)
    assert shared.ties == ("00AP00", "00AP01")
    assert share_out(Family(("00AP00",), (1,), (None,)), 560, F("559.50")).ties == ()


def test_a_whole_cent_beside_the_worth_of_the_scores_is_in_proportion() -> None:
    family = Family(("00AP00", "00AP01", "00AP02"), (1090, 1090, 2820), (None,) * 3)  # worth 50 cents
    assert share_out(family, 50, F(1, 100)).units == (11, 11, 28)
    assert share_out(family, 49, F(1, 100)).units == (11, 11, 27)  # not 11, 10 and 28
    assert share_out(family, 51, F(1, 100)).units == (11, 11, 29)


def test_sites_by_school() -> None:
    sites = build(
        SITE_SCORES,
        {
            "site_id": ["13EK01", "00AP00", "13EK00"],
            "pupils": [3, 1, 2],
            "score": [30, 10, 20],
            "school_id": [None, "99ZZ", None],
        },
    )
    found = families_of(sites)
    assert found == {
        "13EK": Family(("13EK01", "13EK00"), (30, 20), (3, 2)),
        "99ZZ": Family(("00AP00",), (10,), (1,)),
    }
    assert list(found["13EK"].rows()) == [("13EK01", 30, 3), ("13EK00", 20, 2)]
    assert families_of(sites.select(["site_id", "score"]))["00AP"].pupils == (None,)
    assert (
        families_of(pa.table({"site_id": pa.array([], pa.string()), "score": pa.array([], pa.int64())})) == {}
    )


@pytest.mark.parametrize("exact", [None, F(11195, 10), F(2)])
def test_the_only_site_gets_all(exact: F | None) -> None:
    for score in (0, 7):
        alone = share_out(Family(("00AP00",), (score,), (None,)), 1120, exact)
        assert (alone.units, alone.ties) == ((1120,), ())
