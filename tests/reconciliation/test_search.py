"""Random decisions that differ in one or two things from the run: each thing is named, with its value.

The decided amounts are computed here from the law, in plain fractions, and share nothing with the library.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from fractions import Fraction
from math import floor
from pathlib import Path

import pytest

from oab_funding.api.runs import run
from oab_funding.reconciliation.reconcile import reconcile_run
from oab_funding.tables.step_result import StepResult

F = Fraction
HALF, CENT, ONE, NONE = F(1, 2), F(1, 100), F(1), F(0)
KNOWN_GAINERS = F("0.2655")


@dataclass(frozen=True)
class Case:
    """A calculation of school grants."""

    sites: dict[str, tuple[F, ...]]
    old: dict[str, F] | None
    price: F
    year: F = ONE
    losers: F = HALF
    gainers: F | None = KNOWN_GAINERS
    index: F = NONE
    stage: str = "exact"
    rounding: str = "half up"
    step: F = CENT


def half_up(amount: F, step: F = CENT) -> F:
    return floor(amount / step + HALF) * step


def rounded(amount: F, case: Case) -> F:
    steps = amount / case.step
    if case.rounding == "down":
        return floor(steps) * case.step
    if case.rounding == "half to even" and (steps - floor(steps)) == HALF:
        return (floor(steps) + floor(steps) % 2) * case.step
    return half_up(amount, case.step)


def decided(case: Case) -> dict[str, F]:
    unit = case.price * case.year
    new = {code: sum(scores) * unit for code, scores in case.sites.items()}
    if case.stage == "sites":
        new = {code: sum(half_up(s * unit) for s in scores) for code, scores in case.sites.items()}
    if case.stage == "cents":
        new = {code: half_up(amount) for code, amount in new.items()}
    if case.old is None:
        return {code: rounded(amount, case) for code, amount in new.items()}
    old = {code: amount * (1 + case.index) for code, amount in case.old.items()}
    lost = sum(old[code] - b for code, b in new.items() if old[code] > b)
    gained = sum(b - old[code] for code, b in new.items() if old[code] < b)
    gainers = min(case.losers, case.losers * lost / gained) if case.gainers is None else case.gainers
    paid = {
        code: b + (old[code] - b) * (case.losers if old[code] > b else gainers) for code, b in new.items()
    }
    return {code: rounded(amount, case) for code, amount in paid.items()}


def country(seed: int, *, transition: bool, gainers: F | None) -> Case:
    draw = random.Random(seed)
    sites = {
        f"{n:02}A{letter}": tuple(F(draw.randint(2000, 60000), 100) for _ in range(draw.choice((1, 1, 2, 3))))
        for n in range(6)
        for letter in "ABCD"
    }
    old = {
        code: F(floor(sum(scores) * 55950 * F(draw.choice((40, 60, 70, 85, 120, 150, 190)), 100)), 100)
        for code, scores in sites.items()
    }
    return Case(sites, old if transition else None, F("559.50"), gainers=gainers)


def money(amount: F) -> str:
    cents = amount * 100
    assert cents.denominator == 1
    return f"{int(cents) // 100}.{int(cents) % 100:02}"


def reconciled(folder: Path, case: Case, amounts: dict[str, F], year_file: str = "2020-2021") -> StepResult:
    rows = [
        f"{code}{n:02},{money(score)}" for code, all_ in case.sites.items() for n, score in enumerate(all_)
    ]
    (folder / "scores.csv").write_text("\n".join(["site_id,score", *rows]) + "\n")
    text = ["format = 1", 'title = "T"', "[schools]", f'period = "{year_file}"', 'scores = "scores.csv"']
    text.append(f'price = "{money(case.price)}"')
    if case.old is not None:
        base = [f"{code},{money(amount)}" for code, amount in case.old.items()]
        (folder / "base.csv").write_text("\n".join(["school_id,old_base", *base]) + "\n")
        shares = "solve" if case.gainers is None else f"{float(case.gainers * 100):g}%"
        text += ['old_base = "base.csv"', f'gainers = "{shares}"']
    (folder / "calculation.toml").write_text("\n".join(text) + "\n")
    (folder / "d.csv").write_text(
        "\n".join(["school_id,amount", *(f"{code},{money(a)}" for code, a in amounts.items())]) + "\n"
    )
    return reconcile_run(run(folder / "calculation.toml"), folder / "d.csv")


def causes(result: StepResult) -> set[str]:
    return set(result.table.column("cause").to_pylist()) - {"equal"}


IMPLIED = " (implied by the decisions)"
PRICE = ({"price": F("571.23")}, [f"price EUR 571.23{IMPLIED}"])
FIVE = ({"year": F(5, 12)}, ["only the 5/12 accrued in 2020"])
SEVEN = ({"year": F(7, 12)}, ["only the 7/12 accrued in 2021"])
PAID_FIRST = ({"year": F("0.3455")}, ["only the 34.55% paid in 2020"])
INDEX = ({"index": F("0.0135")}, [f"old base indexed by 1.35%{IMPLIED}"])
CENTS = ({"stage": "cents"}, ["new amounts brought to cents before the transition"])
SITES = ({"stage": "sites"}, ["each site rounded to cents"])
EUROS = ({"step": F(1)}, ["rounding to whole euros"])
DOWN = ({"rounding": "down"}, ["rounding down"])
BEFORE = ({"old": None}, ["transition not applied"])
GAINERS = ({"gainers": F("0.3110")}, [f"gainers' share 31.10%{IMPLIED}"])
LOSERS = ({"losers": F("0.55")}, [f"losers' share 55.00%{IMPLIED}"])
SOLVED = ({"gainers": None}, ["gainers' share solved"])
REGULATION = ({"gainers": KNOWN_GAINERS}, ["gainers' share 26.55% of the regulation"])

WITHOUT = [
    (PRICE,),
    (FIVE,),
    (SEVEN,),
    (PAID_FIRST,),
    (SITES,),
    (EUROS,),
    (DOWN,),
    (FIVE, PRICE),
    (SITES, PRICE),
    (DOWN, PRICE),
    (EUROS, PRICE),
    (SITES, FIVE),
    (DOWN, SEVEN),
    (EUROS, FIVE),
]
GIVEN = [
    (PRICE,),
    (FIVE,),
    (SEVEN,),
    (INDEX,),
    (CENTS,),
    (SITES,),
    (EUROS,),
    (DOWN,),
    (BEFORE,),
    (GAINERS,),
    (LOSERS,),
    (SOLVED,),
    (FIVE, PRICE),
    (SEVEN, PRICE),
    (CENTS, PRICE),
    (SITES, PRICE),
    (SOLVED, PRICE),
    (BEFORE, PRICE),
    (GAINERS, PRICE),
    (SOLVED, INDEX),
    (FIVE, INDEX),
    (CENTS, INDEX),
    (BEFORE, FIVE),
    (DOWN, GAINERS),
    (SOLVED, FIVE),
]
SOLVING = [
    (PRICE,),
    (FIVE,),
    (INDEX,),
    (CENTS,),
    (SITES,),
    (EUROS,),
    (BEFORE,),
    (REGULATION,),
    (LOSERS,),
    (FIVE, PRICE),
    (REGULATION, PRICE),
    (REGULATION, INDEX),
    (BEFORE, PRICE),
    (DOWN, PRICE),
    (REGULATION, FIVE),
    (SITES, PRICE),
]
CASES = [
    *(("without", things) for things in WITHOUT),
    *(("given", things) for things in GIVEN),
    *(("solved", things) for things in SOLVING),
]


def said(things: tuple[tuple[dict[str, object], list[str]], ...]) -> str:
    return " and ".join(part for _, parts in things for part in parts)


@pytest.mark.parametrize(
    "number",
    [
        pytest.param(
            n,
            marks=[] if n % 8 == 0 or (kind != "solved" and len(things) == 1) else [pytest.mark.thorough],
            id=f"{kind}: {said(things)}",
        )
        for n, (kind, things) in enumerate(CASES)
    ],
)
def test_what_was_changed_is_named_with_its_value(number: int, tmp_path: Path) -> None:
    kind, things = CASES[number]
    gainers = None if kind == "solved" else KNOWN_GAINERS
    case = country(number, transition=kind != "without", gainers=gainers)
    changed = case
    for values, _ in things:
        changed = replace(changed, **values)  # type: ignore[arg-type]
    amounts = decided(changed)
    result = reconciled(tmp_path, case, amounts)
    assert result.figures["unexplained_difference"] == 0
    counts = {cause: int(str(result.figures[cause])) for cause in causes(result)}
    most = max(counts, key=lambda cause: counts[cause])
    parts = [part for _, parts in things for part in parts]
    assert all(part in most for part in parts), counts
    assert len(most.split(" and ")) == len(parts), counts
    differing = sum(row["difference"] != 0 for row in result.table.to_pylist())
    assert counts[most] == differing, counts


@pytest.mark.parametrize("kind", ["without", "given", "solved"])
@pytest.mark.parametrize("seed", [101, *(pytest.param(n, marks=pytest.mark.thorough) for n in (102, 103))])
def test_another_score_of_one_school_is_named(seed: int, kind: str, tmp_path: Path) -> None:
    gainers = None if kind == "solved" else KNOWN_GAINERS
    case = country(seed, transition=kind != "without", gainers=gainers)
    school = random.Random(seed).choice(sorted(case.sites))
    own = sum(case.sites[school])
    changed = replace(case, sites=case.sites | {school: (own + F("12.34"),)})
    result = reconciled(tmp_path, case, decided(changed))
    assert result.figures["unexplained_difference"] == 0
    assert causes(result) == {f"another score: {money(own + F('12.34'))} instead of {money(own)}"}


@pytest.mark.parametrize(
    "seed", [201, *(pytest.param(n, marks=pytest.mark.thorough) for n in range(202, 206))]
)
def test_noise_is_not_explained(seed: int, tmp_path: Path) -> None:
    draw = random.Random(seed)
    case = country(seed, transition=True, gainers=KNOWN_GAINERS)
    amounts = {code: amount + F(draw.randint(1, 99), 100) * 7 for code, amount in decided(case).items()}
    result = reconciled(tmp_path, case, amounts)
    explained = [row for row in result.table.to_pylist() if row["cause"] != "unexplained"]
    assert len(explained) <= 3, [row["cause"] for row in explained]
