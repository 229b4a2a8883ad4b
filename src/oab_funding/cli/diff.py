"""`oab-funding diff`: why two runs differ."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from oab_funding.cli.app import Board, Municipality, Overwrite, School, Site, app
from oab_funding.cli.terminal import progress, said, show, show_figures, show_labels, show_table

if TYPE_CHECKING:
    from oab_funding.api.analysis import Difference


@app.command("diff")
def diff(
    first: Annotated[Path, typer.Argument(help="Folder of the first run bundle.", metavar="RUN1")],
    second: Annotated[Path, typer.Argument(help="Folder of the second run bundle.", metavar="RUN2")],
    site: Site = None,
    school: School = None,
    board: Board = None,
    municipality: Municipality = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="File for the long table: .csv, .parquet, .xlsx; or .html.")
    ] = None,
    causes: Annotated[
        str | None, typer.Option("--causes", help="Causes to be told apart, separated by commas.")
    ] = None,
    order: Annotated[
        str | None,
        typer.Option(
            "--order", help="All causes in a sequence, separated by commas, instead of the average."
        ),
    ] = None,
    lang: Annotated[str, typer.Option("--lang", help="nl or en.")] = "nl",
    overwrite: Overwrite = False,
) -> None:
    """Who gained, who lost, and why, cause by cause, adding up to the cent.

    Exit code 0 where no amount differs, 1 where one does.
    """
    from oab_funding.api.analysis import diff as compared
    from oab_funding.report.phrases import read_phrases
    from oab_funding.tables.output import check_table_path
    from oab_funding.tables.whole import check_free

    read_phrases(lang)
    if out is not None:
        (check_free if out.suffix.lower() == ".html" else check_table_path)(out, overwrite)
    with progress("comparing") as on_step:
        found = compared(first, second, causes=_names(causes), order=_names(order), on_step=on_step)
        asked = [code for code in (site, school, board, municipality) if code is not None]
        told = [found.explain(code, cast(Any, lang)) for code in asked]
        if out is not None:
            _write(found, out, overwrite, lang)
    if told:
        show("\n".join(told))
    else:
        show_labels(found.labels)
        show_figures(found.figures)
        _show_causes(found)
    raise typer.Exit(0 if found.equal else 1)


def _names(text: str | None) -> list[str] | None:
    return None if text is None else [name.strip() for name in text.split(",")]


def _write(found: Difference, out: Path, overwrite: bool, lang: str) -> None:
    from oab_funding.tables.whole import output_file

    if out.suffix.lower() != ".html":
        found.save(out, overwrite)
        return
    with output_file(out, overwrite) as path:
        path.write_text(found.page(cast(Any, lang)), encoding="utf-8")


def _show_causes(found: Difference) -> None:
    header = ("stream", "cause", "amount", "lowest", "highest", "sign_depends_on_order")
    rows = [row for row in found.table.to_pylist() if row["level"] == "nation"]
    shown = [[said(row[name]) for name in header] for row in rows]
    if shown:
        show_table("Causes, in euros", header, shown)
