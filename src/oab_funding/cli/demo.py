"""`oab-funding demo` and `synth`: the whole calculation on a made-up country."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from oab_funding.cli.app import OutDirectory, Overwrite, Verbose, app
from oab_funding.cli.terminal import progress, show

_NATIONAL = 1_400_000
_DEMO = Path("oab-funding-demo")


@app.command("demo")
def demo(
    out: Annotated[Path, typer.Option("--out", help="Folder for the run bundle.")] = _DEMO,
    verbose: Verbose = False,
    overwrite: Overwrite = False,
) -> None:
    """Carry out the whole calculation on the small made-up country, then say where to look."""
    from oab_funding.api.runs import run
    from oab_funding.cli.summary import show_summary
    from oab_funding.synthetic.files import shipped_country

    with progress("demo") as on_step:
        done = run(shipped_country() / "calculation.toml", out, overwrite=overwrite, on_step=on_step)
    show_summary(done, verbose)
    largest = done.table("school_grants").sort_by([("amount", "descending")])
    school = largest.column("school_id")[0].as_py()
    show(f"look at: {out / 'report.html'}")
    show(f"grants: {out / 'grants_schools.csv'} and {out / 'grants_municipalities.csv'}")
    show(f"next: oab-funding explain {out} --school {school} --lang en")
    show(f"      oab-funding verify {out} && oab-funding replay {out}")


@app.command("synth")
def synth(
    out: OutDirectory,
    pupils: Annotated[int, typer.Option("--pupils", help="Pupils on the later date.")] = _NATIONAL,
    seed: Annotated[int | None, typer.Option("--seed", help="Seed of the country.")] = None,
    overwrite: Overwrite = False,
) -> None:
    """Make up a country on two reference dates, with a calculation file to carry out."""
    from oab_funding.synthetic import DEFAULT_SEED, country
    from oab_funding.synthetic.made_up import MARKER, write_made_up_country
    from oab_funding.tables.whole import check_directory_free

    check_directory_free(out, overwrite, MARKER)
    with progress("making up a country"):
        made = country(pupils, seed=DEFAULT_SEED if seed is None else seed)
    with progress("writing it, and computing the scores of the earlier date"):
        write_made_up_country(made, out, overwrite)
    show(f"pupils: {made.pupils.num_rows}")
    show(f"toddlers: {made.toddlers.num_rows}")
    show(f"sites: {made.sites.num_rows}")
    show(f"next: oab-funding run {out / 'calculation.toml'} --out RUN")
