"""`oab-funding fit`, `impute`, `score`: from children's background to education scores."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from oab_funding.cli.app import app
from oab_funding.cli.options import Out, OutDirectory, Overwrite
from oab_funding.cli.terminal import progress, show_figures, show_labels

Pupils = Annotated[Path, typer.Option("--pupils", help="Pupils: .csv or .parquet.")]
Toddlers = Annotated[Path | None, typer.Option("--toddlers", help="Toddlers: .csv or .parquet.")]
Sites = Annotated[Path, typer.Option("--sites", help="Register of sites, with municipality_code.")]
Spec = Annotated[str, typer.Option("--spec", help="Features: a shipped name or a TOML file.")]
Day = Annotated[
    datetime | None,
    typer.Option("--date", formats=["%Y-%m-%d"], help="Reference date; the specification's own if left out."),
]
Rounds = Annotated[int, typer.Option("--rounds", min=1, help="Rounds of imputation.")]
Seed = Annotated[int, typer.Option("--seed", min=0, help="Seed of the imputation.")]

_MARKER = "imputation.json"
_FITTED = "fitted with this library; not CBS's coefficients"


@app.command("fit")
def fit(
    pupils: Pupils,
    sites: Sites,
    out: Annotated[Path, typer.Option("--out", help="Model file to write: .json.")],
    spec: Spec = "cbs-2019",
    date: Day = None,
    label: Annotated[
        str, typer.Option("--label", help="What every output made with the model must say.")
    ] = _FITTED,
    overwrite: Overwrite = False,
) -> None:
    """Fit the indicator exactly, and write the model file."""
    from oab_funding.indicator.fit import fit as fitted_on
    from oab_funding.indicator.model_file import write_model
    from oab_funding.tables.catalogue import PUPILS
    from oab_funding.tables.duo import read_sites
    from oab_funding.tables.files import read_source, read_table
    from oab_funding.tables.output import check_free

    check_free(out, overwrite)
    with progress("fitting"):
        files = {"pupils": read_source(pupils), "sites": read_source(sites)}
        tables = {"pupils": read_table(files["pupils"], PUPILS), "sites": read_sites(files["sites"])}
        fitted = fitted_on(tables["pupils"], tables["sites"], spec, _day(date))
        hashes = {name: file.sha256 for name, file in files.items()}
        model = fitted.model(label=label, source=f"fitted on {pupils.name}", data_sha256=hashes)
        write_model(model, out, overwrite)
    show_labels([model.label])
    show_figures({"n": fitted.n, **{f"left out: {why}": count for why, count in fitted.left_out.items()}})
    show_figures(fitted.published)


@app.command("impute")
def impute(
    pupils: Pupils,
    sites: Sites,
    out: OutDirectory,
    toddlers: Toddlers = None,
    rounds: Rounds = 10,
    seed: Seed = 1,
    spec: Spec = "cbs-2019",
    date: Day = None,
    overwrite: Overwrite = False,
) -> None:
    """Impute what is not known of the children, round by round."""
    from oab_funding.audit.exact_json import canonical
    from oab_funding.tables.output import check_directory_free, output_directory, write_parquet

    check_directory_free(out, overwrite, _MARKER)
    with progress("imputing"):
        tables = _read(pupils, toddlers, sites)
        found = _imputed(tables, spec, date, rounds, seed)
        with output_directory(out, overwrite, _MARKER) as folder:
            for name, table in found.tables.items():
                write_parquet(table, folder / f"{name}.parquet")
            (folder / _MARKER).write_bytes(canonical({**_identity(spec), **found.figures}))
    show_figures(found.figures)


@app.command("score")
def score(
    pupils: Pupils,
    sites: Sites,
    model: Annotated[
        Path, typer.Option("--model", help="Model file: fitted, or a supplied table of coefficients.")
    ],
    out: Out,
    toddlers: Toddlers = None,
    imputed: Annotated[Path | None, typer.Option("--imputed", help="Folder written by impute.")] = None,
    rounds: Rounds = 10,
    seed: Seed = 1,
    average: Annotated[str, typer.Option("--average", help="child or institution.")] = "child",
    date: Day = None,
    overwrite: Overwrite = False,
) -> None:
    """Education scores of the children who count."""
    from typing import cast

    from oab_funding.indicator.model_file import read_model
    from oab_funding.indicator.steps import score_population, supply_model
    from oab_funding.tables.output import check_table_path, write_table

    check_table_path(out, overwrite)
    with progress("scoring"):
        used = read_model(model)
        tables = _read(pupils, toddlers, sites)
        specification = used.specification
        additions = (
            _taken_up(imputed, specification)
            if imputed
            else _imputed(tables, specification, date, rounds, seed).tables
        )
        day = _day(date) or specification.reference_date
        coefficients = supply_model(model=used, model_sha256="").table
        scored = score_population(
            tables["pupils"],
            tables.get("toddlers"),
            tables["sites"],
            coefficients,
            additions["imputed_education"],
            additions["imputed_stay"],
            additions["imputed_donors"],
            model=used,
            average=cast(Any, average),
            toddler_months=_months(day),
            reference_date=day,
        )
        write_table(scored.table, out, overwrite, [used.label])
    show_labels([used.label])
    show_figures({name: value for name, value in scored.figures.items() if name != "label"})


def _read(pupils: Path, toddlers: Path | None, sites: Path) -> dict[str, Any]:
    from oab_funding.tables.catalogue import PUPILS, TODDLERS
    from oab_funding.tables.duo import read_sites
    from oab_funding.tables.files import read_table

    tables = {"pupils": read_table(pupils, PUPILS), "sites": read_sites(sites)}
    return tables if toddlers is None else {**tables, "toddlers": read_table(toddlers, TODDLERS)}


def _imputed(tables: dict[str, Any], spec: Any, day: datetime | None, rounds: int, seed: int) -> Any:
    from oab_funding.indicator.impute import ImputationRule
    from oab_funding.indicator.specification_file import load_specification
    from oab_funding.indicator.steps import impute_population

    specification = load_specification(spec)
    on = _day(day) or specification.reference_date
    return impute_population(
        tables["pupils"],
        tables.get("toddlers"),
        tables["sites"],
        specification=specification,
        specification_sha256=specification.sha256,
        rule=ImputationRule(rounds, seed),
        toddler_months=_months(on),
        reference_date=on,
    )


def _identity(spec: Any) -> dict[str, str]:
    """Name the features that an imputation belongs to: its categories mean nothing for others."""
    from oab_funding.indicator.specification_file import load_specification

    specification = load_specification(spec)
    return {"specification": specification.name, "specification_sha256": specification.sha256}


def _check_identity(folder: Path, specification: Any) -> None:
    from oab_funding.audit.exact_json import parse
    from oab_funding.errors import InputError, Place
    from oab_funding.tables.files import read_source

    place = Place(str(folder / _MARKER))
    try:
        made = parse(read_source(folder / _MARKER).data)
    except ValueError as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"is not what impute wrote ({error})", place, "impute again") from error
    if not isinstance(made, dict) or made.get("specification_sha256") != specification.sha256:
        name = made.get("specification") if isinstance(made, dict) else None
        raise InputError(
            f"was imputed by the specification {name}, the model's is {specification.name}",
            place,
            "impute again by the model's",
        )


def _taken_up(folder: Path, specification: Any) -> dict[str, Any]:
    from oab_funding.indicator.imputed_tables import SCHEMAS
    from oab_funding.tables.conform import conform
    from oab_funding.tables.files import read_parquet, read_source

    _check_identity(folder, specification)
    tables = {}
    for name, schema in SCHEMAS.items():
        table = read_parquet(read_source(folder / f"{name}.parquet"))
        tables[name] = conform(table, schema, f"{name}.parquet", 1) if table.num_rows else table
    return tables


def _months(day: date) -> tuple[int, int]:
    from oab_funding.regulation import Statutes

    formula = Statutes.shipped().municipality_score(day).formula
    return formula.toddler_from_months, formula.toddler_until_months


def _day(day: datetime | None) -> date | None:
    return None if day is None else day.date()
