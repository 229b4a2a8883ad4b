"""`oab-funding plausibility`: the figures of several dates beside each other."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, cast

import typer

from oab_funding.cli.app import OutDirectory, Overwrite, app
from oab_funding.cli.terminal import progress, said, show_labels, show_table

_MARKER = "plausibility.html"


@app.command("plausibility")
def plausibility(
    folders: Annotated[
        list[Path], typer.Argument(help="Folders of run bundles, in order of their dates.", metavar="RUN...")
    ],
    out: OutDirectory,
    provisional: Annotated[
        Path | None, typer.Option("--provisional", help="The provisional run of the last date.")
    ] = None,
    causes: Annotated[
        bool, typer.Option("--causes/--no-causes", help="Whether to tell causes of changes apart.")
    ] = True,
    lang: Annotated[str, typer.Option("--lang", help="Language of the page: nl or en.")] = "nl",
    overwrite: Overwrite = False,
) -> None:
    """Frequencies, scatters, risers and fallers, the same children, who moves the line: tables and a page."""
    from oab_funding.api.plausibility import plausibility as analysed
    from oab_funding.report.phrases import read_phrases
    from oab_funding.tables.output import write_csv
    from oab_funding.tables.whole import check_directory_free, output_directory

    read_phrases(lang)
    check_directory_free(out, overwrite, _MARKER)
    with progress("analysing") as on_step:
        found = analysed(folders, provisional=provisional, causes=causes, on_step=on_step)
        page = found.page(cast(Any, lang))
    with output_directory(out, overwrite, _MARKER) as path:
        (path / _MARKER).write_text(page, encoding="utf-8")
        for name, table in found.tables.items():
            write_csv(table, path / f"{name}.csv")
    show_labels(found.labels)
    header = found.table.column_names
    show_table("Totals", header, [[said(row[name]) for name in header] for row in found.table.to_pylist()])
