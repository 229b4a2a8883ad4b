"""The transition: shares given, solved and rounded, and what they do to the total."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oab_funding.errors import InputError
from oab_funding.grants.old_amounts import old_amounts
from oab_funding.grants.transition import Shares, after_transition, require_gainers_share, transition_shares
from oracle import transition as oracle
from oracle_bridge import CASES, examples

F = Fraction
AMOUNTS = st.fractions(0, 10**6, max_denominator=10**6)


@examples(250)
@given(
    st.lists(st.tuples(AMOUNTS, st.one_of(AMOUNTS, st.none())), min_size=1, max_size=8),
    st.sampled_from([F(3, 4), F(1, 2), F(1, 4), F(0), F(1)]),
    st.one_of(st.none(), st.fractions(0, 1, max_denominator=100)),
    st.sampled_from([None, 0, 2, 4]),
    st.sampled_from(["zero", "exempt"]),
)
def test_shares_of_the_oracle(
    people: list[tuple[Fraction, Fraction | None]],
    losers: Fraction,
    gainers: Fraction | None,
    places: int | None,
    missing: oracle.MissingBase,
) -> None:
    CASES["transitions"] += 1
    new = {f"{i}": amount for i, (amount, _) in enumerate(people)}
    known = {f"{i}": old for i, (_, old) in enumerate(people) if old is not None}
    old = old_amounts(list(new), known, missing, "")
    if gainers is not None and gainers > losers:
        with pytest.raises(InputError, match="above the losers' share"):
            transition_shares(list(new.values()), old, losers, gainers, places)
        return
    shares = transition_shares(list(new.values()), old, losers, gainers, places)
    expected = oracle.transition(
        new,
        known,
        loser_share=losers,
        gainer_share=gainers,
        percent_decimals=None if places is None else places - 2,
        missing=missing,
    )
    assert (shares.losers, shares.gainers) == (expected.loser_share, expected.gainer_share)
    assert (shares.uncovered, shares.capped) == (expected.gap, expected.capped)
    assert shares.solved == (gainers is None)
    assert shares.nobody_gains == (expected.gains == 0)
    paid = [after_transition(b, a, shares) for b, a in zip(new.values(), old, strict=True)]
    assert [amount for amount, _ in paid] == list(expected.paid.values())
    assert [code for code, (_, share) in zip(new, paid, strict=True) if share is None] == list(
        expected.exempt
    )
    assert sum(amount for amount, _ in paid) - sum(new.values()) == shares.uncovered


def test_solved_by_hand() -> None:
    shares = transition_shares([F(10), F(30)], [F(20), F(10)], F(1, 2), None)
    assert shares == Shares(F(1, 2), F(1, 4), True, False, False, F(0))
    assert [after_transition(b, a, shares) for b, a in ((F(10), F(20)), (F(30), F(10)))] == [
        (15, F(1, 2)),
        (25, F(1, 4)),
    ]


def test_who_neither_gains_nor_loses_is_paid_the_same() -> None:
    shares = Shares(F(1, 2), F(1, 4), True, False, False, F(0))
    assert after_transition(F(10), F(10), shares) == (10, F(1, 4))


def test_capped_at_the_losers_share() -> None:
    # 0.5 x 30 lost over 10 gained would be 150%; at 50% gainers give 5 of the 15.
    shares = transition_shares([F(10), F(20)], [F(40), F(10)], F(1, 2), None)
    assert (shares.gainers, shares.capped, shares.uncovered) == (F(1, 2), True, 10)
    exactly = transition_shares([F(10), F(20)], [F(20), F(10)], F(1, 2), None)
    assert (exactly.gainers, exactly.capped, exactly.uncovered) == (F(1, 2), False, 0)


def test_nobody_gains() -> None:
    shares = transition_shares([F(10)], [F(40)], F(1, 2), None)
    assert (shares.gainers, shares.capped, shares.nobody_gains, shares.uncovered) == (0, False, True, 15)


def test_a_rounded_share_misses_the_total_on_either_side() -> None:
    # 0.5 x 1 / 3 = 16.67% (rounded up from 16.666...%), and 0.5 x 2 / 3 = 33.33%.
    up = transition_shares([F(10), F(13)], [F(11), F(10)], F(1, 2), None, 4)
    assert (up.gainers, up.uncovered) == (F(1667, 10_000), F(1, 2) - 3 * F(1667, 10_000))
    down = transition_shares([F(10), F(13)], [F(12), F(10)], F(1, 2), None, 4)
    assert (down.gainers, down.uncovered > 0 > up.uncovered) == (F(3333, 10_000), True)
    half = transition_shares([F(0), F(1)], [F(1, 10_000), F(0)], F(1, 2), None, 4)
    assert half.gainers == F(1, 10_000)  # 0.00005 is rounded half up


@pytest.mark.parametrize(
    ("losers", "gainers", "message"),
    [
        (F(3, 2), None, "`losers`, .*could be a share or a percentage"),
        ("150%", None, "`losers`, .*is not between 0% and 100%"),
        (F(-1, 2), None, "`losers`, .*is not between 0% and 100%"),
        (F(1, 2), F(-1, 4), "`gainers`, .*is not between 0% and 100%"),
        (F(1), F(2), "`gainers`, .*could be a share or a percentage"),
        (0.5, None, "`losers`, .*a float is not exact"),
        (F(1, 2), 0.2655, "`gainers`, .*a float is not exact"),
        (F(1, 2), "solved", "`gainers`, .*is not a number"),
    ],
)
def test_a_share_is_between_0_and_1(losers: Any, gainers: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        transition_shares([F(1)], [F(1)], losers, gainers)


def test_figures() -> None:
    assert Shares(F(1, 2), F(1, 4), True, False, False, F(3)).figures() == {
        "losers_share": F(1, 2),
        "gainers_share": F(1, 4),
        "gainers_share_solved": True,
        "gainers_share_capped": False,
        "nobody_gains": False,
        "not_covered_by_gainers": 3,
    }


def test_who_loses_needs_no_gainers_share() -> None:
    loses, gains, exempt = (F(1), F(2)), (F(2), F(1)), (F(2), None)
    for gainers, whole in (("unknown", True), (None, False)):
        require_gainers_share({"a": loses, "b": exempt, "c": (F(1), F(1))}, gainers, whole, "school")
        with pytest.raises(InputError, match=r"school b \(and 1 more\) gains, and the gainers' share"):
            require_gainers_share({"a": loses, "c": gains, "b": gains}, gainers, whole, "school")
    require_gainers_share({"a": gains}, None, True, "school")
    require_gainers_share({"a": gains}, F(0), False, "school")
    unknown = transition_shares([F(1)], [F(2)], F(1, 2), "unknown")
    assert (unknown.gainers, unknown.solved, unknown.nobody_gains) == (0, False, True)
    with pytest.raises(ValueError, match="somebody gains"):
        transition_shares([F(2)], [F(1)], F(1, 2), "unknown")
