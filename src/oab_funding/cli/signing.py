"""`oab-funding sign`, `confirm`: who stands for a run, and who computed it again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from oab_funding.cli.app import Overwrite, RunFolder, app
from oab_funding.cli.terminal import progress, show

Key = Annotated[Path, typer.Option("--key", help="Private key of Ed25519, as PEM.")]


@app.command("sign")
def sign(
    folder: RunFolder,
    key: Key,
    out: Annotated[
        Path | None, typer.Option("--out", help="File to write; RUN.dsse.json beside the folder if left out.")
    ] = None,
    overwrite: Overwrite = False,
) -> None:
    """Sign a run as the one who stands for it; the bundle stays as it is."""
    from oab_funding.api.signing import sign as signed
    from oab_funding.api.signing import signature_path

    envelope = signed(folder, key, out=out, overwrite=overwrite)
    show(f"signed with the key {envelope.signatures[0].keyid}")
    show(f"signature: {signature_path(folder) if out is None else out}")


@app.command("confirm")
def confirm(
    folder: RunFolder,
    key: Key,
    out: Annotated[Path, typer.Option("--out", help="File to write: .json.")],
    same_machine: Annotated[
        bool, typer.Option("--same-machine", help="Say that this may be the machine that computed the run.")
    ] = False,
    inputs: Annotated[
        Path | None, typer.Option("--inputs", help="Folder with inputs that the bundle lacks.")
    ] = None,
    overwrite: Overwrite = False,
) -> None:
    """Compute a run again as a second person, and sign that it is identical; the bundle stays as it is."""
    from oab_funding.api.signing import confirm as confirmed

    with progress("replaying") as on_step:
        found = confirmed(
            folder, key, out, same_machine=same_machine, inputs=inputs, overwrite=overwrite, on_step=on_step
        )
    show(f"identical: {found.steps} steps, {found.files} files")
    for what in found.not_compared:
        show(f"not compared: {what}")
    if found.same_machine:
        show("said to be on the same machine, which the confirmation says too")
    show(f"root {found.root} is confirmed in {out}")
