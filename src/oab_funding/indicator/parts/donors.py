"""What needs children of all parts at once: lengths of stay, and donors of scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from oab_funding.errors import InputError
from oab_funding.indicator.category_codes import UNKNOWN, Codes
from oab_funding.indicator.imputation.donors import DonorPool, StayInput, impute_stay
from oab_funding.indicator.imputation.draws import Keys


@dataclass(frozen=True, slots=True, eq=False)
class Stays:
    """Children with a mother born abroad who take part, and their mother's education in every round."""

    key: Keys
    stay: Codes
    groups: list[NDArray[np.int16]]
    mother: Codes


@dataclass(frozen=True, slots=True, eq=False)
class Sharers:
    """Children of a part in order of their municipality: donors with their scores, or takers with their rows.

    Parameters
    ----------
    towns, start
        Municipalities that occur, and the first child of each; `start` ends with the number of children.
    key
        Key of each child.
    sites, site
        Sites that occur, and the position of each child's; `UNKNOWN` for toddlers.
    social
        Position of the socio-economic category.
    number
        Score of a donor, or row of a taker in the file of its part.
    """

    towns: list[str]
    start: NDArray[np.int64]
    key: Keys
    sites: list[str]
    site: NDArray[np.int32]
    social: NDArray[np.int16]
    number: NDArray[np.int32]

    @classmethod
    def of(
        cls,
        children: pa.Table,
        key: Keys,
        social: NDArray[np.integer],
        number: NDArray[np.integer],
        with_site: bool,
    ) -> Sharers:
        """Put children in order of their municipality."""
        towns, town = _named(children.column("municipality_code"))
        nowhere: tuple[list[str], NDArray[np.int32]] = [], np.full(len(key), UNKNOWN, dtype=np.int32)
        sites, site = _named(children.column("site_id")) if with_site else nowhere
        order = np.argsort(town, kind="stable")
        start = np.searchsorted(town[order], np.arange(len(towns) + 1))
        codes = social[order].astype(np.int16)
        return cls(towns, start, key[order], sites, site[order], codes, number[order].astype(np.int32))

    def at(self, town: str) -> slice:
        """Give the children of a municipality."""
        if town not in self.towns:
            return slice(0, 0)
        place = self.towns.index(town)
        return slice(int(self.start[place]), int(self.start[place + 1]))


def impute_stays(parts: Sequence[Stays], seed: int) -> list[Codes]:
    """Impute the lengths of stay of all parts together: of the children of `Stays`, (m, n), by part."""
    if not parts:
        return []
    sizes = np.cumsum([len(part.key) for part in parts])[:-1]
    key, stay = (np.concatenate([getattr(part, name) for part in parts]) for name in ("key", "stay"))
    groups = [np.concatenate(several) for several in zip(*(part.groups for part in parts), strict=True)]
    mother = np.concatenate([part.mother for part in parts], axis=1)
    everyone = np.ones(len(key), dtype=np.bool_)
    done = impute_stay(StayInput(key, stay, everyone, everyone, groups), mother, seed)
    return np.split(done.stay, sizes, axis=1)


def choose(donors: Sequence[Sharers], takers: Sequence[Sharers], seed: int) -> list[NDArray[np.int32]]:
    """Choose a donor for each taker, as among the children as a whole; its score, by part of the takers.

    Every rung of the ladder but the last lies within a municipality, so that one of them is looked at after
    the other.
    """
    found = [np.full(len(part.key), UNKNOWN, dtype=np.int32) for part in takers]
    if not any(map(len, found)):
        return found
    if not any(len(part.key) for part in donors):
        raise InputError("there is no donor", "donors", "give children with a score of their own")
    sites = sorted(set().union(*(part.sites for part in (*donors, *takers))))
    number = {site: place for place, site in enumerate(sites)}
    of_donors, of_takers = (
        [np.array([*(number[site] for site in part.sites), UNKNOWN]) for part in several]
        for several in (donors, takers)
    )
    for town in sorted(set().union(*(part.towns for part in takers))):
        giving, taking = _Town.of(donors, town, of_donors), _Town.of(takers, town, of_takers)
        if not len(giving.key):
            continue
        pool = DonorPool(giving.key, giving.ladder)
        choice = pool.choose(taking.key, taking.ladder, seed)
        within = choice.rung < len(pool.classes)
        taking.tell(found, np.where(within, giving.number[choice.donor], UNKNOWN))
    waiting = [np.flatnonzero(units == UNKNOWN) for units in found]
    if any(map(len, waiting)):
        pool = DonorPool(np.concatenate([part.key for part in donors]), [])
        scores = np.concatenate([part.number for part in donors])
        for part, rows, units in zip(takers, waiting, found, strict=True):
            units[rows] = scores[pool.choose(part.key[rows], [], seed).donor]
    return found


@dataclass(frozen=True, slots=True, eq=False)
class _Town:
    """The children of all parts in one municipality: key, score or row, and where they stand in their part.

    Their donor classes go from narrow to wide: site; socio-economic category; the municipality.
    """

    places: list[slice]
    key: Keys
    number: NDArray[np.int32]
    ladder: list[NDArray[np.integer]]

    @classmethod
    def of(cls, parts: Sequence[Sharers], town: str, numbers: Sequence[NDArray[np.int64]]) -> _Town:
        """Gather them; `numbers` gives, by part, the number of each of its sites among all."""
        places = [part.at(town) for part in parts]
        both = list(zip(parts, places, strict=True))
        site = np.concatenate([own[part.site[here]] for own, (part, here) in zip(numbers, both, strict=True)])
        social = np.concatenate([part.social[here] for part, here in both])
        return cls(
            places,
            np.concatenate([part.key[here] for part, here in both]),
            np.concatenate([part.number[here] for part, here in both]),
            [site, social, np.zeros(len(site), dtype=np.int64)],
        )

    def tell(self, found: Sequence[NDArray[np.int32]], units: NDArray[np.int32]) -> None:
        """Put scores where the children stand in their parts."""
        start = 0
        for part, here in zip(found, self.places, strict=True):
            stop = start + here.stop - here.start
            part[here] = units[start:stop]
            start = stop


def _named(column: pa.ChunkedArray) -> tuple[list[str], NDArray[np.int32]]:
    """Give the names that occur, and the position of each row's name."""
    encoded = column.cast(pa.string()).combine_chunks().dictionary_encode()
    return encoded.dictionary.to_pylist(), encoded.indices.to_numpy().astype(np.int32)
