"""Loading a feature specification: one that is shipped by its name, or a file, with its table of origins."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

from oab_funding.errors import InputError, Place
from oab_funding.indicator.origins import origin_groups, read_origins
from oab_funding.indicator.specification import Specification
from oab_funding.tables.documents import checked, read_toml
from oab_funding.tables.files import read_source
from oab_funding.tables.source import SourceFile

REMEDY = "see the reference of this file's format"

SHIPPED = ("cbs-2019", "cbs-2019-before-correction")


def load_specification(
    source: str | Path | Specification = "cbs-2019", origins: str | Path | None = None
) -> Specification:
    """Load a feature specification and check it.

    Parameters
    ----------
    source
        Name of a shipped specification, path of a TOML file, or a specification, which is returned as it is.
    origins
        Path of a table of origins to use in place of the one the specification names.

    Returns
    -------
    Specification
        With the table of origins inside, so that its hash covers it.

    Raises
    ------
    InputError
        There is no such name or file, it is no TOML, or it states something wrong; the place is named.

    Examples
    --------
    >>> load_specification("cbs-2019-before-correction").categories("stay")
    ('under_5', '5_to_15', '15_or_more')
    """
    if isinstance(source, Specification):
        return source if origins is None else _with_origins(source, origins)
    if str(source) in SHIPPED:
        return parse_specification(_shipped(f"{source}.toml"), None, origins)
    if Path(source).suffix != ".toml":
        raise InputError(
            "is not a feature specification",
            Place(value=str(source)),
            f"give a .toml file or one of {', '.join(SHIPPED)}",
        )
    return parse_specification(read_source(source), Path(source).parent, origins)


def parse_specification(
    file: SourceFile,
    folder: Path | None = None,
    origins: str | Path | None = None,
    find: Callable[[str], SourceFile] | None = None,
) -> Specification:
    """Parse a specification from its bytes; a table of origins it names lies in `folder`, or `find` gives it.

    Raises
    ------
    InputError
        See `load_specification`.
    """
    content = read_toml(file.data, file.name)
    for feature in content.get("features", []):
        if isinstance(feature, dict) and feature.get("kind") == "origin":
            _resolve_origins(feature, file.name, folder, origins, find or _shipped)
    return checked(Specification, content, file.name, REMEDY)


def _resolve_origins(
    feature: dict[str, Any],
    file: str,
    folder: Path | None,
    origins: str | Path | None,
    find: Callable[[str], SourceFile],
) -> None:
    table = feature.pop("table", None)
    if origins is not None:
        source = read_source(origins)
    elif table is None:
        return
    elif not isinstance(table, str) or Path(table).name != table:
        raise InputError(
            "is not the name of a file", Place(file, column="features.origin.table", value=table)
        )
    elif folder is not None and (folder / table).exists():
        source = read_source(folder / table)
    else:
        source = find(table)
    feature["groups"] = read_origins(source)
    feature["categories"] = list(origin_groups(feature["groups"]))


def _with_origins(specification: Specification, origins: str | Path) -> Specification:
    content = specification.model_dump()
    for feature in content["features"]:
        if feature["kind"] == "origin":
            _resolve_origins(feature, specification.name, None, origins, _shipped)
    return checked(Specification, content, str(origins), REMEDY)


def _shipped(name: str) -> SourceFile:
    resource = files("oab_funding.indicator").joinpath("specs", name)
    if not resource.is_file():
        raise InputError("does not exist", Place(name), "put it beside the specification")
    return SourceFile(name, resource.read_bytes())
