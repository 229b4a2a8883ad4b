from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oab_funding.errors import InputError
from oab_funding.grants.preschool.cost import Terms, compare
from oracle.preschool import Case, outcome, price_in_cents, to_be_bought
from oracle.refusal import RefusedError
from oracle.rounding import floor


def euros(largest: int) -> st.SearchStrategy[Fraction]:
    return st.integers(0, largest * 100).map(lambda cents: Fraction(cents, 100))


def shares() -> st.SearchStrategy[Fraction]:
    return st.sampled_from([Fraction(1), Fraction(0)]) | st.integers(0, 1000).map(lambda x: Fraction(x, 1000))


@st.composite
def cases(draw: st.DrawFn) -> Case:
    return Case(
        grant=draw(euros(3_000_000)),
        n=draw(st.integers(0, 400)),
        n1=draw(st.none() | st.integers(0, 400)),
        r=draw(shares()),
        h=draw(st.sampled_from([Fraction(400), Fraction(500), Fraction(640), Fraction(1001, 2)])),
        p=draw(euros(25)),
        w=draw(euros(80)),
        hbo=draw(st.sampled_from([0, 10])),
        per_target=draw(st.booleans()),
        place=draw(euros(2000)),
        weeks=draw(st.sampled_from([Fraction(40), Fraction(52)])),
        charged=Fraction(draw(st.integers(0, 16))),
        f=draw(euros(5)),
        a=draw(shares()),
        maximum=draw(euros(15)),
        own=draw(st.none() | euros(6)),
    )


def terms_of(case: Case) -> Terms:
    return Terms(
        hour_price=case.p,
        hours=case.h,
        reach=case.r,
        hbo_hours=Fraction(case.hbo),
        hbo_wage=case.w,
        hbo_count="target" if case.per_target else "offered",
        place_cost=case.place,
        weeks=case.weeks,
        charged_hours=case.charged,
        tariff=case.f,
        allowance_share=case.a,
        ceiling=case.maximum,
        allowance_parents=case.own,
    )


@given(cases())
@settings(max_examples=1000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_agrees_with_the_oracle(case: Case) -> None:
    try:
        expected = outcome(case)
    except RefusedError:
        with pytest.raises(InputError, match="more than the cost"):
            compare(case.grant, case.n, case.n1, terms_of(case))
        return
    found = compare(case.grant, case.n, case.n1, terms_of(case))
    assert found.to_be_bought == expected == found.cost - found.parents - found.allowance
    assert found.left == case.grant - expected
    check_toddlers(case, found.break_even_toddlers)
    check_price(case, found.break_even_price)


def check_toddlers(case: Case, most: int | None) -> None:
    """So many toddlers cost no more than the grant, and one more does."""
    each = to_be_bought(case, n=1) - to_be_bought(case, n=0)
    if most is None:
        assert each <= 0
        return
    assert to_be_bought(case, n=most + 1) > case.grant
    assert most == 0 or to_be_bought(case, n=most) <= case.grant
    if case.n1 is None:
        assert most == floor(case.grant / each)


def check_price(case: Case, cents: int | None) -> None:
    """This price costs no more than the grant, and a cent more does."""
    if cents is None:
        assert to_be_bought(case, p=Fraction(0)) == to_be_bought(case, p=case.maximum)
        return
    assert to_be_bought(case, p=Fraction(cents + 1, 100)) > case.grant
    assert cents == 0 or to_be_bought(case, p=Fraction(cents, 100)) <= case.grant
    assert cents == price_in_cents(Fraction(cents, 100))


@pytest.mark.parametrize(
    ("tariff", "charged", "parents"),
    [("0.41", 16, "262.40"), ("0.41", 8, "131.20"), ("0.39", 16, "249.60"), ("0.39", 8, "124.80")],
)
def test_parents_pay_what_the_table_of_advice_of_2024_says(tariff: str, charged: int, parents: str) -> None:
    terms = Terms(
        Fraction("10.25"),
        Fraction(640),
        weeks=Fraction(40),
        charged_hours=Fraction(charged),
        tariff=Fraction(tariff),
    )
    assert compare(Fraction(0), 1, None, terms).parents == Fraction(parents)


def test_a_place_in_veenendaal() -> None:
    terms = Terms(Fraction("10.25"), Fraction(640), place_cost=Fraction(1750))
    assert compare(Fraction(0), 1, None, terms).to_be_bought == 8310


@pytest.mark.parametrize(
    ("grant", "most"), [("65599.99", 9), ("65600.00", 10), ("72159.99", 10), ("72160", 11)]
)
def test_toddlers_at_break_even_are_rounded_down(grant: str, most: int) -> None:
    terms = Terms(Fraction("10.25"), Fraction(640))
    assert compare(Fraction(grant), 3, None, terms).break_even_toddlers == most


@pytest.mark.parametrize(
    ("grant", "cents"), [("655.99", 102), ("656", 102), ("659.19", 102), ("659.20", 103)]
)
def test_the_price_at_break_even_is_rounded_down(grant: str, cents: int) -> None:
    assert compare(Fraction(grant), 1, None, Terms(Fraction(1), Fraction(640))).break_even_price == cents


def test_parents_under_the_allowance_pay_what_is_above_the_ceiling_unless_told() -> None:
    terms = {"allowance_share": Fraction(1), "ceiling": Fraction(10)}
    default = compare(Fraction(0), 1, None, Terms(Fraction(12), Fraction(640), **terms))
    told = compare(
        Fraction(0), 1, None, Terms(Fraction(12), Fraction(640), **terms, allowance_parents=Fraction(1))
    )
    assert (default.allowance, default.parents, default.to_be_bought) == (6400, 1280, 0)
    assert (told.allowance, told.parents, told.to_be_bought) == (6400, 640, 640)
    assert default.break_even_price is None
