"""`oab-funding allocate`: from scores to grants."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from oab_funding.cli.app import (
    Budget,
    Bundle,
    MissingBase,
    Out,
    Overwrite,
    OverwriteBundle,
    Price,
    Source,
    app,
)
from oab_funding.cli.euros import as_options, show_results
from oab_funding.cli.sheets import (
    GRANTS_OF_MUNICIPALITIES,
    GRANTS_OF_SCHOOLS,
    files_said,
    write_asked,
)
from oab_funding.cli.terminal import progress, show, show_labels

if TYPE_CHECKING:
    from oab_funding.run.run import Run

allocate = typer.Typer(no_args_is_help=True, help="From scores to grants.", rich_markup_mode=None)
app.add_typer(allocate, name="allocate")

_LARGEST = 10


@allocate.command("schools")
def schools(
    scores: Annotated[
        Path, typer.Option("--scores", help="Scores of sites: .csv, .parquet or a CBS workbook.")
    ],
    period: Annotated[str, typer.Option("--period", help="2019-2020 to 2022-2023, or 2023 to 2026.")],
    out: Out,
    price: Price = None,
    budget: Budget = None,
    source: Source = "not stated",
    share: Annotated[
        str | None, typer.Option("--share", help="Share of the annual amount, such as 34.55% or 5/12.")
    ] = None,
    sites: Annotated[
        list[Path] | None,
        typer.Option("--sites", help="Register of sites; a second one fills in what the first lacks."),
    ] = None,
    changes: Annotated[
        Path | None, typer.Option("--changes", help="Mergers and independence: site_id, change, target.")
    ] = None,
    old_base: Annotated[
        Path | None, typer.Option("--old-base", help="Old-scheme base per school, for the transition.")
    ] = None,
    gainers: Annotated[
        str | None, typer.Option("--gainers", help="Gainers' share: 26.55%, solve, regulation or none.")
    ] = None,
    missing_base: MissingBase = None,
    base_index: Annotated[
        str | None, typer.Option("--base-index", help="Percentage by which the old base is indexed, as 1.2%.")
    ] = None,
    amount_rounding: Annotated[
        str | None, typer.Option("--amount-rounding", help="half_up, half_even or down.")
    ] = None,
    other_date: Annotated[
        bool, typer.Option("--other-date", help="Allow scores of another reference date (what-if).")
    ] = False,
    bundle: Bundle = None,
    overwrite: Overwrite = False,
    overwrite_bundle: OverwriteBundle = False,
) -> None:
    """Every school's grant in a period: price x score, and the transition where a base is given."""
    options = {
        "period": period,
        "scores": str(scores),
        "sites": [str(path) for path in sites or []],
        "changes": _text(changes),
        "price": price,
        "budget": budget,
        "source": source,
        "share": share,
        "old_base": _text(old_base),
        "gainers": gainers,
        "missing_base": missing_base,
        "base_index": base_index,
        "amount_rounding": amount_rounding,
        "other_date": other_date,
    }
    from oab_funding.run import steps

    title = f"School grants {period}"
    done = _carry_out(
        title, {"schools": options}, GRANTS_OF_SCHOOLS, out, bundle, overwrite, overwrite_bundle
    )
    parts = done.figures(steps.PARTS_OF_SITES) if sites else {}
    in_register = {name: parts[name] for name in parts if name.endswith("sites_not_in_register")}
    asked = (steps.SCHOOLS, steps.PRICE, steps.GRANTS_OF_SCHOOLS)
    shown = {name: value for step in asked for name, value in done.figures(step).items()}
    _show(done, {**shown, **in_register}, "school_grants")


@allocate.command("municipalities")
def municipalities(
    scores: Annotated[
        Path, typer.Option("--scores", help="Scores of municipalities on the later date: .csv or .parquet.")
    ],
    previous: Annotated[Path, typer.Option("--previous", help="Scores on the earlier date.")],
    year: Annotated[int, typer.Option("--year", help="Budget year, 2019 to 2026.")],
    out: Out,
    budget: Budget = None,
    price: Price = None,
    source: Source = "not stated",
    old_base: Annotated[
        Path | None, typer.Option("--old-base", help="Grants of 2018, for the transition.")
    ] = None,
    gainers: Annotated[
        str | None,
        typer.Option("--gainers", help="Gainers' share: 26.55%, solve, solve_rounded, regulation or none."),
    ] = None,
    missing_base: MissingBase = None,
    ineligible: Annotated[
        str | None,
        typer.Option(
            "--ineligible-with-old-grant", help="Not eligible but a grant in 2018: share or nothing."
        ),
    ] = None,
    eligibility: Annotated[
        str | None, typer.Option("--eligibility", help="Who gets the minimum: minimum or formula.")
    ] = None,
    price_rounding: Annotated[
        str | None, typer.Option("--price-rounding", help="Of J/K: none or cents.")
    ] = None,
    remainder: Annotated[
        str | None, typer.Option("--remainder", help="largest_remainder or half_up.")
    ] = None,
    code_map: Annotated[
        Path | None, typer.Option("--code-map", help="Pure mergers: municipality_code, new_code.")
    ] = None,
    bundle: Bundle = None,
    overwrite: Overwrite = False,
    overwrite_bundle: OverwriteBundle = False,
) -> None:
    """Every municipality's grant in a budget year: (H + I) x (J / K), the minimum, and the transition."""
    options = {
        "year": year,
        "scores": str(scores),
        "previous": str(previous),
        "budget": budget,
        "price": price,
        "source": source,
        "grants_2018": _text(old_base),
        "gainers": gainers,
        "missing_base": missing_base,
        "ineligible_with_old_grant": ineligible,
        "eligibility": eligibility,
        "price_rounding": price_rounding,
        "remainder": remainder,
        "code_map": _text(code_map),
    }
    from oab_funding.run import steps

    title, sheets = f"Municipal grants {year}", GRANTS_OF_MUNICIPALITIES
    done = _carry_out(title, {"municipalities": options}, sheets, out, bundle, overwrite, overwrite_bundle)
    said = {"source": done.figures(steps.MONEY)["source"]}
    _show(done, {**done.figures(steps.GRANTS_OF_MUNICIPALITIES), **said}, "municipal_grants")


def _carry_out(
    title: str,
    sections: dict[str, Any],
    asked: tuple[str, ...],
    out: Path,
    bundle: Path | None,
    overwrite: bool,
    overwrite_bundle: bool,
) -> Run:
    """Carry out what the options ask for, and write the tables asked for, the main one first."""
    from oab_funding.api.calculation import Calculation
    from oab_funding.api.runs import run
    from oab_funding.audit import check_bundle_place
    from oab_funding.tables.output import check_table_path

    check_table_path(out, overwrite)
    if bundle is not None:
        check_bundle_place(bundle, overwrite_bundle)
    with as_options(), progress(title) as on_step:
        calculation = Calculation(title=title, **sections)
        done = run(calculation, bundle, overwrite=overwrite_bundle, on_step=on_step)
        tables = {name: done.with_terms(name) for name in asked if done.has(name)}
        [options] = sections.values()
        price = "" if options["source"] == "not stated" else f"price or budget: {options['source']}"
        files = files_said(*done.sources.values())
        sources = [*files, *done.statutes.contents, *filter(None, [price])]
        register = done.table("sites") if done.has("sites") else None
        write_asked(
            tables, out, overwrite, title=title, labels=done.labels, sources=sources, register=register
        )
    return done


def _show(done: Run, figures: Mapping[str, object], table: str) -> None:
    """Print labels and totals first, then the other figures, then the largest grants."""
    from oab_funding.cli.summary import show_largest

    show_labels(done.labels)
    show_results(figures)
    show_largest(done.table(table), number=_LARGEST)
    if done.root is not None:
        show(f"root: {done.root}")


def _text(path: Path | None) -> str | None:
    return None if path is None else str(path)
