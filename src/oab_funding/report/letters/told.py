"""What letters have in common: the steps of a score in plain words, a comparison, and how to check them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import cast

import pyarrow.compute as pc

from oab_funding.exact import round_exact, to_fraction
from oab_funding.exact.fraction import Exact
from oab_funding.report.document import Column, Grid, Paragraph, Section
from oab_funding.report.institutions.telling import Row, Telling
from oab_funding.run.steps import Step

_SHOWN = 2
"""Decimals of scores, thresholds and means in a letter: those that CBS publishes."""

_MEANS = 4
"""Decimals of C - G where it was inferred: with fewer the threshold could not be computed again."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One figure in two runs: its name, what it was and is, and whether it is money."""

    name: str
    then: Exact | None
    now: Exact | None
    money: bool = False


def rounded(telling: Telling, value: Exact | None) -> str:
    """Write a number with two decimals."""
    return telling.n.unknown if value is None else telling.n.number(value, _SHOWN)


def children_told(
    telling: Telling, step: Step, share: Exact | None, *, toddlers: bool = False
) -> list[Paragraph]:
    """Say what a child's score is, and which children count: the line, where it is known.

    Parameters
    ----------
    telling
        The run.
    step
        The step whose target group it is.
    share
        The share of children with the lowest scores who count.
    toddlers
        Whether toddlers are among them.
    """
    t, line = telling.t, telling.exact(step, "line")
    who = t("letter.who_toddlers" if toddlers else "letter.who_pupils")
    texts = [t("letter.child"), t("letter.line", share=telling.n.percent(share), who=who)]
    texts[1] += " " + (t("letter.line_at", line=rounded(telling, line)) if line else t("letter.line_unknown"))
    return numbered(texts)


def numbered(texts: Iterable[str], first: int = 1) -> list[Paragraph]:
    """Give texts as numbered paragraphs."""
    return [Paragraph(f"{number}. {text}") for number, text in enumerate(texts, first)]


def threshold_told(telling: Telling, share: Exact | None, difference: Exact | None, unit: str) -> str:
    """Say what is taken off, and of what it is a share; `unit` says of whom: a site or a municipality."""
    t, n = telling.t, telling.n
    if difference is None:
        return t("letter.threshold_unknown", unit=unit)
    exact = to_fraction(difference)
    shown = n.number(exact, _SHOWN if telling.hides else _MEANS)
    return t("letter.threshold", share=n.percent(share), difference=shown, unit=unit)


def score_told(telling: Telling, derived: Row, score: Decimal) -> str:
    """Say what is left of A after the threshold B, or that nothing is, from a row of derivations."""
    t, raw, threshold = telling.t, derived.get("score_raw"), derived.get("threshold")
    values = {"raw": rounded(telling, raw), "threshold": rounded(telling, threshold)}
    values["score"] = rounded(telling, score)
    if raw is None or threshold is None:
        return t("letter.score_given", score=values["score"])
    below = to_fraction(raw) <= to_fraction(threshold)
    if score == 0 and below:
        return t("letter.score_none", **values)
    apart = round_exact(to_fraction(raw) - to_fraction(values_of(threshold)), _SHOWN)
    last = "" if apart == score else " " + t("letter.last_decimal")
    return t("letter.score", **values) + last


def values_of(number: Exact) -> Decimal:
    """Give a number as a letter shows it, to two decimals."""
    return round_exact(to_fraction(number), _SHOWN)


def whole_country(telling: Telling, table: str) -> dict[str, str]:
    """Count who is in a table of grants, who of them gets money, and how much in all; all counted anew."""
    amounts = telling.run.table(table).column("amount")
    return {
        "all": telling.n.number(len(amounts)),
        "paid": telling.n.number(pc.sum(pc.greater(amounts, 0)).as_py() or 0),
        "total": telling.n.euros(sum(cast(list[Decimal], amounts.to_pylist()), Decimal(0))),
    }


def compared_section(telling: Telling, periods: Sequence[str], rows: Sequence[Compared]) -> Section:
    """Put the figures of an earlier run beside those of this one, with the differences.

    Parameters
    ----------
    telling
        The run.
    periods
        The period or year of the earlier run and of this one.
    rows
        What is compared; none where the earlier run does not have the institution.
    """
    t, title = telling.t, telling.t("letter.changed_title")
    if not rows:
        return Section(title, (Paragraph(t("letter.not_then")),))
    named = (t("letter.then", period=periods[0]), t("letter.now", period=periods[1]), t("letter.difference"))
    columns = (Column(t("column.figure")), *(Column(name, numeric=True) for name in named))
    known = [row for row in rows if row.then is not None and row.now is not None]
    grid = Grid(t("letter.changed_caption"), columns, tuple(_compared(telling, row) for row in known))
    return Section(title, (grid, Paragraph(t("letter.changed_why"))))


def _compared(telling: Telling, row: Compared) -> tuple[str, ...]:
    n = telling.n
    then, now = to_fraction(cast(Exact, row.then)), to_fraction(cast(Exact, row.now))
    places = None if _whole(then, now) and not row.money else _SHOWN

    def write(value: Fraction) -> str:
        return n.euros(value) if row.money else n.number(value, places)

    return row.name, write(then), write(now), _signed(write(now - then), now - then)


def _whole(*values: Fraction) -> bool:
    return all(value.denominator == 1 for value in values)


def _signed(written: str, value: Fraction) -> str:
    if value == 0:
        return written
    mark = "+" if value > 0 else "\N{MINUS SIGN}"
    return f"{mark} {written.replace('-', '')}"


def closing_section(telling: Telling) -> Section:
    """Say how the letter can be checked, and what it is not."""
    t, run = telling.t, telling.run
    root = t("letter.root", root=run.root) if run.root else t("letter.no_root")
    texts = (t("letter.checked", run=t.label(run.calculation.title)), root, t("letter.no_decision"))
    return Section(t("letter.check_title"), tuple(map(Paragraph, texts)))
