"""`oab-funding run`, `verify`, `replay`, `table`: the run bundle."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, cast

import typer

from oab_funding.cli.app import (
    Confirmation,
    ConfirmationKey,
    Keep,
    Out,
    OutDirectory,
    Overwrite,
    RunFolder,
    Verbose,
    app,
)
from oab_funding.cli.sheets import write_asked
from oab_funding.cli.terminal import progress, show
from oab_funding.errors import InputError, Place

_WHO_MADE_IT = "not shown: who made it; the published root, a signature or a confirmation tells"

IgnoreDesktopFiles = Annotated[
    bool,
    typer.Option(
        "--ignore-desktop-files",
        help="Let pass what a desktop leaves in a folder: .DS_Store, Thumbs.db, desktop.ini.",
    ),
]


@app.command("run")
def run(
    calculation: Annotated[Path, typer.Argument(help="Calculation file.", metavar="CALCULATION.toml")],
    out: OutDirectory,
    draft: Annotated[
        bool, typer.Option("--draft", help="Mark every output as valid only with a confirmation.")
    ] = False,
    keep: Keep = "all",
    verbose: Verbose = False,
    overwrite: Overwrite = False,
) -> None:
    """Carry out a calculation file and write a run bundle."""
    from oab_funding.api.runs import run as carry_out
    from oab_funding.cli.summary import show_summary

    if calculation.suffix.lower() in (".xlsx", ".xlsm", ".xls", ".ods"):
        raise InputError(
            "is a workbook, not a calculation file",
            Place(str(calculation)),
            f"did you mean `oab-funding allocate schools --scores {calculation.name}`?",
        )
    _give_back_memory()
    with progress(calculation.name) as on_step:
        done = carry_out(
            calculation, out, draft=draft, keep=cast(Any, keep), overwrite=overwrite, on_step=on_step
        )
    show_summary(done, verbose)
    show(f"report: {out / 'report.html'}")


@app.command("verify")
def verify(
    folder: RunFolder,
    root: Annotated[
        str | None, typer.Option("--root", help="The root hash under which the bundle was published.")
    ] = None,
    public_key: Annotated[
        Path | None, typer.Option("--public-key", help="The public key of who signed it, as PEM.")
    ] = None,
    signature: Annotated[
        Path | None,
        typer.Option("--signature", help="The signature; RUN.dsse.json beside the folder if left out."),
    ] = None,
    ignore_desktop_files: IgnoreDesktopFiles = False,
) -> None:
    """Check that a bundle is whole and untouched (and the one published under a root, or signed by a key)."""
    from oab_funding.audit import verify as check

    if public_key is None:
        if signature is not None:
            raise InputError("needs a key", Place(argument="signature"), "give the signer's public key too")
        found = check(folder, root, ignore_desktop_files=ignore_desktop_files)
    else:
        from oab_funding.api.signing import verify_signed

        found = verify_signed(
            folder,
            root,
            public_key_file=public_key,
            signature=signature,
            ignore_desktop_files=ignore_desktop_files,
        )
    _tell(found.problems)
    if found.ok:
        show(f"root: {found.root}")
    elif found.claimed is not None:
        show(f"the manifest claims root {found.claimed}")
    number = len(found.problems)
    if found.ok and public_key is not None:
        show(f"signed with the key in {public_key}")
    if found.withheld:
        show(f"withheld from this copy: {len(found.withheld)} files")
    if found.ok and root is None and public_key is None:
        show(_WHO_MADE_IT)
    show("whole and untouched" if found.ok else f"{number} problem{'s' if number > 1 else ''}")
    raise typer.Exit(0 if found.ok else 1)


@app.command("replay")
def replay(
    folder: RunFolder,
    own_regulations: Annotated[
        bool,
        typer.Option(
            "--own-regulations", help="Accept regulations and specifications other than this version's."
        ),
    ] = False,
    inputs: Annotated[
        Path | None, typer.Option("--inputs", help="Folder with inputs that the bundle lacks.")
    ] = None,
    ignore_desktop_files: IgnoreDesktopFiles = False,
) -> None:
    """Make the bundle again from its own inputs, and compare all of it."""
    from oab_funding.api.replaying import STATED
    from oab_funding.api.replaying import replay as again

    _give_back_memory()
    with progress("replaying") as on_step:
        found = again(
            folder,
            on_step,
            own_regulations=own_regulations,
            ignore_desktop_files=ignore_desktop_files,
            inputs=inputs,
        )
    from oab_funding.audit import readable

    _tell((*found.notes, *found.problems))
    if found.difference is not None:
        _tell([str(found.difference)])
    if found.steps:
        show(f"stated, not checked: {', '.join(STATED)}")
    for file in found.absent:
        show(f"absent: {readable(file)}")
    if found.taken:
        show(f"taken from the record, not computed: {', '.join(found.taken)}")
    said = f"identical: {found.steps} steps, {found.files} files" if found.ok else "not identical"
    left_out = f"; not compared: {', '.join(found.not_compared)}" if found.not_compared else ""
    if found.ok:
        show(_WHO_MADE_IT)
    show(said + left_out)
    raise typer.Exit(0 if found.ok else 1)


def _give_back_memory() -> None:
    """Let Arrow give back what it frees: a seventh less memory for the whole country."""
    import pyarrow as pa

    pa.set_memory_pool(pa.system_memory_pool())


def _tell(lines: Iterable[str]) -> None:
    """Print what may hold words of a bundle, in printable characters."""
    from oab_funding.audit import readable

    for line in lines:
        show(readable(line))


@app.command("table")
def table(
    folder: RunFolder,
    name: Annotated[str, typer.Argument(help="Name of the table, such as school_grants.", metavar="NAME")],
    out: Out,
    overwrite: Overwrite = False,
    confirmation: Confirmation = None,
    public_key: ConfirmationKey = None,
) -> None:
    """One table of a bundle as .csv, .parquet or .xlsx."""
    from oab_funding.api.runs import open_run
    from oab_funding.audit.statements import marked
    from oab_funding.run.opened import damage_said
    from oab_funding.tables.output import check_table_path

    check_table_path(out, overwrite)
    opened = open_run(folder, confirmation=confirmation, public_key=public_key)
    asked = opened.table(name)
    if out.suffix.lower() == ".csv":  # the other kinds of files have a place for labels
        asked = marked(asked, opened.labels)
    register = opened.table("sites") if name != "sites" and opened.has("sites") else None
    with damage_said():
        title = f"{opened.calculation.title}: {name}"
    inputs = [f"{entry.file} (SHA-256 {entry.sha256})" for entry in opened.manifest.inputs.values()]
    sources = [*inputs, *opened.manifest.regulations, f"run with root {opened.manifest.root}"]
    write_asked(
        {name: asked}, out, overwrite, title=title, labels=opened.labels, sources=sources, register=register
    )
    _tell(f"label: {label}" for label in opened.labels)
    show(f"rows: {asked.num_rows}")
