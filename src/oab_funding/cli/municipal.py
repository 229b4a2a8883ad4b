"""`oab-funding compare`, `settle municipalities`: versions of a year, spending periods."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from oab_funding.cli.app import Out, Overwrite, app
from oab_funding.cli.euros import show_results
from oab_funding.cli.sheets import files_said, read_all, write_asked
from oab_funding.cli.terminal import show_labels

if TYPE_CHECKING:
    from oab_funding.grants.terms import Terms

compare = typer.Typer(
    no_args_is_help=True, help="Two versions of one decision, side by side.", rich_markup_mode=None
)
settle = typer.Typer(no_args_is_help=True, help="The end of a spending period.", rich_markup_mode=None)
app.add_typer(compare, name="compare")
app.add_typer(settle, name="settle")


Provisional = Annotated[Path, typer.Option("--provisional", help="Grants of the provisional version.")]
Final = Annotated[Path, typer.Option("--final", help="Grants of the final version.")]
ProvisionalPrice = Annotated[
    str | None,
    typer.Option("--price", help="Price per unit of the provisional version, if its file is silent."),
]
FinalPrice = Annotated[
    str | None,
    typer.Option("--final-price", help="Price per unit of the final version, if its file is silent."),
]
Anyway = Annotated[
    bool, typer.Option("--anyway", help="Compare versions of other periods or of other standing as well.")
]


@compare.command("municipalities")
def compare_municipalities(
    provisional: Provisional,
    final: Final,
    out: Out,
    price: ProvisionalPrice = None,
    final_price: FinalPrice = None,
    year: Annotated[
        str | None, typer.Option("--year", help="Budget year of both, if the files are silent.")
    ] = None,
    anyway: Anyway = False,
    overwrite: Overwrite = False,
) -> None:
    """Say what changed from provisional to final grants: by score, price, minimum and transition."""
    from oab_funding.tables.grant_tables import MUNICIPAL_GRANTS

    given = [_Given(provisional, year, price), _Given(final, year, final_price)]
    _compare(given, MUNICIPAL_GRANTS, "year", out, anyway, overwrite)


@compare.command("schools")
def compare_schools(
    provisional: Provisional,
    final: Final,
    out: Out,
    price: ProvisionalPrice = None,
    final_price: FinalPrice = None,
    period: Annotated[
        str | None, typer.Option("--period", help="Period of both, if the files are silent.")
    ] = None,
    anyway: Anyway = False,
    overwrite: Overwrite = False,
) -> None:
    """Say what changed from provisional to final grants: by score, price and transition."""
    from oab_funding.tables.grant_tables import SCHOOL_GRANTS

    given = [_Given(provisional, period, price), _Given(final, period, final_price)]
    _compare(given, SCHOOL_GRANTS, "period", out, anyway, overwrite)


@dataclass(frozen=True)
class _Given:
    """A version, and what the options say of it."""

    path: Path
    period: str | None
    price: str | None


def _compare(
    given: Sequence[_Given], schema: Any, key: str, out: Path, anyway: bool, overwrite: bool
) -> None:
    from oab_funding.errors import InputError
    from oab_funding.grants.terms import schema_with_terms
    from oab_funding.grants.versions import compare_versions
    from oab_funding.regulation import Statutes
    from oab_funding.tables.carried_labels import labels_of
    from oab_funding.tables.files import read_source, read_table
    from oab_funding.tables.output import check_table_path

    check_table_path(out, overwrite)
    if given[0].path.resolve() == given[1].path.resolve():
        raise InputError("the same file is given as both versions", remedy="give the other one")
    files = [read_source(each.path) for each in given]
    tables = [read_table(file, schema_with_terms(schema)) for file in files]
    terms = [_terms(table, each, key, name) for table, each, name in zip(tables, given, _NAMES, strict=True)]
    carried = (label for file in files for label in labels_of(file))
    Statutes.shipped().look_up(_STREAM[key], str(terms[0].period))
    labels = [*dict.fromkeys([*_across(terms, anyway), *carried])]
    result = compare_versions(*tables, *(each.unit_price for each in terms))
    write_asked(
        {"changes": result.table},
        out,
        overwrite,
        title=f"Provisional and final grants of {terms[0].period}",
        labels=labels,
        sources=files_said(*files),
    )
    show_labels(labels)
    show_results({**result.figures, key: terms[0].period, **_prices(terms)})


_STREAM: dict[str, Any] = {"period": "school-grant", "year": "municipality-grant"}
_NAMES = ("price", "final_price")
"""The option of the price of each version."""


def _terms(table: Any, given: _Given, key: str, name: str) -> Terms:
    """Give the terms of a version: its own, and of what it does not say that of the options."""
    from oab_funding.errors import InputError, Place
    from oab_funding.grants.terms import Terms, terms_of

    place = Place(str(given.path))
    said = terms_of(table, str(given.path))
    if given.period is not None and said.period not in (None, given.period):
        raise InputError(f"is of {said.period}, not of {given.period}", place, f"leave out `{key}`")
    period = said.period or given.period
    if period is None:
        raise InputError(f"does not say its {key}", place, f"give `{key}`")
    price = None if given.price is None else _price(given.price, name)
    if price is None and said.unit_price is None:
        raise InputError("does not say its price per unit", place, f"give `{name}`")
    if price is not None and said.unit_price is not None and not _is_rounded(price, said.unit_price):
        raise InputError(
            f"has a price per unit of {said.unit_price}, not {given.price}", place, f"leave out `{name}`"
        )
    old = "old_base" if "old_base" in table.column_names else "grant_2018"
    seen = "applied" if table.column(old).null_count < table.num_rows else "not applied"
    return Terms(period, said.unit_price or price, said.transition or seen)


def _is_rounded(price: Fraction, exact: Fraction) -> bool:
    """Say whether a price is the exact one, or that in cents."""
    from oab_funding.exact import round_exact

    return price in (exact, Fraction(round_exact(exact, 2)))


def _across(terms: Sequence[Terms], anyway: bool) -> list[str]:
    """Refuse versions that are no two of one decision; with `anyway` say so in a label."""
    from oab_funding.errors import InputError

    (first, second), labels = terms, []
    for one, other, what in (
        (first.period, second.period, "are of"),
        (_standing(first), _standing(second), "have their transition"),
    ):
        if one != other:
            labels.append(f"compared across: the versions {what} {one} and {other}")
    if labels and not anyway:
        raise InputError(
            labels[0].removeprefix("compared across: "),
            remedy="give two versions of one decision, or `anyway`",
        )
    return labels


def _standing(terms: Terms) -> str:
    return "applied" if terms.transition == "applied" else "not applied"


def _prices(terms: Sequence[Terms]) -> dict[str, object]:
    return {name: each.unit_price for name, each in zip(_NAMES, terms, strict=True)}


@settle.command("municipalities")
def settle_municipalities(
    spending: Annotated[
        Path,
        typer.Option("--spending", help="municipality_code, year, granted, spent: every year of the period."),
    ],
    period: Annotated[str, typer.Option("--period", help="Spending period, such as 2019-2022.")],
    out: Out,
    account: Annotated[
        Path | None, typer.Option("--account", help="Also write the account of every year to this file.")
    ] = None,
    carried_in: Annotated[
        Path | None, typer.Option("--carried-in", help="Settlement of the period before.")
    ] = None,
    overwrite: Overwrite = False,
) -> None:
    """Say what a municipality may carry over at the end of a spending period, and what is recovered."""
    from oab_funding.preschool.account import spending_account
    from oab_funding.tables.output import check_table_path

    for path in filter(None, (out, account)):
        check_table_path(path, overwrite)
    files = read_all(spending, carried_in)
    outcome = spending_account(files[0], period=period, carried_in=files[1])
    settlement = {"settlement": outcome.step.tables["spending_settlement"]}
    title, sources = f"Spending period {period}", files_said(*files)
    write_asked(settlement, out, overwrite, title=title, labels=outcome.labels, sources=sources)
    if account is not None:
        outcome.save(account, overwrite=overwrite)
    show_labels(outcome.labels)
    show_results({"article": outcome.sources[0], **outcome.figures})


def _price(text: str, name: str) -> Fraction:
    """Read a price in euros: unrounded as J/K is, so more than two decimals are fine."""
    from oab_funding.errors import InputError, Place
    from oab_funding.exact import to_fraction
    from oab_funding.exact.given import LARGEST_PRICE

    place = Place(value=text, argument=name)
    if not re.fullmatch(r"[0-9]{1,40}(\.[0-9]{1,40}|/[0-9]{1,40})?", text):
        raise InputError("is not an amount", place, "write it as 502.66")
    price = to_fraction(text, place)
    if not 0 < price < LARGEST_PRICE:
        raise InputError("is no price", place, f"give one above 0 and below EUR {LARGEST_PRICE:,d}")
    return price
