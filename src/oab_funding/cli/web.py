"""`oab-funding web`: a page on this machine to look things up."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from oab_funding.cli.app import app
from oab_funding.cli.terminal import show

_PORT = 8765


@app.command("web")
def web(
    scores: Annotated[
        Path | None,
        typer.Option("--scores", help="CBS's workbook or a table of scores; left out, the made-up country."),
    ] = None,
    sites: Annotated[
        list[Path] | None,
        typer.Option("--sites", help="Register of sites, for names and places; repeatable."),
    ] = None,
    period: Annotated[str, typer.Option("--period", help="Period of the grants.")] = "2020-2021",
    price: Annotated[
        str | None, typer.Option("--price", help="Price per unit in euros, where none is known.")
    ] = None,
    source: Annotated[str | None, typer.Option("--source", help="Where that price comes from.")] = None,
    port: Annotated[int, typer.Option("--port", help="Port on 127.0.0.1.")] = _PORT,
    lang: Annotated[str, typer.Option("--lang", help="nl or en.")] = "nl",
) -> None:
    """Look up a school, municipality or board in the browser, and try another price or threshold."""
    from oab_funding.web.lookup import Lookup
    from oab_funding.web.page import serve

    lookup = Lookup.open(scores, sites or (), period, price, source)
    serve(lookup, port, lang, lambda address: show(f"open {address} in a browser; stop with Ctrl-C"))
