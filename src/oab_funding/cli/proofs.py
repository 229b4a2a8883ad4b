"""`oab-funding prove`, `check-proof`: one institution's rows, and that they belong to a published run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from oab_funding.cli.app import Confirmation, ConfirmationKey, Municipality, Overwrite, RunFolder, School, app
from oab_funding.cli.terminal import show


@app.command("prove")
def prove(
    folder: RunFolder,
    out: Annotated[Path, typer.Option("--out", help="File to write: .json.")],
    school: School = None,
    municipality: Municipality = None,
    confirmation: Confirmation = None,
    public_key: ConfirmationKey = None,
    overwrite: Overwrite = False,
) -> None:
    """One institution's own rows with a proof that they belong to the run, without anyone else's."""
    from oab_funding.api.proofs import prove as drawn_up

    proof = drawn_up(
        folder,
        school=school,
        municipality=municipality,
        confirmation=confirmation,
        public_key=public_key,
        out=out,
        overwrite=overwrite,
    )
    show(f"rows: {len(proof.rows)}")
    show(f"root: {proof.root}")
    show(f"check it with: oab-funding check-proof {out} --root ROOT, with the root as it was published")


@app.command("check-proof")
def check_proof(
    file: Annotated[Path, typer.Argument(help="File of a proof.", metavar="PROOF.json")],
    root: Annotated[str, typer.Option("--root", help="The root hash under which the run was published.")],
    public_key: ConfirmationKey = None,
) -> None:
    """Check that rows belong to the run published under a root; 1 if they do not, 2 if it is no proof."""
    from oab_funding.api.proofs import check_proof as check

    found = check(file, root, public_key=public_key)
    if not found.ok:
        for problem in found.problems:
            show(problem)
        show("it does not belong to the run with this root")
        raise typer.Exit(1)
    for label in found.labels:
        show(f"label: {label}")
    for table, row in found.rows:
        show(f"{table}:")
        for name, value in row.items():
            show(f"  {name}: {'' if value is None else value}")
    for record in found.records:
        show(f"{record.name}: {record.article}")
    show("it belongs to the run with this root")
