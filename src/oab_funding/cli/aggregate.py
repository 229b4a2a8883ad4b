"""`oab-funding aggregate`: from scored children to the scores of sites or municipalities."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from oab_funding.cli.app import Out, Overwrite, app
from oab_funding.cli.sheets import files_said, read_all, write_asked
from oab_funding.cli.terminal import progress, show_figures, show_labels

if TYPE_CHECKING:
    from oab_funding.tables.source import HashedFile, SourceFile

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
    from oab_funding.scores.institution_scores import sites_from_children

    law, rule = _law("school_score", date, tie_rule, target_size_rounding)
    formula = law.formula
    of_sites = (formula.lower_years_until_age, formula.reliable_above, formula.excluded_schools)

    def step(source: Any, register: Any) -> Any:
        return sites_from_children(source, register, rule, *of_sites)

    _carry_out(step, children, sites, tie_rule, out, overwrite)


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
    from oab_funding.scores.institution_scores import municipalities_from_children

    law, rule = _law("municipality_score", date, tie_rule, target_size_rounding)

    def step(source: Any, register: Any) -> Any:
        return municipalities_from_children(source, register, rule, law.formula.excluded_schools)

    _carry_out(step, children, sites, tie_rule, out, overwrite)


def _law(stream: str, date: datetime, tie_rule: str | None, size_rounding: str | None) -> tuple[Any, Any]:
    """Give the law of a date and the rule of scoring that follows from it and the options."""
    from oab_funding.regulation import Statutes
    from oab_funding.run.choices import score_rule

    law = getattr(Statutes.shipped(), stream)(date.date())
    return law, score_rule(law, tie_rule, size_rounding)


def _carry_out(
    step: Callable[[Any, Any], Any],
    children: Path,
    sites: Path | None,
    tie_rule: str | None,
    out: Path,
    overwrite: bool,
) -> None:
    from oab_funding.tables.carried_labels import labels_of
    from oab_funding.tables.duo import read_sites
    from oab_funding.tables.output import check_table_path

    check_table_path(out, overwrite)
    with progress("adding up"):
        (file,) = read_all(sites)
        register = None if file is None else read_sites(file)
        source, given = _children(children, tie_rule)
        found = step(source, register)
        labels = labels_of(given)
        sources = files_said(_hashed(given), file) if out.suffix.lower() == ".xlsx" else []
        write_asked(
            {out.stem: found.table},
            out,
            overwrite,
            title="Scores from children",
            labels=labels,
            sources=sources,
            register=register,
        )
    show_labels(labels)
    show_figures(found.figures)


def _children(path: Path, tie_rule: str | None) -> tuple[Any, Path | SourceFile]:
    """Open Parquet a part at a time, so that it may be larger than memory; read others whole."""
    from oab_funding.scores.child_source import open_children
    from oab_funding.tables.child_tables import SCORED_CHILDREN
    from oab_funding.tables.files import read_source, read_table

    if path.suffix.lower() in (".parquet", ".pq"):
        return open_children(path, with_ids=tie_rule == "order"), path
    file = read_source(path)
    return read_table(file, SCORED_CHILDREN), file


def _hashed(given: Path | SourceFile) -> SourceFile | HashedFile:
    from oab_funding.tables.source import HashedFile

    return HashedFile.of(given) if isinstance(given, Path) else given
