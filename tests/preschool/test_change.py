from fractions import Fraction

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oab_funding.preschool.change import Side, change

prices = st.integers(1, 90000).map(lambda cents: Fraction(cents, 100))
scores = st.integers(0, 10**6).map(lambda x: Fraction(x, 1000))


@st.composite
def sides(draw: st.DrawFn) -> Side:
    price, score = draw(prices), draw(scores)
    formula = int(price * score * 100)
    top = formula < 6_400_000 and draw(st.booleans())
    new = 6_400_000 if top else formula
    return Side(score, price, new, new + draw(st.integers(-(10**5), 10**5)), top)


@given(sides(), sides(), st.none() | prices)
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_parts_add_up_to_the_cent(last: Side, now: Side, between: Fraction | None) -> None:
    split = change(last, now, between)
    assert split.score + split.total + split.price + split.minimum + split.transition == now.paid - last.paid


def test_each_cause_alone() -> None:
    base = Side(Fraction(10), Fraction(5), 5000, 5000)
    score = change(base, Side(Fraction(12), Fraction(5), 6000, 6000))
    price = change(base, Side(Fraction(10), Fraction(6), 6000, 6000))
    total = change(base, Side(Fraction(10), Fraction(4), 4000, 4000), Fraction(4))
    minimum = change(base, Side(Fraction(10), Fraction(5), 9000, 9000, topped_up=True))
    transition = change(base, Side(Fraction(10), Fraction(5), 5000, 5700))
    for found, name, cents in (
        (score, "score", 1000),
        (price, "price", 1000),
        (total, "total", -1000),
        (minimum, "minimum", 4000),
        (transition, "transition", 700),
    ):
        assert getattr(found, name) == found.whole == cents
