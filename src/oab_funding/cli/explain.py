"""`oab-funding explain`: how one institution's amount comes about, as an explanation or as a letter."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import Annotated, Any, cast

import typer

from oab_funding.cli.app import (
    Board,
    Confirmation,
    ConfirmationKey,
    Municipality,
    Overwrite,
    RunFolder,
    School,
    Site,
    app,
)
from oab_funding.cli.terminal import columns, show
from oab_funding.errors import InputError, Place

_FORMS = {".txt": "text", ".html": "html", ".htm": "html"}


@app.command("explain")
def explain(
    folder: RunFolder,
    site: Site = None,
    school: School = None,
    board: Board = None,
    municipality: Municipality = None,
    lang: Annotated[str, typer.Option("--lang", help="nl or en.")] = "nl",
    form: Annotated[str, typer.Option("--format", help="text or html.")] = "text",
    out: Annotated[
        Path | None, typer.Option("--out", help="File for it: .txt or .html; else it is printed.")
    ] = None,
    letter: Annotated[
        Path | None, typer.Option("--letter", help="Write a letter in plain words: .txt, or .html to print.")
    ] = None,
    sender: Annotated[str, typer.Option("--sender", help="Who sends the letter; | begins a line.")] = "",
    addressee: Annotated[str, typer.Option("--addressee", help="To whom; | begins a line.")] = "",
    day: Annotated[str | None, typer.Option("--date", help="Date of the letter, as 2026-11-25.")] = None,
    reference: Annotated[str, typer.Option("--reference", help="The sender's own reference.")] = "",
    earlier: Annotated[
        Path | None, typer.Option("--earlier", help="An earlier run: the letter says what changed since.")
    ] = None,
    inside: Annotated[
        bool, typer.Option("--inside", help="Tell also what could give a child away; not for others.")
    ] = False,
    minimum: Annotated[
        int, typer.Option("--minimum", help="Fewer children than this are not counted out to others.")
    ] = 10,
    overwrite: Overwrite = False,
    confirmation: Confirmation = None,
    public_key: ConfirmationKey = None,
) -> None:
    """How one institution's score and grant come about: in the letters of the law, or as a letter."""
    from oab_funding.api.letters import letter as written
    from oab_funding.api.runs import explain as explained
    from oab_funding.api.runs import open_run
    from oab_funding.tables.whole import check_free

    file = letter or out
    if letter is None:
        given = {"sender": sender, "addressee": addressee, "date": day, "reference": reference}
        _refuse_without_letter(given | {"earlier": earlier})
    elif out is not None:
        raise InputError(
            "a letter has a file of its own", Place(argument="out"), "give `letter` or `out`, not both"
        )
    form = form if file is None else _form(file)
    if file is not None:
        check_free(file, overwrite)
    opened = open_run(folder, confirmation=confirmation, public_key=public_key)
    asked: dict[str, Any] = {"site": site, "school": school, "board": board, "municipality": municipality}
    asked |= {"lang": lang, "format": form, "inside": inside, "minimum": minimum}
    if letter is None:
        text = explained(opened, **asked, width=columns() if file is None and sys.stdout.isatty() else 100)
    else:
        head = {"sender": _lines(sender), "addressee": _lines(addressee), "day": _day(day)}
        text = written(opened, **asked, **cast(Any, head), reference=reference, earlier=earlier)
    _give(text, file, overwrite)


def _give(text: str, file: Path | None, overwrite: bool) -> None:
    from oab_funding.tables.whole import output_file

    if file is None:
        show(text.rstrip())
        return
    with output_file(file, overwrite) as path:
        path.write_bytes(text.encode("utf-8"))
    show(f"written: {file}")


def _form(file: Path) -> str:
    form = _FORMS.get(file.suffix.lower())
    if form is None:
        raise InputError(
            f"its ending {file.suffix or '(none)'} is that of no letter or explanation",
            Place(str(file)),
            "end it in .txt or .html",
        )
    return form


def _refuse_without_letter(given: dict[str, object]) -> None:
    named = next((name for name, value in given.items() if value), None)
    if named is not None:
        raise InputError("only a letter has it", Place(argument=named), "give `letter` a file too")


def _lines(text: str) -> str:
    return "\n".join(line.strip() for line in text.split("|"))


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError("is no date", Place(value=text, argument="date"), "write it as 2026-11-25") from None
