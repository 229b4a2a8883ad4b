"""`oab-funding fit`, `impute`, `score`: from children's background to education scores."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from oab_funding.cli.app import Out, OutDirectory, Overwrite, app
from oab_funding.cli.sheets import files_said, read_all, write_asked
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
_ROUNDS, _SEED, _SCHOOL = 10, 1, "level"
_NOT_USED = {
    "pupils": ("attainment", "ability"),
    "toddlers": (),
    "sites": ("board_id", "municipality_name", "province", "name", "pupils"),
}
"""Columns of each table on which no imputation depends."""
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
    weights: Annotated[
        str | None, typer.Option("--weights", help="Column of pupils that holds survey weights.")
    ] = None,
    scale_values: Annotated[
        str | None,
        typer.Option("--scale-values", help="Scale values for the classes of education: ordinal or nominal."),
    ] = None,
    overwrite: Overwrite = False,
) -> None:
    """Fit the indicator exactly, and write the model file."""
    from typing import cast

    from oab_funding.indicator.coding import code_children, pupils_schema
    from oab_funding.indicator.fit import fit_coded
    from oab_funding.indicator.model import write_model
    from oab_funding.indicator.scale_values.fit import fit_scale_values
    from oab_funding.indicator.specification_file import load_specification
    from oab_funding.tables.duo import read_sites
    from oab_funding.tables.files import read_source, read_table
    from oab_funding.tables.whole import check_free

    check_free(out, overwrite)
    with progress("fitting"):
        files = {"pupils": read_source(pupils), "sites": read_source(sites)}
        specification = load_specification(spec)
        children = read_table(files["pupils"], pupils_schema(specification, weights))
        coded = code_children(
            children, read_sites(files["sites"]), specification, _day(date), for_fit=True, weights=weights
        )
        if scale_values is None:
            fitted = fit_coded(coded, specification)
        else:
            fitted = fit_scale_values(coded, specification, cast(Any, scale_values)).fitted
        hashes = {name: file.sha256 for name, file in files.items()}
        model = fitted.model(label=label, source=f"fitted on {pupils.name}", data_sha256=hashes)
        write_model(model, out, overwrite)
    show_labels([model.label])
    show_figures({"n": fitted.n, **{f"left out: {why}": count for why, count in fitted.left_out.items()}})
    show_figures(fitted.published)
    for scale in fitted.scale_values:
        names = ", ".join(scale.features)
        show_figures({f"scale value of {names}[{one}]": value for one, value in scale.values.items()})


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

    check_directory_free(out, overwrite, _MARKER)
    with progress("imputing"):
        tables = _read(*read_all(pupils, toddlers, sites), spec)
        found = _imputed(tables, spec, date, rounds, seed, school)
        with output_directory(out, overwrite, _MARKER) as folder:
            for name, table in found.tables.items():
                write_parquet(table, folder / f"{name}.parquet")
            (folder / _MARKER).write_bytes(
                canonical({**_identity(tables, spec, date), **_contents(found.tables), **found.figures})
            )
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
    overwrite: Overwrite = False,
) -> None:
    """Education scores of the children who count."""
    from typing import cast

    from oab_funding.indicator.model import read_model
    from oab_funding.indicator.steps import score_population, supply_model
    from oab_funding.tables.output import check_table_path

    check_table_path(out, overwrite)
    if imputed is not None:
        _check_without({"rounds": rounds, "seed": seed, "school": school})
    with progress("scoring"):
        model_file, *files = read_all(model, pupils, toddlers, sites)
        used = read_model(cast(Any, model_file))
        specification = used.specification
        tables = _read(*files, specification)
        day = _day(date) or specification.reference_date
        imputation = None
        if imputed is not None:
            additions, times = _taken_up(imputed, _identity(tables, specification, date))
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


def _read(pupils: Any, toddlers: Any, sites: Any, spec: Any) -> dict[str, Any]:
    """Read the tables of files, which were read once; attainment on the scale of the specification."""
    from oab_funding.indicator.coding import pupils_schema
    from oab_funding.indicator.specification_file import load_specification
    from oab_funding.tables.child_tables import TODDLERS
    from oab_funding.tables.duo import read_sites
    from oab_funding.tables.files import read_table

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


def _check_without(options: dict[str, object]) -> None:
    """Refuse options that say how to impute where it was done already."""
    from oab_funding.errors import InputError

    if given := [f"`{name}`" for name, value in options.items() if value is not None]:
        raise InputError(
            f"{' and '.join(given)} {'has' if len(given) == 1 else 'have'} no effect beside `imputed`: "
            "what was imputed is taken as it is",
            remedy="leave out the one or the other",
        )


def _identity(tables: dict[str, Any], spec: Any, day: datetime | None) -> dict[str, Any]:
    """Name what an imputation belongs to: for other features, another day or other children it is no good."""
    from oab_funding.audit.content import content_hash
    from oab_funding.indicator.specification_file import load_specification
    from oab_funding.tables.child_tables import PUPILS, TODDLERS
    from oab_funding.tables.register_tables import SITES

    specification = load_specification(spec)
    schemas = {"pupils": PUPILS, "sites": SITES, "toddlers": TODDLERS}
    hashes = {}
    for name, table in tables.items():
        used = table.select([column for column in table.column_names if column not in _NOT_USED[name]])
        hashes[f"{name}_sha256"] = content_hash(used, schemas[name].key)
    return {
        "specification": specification.name,
        "specification_sha256": specification.sha256,
        "reference_date": str(_day(day) or specification.reference_date),
        **hashes,
    }


def _contents(tables: Any) -> dict[str, str]:
    """Hash what was imputed."""
    from oab_funding.audit.content import content_hash
    from oab_funding.indicator.imputation.tables import SCHEMAS

    return {f"{name}_sha256": content_hash(tables[name], schema.key) for name, schema in SCHEMAS.items()}


def _marker(folder: Path, wanted: dict[str, Any]) -> dict[str, Any]:
    """Read what an imputation belongs to, and refuse one of something else."""
    from oab_funding.errors import InputError, Place
    from oab_funding.tables.documents import read_json
    from oab_funding.tables.files import read_source

    place = Place(str(folder / _MARKER))
    made = read_json(read_source(folder / _MARKER).data, str(folder / _MARKER))
    if made.get("specification_sha256") != wanted["specification_sha256"]:
        raise InputError(
            f"was imputed by the specification {made.get('specification')}, "
            f"the model's is {wanted['specification']}",
            place,
            "impute again by the model's",
        )
    if made.get("reference_date") != wanted["reference_date"]:
        raise InputError(
            f"was imputed for {made.get('reference_date', 'a date not stated')}, not for "
            f"{wanted['reference_date']}",
            place,
            "impute again for this date",
        )
    for name in ("pupils", "toddlers", "sites"):
        if made.get(f"{name}_sha256") != wanted.get(f"{name}_sha256"):
            raise InputError(
                f"was imputed from other {name} than those given", place, "impute again from these"
            )
    if type(made.get("rounds")) is not int or made["rounds"] < 1:
        raise InputError("does not say how many rounds there are", place, "impute again")
    return made


def _taken_up(folder: Path, wanted: dict[str, Any]) -> tuple[dict[str, Any], int]:
    from oab_funding.errors import InputError, Place
    from oab_funding.indicator.imputation.tables import SCHEMAS
    from oab_funding.tables.conform import conform
    from oab_funding.tables.files import read_parquet, read_source

    made = _marker(folder, wanted)
    tables = {}
    for name, schema in SCHEMAS.items():
        table = read_parquet(read_source(folder / f"{name}.parquet"))
        tables[name] = conform(table, schema, f"{name}.parquet", 1, empty=True)
    for name, content in _contents(tables).items():
        if made.get(name) != content:
            file = name.removesuffix("_sha256")
            raise InputError(
                f"is not the table that {_MARKER} was written with",
                Place(str(folder / f"{file}.parquet")),
                "impute again",
            )
    return tables, made["rounds"]


def _months(day: date) -> tuple[int, int]:
    from oab_funding.regulation import Statutes

    formula = Statutes.shipped().municipality_score(day).formula
    return formula.toddler_from_months, formula.toddler_until_months


def _day(day: datetime | None) -> date | None:
    return None if day is None else day.date()
