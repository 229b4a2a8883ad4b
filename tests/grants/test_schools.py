"""School grants against the oracle: price x score x share, and the transition."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oab_funding.errors import InputError
from oab_funding.exact import Rule
from oab_funding.grants.schools import SchoolTransition, old_bases, school_grants
from oab_funding.scores.schools import school_scores
from oab_funding.tables.cbs_workbook import read_cbs_workbook
from oab_funding.tables.columns import build
from oab_funding.tables.grant_tables import SCHOOL_OLD_BASE
from oab_funding.tables.score_tables import SITE_SCORES
from oab_funding.tables.step_result import StepResult
from oracle import school_grants as oracle
from oracle import sites as oracle_sites
from oracle.refusal import RefusedError
from oracle.rounding import half_up
from oracle.strategies import SchoolCase, school_cases
from oracle_bridge import both, column, decimal, examples, hundredths, site_table

F = Fraction
KEY = "school_id"


def base_table(old: dict[str, Fraction]) -> pa.Table:
    return build(SCHOOL_OLD_BASE, {KEY: list(old), "old_base": [hundredths(a) for a in old.values()]})


def grants(case: SchoolCase, transition: SchoolTransition | None = None) -> StepResult:
    schools = school_scores(site_table(case.site_scores)).table
    base = None if transition is None else base_table(case.old)
    return school_grants(schools, base, decimal(case.price, 2), case.share, transition=transition)


@examples(150)
@given(school_cases())
def test_new_amounts_of_the_oracle(case: SchoolCase) -> None:
    scores = oracle_sites.school_scores(case.site_scores)
    outcome = both(
        "school grants", lambda: oracle.new_amounts(scores, case.price, case.share), lambda: grants(case)
    )
    assert outcome is not None
    expected, found = outcome
    assert column(found.table, KEY, "amount_new") == column(found.table, KEY, "amount") == expected
    exact = oracle.exact_amounts(scores, case.price, case.share)
    assert found.figures["price_times_sum_of_scores"] == sum(exact.values())
    assert found.figures["total"] == sum(expected.values())
    assert found.figures["half_cents"] == sum((amount * 200) % 2 == 1 for amount in exact.values())
    assert found.figures["transition"] == "none"


@examples(350)
@given(
    school_cases(),
    st.sampled_from(["refuse", "zero", "exempt"]),
    st.one_of(st.none(), st.sampled_from([F(0), F(1, 10), F("0.2655"), F(1, 2), F(3, 4)])),
    st.sampled_from([F(0), F("0.0213"), F(1, 3)]),
    st.booleans(),
)
def test_transitions_of_the_oracle(
    case: SchoolCase, missing: oracle.MissingBase, gainers: Fraction | None, index: Fraction, complete: bool
) -> None:
    scores = oracle_sites.school_scores(case.site_scores)
    if complete:
        case.old.update({school: F(1000) for school in scores if school not in case.old})
    transition = SchoolTransition(case.loser_share, gainers, missing, index)

    def by_the_oracle() -> oracle.SchoolTransition:
        old = {
            school: oracle.old_base(base, F(0), F(0), F(0), F(0), index) for school, base in case.old.items()
        }
        exact = oracle.exact_amounts(scores, case.price, case.share)
        found = oracle.with_transition(
            exact, old, loser_share=case.loser_share, gainer_share=gainers, missing=missing
        )
        if gainers is None and len(exact) == 1 and found.transition.gains:
            raise RefusedError("a share solved from one school")
        return found

    outcome = both("school transitions", by_the_oracle, lambda: grants(case, transition))
    if outcome is None:
        return
    expected, found = outcome
    assert column(found.table, KEY, "amount") == expected.amounts
    assert column(found.table, KEY, "amount_new") == oracle.new_amounts(scores, case.price, case.share)
    step = expected.transition
    assert (found.figures["gainers_share"], found.figures["not_covered_by_gainers"]) == (
        step.gainer_share,
        step.gap,
    )
    assert (found.figures["gainers_share_capped"], found.figures["nobody_gains"]) == (
        step.capped,
        step.gains == 0,
    )
    unscored = found.tables["unscored_base"].column(KEY).to_pylist()
    assert tuple(unscored) == step.base_without_score
    bases = column(found.tables["unscored_base"], KEY, "old_base")
    assert bases == {school: half_up(case.old[school] * (1 + index), 2) for school in unscored}
    assert found.figures["total_new"] == sum(column(found.table, KEY, "amount_new").values())
    assert found.figures["total"] == sum(expected.amounts.values())


def schools_of(**scores: int) -> pa.Table:
    """Schools with one site each, by the hundredths of its score."""
    columns = {"site_id": [f"{school[1:]}00" for school in scores], "score": list(scores.values())}
    return school_scores(build(SITE_SCORES, columns)).table


@pytest.mark.parametrize(
    ("rounding", "cents"), [("half_up", "5.60"), ("half_even", "5.60"), ("down", "5.59"), ("up", "5.60")]
)
def test_half_a_cent(rounding: Rule, cents: str) -> None:
    found = school_grants(schools_of(_00AP=1), None, Decimal("559.50"), rounding=rounding)  # 5.595
    assert found.table.column("amount").to_pylist() == [Decimal(cents)]
    assert found.figures["half_cents"] == 1
    even = school_grants(schools_of(_00AP=3), None, Decimal("559.50"), rounding=rounding)  # 16.785
    assert even.table.column("amount").to_pylist() == [
        {
            "half_up": Decimal("16.79"),
            "half_even": Decimal("16.78"),
            "down": Decimal("16.78"),
            "up": Decimal("16.79"),
        }[rounding]
    ]


def test_a_school_without_a_score_is_paid_by_its_old_base() -> None:
    transition = SchoolTransition(F(1, 2), None)
    found = school_grants(
        schools_of(_00AP=0), base_table({"00AP": F("100.01")}), Decimal("559.50"), transition=transition
    )
    assert column(found.table, KEY, "amount") == {"00AP": F("50.01")}  # 50.005
    assert column(found.table, KEY, "share") == {"00AP": F(1, 2)}


def test_a_negative_base_is_not_floored() -> None:
    transition = SchoolTransition(F(1, 2), F(1, 2))
    found = school_grants(
        schools_of(_00AP=0), base_table({"00AP": F("-100.01")}), Decimal("559.50"), transition=transition
    )
    assert column(found.table, KEY, "amount") == {"00AP": F("-50.01")}


def test_labels_travel_along() -> None:
    sites = build(
        SITE_SCORES,
        {"site_id": ["00AP00", "00AR00"], "score": [1, 1], "flags": ["a", ""], "estimated": [True, False]},
    )
    schools = school_scores(sites).table
    before = school_grants(schools, None, Decimal(1), transition=SchoolTransition(F(1, 2), None))
    assert before.table.column("flags").to_pylist() == ["a; estimate; before transition", "before transition"]
    assert before.figures["transition"] == "before transition"
    plain = school_grants(schools, None, Decimal(1), transition=None)
    assert plain.table.column("flags").to_pylist() == ["a; estimate", ""]


def test_amounts_of_a_period_nobody_named_do_not_look_paid() -> None:
    found = school_grants(schools_of(_00AP=1), None, "559.50")
    label = "before transition, if the period has one"
    assert found.table.column("flags").to_pylist() == [label]
    assert found.figures["transition"] == label
    with pytest.raises(InputError, match="an old base is given and no transition"):
        school_grants(schools_of(_00AP=1), base_table({"00AP": F(1)}), Decimal(1))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"price": 559.15}, "`price`, value 559.15: a float is not exact"),
        ({"price": -5}, "`price`, value -5: is below what it may be"),
        ({"price": 10**6}, "`price`, .*is too large"),
        ({"price": 1, "share": 0.5}, "`share`, .*a float is not exact"),
        ({"price": 1, "share": 2}, "`share`, .*could be a share or a percentage"),
    ],
)
def test_numbers_that_are_no_prices_or_shares(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        school_grants(schools_of(_00AP=1), None, **arguments)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"losers": 0.5, "gainers": None}, "`losers`, .*a float is not exact"),
        ({"losers": F(1, 2), "gainers": 0.2655}, "`gainers`, .*a float is not exact"),
        ({"losers": F(1, 2), "gainers": None, "index": 0.012}, "`index`, .*a float is not exact"),
        ({"losers": F(1, 2), "gainers": None, "index": "1.2"}, "`index`, .*could be a share or a percentage"),
        ({"losers": F(1, 2), "gainers": None, "index": "-100%"}, "`index`, .*is not above -100%"),
    ],
)
def test_numbers_that_are_no_shares_of_a_transition(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        SchoolTransition(**arguments)


def test_an_index_of_one_hundred_percent_doubles_the_base() -> None:
    transition = SchoolTransition("100%", None, index="100%")  # type: ignore[arg-type]
    found = school_grants(schools_of(_00AP=0), base_table({"00AP": F(1)}), 1, transition=transition)
    assert column(found.table, KEY, "amount") == {"00AP": F(2)}


def test_a_school_that_loses_needs_no_gainers_share() -> None:
    loser, gainer = base_table({"00AP": F(100)}), base_table({"00AP": F(1)})
    for gainers in (None, "unknown"):
        transition = SchoolTransition(F(1, 2), gainers)  # type: ignore[arg-type]
        found = school_grants(schools_of(_00AP=100), loser, 10, transition=transition)
        assert column(found.table, KEY, "amount") == {"00AP": F(55)}
        with pytest.raises(InputError, match="school 00AP gains, and the gainers' share"):
            school_grants(schools_of(_00AP=100), gainer, 10, transition=transition)


def test_schools_on_one_side_only_are_counted_and_added_up() -> None:
    found = school_grants(
        schools_of(_00AP=1),
        base_table({"00AO": F(24_000), "00ZZ": F("0.50")}),
        "559.50",
        transition=SchoolTransition(F(1, 2), F(0), "zero", F("0.012")),
    )
    assert found.figures["old_base_without_a_score"] == 2
    assert found.figures["sum_of_old_base_without_a_score"] == F("24000.50") * F("1.012")
    assert found.figures["scores_without_old_base"] == 1
    assert found.figures["scores_without_old_base_taken_as"] == "zero"


def test_an_amount_beyond_its_column_is_named() -> None:
    schools = pa.table(
        {
            "school_id": ["00AP"],
            "score": pa.array([Decimal(10**12)], pa.decimal128(18, 2)),
            "flags": [""],
            "estimated": [False],
        }
    )
    with pytest.raises(InputError, match=r"column amount_new: 999,999,990,000,000,000.00 has more than 18"):
        school_grants(schools, None, "999999.99")


def test_an_old_base_without_a_transition_is_refused() -> None:
    with pytest.raises(InputError, match="the period has no transition"):
        school_grants(schools_of(_00AP=1), base_table({"00AP": F(1)}), Decimal(1), transition=None)


@pytest.mark.published
def test_the_published_table_at_the_known_price(published_data: Path) -> None:
    """CBS, table of February 2020 for 1-10-2019; EUR 559.50 (DUO) for 2020-2021."""
    book = read_cbs_workbook(published_data / "cbs" / "achterstandsscores-scholen-2019.xlsx")
    found = school_grants(school_scores(book.table).table, None, Decimal("559.50"))
    assert found.figures["sum_of_scores"] == F("561736.12")
    assert found.figures["price_times_sum_of_scores"] == F("314291359.14")
    assert found.figures["total"] == F("314291365.28")
    assert (found.figures["half_cents"], found.figures["schools_above_zero"]) == (1_228, 2_510)


MONEY = st.integers(-(10**9), 10**9)


def table(**columns: list[str]) -> pa.Table:
    kind = pa.decimal128(18, 2)
    return pa.table(
        {
            "school_id": ["00AP"],
            **{name: pa.array(map(Decimal, cells), kind) for name, cells in columns.items()},
        }
    )


@given(st.lists(MONEY, min_size=5, max_size=5), st.fractions(0, 1, max_denominator=10**4))
def test_the_parts_of_the_oracle(cents: list[int], index: Fraction) -> None:
    parts = {name: [str(Decimal(n).scaleb(-2))] for name, n in zip("defgh", cents, strict=True)}
    expected = oracle.old_base(*(F(n, 100) for n in cents), index)
    assert old_bases(table(**parts), index) == {"00AP": expected}


def test_a_stated_base_may_stand_beside_parts_that_agree() -> None:
    parts = {"d": ["20.00"], "e": ["5.00"], "f": ["1.00"], "g": ["3.00"], "h": ["2.00"]}
    assert old_bases(table(old_base=["25.00"], **parts)) == {"00AP": 25}
    with pytest.raises(InputError, match=r"school 00AP: old_base is 25.01, its parts give 25.00"):
        old_bases(table(old_base=["25.01"], **parts))


def test_what_is_missing() -> None:
    with pytest.raises(InputError, match="has neither old_base nor d, e, f, g, h"):
        old_bases(table())
    for columns in ({"d": ["1.00"], "g": ["1.00"]}, {"old_base": ["1.00"], "d": ["1.00"], "g": ["1.00"]}):
        with pytest.raises(InputError, match="has d, g but not all of d, e, f, g, h"):
            old_bases(table(**columns))
