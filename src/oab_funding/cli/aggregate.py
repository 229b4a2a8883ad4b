"""`oab-funding aggregate`: from scored children to the scores of sites or municipalities."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from oab_funding.calculation_text import calculation_text
from oab_funding.cli import app
from oab_funding.cli.options import Out, Overwrite
from oab_funding.cli.terminal import progress, show_figures, show_labels

aggregate = typer.Typer(no_args_is_help=True, help="From scored children to scores.", rich_markup_mode=None)
app.add_typer(aggregate, name="aggregate")

Children = Annotated[Path, typer.Option("--children", help="Scored children: .csv or .parquet.")]
ReferenceDate = Annotated[
    datetime, typer.Option("--date", formats=["%Y-%m-%d"], help="Reference date, such as 2019-10-01.")
]
Sites = Annotated[
    Path | None, typer.Option("--sites", help="Register of sites: types, exclusions, municipalities.")
]
TieRule = Annotated[str | None, typer.Option("--tie-rule", help="share, include, exclude or order.")]
SizeRounding = Annotated[str | None, typer.Option("--target-size-rounding", help="up, half_up or down.")]


@aggregate.command("sites")
def sites(
    children: Children,
    date: ReferenceDate,
    out: Out,
    sites: Sites = None,
    tie_rule: TieRule = None,
    target_size_rounding: SizeRounding = None,
    overwrite: Overwrite = False,
) -> None:
    """Disadvantage scores of school sites."""
    options = _options("sites", children, date, sites, tie_rule, target_size_rounding)
    _carry_out("site_scores", "scores of sites", options, out, overwrite)


@aggregate.command("municipalities")
def municipalities(
    children: Children,
    date: ReferenceDate,
    out: Out,
    sites: Sites = None,
    tie_rule: TieRule = None,
    target_size_rounding: SizeRounding = None,
    overwrite: Overwrite = False,
) -> None:
    """Disadvantage scores of municipalities."""
    options = _options("municipalities", children, date, sites, tie_rule, target_size_rounding)
    _carry_out("municipality_scores", "scores of municipalities", options, out, overwrite)


def _options(
    scores_of: str,
    children: Path,
    date: datetime,
    sites: Path | None,
    tie_rule: str | None,
    rounding: str | None,
) -> dict[str, Any]:
    return {
        "scores_of": scores_of,
        "scored": str(children),
        "reference_date": date.date(),
        "sites": None if sites is None else str(sites),
        "tie_rule": tie_rule,
        "target_size_rounding": rounding,
    }


def _carry_out(table: str, step: str, options: dict[str, Any], out: Path, overwrite: bool) -> None:
    from oab_funding.calculation_file import read_calculation
    from oab_funding.inputs import gather
    from oab_funding.running import carry_out
    from oab_funding.tables.output import check_table_path, write_table

    check_table_path(out, overwrite)
    text = calculation_text(step, {"children": options})
    calculation = read_calculation(text, "options")
    with progress(step) as on_step:
        done = carry_out(calculation, text, gather(calculation, Path()), None, on_step=on_step)
        write_table(done.outcome.tables[table], out, overwrite, done.labels)
    show_labels(done.labels)
    show_figures(done.outcome.figures[step])
