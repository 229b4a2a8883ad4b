"""Municipal decisions that differ for a known reason: the reason is found, to the cent.

The amounts are computed here from the law, in plain fractions.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import floor
from pathlib import Path

import pytest

from oab_funding.api.runs import run
from oab_funding.errors import InputError
from oab_funding.reconciliation.municipalities import MunicipalStream
from oab_funding.reconciliation.reconcile import reconcile_run
from oab_funding.reconciliation.settling import old_amounts_of
from oab_funding.run.opened import open_run
from oab_funding.run.run import Run
from oab_funding.tables.step_result import StepResult

F = Fraction
MINIMUM, CENT = F(64000), F(1, 100)
CODES = [f"GM{number:04}" for number in range(1, 11)]
# Scores in hundredths on both dates; GM0001 has A > 0 and score 0, GM0002 is below the minimum.
LATER = [0, 9001, 40003, 55555, 60007, 71113, 80001, 123457, 250003, 987653]
EARLIER = [0, 8010, 41001, 54321, 61003, 70001, 82003, 120011, 249999, 990001]
S = {code: F(a + b, 200) for code, a, b in zip(CODES, LATER, EARLIER, strict=True)}
OLD = {code: F(60000 + 7919 * n * (n % 4)) * (1 + n) for n, code in enumerate(CODES)}
BUDGET = F("9999999.00")


def half_up(amount: F, step: F = CENT) -> F:
    return floor(amount / step + F(1, 2)) * step


def price_of(budget: F, minimum: F = MINIMUM) -> F:
    """J / K by trying every number of municipalities that could be raised to the minimum."""
    ordered = sorted(S.values())
    for count in range(len(ordered)):
        price = (budget - minimum * count) / sum(ordered[count:])
        below = [s for s in ordered if price * s < minimum]
        if len(below) == count:
            return price
    raise AssertionError


def new(price: F, minimum: F = MINIMUM) -> dict[str, F]:
    return {code: max(minimum, price * s) for code, s in S.items()}


def to_budget(exact: dict[str, F], budget: F) -> dict[str, F]:
    """Cents by largest remainder, ties by ascending code."""
    cents = {code: floor(amount * 100) for code, amount in exact.items()}
    left = int(budget * 100) - sum(cents.values())
    order = sorted(exact, key=lambda code: (cents[code] - exact[code] * 100, code))
    return {code: F(cents[code] + (code in order[:left]), 100) for code in exact}


def rounded(exact: dict[str, F], step: F = CENT) -> dict[str, F]:
    return {code: half_up(amount, step) for code, amount in exact.items()}


def after(exact: dict[str, F], losers: F, gainers: F) -> dict[str, F]:
    return {code: b + (OLD[code] - b) * (losers if OLD[code] > b else gainers) for code, b in exact.items()}


def solved(exact: dict[str, F], losers: F) -> F:
    lost = sum(OLD[code] - b for code, b in exact.items() if OLD[code] > b)
    gained = sum(b - OLD[code] for code, b in exact.items() if OLD[code] < b)
    return min(losers, losers * lost / gained)


PRICE = price_of(BUDGET)
NEW = new(PRICE)
QUARTER = F(1, 4)
GAINERS = solved(NEW, QUARTER)
PAID = after(NEW, QUARTER, GAINERS)


def write(path: Path, header: str, rows: list[tuple[object, ...]]) -> Path:
    path.write_text("\n".join([header, *(",".join(map(str, row)) for row in rows)]) + "\n")
    return path


def money(amount: F) -> str:
    assert (amount * 100).denominator == 1
    return f"{int(amount * 100) // 100}.{int(amount * 100) % 100:02}"


def write_scores(path: Path, hundredths: list[int]) -> Path:
    rows = [
        (code, money(F(n + 50_000, 100)), money(F(n, 100))) for code, n in zip(CODES, hundredths, strict=True)
    ]
    return write(path, "municipality_code,score_raw,score", list(rows))


def opened(folder: Path, *lines: str, year: int = 2021) -> Run:
    """A run on the scores above, with a budget unless a line gives a price."""
    for name, scores in (("later.csv", LATER), ("earlier.csv", EARLIER)):
        if not (folder / name).exists():
            write_scores(folder / name, scores)
    write(folder / "2018.csv", "municipality_code,grant_2018", [(code, money(OLD[code])) for code in CODES])
    money_line = [] if any(line.startswith("price ") for line in lines) else [f'budget = "{money(BUDGET)}"']
    text = ["format = 1", 'title = "T"', "[municipalities]", f"year = {year}", 'scores = "later.csv"']
    (folder / "calculation.toml").write_text(
        "\n".join([*text, 'previous = "earlier.csv"', *money_line, *lines]) + "\n"
    )
    run(folder / "calculation.toml", folder / "run")
    return open_run(folder / "run")


@pytest.fixture
def plain(tmp_path: Path) -> Run:
    """Without a transition."""
    return opened(tmp_path, year=2024)


@pytest.fixture
def paid(tmp_path: Path) -> Run:
    """After a transition with a solved share."""
    return opened(tmp_path, 'grants_2018 = "2018.csv"', 'gainers = "solve"')


def decide(folder: Path, amounts: dict[str, F]) -> Path:
    return write(folder / "d.csv", "municipality_code,amount", [(c, money(a)) for c, a in amounts.items()])


def causes(result: StepResult) -> dict[str, str]:
    return {row["municipality_code"]: row["cause"] for row in result.table.to_pylist()}


def explained(result: StepResult) -> set[str]:
    assert result.figures["unexplained_difference"] == 0
    return set(causes(result).values()) - {"equal"}


def test_the_country_is_one_in_which_all_matters() -> None:
    assert sum(price > 0 for price in (PRICE, GAINERS)) == 2
    assert {code for code, amount in NEW.items() if amount == MINIMUM} == {"GM0001", "GM0002"}
    assert min(sum(OLD[c] > b for c, b in NEW.items()), sum(OLD[c] < b for c, b in NEW.items())) >= 3
    assert PRICE.denominator > 100
    assert to_budget(NEW, BUDGET) != rounded(NEW)


PLAIN: dict[str, tuple[Callable[[], dict[str, F]], str]] = {
    "price": (lambda: rounded(new(F("480.11"))), "price EUR 480.11 (implied by the decisions)"),
    "cents of price": (lambda: rounded(new(half_up(PRICE))), "J/K rounded to cents"),
    "half up": (lambda: rounded(NEW), "cents by half up instead of largest remainder"),
    "no minimum": (
        lambda: to_budget(new(BUDGET / sum(S.values()), F(0)), BUDGET),
        "minimum not applied, the budget divided without it",
    ),
    "not raised": (lambda: rounded(new(PRICE, F(0))), "minimum not applied, at the run's price"),
    "budget": (
        lambda: to_budget(new(price_of(F(11_000_000))), F(11_000_000)),
        "budget EUR 11,000,000.00 (implied by the decisions)",
    ),
    "thousands": (lambda: rounded(NEW, F(1000)), "rounding to whole thousands"),
    "euros": (lambda: rounded(NEW, F(1)), "rounding to whole euros"),
}


@pytest.mark.parametrize("name", PLAIN)
def test_without_a_transition_the_cause_is_found(name: str, plain: Run, tmp_path: Path) -> None:
    amounts, cause = PLAIN[name]
    assert explained(reconcile_run(plain, decide(tmp_path, amounts()))) == {cause}


def test_equal_amounts_need_no_cause(plain: Run, tmp_path: Path) -> None:
    result = reconcile_run(plain, decide(tmp_path, to_budget(NEW, BUDGET)))
    assert result.figures["equal"] == len(CODES)
    assert explained(result) == set()


def test_another_reading_of_who_is_entitled(plain: Run, tmp_path: Path) -> None:
    # Without GM0001 only GM0002 is raised.
    price = (BUDGET - MINIMUM) / sum(s for s in S.values() if s > S["GM0002"])
    exact = new(price) | {"GM0001": F(0)}
    assert explained(reconcile_run(plain, decide(tmp_path, to_budget(exact, BUDGET)))) == {
        "eligibility 'formula'"
    }


def test_a_budget_that_is_not_round_follows_from_the_sum(plain: Run, tmp_path: Path) -> None:
    budget = F("10123456.78")
    result = reconcile_run(plain, decide(tmp_path, to_budget(new(price_of(budget)), budget)))
    assert explained(result) == {"budget EUR 10,123,456.78 (implied by the decisions)"}


def test_part_of_the_decisions_suffices_for_a_round_budget(plain: Run, tmp_path: Path) -> None:
    amounts = to_budget(new(price_of(F(11_000_000))), F(11_000_000))
    result = reconcile_run(plain, decide(tmp_path, {code: amounts[code] for code in CODES[-5:]}))
    found = causes(result)
    assert {found[code] for code in CODES[-5:]} == {"budget EUR 11,000,000.00 (implied by the decisions)"}
    assert set(found) == set(CODES[-5:])
    assert result.figures["not_in_the_decisions"] == 5
    assert "the sum of the decisions" not in str(result.figures["causes_tried"])


def test_another_score_of_one_municipality(plain: Run, tmp_path: Path) -> None:
    amounts = to_budget(NEW, BUDGET)
    amounts["GM0005"] = half_up(PRICE * F("650.005"))
    amounts["GM0009"] += F("0.02")
    result = reconcile_run(plain, decide(tmp_path, amounts))
    assert causes(result)["GM0005"] == f"another score: 650.005 instead of {float(S['GM0005']):.3f}"
    assert causes(result)["GM0009"] == "unexplained"
    assert result.figures["unexplained_difference"] == F("0.02")


def test_another_version_of_the_scores_of_either_date(plain: Run, tmp_path: Path) -> None:
    other = write_scores(tmp_path / "reissued.csv", [*LATER[:-1], LATER[-1] - 777])
    scores = S | {CODES[-1]: S[CODES[-1]] - F(777, 200)}
    exact_price = (BUDGET - 2 * MINIMUM) / sum(s for s in scores.values() if s > S["GM0002"])
    exact = {code: max(MINIMUM, exact_price * s) for code, s in scores.items()}
    decisions = decide(tmp_path, to_budget(exact, BUDGET))
    assert explained(reconcile_run(plain, decisions, other_scores=other)) == {"score file reissued.csv"}
    assert "score file reissued.csv" not in causes(reconcile_run(plain, decisions)).values()
    earlier = write_scores(tmp_path / "reissued2.csv", [*EARLIER[:-1], EARLIER[-1] - 777])
    found = reconcile_run(plain, decisions, other_previous=earlier)
    assert explained(found) == {"score file reissued2.csv"}


PAID_CASES: dict[str, tuple[Callable[[], dict[str, F]], set[str]]] = {
    "before": (lambda: to_budget(NEW, BUDGET), {"transition not applied"}),
    "gainers": (
        lambda: rounded(after(NEW, QUARTER, F("0.0321"))),
        {"gainers' share 3.21% (implied by the decisions)"},
    ),
    "losers": (
        lambda: (
            to_budget(PAID, BUDGET)
            | {c: a for c, a in rounded(after(NEW, F("0.31"), F(0))).items() if OLD[c] > NEW[c]}
        ),
        {"losers' share 31.00% (implied by the decisions)"},
    ),
    "on cents": (
        lambda: rounded(after(to_budget(NEW, BUDGET), QUARTER, GAINERS)),
        {"new amounts brought to cents before the transition"},
    ),
    "gainers on cents": (
        lambda: rounded(after(to_budget(NEW, BUDGET), QUARTER, F("0.0321"))),
        {
            "new amounts brought to cents before the transition"
            " and gainers' share 3.21% (implied by the decisions)"
        },
    ),
    "price before": (
        lambda: rounded(new(F("480.11"))),
        {"transition not applied and price EUR 480.11 (implied by the decisions)"},
    ),
    "budget before": (
        lambda: to_budget(new(price_of(F(11_000_000))), F(11_000_000)),
        {"transition not applied and budget EUR 11,000,000.00 (implied by the decisions)"},
    ),
    "thousands": (lambda: rounded(PAID, F(1000)), {"rounding to whole thousands"}),
    "thousands before": (
        lambda: rounded(NEW, F(1000)),
        {"transition not applied and rounding to whole thousands"},
    ),
    "euros": (lambda: rounded(PAID, F(1)), {"rounding to whole euros"}),
}


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=[pytest.mark.thorough] if n % 3 else []) for n, name in enumerate(PAID_CASES)],
)
def test_with_a_transition_the_cause_is_found(name: str, paid: Run, tmp_path: Path) -> None:
    amounts, expected = PAID_CASES[name]
    found = explained(reconcile_run(paid, decide(tmp_path, amounts())))
    others = {cause for cause in found if cause.startswith(("new amounts brought to cents", "cents by"))}
    assert found - others <= expected
    assert found & expected


def test_another_budget_after_the_transition(paid: Run, tmp_path: Path) -> None:
    budget = F("10500000.00")
    other = new(price_of(budget))
    amounts = to_budget(after(other, QUARTER, solved(other, QUARTER)), budget)
    result = reconcile_run(paid, decide(tmp_path, amounts))
    assert explained(result) == {"budget EUR 10,500,000.00 (implied by the decisions)"}


def test_a_transition_that_the_run_did_not_apply(tmp_path: Path) -> None:
    before = opened(tmp_path)
    decisions = decide(tmp_path, to_budget(PAID, BUDGET))
    result = reconcile_run(before, decisions, other_base=tmp_path / "2018.csv")
    assert explained(result) == {"transition applied"}
    without = reconcile_run(before, decisions)
    assert not any("transition" in cause for cause in causes(without).values())


def test_a_known_price_of_the_law_file_is_tried(tmp_path: Path) -> None:
    before = opened(tmp_path, year=2019)
    result = reconcile_run(before, decide(tmp_path, rounded(new(F("502.66")))))
    [cause] = explained(result)
    assert cause.startswith("price EUR 502.66 (BVOK: provisional")


def test_a_run_with_a_price_is_reconciled_too(tmp_path: Path) -> None:
    priced = opened(tmp_path, 'price = "500.00"', year=2024)
    assert explained(reconcile_run(priced, decide(tmp_path, rounded(new(F(500)))))) == set()
    result = reconcile_run(priced, decide(tmp_path, to_budget(NEW, BUDGET)))
    assert explained(result) == {"budget EUR 9,999,999.00 (implied by the decisions)"}
    tried = str(result.figures["causes_tried"])
    assert "J/K" not in tried
    assert "divided without it" not in tried


def test_one_amount_is_not_explained_by_its_own_sum(tmp_path: Path) -> None:
    for name, scores in (("later.csv", LATER), ("earlier.csv", EARLIER)):
        rows = [(CODES[-1], money(F(scores[-1] + 50_000, 100)), money(F(scores[-1], 100)))]
        write(tmp_path / name, "municipality_code,score_raw,score", list(rows))
    alone = opened(tmp_path, 'price = "500.00"', year=2024)
    result = reconcile_run(alone, decide(tmp_path, {CODES[-1]: F("4000000.01")}))
    assert causes(result)[CODES[-1]] == "unexplained"
    assert "sum of the decisions" not in str(result.figures["causes_tried"])


def test_old_grants_in_a_year_without_a_transition_are_refused(plain: Run, tmp_path: Path) -> None:
    decisions = decide(tmp_path, rounded(NEW))
    with pytest.raises(InputError, match="has no transition"):
        reconcile_run(plain, decisions, other_base=tmp_path / "2018.csv")


def test_a_municipality_at_the_minimum_tells_nothing_of_the_price(tmp_path: Path) -> None:
    # Four get the minimum with the same score: among them one price would fit all.
    alike = [1000, 1000, 1000, 1000, *LATER[4:]]
    write_scores(tmp_path / "later.csv", alike)
    scores = {code: F(a + b, 200) for code, a, b in zip(CODES, alike, [1000] * 4 + EARLIER[4:], strict=True)}
    write_scores(tmp_path / "earlier.csv", [1000] * 4 + EARLIER[4:])
    priced = opened(tmp_path, 'price = "500.00"', year=2024)
    exact = {code: max(MINIMUM, F("480.11") * s) for code, s in scores.items()}
    decisions = decide(tmp_path, {code: rounded(exact)[code] for code in [*CODES[:4], *CODES[-3:]]})
    tried = str(reconcile_run(priced, decisions).figures["causes_tried"])
    assert "price EUR 480.11 (implied by the decisions)" in tried


def test_no_other_score_is_named_after_a_transition_or_for_the_minimum(paid: Run, tmp_path: Path) -> None:
    amounts = to_budget(PAID, BUDGET)
    # What GM0005 would get at another score if there were no transition.
    amounts["GM0005"] = half_up(PRICE * F("650.005"))
    assert causes(reconcile_run(paid, decide(tmp_path, amounts)))["GM0005"] == "unexplained"
    folder = tmp_path / "priced"
    folder.mkdir()
    priced = opened(folder, 'price = "500.00"', year=2024)
    amounts = rounded(new(F(500))) | {"GM0005": MINIMUM}
    assert causes(reconcile_run(priced, decide(tmp_path, amounts)))["GM0005"] == "unexplained"


def test_old_grants_count_as_the_run_chose(tmp_path: Path) -> None:
    rows = [(code, "0.00" if code == "GM0001" else "9900.00", "0.00") for code in CODES[:3]]
    rows += [(code, "9900.00", "500.00") for code in CODES[3:]]
    for name, ordered in (("later.csv", rows), ("earlier.csv", rows[::-1])):
        write(tmp_path / name, "municipality_code,score_raw,score", list(ordered))
    grants = [(code, "100000.00") for code in CODES if code != "GM0010"]
    write(tmp_path / "2018.csv", "municipality_code,grant_2018", list(grants))
    text = ["format = 1", 'title = "T"', "[municipalities]", "year = 2021", 'scores = "later.csv"']
    text += ['previous = "earlier.csv"', 'price = "500.00"', 'grants_2018 = "2018.csv"', 'gainers = "5%"']

    def old(missing: str, ineligible: str) -> dict[str, Fraction | None]:
        more = [f'missing_base = "{missing}"', f'ineligible_with_old_grant = "{ineligible}"']
        (tmp_path / "calculation.toml").write_text("\n".join([*text, *more]) + "\n")
        run(tmp_path / "calculation.toml", tmp_path / missing / ineligible)
        stream = MunicipalStream(open_run(tmp_path / missing / ineligible))
        return old_amounts_of(stream.new(stream.own, None), stream.own)

    everyone = {**dict.fromkeys(CODES[:-1], F(100000)), "GM0010": None}
    assert old("exempt", "share") == everyone
    assert old("zero", "share") == everyone | {"GM0010": F(0)}
    assert old("exempt", "nothing") == everyone | {"GM0001": None}


def test_another_version_of_the_scores_comes_to_the_division_of_the_year(tmp_path: Path) -> None:
    merging = [("GM0004", "GM0003")]
    write(tmp_path / "map.csv", "municipality_code,new_code", list(merging))
    merged = opened(tmp_path, 'price = "500.00"', 'code_map = "map.csv"', year=2024)
    other = write_scores(tmp_path / "reissued.csv", [*LATER[:-1], LATER[-1] + 200])
    amounts = {code: max(MINIMUM, 500 * s) for code, s in S.items() if code not in ("GM0003", "GM0004")}
    amounts["GM0003"] = 500 * (S["GM0003"] + S["GM0004"])
    amounts["GM0010"] += 500
    result = reconcile_run(merged, decide(tmp_path, rounded(amounts)), other_scores=other)
    assert explained(result) == {"score file reissued.csv"}
