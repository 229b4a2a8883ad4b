"""`oab-funding disclose`: whether a table may leave a secure environment."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from oab_funding.cli.app import Overwrite, app
from oab_funding.cli.terminal import progress, said, show_figures, show_labels, show_table

if TYPE_CHECKING:
    from oab_funding.api.disclosure import Disclosure

_MOST_SHOWN = 20
_NONE = "none"
_CELLS = "cells-that-may-not-leave.csv"


@app.command("disclose")
def disclose(
    table: Annotated[
        Path,
        typer.Argument(help="File with the table that is to leave, or a run bundle.", metavar="TABLE|RUN"),
    ],
    name: Annotated[
        str, typer.Option("--table", help="Which table of a run bundle is to leave.")
    ] = "site_scores",
    by: Annotated[
        str | None,
        typer.Option(
            "--by", help="Columns that say what a row is about, separated by commas (default: known ones)."
        ),
    ] = None,
    count: Annotated[
        str | None,
        typer.Option("--count", help="Column of the number of children (default: pupils, or children)."),
    ] = None,
    categories: Annotated[
        str | None, typer.Option("--categories", help="Columns that divide that number.")
    ] = None,
    sums: Annotated[str | None, typer.Option("--sums", help="Columns of scores or euros added up.")] = None,
    children: Annotated[
        Path | None,
        typer.Option("--children", help="The children counted: child_id and the columns of --by."),
    ] = None,
    contributions: Annotated[
        Path | None, typer.Option("--contributions", help="What each contributor adds to the sums.")
    ] = None,
    beside: Annotated[
        list[str] | None,
        typer.Option(
            "--beside", help="Another table that is out, as NAME=FILE; repeatable.", metavar="NAME=FILE"
        ),
    ] = None,
    children_beside: Annotated[
        list[str] | None,
        typer.Option(
            "--children-beside", help="Its children, as NAME=FILE; repeatable.", metavar="NAME=FILE"
        ),
    ] = None,
    minimum: Annotated[int, typer.Option("--minimum", help="Fewest children a number may be about.")] = 10,
    group_share: Annotated[
        str, typer.Option("--group-share", help="Largest share of a row in one category.")
    ] = "90%",
    dominance: Annotated[
        str, typer.Option("--dominance", help="So many largest contributors, that share at most; or none.")
    ] = "1,50%",
    p: Annotated[str, typer.Option("--p", help="Share of the p% rule; or none.")] = "10%",
    margins_known: Annotated[
        bool,
        typer.Option(
            "--margins-known/--margins-given",
            help="Whether sums that are not in the table are known to others.",
        ),
    ] = True,
    remedy: Annotated[str | None, typer.Option("--remedy", help="suppress or round.")] = None,
    base: Annotated[
        int | None, typer.Option("--base", help="What counts are rounded to (default: the minimum).")
    ] = None,
    total: Annotated[str, typer.Option("--total", help="The mark of a total in a column of --by.")] = "total",
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", help="Folder to write; or a file for the table that may leave: .csv, .parquet or .xlsx."
        ),
    ] = None,
    cells: Annotated[
        Path | None, typer.Option("--cells", help="File for the verdict on every cell; it may not leave.")
    ] = None,
    overwrite: Overwrite = False,
) -> None:
    """Judge whether a table may leave, and leave out or round what may not.

    A folder given as --out holds the table that may leave (with --remedy) and the verdict on every cell.
    Exit code 0 where every cell passes, 1 where one is to be reviewed or fails.
    """
    from oab_funding.api.disclosure import disclose as judged
    from oab_funding.errors import InputError, Place
    from oab_funding.tables.output import check_table_path, write_csv, write_table
    from oab_funding.tables.whole import check_directory_free, output_directory

    into = None if out is None or out.suffix else out
    if out is not None and into is None and remedy is None:
        raise InputError("is not made without a remedy", Place(argument="out"), "add a remedy")
    if into is not None:
        check_directory_free(into, overwrite, _CELLS)
    for path in (None if into else out, cells):
        if path is not None:
            check_table_path(path, overwrite)
    leaving, known = _leaving(table, name)
    with progress("judging") as on_step:
        found = judged(
            leaving,
            by=_names(by),
            count=count or known,
            categories=_names(categories) or (),
            sums=_names(sums) or (),
            children=children,
            contributions=contributions,
            beside=_pairs(beside, "beside"),
            children_beside=_pairs(children_beside, "children_beside"),
            minimum=minimum,
            group_share=group_share,
            dominance=_dominance(dominance),
            p=None if p == _NONE else p,
            margins_known=margins_known,
            remedy=cast(Any, remedy),
            base=base,
            total=total,
            on_step=on_step,
        )
    if into is not None:
        with output_directory(into, overwrite, _CELLS) as folder:
            write_csv(found.table, folder / _CELLS)
            if remedy is not None:
                write_csv(found.safe, folder / "may-leave.csv")
    elif out is not None:
        write_table(found.safe, out, overwrite, found.labels[:2])
    if cells is not None:
        write_table(found.table, cells, overwrite, found.labels)
    show_labels(found.labels)
    show_figures(found.figures)
    _show_cells(found)
    raise typer.Exit(0 if found.verdict == "pass" else 1)


def _leaving(path: Path, name: str) -> tuple[Any, str]:
    """Give the table that is to leave, and what its number of children is called."""
    from oab_funding.api.runs import open_run

    if not path.is_dir() and path.suffix.lower() != ".zip":
        return path, "pupils"
    table = open_run(path).table(name)
    return table, "children" if "children" in table.column_names else "pupils"


def _names(text: str | None) -> list[str] | None:
    return None if text is None else [name.strip() for name in text.split(",")]


def _pairs(texts: Sequence[str] | None, argument: str) -> dict[str, Path]:
    """Take files by name, each written as NAME=FILE."""
    from oab_funding.errors import InputError, Place

    found: dict[str, Path] = {}
    for text in texts or ():
        name, mark, path = text.partition("=")
        name = name.strip()
        if not mark or not name or not path or name in found:
            place = Place(value=text, argument=argument)
            raise InputError("is no file with a name of its own", place, "write it as NAME=FILE")
        found[name] = Path(path)
    return found


def _dominance(text: str) -> tuple[int, str] | None:
    from oab_funding.errors import InputError, Place

    if text == _NONE:
        return None
    most, _, of = text.partition(",")
    if not most.strip().isdecimal() or not of:
        raise InputError("is no rule", Place(value=text, argument="dominance"), "write it as 1,50%")
    return int(most), of.strip()


def _said(value: object) -> str:
    return said(Fraction(value) if isinstance(value, Decimal) else value)


def _show_cells(found: Disclosure) -> None:
    """Print the cells that do not pass, the worst first."""
    names = found.table.column_names
    header = [name for name in names[: names.index("value") + 1] if name != "verdict"]
    header = [
        "verdict",
        *header,
        "reason",
        *(name for name in ("treatment", "verdict_after") if name in names),
    ]
    rows = [row for row in found.table.to_pylist() if row["verdict"] != "pass"]
    rows.sort(key=lambda row: row["verdict"])
    shown = [[_said(row[name]) for name in header] for row in rows[:_MOST_SHOWN]]
    if shown:
        show_table(f"Cells that do not pass ({len(shown)} of {len(rows)})", header, shown)
