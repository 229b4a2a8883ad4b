"""`oab-funding minimise`: a file of children with no more than a calculation uses."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from oab_funding.cli.app import Out, Overwrite, app
from oab_funding.cli.terminal import show


@app.command("minimise")
def minimise(
    file: Annotated[Path, typer.Argument(help="File of children.", metavar="FILE")],
    kind: Annotated[str, typer.Option("--kind", help="pupils, toddlers or scored-children.")],
    out: Out,
    id_key: Annotated[
        Path | None,
        typer.Option("--id-key", help="File with a secret: each child_id becomes its keyed hash."),
    ] = None,
    overwrite: Overwrite = False,
) -> None:
    """Write a file of children again, with no more columns than are used, and other ids if asked for."""
    from oab_funding.api.minimising import minimise as minimised

    table = minimised(file, kind, out, id_key=id_key, overwrite=overwrite)
    show(f"rows: {table.num_rows}")
    show(f"columns: {', '.join(table.column_names)}")
