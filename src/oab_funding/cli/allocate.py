"""`oab-funding allocate`: from scores to grants."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from oab_funding.cli.app import app
from oab_funding.cli.euros import as_options, show_results
from oab_funding.cli.options import (
    Budget,
    Bundle,
    MissingBase,
    Out,
    Overwrite,
    OverwriteBundle,
    Price,
    Source,
)
from oab_funding.cli.sheets import (
    GRANTS_OF_MUNICIPALITIES,
    GRANTS_OF_SCHOOLS,
    files_said,
    write_asked,
)
from oab_funding.cli.terminal import progress, show, show_labels
from oab_funding.run.calculation_text import calculation_text

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
    title = f"School grants {period}"
    done = _carry_out(title, {"schools": options}, _OF_SCHOOLS, out, bundle, overwrite, overwrite_bundle)
    figures = done.outcome.figures
    parts = figures["parts of sites"] if sites else {}
    in_register = {name: parts[name] for name in parts if name.endswith("sites_not_in_register")}
    shown = figures["scores of schools"] | figures["price per unit"] | figures["grants of schools"]
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
    title = f"Municipal grants {year}"
    done = _carry_out(
        title, {"municipalities": options}, _OF_MUNICIPALITIES, out, bundle, overwrite, overwrite_bundle
    )
    said = {"source": done.outcome.figures["budget or price"]["source"]}
    _show(done, {**done.outcome.figures["grants of municipalities"], **said}, "municipal_grants")


_OF_SCHOOLS = (GRANTS_OF_SCHOOLS, "grants of schools", "period")
_OF_MUNICIPALITIES = (GRANTS_OF_MUNICIPALITIES, "grants of municipalities", "year")
"""The tables of grants, the one asked for first; its step; and the key of the period."""
_FILES = ("scores", "previous", "changes", "old_base", "grants_2018", "code_map")
"""Options that name one file."""


def _carry_out(
    title: str,
    sections: dict[str, dict[str, Any]],
    stream: tuple[tuple[str, ...], str, str],
    out: Path,
    bundle: Path | None,
    overwrite: bool,
    overwrite_bundle: bool,
) -> Any:
    from oab_funding.api.running import carry_out
    from oab_funding.audit import check_bundle_place
    from oab_funding.grants.terms import terms_by_figures, with_terms
    from oab_funding.run.calculation_file import read_calculation
    from oab_funding.tables.output import check_table_path

    check_table_path(out, overwrite)
    if bundle is not None:
        check_bundle_place(bundle, overwrite_bundle)
    text = calculation_text(title, sections)
    names, step, key = stream
    with as_options(), progress(title) as on_step:
        calculation = read_calculation(text, "options")
        done = carry_out(calculation, text, Path(), bundle, overwrite=overwrite_bundle, on_step=on_step)
        figures = done.outcome.figures[step]
        [options] = sections.values()
        terms = terms_by_figures(str(options[key]), figures)
        tables = {name: done.outcome.tables[name] for name in names if name in done.outcome.tables}
        tables[names[0]] = with_terms(tables[names[0]], terms)
        inputs = [options[name] for name in _FILES if options.get(name)] + options.get("sites", [])
        price = "" if options["source"] == "not stated" else f"price or budget: {options['source']}"
        sources = [*files_said(*map(Path, inputs)), *done.outcome.regulation_files, *filter(None, [price])]
        register = done.outcome.tables.get("sites")
        write_asked(
            tables, out, overwrite, title=title, labels=done.labels, sources=sources, register=register
        )
    return done


def _show(done: Any, figures: Mapping[str, object], table: str) -> None:
    """Print labels and totals first, then the other figures, then the largest grants."""
    from oab_funding.cli.summary import show_largest

    show_labels(done.labels)
    show_results(figures)
    show_largest(done.outcome.tables[table], number=_LARGEST)
    if done.root is not None:
        show(f"root: {done.root}")


def _text(path: Path | None) -> str | None:
    return None if path is None else str(path)
