"""`oab-funding fit`, `impute`, `score`: from children's background to education scores."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from oab_funding.cli.app import Out, OutDirectory, Overwrite, app
from oab_funding.cli.imputed_folder import MARKER, contents, identity, taken_up
from oab_funding.cli.sheets import files_said, read_all, write_asked
from oab_funding.cli.terminal import progress, show_figures, show_labels

if TYPE_CHECKING:
    from concurrent.futures import Executor

Pupils = Annotated[Path, typer.Option("--pupils", help="Pupils: .csv or .parquet.")]
PupilsOrFolder = Annotated[
    Path,
    typer.Option("--pupils", help="Pupils: .csv, .parquet, or a folder of .parquet to be taken in parts."),
]
Toddlers = Annotated[Path | None, typer.Option("--toddlers", help="Toddlers: .csv or .parquet.")]
Workers = Annotated[int, typer.Option("--workers", min=1, help="Processes that work on a folder in parts.")]
Sites = Annotated[Path, typer.Option("--sites", help="Register of sites, with municipality_code.")]
Spec = Annotated[str, typer.Option("--spec", help="Features: a shipped name or a TOML file.")]
Day = Annotated[
    datetime | None,
    typer.Option("--date", formats=["%Y-%m-%d"], help="Reference date; the specification's own if left out."),
]
Rounds = Annotated[int, typer.Option("--rounds", min=1, help="Rounds of imputation.")]
Seed = Annotated[int, typer.Option("--seed", min=0, help="Seed of the imputation.")]

_ROUNDS, _SEED, _SCHOOL = 10, 1, "level"
_FITTED = "fitted with this library; not CBS's coefficients"


@app.command("fit")
def fit(
    pupils: PupilsOrFolder,
    sites: Sites,
    out: Annotated[Path, typer.Option("--out", help="Model file to write: .json.")],
    spec: Spec = "cbs-2019",
    date: Day = None,
    label: Annotated[
        str, typer.Option("--label", help="What every output made with the model must say.")
    ] = _FITTED,
    weights: Annotated[
        str | None, typer.Option("--weights", help="Column of pupils that holds survey weights.")
    ] = None,
    scale_values: Annotated[
        str | None,
        typer.Option("--scale-values", help="Scale values for the classes of education: ordinal or nominal."),
    ] = None,
    rounds: Annotated[
        int | None,
        typer.Option("--rounds", min=2, help="Fit on so many rounds of imputation, and pool."),
    ] = None,
    seed: Annotated[
        int | None, typer.Option("--seed", min=0, help="Seed of the imputation.", show_default=str(_SEED))
    ] = None,
    workers: Workers = 1,
    overwrite: Overwrite = False,
) -> None:
    """Fit the indicator exactly, and write the model file."""
    from oab_funding.api.in_parts import fit_in_parts
    from oab_funding.indicator.model import write_model
    from oab_funding.indicator.specification_file import load_specification
    from oab_funding.tables.duo import read_sites
    from oab_funding.tables.files import read_source
    from oab_funding.tables.whole import check_free

    check_free(out, overwrite)
    if rounds is None:
        _check_without({"seed": seed}, "without `rounds`")
    elif scale_values is not None:
        _check_without({"scale_values": scale_values}, "beside `rounds`")
    with progress("fitting"):
        specification = load_specification(spec)
        if pupils.is_dir():
            _check_without({"weights": weights, "scale_values": scale_values, "rounds": rounds}, _FOLDER)
            files = {"sites": read_source(sites)}
            register = read_sites(files["sites"])
            with _workers(workers) as pool:
                fitted = fit_in_parts(pupils, register, specification, _day(date), workers=pool)
        else:
            _check_without({"workers": None if workers == 1 else workers}, _FILE)
            files = {"pupils": read_source(pupils), "sites": read_source(sites)}
            register = read_sites(files["sites"])
            imputing = None if rounds is None else (rounds, _SEED if seed is None else seed)
            fitted = _fitted(
                files["pupils"], register, specification, _day(date), weights, scale_values, imputing
            )
        hashes = {name: file.sha256 for name, file in files.items()}
        model = fitted.model(label=label, source=f"fitted on {pupils.name}", data_sha256=hashes)
        write_model(model, out, overwrite)
    show_labels([model.label])
    show_figures({"n": fitted.n, **{f"left out: {why}": count for why, count in fitted.left_out.items()}})
    show_figures(fitted.published)
    for scale in getattr(fitted, "scale_values", ()):
        names = ", ".join(scale.features)
        show_figures({f"scale value of {names}[{one}]": value for one, value in scale.values.items()})


def _fitted(
    file: Any,
    sites: Any,
    specification: Any,
    day: date | None,
    weights: str | None,
    scale_values: str | None,
    imputing: tuple[int, int] | None,
) -> Any:
    """Fit on those of whom all is known; or on rounds of imputation, given their number and the seed."""
    from typing import cast

    from oab_funding.api import indicator
    from oab_funding.indicator.coding import pupils_schema
    from oab_funding.tables.files import read_table

    pupils = read_table(file, pupils_schema(specification, weights))
    if scale_values is not None:
        level = cast(Any, scale_values)
        return indicator.fit_scale_values(
            pupils, sites, specification, level, reference_date=day, weights=weights
        ).fitted
    if imputing is None:
        return indicator.fit(pupils, sites, specification, day, weights=weights)
    rounds, seed = imputing
    made = indicator.impute(
        pupils, None, sites, rounds=rounds, seed=seed, spec=specification, reference_date=day, for_="fit"
    )
    return indicator.fit(pupils, sites, specification, day, weights=weights, imputed=made)


@app.command("impute")
def impute(
    pupils: Pupils,
    sites: Sites,
    out: OutDirectory,
    toddlers: Toddlers = None,
    rounds: Rounds = _ROUNDS,
    seed: Seed = _SEED,
    school: Annotated[
        str, typer.Option("--school", help="How the school helps to impute education: level or none.")
    ] = _SCHOOL,
    spec: Spec = "cbs-2019",
    date: Day = None,
    overwrite: Overwrite = False,
) -> None:
    """Impute what is not known of the children, round by round."""
    from oab_funding.audit.exact_json import canonical
    from oab_funding.tables.parquet import write_parquet
    from oab_funding.tables.whole import check_directory_free, output_directory

    check_directory_free(out, overwrite, MARKER)
    with progress("imputing"):
        tables = _read(read_all(pupils, toddlers, sites), spec)
        found = _imputed(tables, spec, date, rounds, seed, school)
        with output_directory(out, overwrite, MARKER) as folder:
            for name, table in found.tables.items():
                write_parquet(table, folder / f"{name}.parquet")
            (folder / MARKER).write_bytes(
                canonical({**identity(tables, spec, _day(date)), **contents(found.tables), **found.figures})
            )
    show_figures(found.figures)


@app.command("score")
def score(
    pupils: PupilsOrFolder,
    sites: Sites,
    model: Annotated[
        Path, typer.Option("--model", help="Model file: fitted, or a supplied table of coefficients.")
    ],
    out: Out,
    toddlers: Toddlers = None,
    imputed: Annotated[Path | None, typer.Option("--imputed", help="Folder written by impute.")] = None,
    rounds: Annotated[
        int | None, typer.Option("--rounds", min=1, help="Rounds of imputation.", show_default=str(_ROUNDS))
    ] = None,
    seed: Annotated[
        int | None, typer.Option("--seed", min=0, help="Seed of the imputation.", show_default=str(_SEED))
    ] = None,
    school: Annotated[
        str | None,
        typer.Option(
            "--school",
            help="How the school helps to impute education: level or none.",
            show_default=_SCHOOL,
        ),
    ] = None,
    average: Annotated[str, typer.Option("--average", help="child or institution.")] = "child",
    date: Day = None,
    workers: Workers = 1,
    overwrite: Overwrite = False,
) -> None:
    """Education scores of the children who count; of a folder of pupils, into a folder."""
    from typing import cast

    from oab_funding.indicator.model import read_model
    from oab_funding.indicator.steps import score_population, supply_model
    from oab_funding.tables.output import check_table_path

    if pupils.is_dir():
        given = {"imputed": imputed, "average": None if average == "child" else average}
        _check_without({**given, "overwrite": overwrite or None}, _FOLDER)
        rule = rounds or _ROUNDS, _SEED if seed is None else seed, school or _SCHOOL
        _score_in_parts(pupils, toddlers, sites, model, out, rule, _day(date), workers)
        return
    _check_without({"workers": None if workers == 1 else workers}, _FILE)
    check_table_path(out, overwrite)
    if imputed is not None:
        _check_without({"rounds": rounds, "seed": seed, "school": school}, _IMPUTED)
    with progress("scoring"):
        model_file, *files = read_all(model, pupils, toddlers, sites)
        used = read_model(cast(Any, model_file))
        specification = used.specification
        tables = _read(files, specification)
        day = _day(date) or specification.reference_date
        imputation = None
        if imputed is not None:
            additions, times = taken_up(imputed, identity(tables, specification, day))
        else:
            times = _ROUNDS if rounds is None else rounds
            seed = _SEED if seed is None else seed
            imputation = _imputed(tables, specification, date, times, seed, school or _SCHOOL)
            additions = imputation.tables
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
            rounds=times,
            imputation=imputation,
        )
        sources = files_said(*files, model_file) if out.suffix.lower() == ".xlsx" else []
        write_asked(
            {out.stem: scored.table},
            out,
            overwrite,
            title="Scores of children",
            labels=[used.label],
            sources=sources,
        )
    show_labels([used.label])
    show_figures({name: value for name, value in scored.figures.items() if name != "label"})


def _read(files: Sequence[Any], spec: Any) -> dict[str, Any]:
    """Read pupils, toddlers and sites from files read once; attainment on the scale of the specification."""
    from oab_funding.indicator.coding import pupils_schema
    from oab_funding.indicator.specification_file import load_specification
    from oab_funding.tables.child_tables import TODDLERS
    from oab_funding.tables.duo import read_sites
    from oab_funding.tables.files import read_table

    pupils, toddlers, sites = files
    tables = {
        "pupils": read_table(pupils, pupils_schema(load_specification(spec))),
        "sites": read_sites(sites),
    }
    return tables if toddlers is None else {**tables, "toddlers": read_table(toddlers, TODDLERS)}


def _imputed(
    tables: dict[str, Any], spec: Any, day: datetime | None, rounds: int, seed: int, school: str
) -> Any:
    from typing import cast

    from oab_funding.indicator.imputation.impute import ImputationRule
    from oab_funding.indicator.population import Population
    from oab_funding.indicator.specification_file import load_specification
    from oab_funding.indicator.steps import impute_population
    from oab_funding.tables.child_tables import PUPILS, TODDLERS
    from oab_funding.tables.conform import Checked
    from oab_funding.tables.register_tables import SITES

    specification = load_specification(spec)
    on = _day(day) or specification.reference_date
    toddlers = tables.get("toddlers")
    population = Population.of(
        Checked(tables["pupils"], PUPILS),
        None if toddlers is None else Checked(toddlers, TODDLERS),
        Checked(tables["sites"], SITES),
        specification,
        on,
        _months(on),
    )
    return impute_population(
        tables["pupils"],
        tables.get("toddlers"),
        tables["sites"],
        specification=specification,
        specification_sha256=specification.sha256,
        rule=ImputationRule(rounds, seed, cast(Any, school)),
        toddler_months=_months(on),
        reference_date=on,
        population=population,
    )


def _score_in_parts(
    pupils: Path,
    toddlers: Path | None,
    sites: Path,
    model: Path,
    out: Path,
    rule: tuple[int, int, str],
    day: date | None,
    workers: int,
) -> None:
    from typing import cast

    from oab_funding.api.in_parts import score_in_parts

    rounds, seed, school = rule
    with progress("scoring"), _workers(workers) as pool:
        done = score_in_parts(
            pupils,
            toddlers,
            sites,
            model,
            out,
            rounds=rounds,
            seed=seed,
            school=cast(Any, school),
            reference_date=day,
            workers=pool,
        )
    show_labels([done.label])
    show_figures({"scored": done.dataset().count_rows()})
    show_figures({f"left_out: {reason}": count for reason, count in done.left_out.items()})


@contextmanager
def _workers(count: int) -> Iterator[Executor | None]:
    if count == 1:
        yield None
        return
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    with ProcessPoolExecutor(count, get_context("spawn")) as pool:
        yield pool


_IMPUTED = "beside `imputed`: what was imputed is taken as it is"
_FOLDER = "where pupils are a folder, taken in parts"
_FILE = "where pupils are a file: it is taken as a whole"


def _check_without(options: dict[str, object], where: str) -> None:
    """Refuse options without effect."""
    from oab_funding.errors import InputError

    if given := [f"`{name}`" for name, value in options.items() if value is not None]:
        raise InputError(
            f"{' and '.join(given)} {'has' if len(given) == 1 else 'have'} no effect {where}",
            remedy="leave out the one or the other",
        )


def _months(day: date) -> tuple[int, int]:
    from oab_funding.regulation import Statutes

    formula = Statutes.shipped().municipality_score(day).formula
    return formula.toddler_from_months, formula.toddler_until_months


def _day(day: datetime | None) -> date | None:
    return None if day is None else day.date()
