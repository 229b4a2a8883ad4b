"""Every equation that an explanation prints holds with the figures it prints, whatever was computed."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from oab_funding.api.runs import run
from oab_funding.errors import DamagedError
from oab_funding.report.document import Derivation
from oab_funding.report.explain import explanation
from oab_funding.run.opened import open_run
from oab_funding.run.run import Run
from report.runs import small_run, table_of

F = Fraction
NUMBER = re.compile(r"-?[0-9][0-9,]*(?:\.[0-9]+)?(?:/[0-9][0-9,]*)?%?")
SIGNS = {"x": "*", "+": "+", "-": "-", "(": "(", ")": ")", "/": "/"}


def value(text: str) -> F | None:
    """What an expression gives, in Fractions; None where letters stand in it."""
    parts: list[str] = []
    rest = text.replace("EUR ", "").strip()
    while rest:
        found = NUMBER.match(rest) if not parts or parts[-1] in ("(", "+", "-", "*", "/") else None
        if found:
            number = found[0].replace(",", "")
            parts.append(f"(F('{number.rstrip('%')}') / {100 if number.endswith('%') else 1})")
            rest = rest[found.end() :].lstrip()
        elif rest[0] in SIGNS:
            parts.append(SIGNS[rest[0]])
            rest = rest[1:].lstrip()
        else:
            return None
    return F(eval("".join(parts), {"F": F}))  # only numbers and signs come here


def check(equation: str) -> int:
    """Check one printed line; say how many of its sides could be computed."""
    exact, _, arrow = equation.partition(" -> ")
    sides = [found for side in exact.split(" = ") if (found := value(side)) is not None]
    assert len(set(sides)) <= 1, equation
    if arrow:
        rounded = arrow.replace("EUR ", "").replace(",", "").rstrip("%")
        unit = F(1, 10 ** len(rounded.partition(".")[2]))
        reached = sides[0] * (100 if arrow.endswith("%") else 1)
        assert 0 < abs(reached - F(rounded)) < unit, equation  # cents by largest remainder may go either way
    return len(sides)


def checked(run: Run, **asked: str) -> list[str]:
    """Check every line of an explanation; give the lines."""
    document = explanation(run, lang="en", **asked)
    blocks = [block for section in document.sections for block in section.blocks]
    lines = [line.equation for block in blocks if isinstance(block, Derivation) for line in block.lines]
    assert sum(check(line) > 1 for line in lines) >= 1, lines
    return lines


def test_the_checker_can_fail() -> None:
    check("paid = 53,963.775 + (65,835.81 - 53,963.775) x 50% = EUR 59,899.7925 -> EUR 59,899.79")
    for wrong in (
        "paid = 53,963.78 + (65,835.81 - 53,963.78) x 50% = EUR 59,899.79",
        "c = 1/3 -> 33.35%",
        "A - B = 1.00 - 1/3 = 0.666667",
    ):
        with pytest.raises(AssertionError):
            check(wrong)


def write(path: Path, header: str, rows: list[tuple[object, ...]]) -> None:
    path.write_text("\n".join([header, *(",".join(map(str, row)) for row in rows)]) + "\n")


def amount(draw: random.Random, low: int, high: int) -> str:
    cents = draw.randint(low, high)
    return f"{cents // 100}.{cents % 100:02}"


@pytest.mark.parametrize("seed", range(12))
def test_every_line_of_a_school_holds(seed: int, tmp_path: Path) -> None:
    draw = random.Random(seed)
    codes = [f"{n:02}A{letter}" for n in range(3) for letter in "AB"]
    scores = [(f"{code}{n:02}", amount(draw, 1, 90000)) for code in codes for n in range(draw.choice((1, 2)))]
    write(tmp_path / "scores.csv", "site_id,score", list(scores))
    text = ["format = 1", 'title = "T"', "[schools]", 'period = "2020-2021"', 'scores = "scores.csv"']
    text.append(f'price = "{amount(draw, 50000, 60000)}"')
    if seed % 4:
        bases = [(code, amount(draw, 1, 60_000_000)) for code in codes[: 6 - seed % 2]]
        write(tmp_path / "base.csv", "school_id,old_base", list(bases))
        text += ['old_base = "base.csv"', f'missing_base = "{draw.choice(("zero", "exempt"))}"']
        gainers = draw.choice(("26.55%", "solve", "13.37%", "none"))
        text += [f'gainers = "{gainers}"', f'base_index = "{draw.choice(("0%", "1.35%", "2%"))}"']
    (tmp_path / "calculation.toml").write_text("\n".join(text) + "\n")
    run(tmp_path / "calculation.toml", tmp_path / "run")
    opened = open_run(tmp_path / "run")
    for row in opened.table("school_grants").to_pylist():
        lines = checked(opened, school=row["school_id"])
        assert any(line.endswith(f"EUR {row['amount']:,}") for line in lines)
    for site, _ in scores:
        checked(opened, site=site)


@pytest.mark.parametrize("seed", range(12))
def test_every_line_of_a_municipality_holds(seed: int, tmp_path: Path) -> None:
    draw = random.Random(seed)
    codes = [f"GM{n:04}" for n in range(1, 7)]
    for name in ("later", "earlier"):
        rows = [(code, amount(draw, 9_000_000, 9_500_000), amount(draw, 0, 9_000_000)) for code in codes]
        rows[0] = (codes[0], "10.00", "0.00")
        write(tmp_path / f"{name}.csv", "municipality_code,score_raw,score", list(rows))
    money = f'budget = "{amount(draw, 10**9, 2 * 10**9)}"' if seed % 3 else 'price = "502.66"'
    text = ["format = 1", 'title = "T"', "[municipalities]", "year = 2021", 'scores = "later.csv"']
    text += ['previous = "earlier.csv"', money]
    if seed % 2 and seed % 3:
        text.append(f'price_rounding = "{draw.choice(("none", "cents"))}"')
    if seed % 4:
        grants = [(code, amount(draw, 0, 500_000_000)) for code in codes]
        write(tmp_path / "2018.csv", "municipality_code,grant_2018", list(grants))
        text += ['grants_2018 = "2018.csv"', f'gainers = "{draw.choice(("solve", "solve_rounded", "12%"))}"']
    (tmp_path / "calculation.toml").write_text("\n".join(text) + "\n")
    run(tmp_path / "calculation.toml", tmp_path / "run")
    opened = open_run(tmp_path / "run")
    for code in codes:
        checked(opened, municipality=code)


@pytest.mark.parametrize("asked", [{"school": "00AP"}, {"site": "00AP00"}])
def test_an_amount_that_does_not_follow_is_not_printed(asked: dict[str, str]) -> None:
    whole = small_run()
    rows = whole.table("school_grants").to_pylist()
    rows[0] |= {"amount_new": "99999.99", "amount": "99999.99"}
    changed = replace(whole, tables={**whole.tables, "school_grants": table_of("school_grants", rows)})
    with pytest.raises(DamagedError, match=r"recorded as 99999.99, but what the run holds gives 18474.69"):
        explanation(changed, lang="en", **asked)
