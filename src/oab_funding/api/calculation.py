"""A calculation built in Python: what a calculation file says, with frames where paths may stand."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from oab_funding.api.given import Law, as_day, source_of, statutes_with
from oab_funding.errors import InputError, Place
from oab_funding.run.calculation import calculate
from oab_funding.run.calculation_file import FILES, check_calculation, read_calculation, text_of
from oab_funding.run.calculation_file import Calculation as Settled
from oab_funding.run.inputs import gather, schema_of
from oab_funding.run.run import Run
from oab_funding.tables.files import read_source
from oab_funding.tables.given import GivenTable
from oab_funding.tables.source import SourceFile

_SECTIONS = ("children", "indicator", "imputation", "schools", "municipalities")
_DAYS = ("reference_date",)


@dataclass(frozen=True, init=False, repr=False)
class Calculation:
    """What to compute, from what, by which choices; its sections are those of a calculation file.

    Parameters
    ----------
    title
        What it is called.
    children, indicator, imputation, schools, municipalities
        The sections: a mapping of the options of the calculation file, or a part of another calculation.
        Where a file is named, a path, a frame or a result of this library may stand. Dates come as text or
        `date`, exact numbers as text, `Decimal`, `Fraction` or int.
    label
        What must be said with every output.
    corrects
        `root` of an earlier run that this one corrects, and the `reason`.

    Raises
    ------
    InputError
        An option is unknown or missing, a number is a float, or a file cannot be read; all faults are listed.

    Examples
    --------
    >>> scores = {"site_id": ["00AP00"], "score": ["33.02"]}
    >>> Calculation(title="One site", schools={"scores": scores, "period": "2020-2021"})
    <Calculation One site: schools 2020-2021>
    """

    settled: Settled
    sources: Mapping[str, SourceFile] = field(compare=False)
    paths: tuple[Path, ...] = field(compare=False)
    text: bytes = field(compare=False)

    def __init__(
        self,
        *,
        title: str,
        children: Mapping[str, Any] | BaseModel | None = None,
        indicator: Mapping[str, Any] | BaseModel | None = None,
        imputation: Mapping[str, Any] | BaseModel | None = None,
        schools: Mapping[str, Any] | BaseModel | None = None,
        municipalities: Mapping[str, Any] | BaseModel | None = None,
        label: str = "",
        corrects: Mapping[str, str] | None = None,
    ) -> None:
        sections = dict(
            zip(_SECTIONS, (children, indicator, imputation, schools, municipalities), strict=True)
        )
        content: dict[str, Any] = {"format": 1, "title": title, "label": label}
        if corrects is not None:
            content["corrects"] = dict(corrects)
        sources: dict[str, SourceFile] = {}
        for name, part in sections.items():
            if part is not None:
                content[name] = _options(name, part, sources)
        _take_the_scale(sources)
        settled = check_calculation(content, "calculation")
        self._set(settled, sources, tuple(_paths(sections.values())), text_of(settled))

    @classmethod
    def read(cls, path: str | Path) -> Calculation:
        """Read a calculation file, and the files that it names relative to its folder.

        Raises
        ------
        InputError
            A file cannot be read, or something in the calculation is missing, unknown or wrong.
        """
        file = read_source(Path(path))
        settled, folder = read_calculation(file.data, file.name), Path(path).parent
        paths = tuple(folder / name for name in settled.files().values())
        found = cls.__new__(cls)
        found._set(settled, gather(settled, folder), paths, file.data)
        return found

    def _set(
        self, settled: Settled, sources: Mapping[str, SourceFile], paths: tuple[Path, ...], text: bytes
    ) -> None:
        for name, value in (("settled", settled), ("sources", sources), ("paths", paths), ("text", text)):
            object.__setattr__(self, name, value)

    def __repr__(self) -> str:
        """Say in a line what is computed."""
        parts = {
            "children": lambda part: part.reference_date,
            "schools": lambda part: part.period,
            "municipalities": lambda part: part.year,
        }
        named = ((name, getattr(self.settled, name)) for name in parts)
        said = [f"{name} {parts[name](part)}" for name, part in named if part is not None]
        return f"<Calculation {self.settled.title}: {', '.join(said)}>"

    def carry_out(self, law: Law = None, on_step: Callable[[str], None] | None = None) -> Run:
        """Carry it out in memory, nothing written, by the law that is shipped or a changed one."""
        return calculate(
            self.settled, self.sources, statutes_with(law, self.settled), on_step, text=self.text
        )


def _take_the_scale(sources: dict[str, SourceFile]) -> None:
    """Take attainment and ability of a frame of pupils on the scale of the model that is given."""
    pupils, model = sources.get("children.pupils"), sources.get("indicator.model")
    if isinstance(pupils, GivenTable) and model is not None:
        from oab_funding.indicator.coding import pupils_schema
        from oab_funding.indicator.model import read_model

        schema = pupils_schema(read_model(model).specification)
        sources["children.pupils"] = GivenTable(pupils.argument, pupils.frame, schema, pupils.labels)


def _paths(sections: Iterable[Mapping[str, Any] | BaseModel | None]) -> Iterator[Path]:
    """Give the paths among the inputs: a bundle may be read by whom they may all be read by."""
    for part in sections:
        given = part if isinstance(part, Mapping) else {} if part is None else part.__dict__
        for name in FILES:
            value = given.get(name)
            several = value if isinstance(value, list | tuple) else (value,)
            yield from (Path(one) for one in several if isinstance(one, str | os.PathLike))


def _options(section: str, part: Mapping[str, Any] | BaseModel, sources: dict[str, SourceFile]) -> Any:
    if isinstance(part, BaseModel):
        part = {name: getattr(part, name) for name in part.model_fields_set}
    if not isinstance(part, Mapping):
        raise InputError("is no section", Place(argument=section), "give a mapping of its options")
    given = {name: value for name, value in part.items() if value is not None}
    return {name: _option(section, name, value, sources) for name, value in given.items()}


def _option(section: str, name: str, value: Any, sources: dict[str, SourceFile]) -> Any:
    if name in FILES:
        return _file(section, name, value, sources)
    if name in _DAYS and isinstance(value, str):
        return as_day(value, name)
    if isinstance(value, float):
        raise InputError(
            "is a float, which is not what it looks like", Place(value=value, argument=name), "give text"
        )
    numeral = isinstance(value, Decimal | Fraction)
    whole = isinstance(value, int) and not isinstance(value, bool) and name in ("price", "budget", "share")
    return str(value) if numeral or whole else value


def _file(section: str, name: str, value: Any, sources: dict[str, SourceFile]) -> str | tuple[str, ...]:
    """Remember what was given as an input, and give the name it goes by."""
    if section == "schools" and name == "sites":
        several = value if isinstance(value, list | tuple) else (value,)
        return tuple(
            _named(f"schools.sites.{number}", "sites", one, sources)
            for number, one in enumerate(several, start=1)
        )
    return _named(f"{section}.{name}", name, value, sources)


def _named(role: str, argument: str, value: Any, sources: dict[str, SourceFile]) -> str:
    schema = None if role == "indicator.model" else schema_of(role)
    sources[role] = source_of(value, argument, schema)
    return sources[role].name
