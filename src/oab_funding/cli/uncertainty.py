"""`oab-funding uncertainty`: how certain the scores and grants of a run are."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from oab_funding.cli.app import Board, Municipality, Overwrite, RunFolder, School, Site, app
from oab_funding.cli.terminal import progress, said, show, show_figures, show_labels, show_table

if TYPE_CHECKING:
    from oab_funding.api.uncertainty import Uncertainty

_PAGE = "uncertainty.html"
_SHOWN = ("stream", "figure", "median", "low", "high")


@app.command("uncertainty")
def uncertainty(
    folder: RunFolder,
    replicates: Annotated[int, typer.Option("--replicates", help="How many allocations are drawn.")] = 1000,
    parts: Annotated[
        int, typer.Option("--parts", help="Replicates for each source of doubt by itself; 0 for none.")
    ] = 50,
    seed: Annotated[int, typer.Option("--seed", help="Seed of all draws.")] = 1,
    level: Annotated[str, typer.Option("--level", help="Probability of the intervals.")] = "95%",
    coefficients: Annotated[
        str | None,
        typer.Option("--coefficients", help="How they are drawn: schools, model or given (not drawn)."),
    ] = None,
    earlier: Annotated[
        Path | None,
        typer.Option("--earlier", help="Run bundle of the earlier date of the municipal formula."),
    ] = None,
    workers: Annotated[
        int, typer.Option("--workers", min=1, help="Work in so many processes; the result is the same.")
    ] = 1,
    site: Site = None,
    school: School = None,
    board: Board = None,
    municipality: Municipality = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", help="Folder for all tables and the page; or one file: .csv, .parquet, .xlsx, .html."
        ),
    ] = None,
    lang: Annotated[str, typer.Option("--lang", help="nl or en.")] = "nl",
    overwrite: Overwrite = False,
) -> None:
    """Intervals for every score and grant, as if all had been known; never a correction of an amount."""
    from oab_funding.api.uncertainty import uncertainty as found_out
    from oab_funding.report.phrases import read_phrases

    read_phrases(lang)
    if out is not None:
        _check_free(out, overwrite)
    with _pool(workers) as executor, progress("drawing") as on_step:
        found = found_out(
            folder,
            replicates=replicates,
            parts=parts,
            seed=seed,
            level=level,
            coefficients=cast(Any, coefficients),
            earlier=earlier,
            executor=executor,
            on_step=on_step,
        )
        asked = [code for code in (site, school, board, municipality) if code is not None]
        told = [found.explain(code, cast(Any, lang)) for code in asked]
        if out is not None:
            _write(found, out, overwrite, lang)
    if told:
        show("\n".join(told))
        return
    show_labels(found.labels)
    show_figures(found.figures)
    rows = [[said(row[name]) for name in _SHOWN] for row in found.tables["nation"].to_pylist()]
    show_table("National figures", _SHOWN, rows)


def _pool(workers: int) -> Any:
    if workers == 1:
        return nullcontext()
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    return ProcessPoolExecutor(workers, mp_context=get_context("spawn"))


def _check_free(out: Path, overwrite: bool) -> None:
    from oab_funding.tables.output import check_table_path
    from oab_funding.tables.whole import check_directory_free, check_free

    if not out.suffix:
        check_directory_free(out, overwrite, _PAGE)
    else:
        (check_free if out.suffix.lower() == ".html" else check_table_path)(out, overwrite)


def _write(found: Uncertainty, out: Path, overwrite: bool, lang: str) -> None:
    from oab_funding.tables.output import write_csv
    from oab_funding.tables.whole import output_directory, output_file

    if not out.suffix:
        with output_directory(out, overwrite, _PAGE) as folder:
            (folder / _PAGE).write_text(found.page(cast(Any, lang)), encoding="utf-8")
            for name, table in found.tables.items():
                write_csv(table, folder / f"{name}.csv")
    elif out.suffix.lower() != ".html":
        found.save(out, overwrite)
    else:
        with output_file(out, overwrite) as path:
            path.write_text(found.page(cast(Any, lang)), encoding="utf-8")
