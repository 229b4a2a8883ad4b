"""`oab-funding scenario`: the grants of a run under changed parameters."""

from __future__ import annotations

from typing import Annotated, Any, cast

import typer

from oab_funding.cli.app import OutDirectory, Overwrite, RunFolder, app
from oab_funding.cli.terminal import progress, said, show_labels, show_table

_MARKER, _PAGE = "scenarios.csv", "scenarios.html"
_SHOWN = ("scenario", "settings", "total", "difference", "gainers", "losers", "gini")


@app.command("scenario")
def scenario(
    folder: RunFolder,
    settings: Annotated[
        list[str],
        typer.Option("--set", help="NAME=VALUE, or NAME=V1,V2 for a grid; repeatable.", metavar="NAME=VALUE"),
    ],
    out: OutDirectory,
    stream: Annotated[
        str | None, typer.Option("--stream", help="schools or municipalities, where the run has both.")
    ] = None,
    lang: Annotated[str, typer.Option("--lang", help="Language of the page: nl or en.")] = "nl",
    overwrite: Overwrite = False,
) -> None:
    """Winners and losers, concentration and shares under changed parameters, beside the rule in force."""
    from oab_funding.api.analysis import scenario as computed
    from oab_funding.report.phrases import read_phrases
    from oab_funding.tables.output import write_csv
    from oab_funding.tables.whole import check_directory_free, output_directory

    read_phrases(lang)
    check_directory_free(out, overwrite, _MARKER)
    with progress("computing") as on_step:
        found = computed(folder, stream=cast(Any, stream), on_step=on_step, **_grid(settings))
        page = found.page(cast(Any, lang))
    with output_directory(out, overwrite, _MARKER) as path:
        (path / _PAGE).write_text(page, encoding="utf-8")
        for name, table in found.tables.items():
            write_csv(table, path / f"{name}.csv")
    show_labels(found.labels)
    rows = [[said(row[name]) for name in _SHOWN] for row in found.table.to_pylist()]
    show_table("Scenarios, in euros", _SHOWN, rows)


def _grid(settings: list[str]) -> dict[str, Any]:
    from oab_funding.errors import InputError, Place

    found: dict[str, Any] = {}
    for text in settings:
        name, mark, values = text.partition("=")
        name = name.strip().replace("-", "_")
        if not mark or not name.isidentifier() or name in ("run", "stream", "on_step") or name in found:
            place = Place(value=text, argument="set")
            raise InputError("is no setting, given once", place, "write it as threshold_share=10%,12%")
        found[name] = [value.strip() for value in values.split(",")]
    return found
