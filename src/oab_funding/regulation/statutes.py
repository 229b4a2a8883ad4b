"""A collection of regulation files, checked as a whole, and the look-up of what applies.

`Statutes.shipped()` are the files of this package. A run bundle carries the files it used, and a replay
looks things up in those.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import pairwise
from typing import TypeVar

from oab_funding.errors import InputError
from oab_funding.regulation.changes import written
from oab_funding.regulation.model import ReferenceDates, RegulationFile
from oab_funding.regulation.provision import (
    ChildcarePriceProvision,
    MunicipalityGrantProvision,
    MunicipalityScoreProvision,
    PreschoolProvision,
    PricedPeriod,
    Provision,
    SchoolGrantProvision,
    SchoolScoreProvision,
    Source,
)
from oab_funding.regulation.values import Stream
from oab_funding.tables.documents import checked, read_toml

Changed = TypeVar("Changed", SchoolScoreProvision, MunicipalityScoreProvision, MunicipalityGrantProvision)


@dataclass(frozen=True, slots=True)
class Statutes:
    """Regulation files by path, with their bytes.

    Parameters
    ----------
    files
        Parsed files by path, in order of path.
    contents
        The bytes of each file, for hashing and for a run bundle.
    """

    files: Mapping[str, RegulationFile]
    contents: Mapping[str, bytes]

    @classmethod
    def from_contents(cls, contents: Mapping[str, bytes]) -> Statutes:
        """Parse and check regulation files.

        Raises
        ------
        InputError
            A file is no TOML, has a doubled or unknown key or a wrong type, or two files cover the same
            thing.
        """
        ordered = dict(sorted(contents.items()))
        statutes = cls({path: _parse(path, data) for path, data in ordered.items()}, ordered)
        _check_single_cover(statutes)
        return statutes

    @staticmethod
    @cache
    def shipped() -> Statutes:
        """Return the regulation files that come with this package."""
        root = files("oab_funding.regulation").joinpath("nl")
        return Statutes.from_contents(dict(_walk(root, "nl")))

    def only(self, paths: Iterable[str]) -> Statutes:
        """Cut down to some of the files."""
        kept = sorted(set(paths))
        return Statutes(
            {path: self.files[path] for path in kept}, {path: self.contents[path] for path in kept}
        )

    def with_laws(self, laws: Iterable[Provision]) -> Statutes:
        """Put changed provisions in the place of those with their keys; each change stands in its file.

        Raises
        ------
        InputError
            Two have the same key.
        """
        contents, seen = dict(self.contents), set()
        for law in laws:
            if (law.stream, law.key) in seen:
                raise InputError(f"two laws are given for {law.stream} {law.key}", remedy="give one")
            seen.add((law.stream, law.key))
            for change in law.changes:
                said = {"stream": law.stream, "key": law.key, "name": change.name}
                lines = [f'{name} = "{text}"' for name, text in said.items()]
                lines = ["", "[[what_if]]", *lines, f'value = "{written(change.value)}"', ""]
                contents[law.source.file] += "\n".join(lines).encode()
        return Statutes.from_contents(contents)

    def look_up(self, stream: Stream, key: date | str | int) -> Provision:
        """Find what applies.

        Parameters
        ----------
        stream
            "school-score" or "municipality-score" by reference date, "school-grant" by period,
            "municipality-grant" or "childcare-price" by year, "preschool" by day.
        key
            A day (date or ISO text), a period such as "2020-2021" or "2023", or a year.

        Raises
        ------
        InputError
            No file applies to the key, or the stream is unknown.
        """
        if stream == "school-score":
            return self.school_score(as_date(key))
        if stream == "municipality-score":
            return self.municipality_score(as_date(key))
        if stream == "school-grant":
            return self.school_grant(str(key))
        if stream == "municipality-grant":
            return self.municipality_grant(_as_year(key))
        if stream == "preschool":
            return self.preschool(as_date(key))
        if stream == "childcare-price":
            return self.childcare_price(_as_year(key))
        raise InputError(
            f"there is no stream {stream!r}",
            remedy="ask for school-score, school-grant, municipality-score, municipality-grant, preschool or "
            "childcare-price",
        )

    def school_score(self, day: date) -> SchoolScoreProvision:
        """Score of a school site on a reference date."""
        for path, file in self.files.items():
            if file.school_score is not None and file.school_score.applies_to.covers(day):
                found = SchoolScoreProvision(
                    self._source(path, file.school_score.article),
                    file.school_score.gaps,
                    file.school_score,
                    day,
                )
                return _changed(found, file)
        spans = [file.school_score.applies_to for file in self.files.values() if file.school_score]
        raise _no_reference_date(day, spans)

    def municipality_score(self, day: date) -> MunicipalityScoreProvision:
        """Score of a municipality on a reference date."""
        for path, file in self.files.items():
            part = file.municipality_score
            if part is not None and part.applies_to.covers(day):
                found = MunicipalityScoreProvision(self._source(path, part.article), part.gaps, part, day)
                return _changed(found, file)
        spans = [
            file.municipality_score.applies_to for file in self.files.values() if file.municipality_score
        ]
        raise _no_reference_date(day, spans)

    def school_grant(self, period: str) -> SchoolGrantProvision:
        """Grant of schools in a period, with every price known for it."""
        for path, file in self.files.items():
            for candidate in file.school_grant.applies_to if file.school_grant else ():
                if candidate.period == period and file.school_grant is not None:
                    source = self._source(path, file.school_grant.article)
                    return SchoolGrantProvision(
                        source,
                        file.school_grant.gaps,
                        file.school_grant,
                        candidate,
                        tuple(self._prices(period)),
                    )
        parts = [file.school_grant for file in self.files.values() if file.school_grant]
        ordered = sorted((each for part in parts for each in part.applies_to), key=lambda each: each.first)
        known = [each.period for each in ordered]
        meant = [name for name in known if name.startswith(f"{period}-")] or get_close_matches(
            period, known, 1
        )
        remedy = f"choose one of {', '.join(known)}" + (f"; did you mean {meant[0]}?" if meant else "")
        raise InputError(f"no regulation covers the period {period!r}", remedy=remedy)

    def municipality_grant(self, year: int) -> MunicipalityGrantProvision:
        """Grant of municipalities in a budget year."""
        for path, file in self.files.items():
            for candidate in file.municipality_grant.applies_to if file.municipality_grant else ():
                if candidate.year == year and file.municipality_grant is not None:
                    source = self._source(path, file.municipality_grant.article)
                    found = MunicipalityGrantProvision(
                        source, file.municipality_grant.gaps, file.municipality_grant, candidate
                    )
                    return _changed(found, file)
        known = [
            str(y.year)
            for f in self.files.values()
            if f.municipality_grant
            for y in f.municipality_grant.applies_to
        ]
        raise InputError(
            f"no regulation covers the budget year {year}", remedy=f"choose one of {', '.join(known)}"
        )

    def preschool(self, day: date) -> PreschoolProvision:
        """Give what preschool education must offer on a day."""
        parts = {path: file.preschool for path, file in self.files.items() if file.preschool is not None}
        for path, part in parts.items():
            if part.applies_to.covers(day):
                return PreschoolProvision(self._source(path, part.article), part.gaps, part, day)
        first = min((part.applies_to.first for part in parts.values()), default=None)
        raise InputError(
            f"no regulation of preschool education covers {day}", remedy=f"known from {first or 'no day'} on"
        )

    def childcare_price(self, year: int) -> ChildcarePriceProvision:
        """Maximum hourly price of the childcare allowance (day care) in a year."""
        known = []
        for path, file in self.files.items():
            if (part := file.childcare_price) is not None:
                if part.year == year:
                    return ChildcarePriceProvision(self._source(path, part.article), (), part)
                known.append(str(part.year))
        raise InputError(
            f"the maximum hourly price of childcare in {year} is not known here",
            remedy=f"known are {', '.join(sorted(known))}",
        )

    def _prices(self, period: str) -> Iterable[PricedPeriod]:
        order = {"first": 0, "second": 1, "final": 2}
        found = [
            PricedPeriod(self._source(path, price.article), price)
            for path, file in self.files.items()
            for price in file.prices
            if price.period == period
        ]
        return sorted(found, key=lambda priced: order[priced.price.version])

    def _source(self, path: str, article: str) -> Source:
        return Source(
            path, hashlib.sha256(self.contents[path]).hexdigest(), article, self.files[path].regulation
        )


def _changed(found: Changed, file: RegulationFile) -> Changed:
    """Apply what the file changes of a provision for its key."""
    values = {
        change.name: change.value
        for change in file.what_if
        if (change.stream, change.key) == (found.stream, found.key)
    }
    return found.what_if(**values) if values else found


def as_date(key: date | str | int) -> date:
    """Read a reference date.

    Examples
    --------
    >>> as_date("2019-10-01")
    datetime.date(2019, 10, 1)
    """
    if isinstance(key, date):
        return key
    try:
        return date.fromisoformat(str(key))
    except ValueError as error:
        raise InputError(f"{key!r} is not a date", remedy="write it as 2019-10-01") from error


def _as_year(key: date | str | int) -> int:
    if isinstance(key, date) or not str(key).isdigit():
        raise InputError(f"{key!r} is not a budget year", remedy="write it as 2020")
    return int(str(key))


def _walk(folder: Traversable, path: str) -> Iterable[tuple[str, bytes]]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _walk(entry, f"{path}/{entry.name}")
        elif entry.name.endswith(".toml"):
            yield f"{path}/{entry.name}", entry.read_bytes()


def _parse(path: str, data: bytes) -> RegulationFile:
    return checked(RegulationFile, read_toml(data, path), path, "see the reference of regulation files")


def _check_single_cover(statutes: Statutes) -> None:
    periods = Counter(
        period.period
        for file in statutes.files.values()
        for period in (file.school_grant.applies_to if file.school_grant else ())
    )
    years = Counter(
        year.year
        for file in statutes.files.values()
        for year in (file.municipality_grant.applies_to if file.municipality_grant else ())
    )
    prices = Counter(
        (price.period, price.version) for file in statutes.files.values() for price in file.prices
    )
    childcare = Counter(
        file.childcare_price.year for file in statutes.files.values() if file.childcare_price is not None
    )
    covered = (
        ("the period", periods),
        ("the budget year", years),
        ("the price of", prices),
        ("the childcare price of", childcare),
    )
    for what, counts in covered:
        for key, times in counts.items():
            if times > 1:
                raise InputError(
                    f"{what} {key} is covered {times} times", "regulation files", "let one file cover it"
                )
    for name in ("school_score", "municipality_score", "preschool"):
        _check_spans(statutes, name)


def _check_spans(statutes: Statutes, name: str) -> None:
    spans = sorted(
        (part.applies_to.first, part.applies_to.last or date.max, path)
        for path, file in statutes.files.items()
        if (part := getattr(file, name)) is not None
    )
    for (_, last, path), (first, _, other) in pairwise(spans):
        if first <= last:
            raise InputError(
                f"{name}: dates from {first} are covered by {path} and {other}",
                "regulation files",
                "let one file cover them",
            )


def _no_reference_date(day: date, spans: list[ReferenceDates]) -> InputError:
    known = "; ".join(f"{span.first} to {span.last or 'now'}, each {span.day}" for span in spans)
    return InputError(
        f"no regulation covers the reference date {day}", remedy=f"known reference dates: {known}"
    )
