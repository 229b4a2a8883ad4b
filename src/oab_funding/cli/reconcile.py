"""`oab-funding reconcile`: decided against computed amounts."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from oab_funding.cli.app import Overwrite, RunFolder, app
from oab_funding.cli.sheets import files_said, read_all, write_asked
from oab_funding.cli.terminal import show, show_labels, show_table
from oab_funding.exact import round_exact

if TYPE_CHECKING:
    from oab_funding.tables.step_result import StepResult

_FINDINGS_SHOWN = 50


@app.command("reconcile")
def reconcile(
    folder: RunFolder,
    decisions: Annotated[
        Path, typer.Option("--decisions", help="Decided amounts: school_id or municipality_code, amount.")
    ],
    scores: Annotated[
        Path | None, typer.Option("--scores", help="Another version of the score file to try.")
    ] = None,
    previous: Annotated[
        Path | None,
        typer.Option("--previous", help="For municipalities: another version of the earlier scores."),
    ] = None,
    old_base: Annotated[
        Path | None, typer.Option("--old-base", help="Old bases, or grants of 2018, to try.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="File for the comparison: .csv, .parquet or .xlsx.")
    ] = None,
    overwrite: Overwrite = False,
) -> None:
    """Compare decided with computed amounts, with the causes that explain the difference.

    Exit code 1 where a decided amount differs from the computed one, whatever explains it.
    """
    from oab_funding.api.runs import open_run
    from oab_funding.api.runs import reconcile as compared
    from oab_funding.tables.output import check_table_path

    if out is not None:
        check_table_path(out, overwrite)
    opened = open_run(folder)
    files = read_all(decisions, scores, previous, old_base)
    decided, *(other_scores, other_previous, other_base) = files
    result = compared(
        opened, decided, other_scores=other_scores, other_base=other_base, other_previous=other_previous
    )
    if out is not None:
        write_asked(
            {"reconciliation": result.table},
            out,
            overwrite,
            title=f"Decided and computed amounts: {opened.calculation.title}",
            labels=opened.labels,
            sources=[
                *files_said(*files),
                f"run with root {opened.manifest.root}",
            ],
            register=opened.table("sites") if opened.has("sites") else None,
        )
    show_labels(opened.labels)
    _show_figures(result)
    differing = _show_differences(result)
    raise typer.Exit(1 if differing else 0)


def _show_figures(result: StepResult) -> None:
    """Print what is equal, what explains the rest, and once how many were not asked about."""
    one, many = (
        ("school", "schools")
        if result.table.column_names[0] == "school_id"
        else ("municipality", "municipalities")
    )
    figures = dict(result.figures)
    others, tried = figures.pop("not_in_the_decisions"), str(figures.pop("causes_tried"))
    for name, value in figures.items():
        show(f"{name}: {value if isinstance(value, int) else f'EUR {_euros(value)}'}")
    if others == 1:
        show(f"not compared: 1 {one} of the run is not in your file")
    elif others:
        show(f"not compared: {others:,} {many} of the run are not in your file")
    if tried:
        show(f"causes_tried: {tried}")


def _show_differences(result: StepResult) -> int:
    """List the amounts that differ, those that stay unexplained first; say how many there are."""
    code = result.table.column_names[0]
    rows: list[Mapping[str, Any]] = [row for row in result.table.to_pylist() if row["cause"] != "equal"]
    rows.sort(key=lambda row: (-abs(row["unexplained"]), -abs(row["difference"]), row[code]))
    amounts = ("decided", "computed", "difference")
    shown = [
        [
            row[code],
            *("" if row[name] is None else _euros(row[name]) for name in amounts),
            "; ".join(filter(None, (row["cause"], row["hint"]))),
        ]
        for row in rows[:_FINDINGS_SHOWN]
    ]
    if shown:
        show_table("Differences in euros", [code, *amounts, "cause"], shown)
    if len(rows) > _FINDINGS_SHOWN:
        show(f"... and {len(rows) - _FINDINGS_SHOWN:,} more; --out FILE writes them all")
    return len(rows)


def _euros(amount: Any) -> str:
    return f"{amount if isinstance(amount, Decimal) else round_exact(amount, 2):,}"
