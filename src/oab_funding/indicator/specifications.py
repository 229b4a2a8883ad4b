"""The feature specifications at hand, each with its table of origins: the shipped ones, or a bundle's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

from oab_funding.errors import InputError, Place
from oab_funding.indicator.specification import Specification
from oab_funding.indicator.specification_file import parse_specification
from oab_funding.tables.documents import read_toml
from oab_funding.tables.source import SourceFile

_ENDING = ".toml"


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
