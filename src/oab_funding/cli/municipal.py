"""`oab-funding compare municipalities`, `settle municipalities`: versions of a year, spending periods."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Annotated

import typer

from oab_funding.cli.app import app
from oab_funding.cli.options import Out, Overwrite
from oab_funding.cli.terminal import show_figures

compare = typer.Typer(
    no_args_is_help=True, help="Two versions of one year's decision, side by side.", rich_markup_mode=None
)
settle = typer.Typer(no_args_is_help=True, help="The end of a spending period.", rich_markup_mode=None)
app.add_typer(compare, name="compare")
app.add_typer(settle, name="settle")


@compare.command("municipalities")
def compare_municipalities(
    provisional: Annotated[Path, typer.Option("--provisional", help="Grants of the provisional version.")],
    final: Annotated[Path, typer.Option("--final", help="Grants of the final version.")],
    price: Annotated[
        str, typer.Option("--price", help="Price per unit of the provisional version, in euros.")
    ],
    out: Out,
    year: Annotated[
        int | None,
        typer.Option("--year", help="Budget year; needed only where years differ in their minimum."),
    ] = None,
    overwrite: Overwrite = False,
) -> None:
    """Say what changed from provisional to final grants, and how much of it the own score moved."""
    from oab_funding.grants.versions import compare_versions
    from oab_funding.tables.catalogue import MUNICIPAL_GRANTS
    from oab_funding.tables.files import read_table
    from oab_funding.tables.output import check_table_path, write_table

    check_table_path(out, overwrite)
    per_unit, minimum = _price(price), _minimum(year)
    before, after = (read_table(path, MUNICIPAL_GRANTS) for path in (provisional, final))
    result = compare_versions(before, after, per_unit, minimum)
    write_table(result.table, out, overwrite)
    show_figures({"minimum": minimum, **result.figures})


@settle.command("municipalities")
def settle_municipalities(
    spending: Annotated[
        Path,
        typer.Option("--spending", help="municipality_code, year, granted, spent: every year of the period."),
    ],
    period: Annotated[str, typer.Option("--period", help="Spending period, such as 2019-2022.")],
    out: Out,
    overwrite: Overwrite = False,
) -> None:
    """Say what a municipality may carry over at the end of a spending period, and what is recovered."""
    from oab_funding.grants.spending import settle_spending
    from oab_funding.regulation import Statutes
    from oab_funding.tables.catalogue import SPENDING
    from oab_funding.tables.files import read_table
    from oab_funding.tables.output import check_table_path, write_table

    check_table_path(out, overwrite)
    first, last = _period(period)
    law = Statutes.shipped().municipality_grant(last)
    result = settle_spending(read_table(spending, SPENDING), first, last, law.rule.carry_over_share)
    write_table(result.table, out, overwrite)
    identity = law.source.regulation
    article = f"{identity.title} ({identity.number}), {law.rule.carry_over_article}"
    show_figures({"article": article, "carry_over_share": law.rule.carry_over_share, **result.figures})


def _price(text: str) -> Fraction:
    """Read a price in euros: unrounded as J/K is, so more than two decimals are fine."""
    from oab_funding.errors import InputError
    from oab_funding.exact import to_fraction

    if not re.fullmatch(r"[0-9]+(\.[0-9]+|/[0-9]+)?", text):
        raise InputError(f"the price {text!r} is not an amount", remedy="write it as 502.66")
    price = to_fraction(text)
    if price <= 0:
        raise InputError(f"a price of EUR {text} pays nothing", remedy="give a price above 0")
    return price


def _minimum(year: int | None) -> Decimal:
    """Give the minimum of a year; without one, that of all years, which must be the same."""
    from oab_funding.errors import InputError
    from oab_funding.regulation import Statutes

    statutes = Statutes.shipped()
    if year is not None:
        return statutes.municipality_grant(year).rule.minimum
    parts = (file.municipality_grant for file in statutes.files.values())
    known = {part.minimum for part in parts if part is not None}
    if len(known) > 1:
        raise InputError("the minimum differs by year", remedy="pass --year")
    return known.pop()


def _period(text: str) -> tuple[int, int]:
    """Read a spending period, and refuse one that no regulation lists."""
    from oab_funding.errors import InputError
    from oab_funding.regulation import Statutes

    parts = (file.municipality_grant for file in Statutes.shipped().files.values())
    periods = {
        f"{first}-{last}": (first, last) for part in parts if part for first, last in part.spending_periods
    }
    if text not in periods:
        raise InputError(
            f"{text!r} is no spending period", remedy=f"choose one of {', '.join(sorted(periods))}"
        )
    return periods[text]
