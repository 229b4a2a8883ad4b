"""Loading a feature specification, with its table of origins: shipped, from a file, or from a bundle."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from oab_funding.errors import InputError, Place
from oab_funding.indicator.specification import Specification
from oab_funding.tables.documents import checked, read_toml
from oab_funding.tables.files import read_csv, read_source
from oab_funding.tables.source import SourceFile

REMEDY = "see the reference of this file's format"

SHIPPED = ("cbs-2019", "cbs-2019-before-correction")

_COLUMNS = ["origin", "group"]
_ENDING = ".toml"


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
    if str(source) in SHIPPED:
        source = _parse_shipped(str(source))
    if isinstance(source, Specification):
        return source if origins is None else _with_origins(source, origins)
    if Path(source).suffix != ".toml":
        raise InputError(
            "is not a feature specification",
            Place(value=str(source)),
            f"give a .toml file or one of {', '.join(SHIPPED)}",
        )
    return parse_specification(read_source(source), Path(source).parent, origins)


@cache
def _parse_shipped(name: str) -> Specification:
    return parse_specification(_shipped(f"{name}.toml"))


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


def read_origins(file: SourceFile) -> dict[str, str | None]:
    r"""Read a table of origins: a CSV file with the columns `origin` and `group`.

    Parameters
    ----------
    file
        The file. An empty group means that the origin counts as unknown.

    Returns
    -------
    dict
        Group by origin, in the order of the file.

    Raises
    ------
    InputError
        Another column, an empty or doubled origin, or no group at all.

    Examples
    --------
    >>> read_origins(SourceFile("origins.csv", b"origin,group\nNL,dutch\nSR,suriname\n?,\n"))
    {'NL': 'dutch', 'SR': 'suriname', '?': None}
    """
    table = read_csv(file)
    if table.column_names != _COLUMNS:
        found = ", ".join(table.column_names)
        raise InputError(f"has the columns {found}", Place(file.name), "give the columns origin, group")
    groups: dict[str, str | None] = {}
    for row, (origin, group) in enumerate(zip(*(c.to_pylist() for c in table.columns), strict=True), start=2):
        if not origin or origin in groups:
            problem = "occurs twice" if origin else "is empty"
            raise InputError(
                problem, Place(file.name, column="origin", row=row, value=origin or None), "name it once"
            )
        groups[origin] = group or None
    if not origin_groups(groups):
        raise InputError("names no group", Place(file.name), "give at least one origin with its group")
    return groups


def origin_groups(groups: Mapping[str, str | None]) -> tuple[str, ...]:
    """Name the groups in the order in which the table first names them.

    Examples
    --------
    >>> origin_groups({"NL": "dutch", "SR": "suriname", "?": None, "BQ": "dutch"})
    ('dutch', 'suriname')
    """
    return tuple(dict.fromkeys(group for group in groups.values() if group is not None))


@dataclass(frozen=True, slots=True)
class Specifications:
    """Feature specifications by name.

    Parameters
    ----------
    contents
        Bytes by name of file: ``<name>.toml`` and the tables of origins that these name.

    Examples
    --------
    >>> shipped = Specifications.shipped()
    >>> shipped.load("cbs-2019") == shipped.only("cbs-2019").load("cbs-2019")
    True
    """

    contents: Mapping[str, bytes]

    @classmethod
    def shipped(cls) -> Specifications:
        """Take those that come with the library."""
        folder = files("oab_funding.indicator").joinpath("specs")
        return cls({entry.name: entry.read_bytes() for entry in folder.iterdir() if entry.is_file()})

    def load(self, name: str) -> Specification:
        """Load a specification by its name.

        Raises
        ------
        InputError
            There is none of this name, or it states something wrong.
        """
        return parse_specification(self._file(f"{name}{_ENDING}"), find=self._file)

    def only(self, *names: str) -> Specifications:
        """Cut down to some specifications and the tables of origins they name."""
        kept: dict[str, bytes] = {}
        for name in names:
            text = kept[f"{name}{_ENDING}"] = self._file(f"{name}{_ENDING}").data
            features = read_toml(text, name).get("features", [])
            tables = [feature["table"] for feature in features if "table" in feature]
            kept |= {table: self._file(table).data for table in tables}
        return Specifications(kept)

    def _file(self, name: str) -> SourceFile:
        if name not in self.contents:
            known = sorted(one.removesuffix(_ENDING) for one in self.contents if one.endswith(_ENDING))
            problem = "is not there" if not name.endswith(_ENDING) else "is not the name of a specification"
            where = Place(value=name.removesuffix(_ENDING))
            raise InputError(problem, where, f"give one of {', '.join(known)}" if known else None)
        return SourceFile(name, self.contents[name])
