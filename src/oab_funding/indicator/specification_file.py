"""Loading a feature specification: one that is shipped by its name, or a file, with its table of origins."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from oab_funding.errors import InputError, Place
from oab_funding.indicator.origins import origin_groups, read_origins
from oab_funding.indicator.specification import Specification
from oab_funding.tables.files import SourceFile, read_source

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
    file: SourceFile, folder: Path | None = None, origins: str | Path | None = None
) -> Specification:
    """Parse a specification from its bytes; a table of origins it names lies in `folder`, or is shipped.

    Raises
    ------
    InputError
        See `load_specification`.
    """
    try:
        content = tomllib.loads(file.data.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"is not a TOML file ({error})", Place(file.name), "mend that line") from error
    for feature in content.get("features", []):
        if isinstance(feature, dict) and feature.get("kind") == "origin":
            _resolve_origins(feature, file.name, folder, origins)
    specification: Specification = checked(Specification, _with_tuples(content), file.name)
    return specification


def checked(kind: Any, content: Any, file: str) -> Any:
    """Validate content against a type, every trouble said in one sentence with its place."""
    try:
        return kind.model_validate(content)
    except ValidationError as error:
        raise first_trouble(error, file) from error


def first_trouble(error: ValidationError, file: str) -> InputError:
    """Say the first of the findings of a validation for people."""
    details = error.errors()
    where = ".".join(str(part) for part in details[0]["loc"])
    message = details[0]["msg"].removeprefix("Value error, ")
    more = f" (and {len(details) - 1} more)" if len(details) > 1 else ""
    return InputError(
        f"{message}{more}", Place(file, column=where or None), "see the reference of this file's format"
    )


def _resolve_origins(
    feature: dict[str, Any], file: str, folder: Path | None, origins: str | Path | None
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
        source = _shipped(table)
    feature["groups"] = read_origins(source)
    feature["categories"] = list(origin_groups(feature["groups"]))


def _with_origins(specification: Specification, origins: str | Path) -> Specification:
    content = specification.model_dump()
    for feature in content["features"]:
        if feature["kind"] == "origin":
            _resolve_origins(feature, specification.name, None, origins)
    return checked(Specification, _with_tuples(content), str(origins))


def _shipped(name: str) -> SourceFile:
    resource = files("oab_funding.indicator").joinpath("specs", name)
    if not resource.is_file():
        raise InputError("does not exist", Place(name), "put it beside the specification")
    return SourceFile(name, resource.read_bytes())


def _with_tuples(value: Any) -> Any:
    """TOML arrays become tuples, as the frozen types want them."""
    if isinstance(value, list | tuple):
        return tuple(_with_tuples(item) for item in value)
    if isinstance(value, dict):
        return {key: _with_tuples(item) for key, item in value.items()}
    return value
