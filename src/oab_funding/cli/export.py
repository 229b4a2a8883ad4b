"""`oab-funding export`: a bundle for other tools and archives."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, cast

import typer

from oab_funding.cli.app import Confirmation, ConfirmationKey, Keep, Overwrite, RunFolder, app
from oab_funding.cli.terminal import show, show_labels


@app.command("export")
def export(
    folder: RunFolder,
    out: Annotated[Path, typer.Option("--out", help="File to write: .zip.")],
    confirmation: Confirmation = None,
    public_key: ConfirmationKey = None,
    licence: Annotated[str, typer.Option("--licence", help="Address of the licence of the crate.")] = "",
    keep: Keep = "all",
    overwrite: Overwrite = False,
) -> None:
    """Write a bundle as a Workflow Run RO-Crate in a zip, which `verify` takes as it is."""
    from oab_funding.api.exporting import export as exported

    labels = exported(
        folder,
        out,
        confirmation=confirmation,
        public_key=public_key,
        licence=licence,
        keep=cast(Any, keep),
        overwrite=overwrite,
    )
    show_labels(labels)
    show(f"written: {out}; check it with: oab-funding verify {out}")
