"""`oab-funding report`: the report of a run bundle, in Dutch or English."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from oab_funding.cli.app import Confirmation, ConfirmationKey, Overwrite, RunFolder, app
from oab_funding.cli.terminal import show


@app.command("report")
def report(
    folder: RunFolder,
    out: Annotated[Path, typer.Option("--out", help="File for the page, such as rapport.html.")],
    lang: Annotated[str, typer.Option("--lang", help="nl or en.")] = "nl",
    overwrite: Overwrite = False,
    confirmation: Confirmation = None,
    public_key: ConfirmationKey = None,
) -> None:
    """Write the report of a run: all institutions to search and sort, figures, checks, sources."""
    from oab_funding.api.runs import open_run
    from oab_funding.report.page import report_page
    from oab_funding.run.opened import damage_said
    from oab_funding.tables.whole import check_free, output_file

    check_free(out, overwrite)
    run = open_run(folder, confirmation=confirmation, public_key=public_key)
    with damage_said():
        page = report_page(run, lang=lang)
    with output_file(out, overwrite) as path:
        path.write_bytes(page.encode("utf-8"))
    show(f"report: {out}")
