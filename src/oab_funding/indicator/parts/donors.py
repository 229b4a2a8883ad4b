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
    """Children by key and place: donors with their scores, or takers with their rows.

    Municipalities and sites are names, and for each child the position of its own; a toddler has no site.
    """

    key: Keys
    municipality: tuple[list[str], NDArray[np.int32]]
    site: tuple[list[str], NDArray[np.int32]]
    social: NDArray[np.int16]
    units: NDArray[np.int32]
    row: NDArray[np.int32]

    @classmethod
    def together(cls, parts: Sequence[Sharers]) -> Sharers:
        """Put parts behind one another."""
        municipality = _renamed([part.municipality for part in parts])
        site = _renamed([part.site for part in parts])
        numbers = (
            np.concatenate([getattr(part, name) for part in parts]) for name in ("social", "units", "row")
        )
        return cls(np.concatenate([part.key for part in parts]), municipality, site, *numbers)


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
    if not takers:
        return []
    sizes = np.cumsum([len(part.key) for part in takers])[:-1]
    everyone = Sharers.together([*donors, *takers])
    towns, sites, count = everyone.municipality[1], everyone.site[1], sum(len(part.key) for part in donors)
    if len(towns) and not count:
        raise InputError("there is no donor", "donors", "give children with a score of their own")
    order = np.argsort(towns[:count].astype(np.int16), kind="stable")
    start = np.searchsorted(towns[order], np.arange(len(everyone.municipality[0]) + 1))
    units = np.zeros(len(towns) - count, dtype=np.int32)
    waiting: list[NDArray[np.int64]] = []
    for town in np.unique(towns[count:]).tolist():
        mine, here = np.flatnonzero(towns[count:] == town), order[start[town] : start[town + 1]]
        rungs: list[NDArray[np.integer]] = [sites, everyone.social, np.zeros_like(towns)]
        if not len(here):
            waiting.append(mine)
            continue
        pool = DonorPool(everyone.key[here], [codes[here] for codes in rungs])
        choice = pool.choose(everyone.key[count + mine], [codes[count + mine] for codes in rungs], seed)
        units[mine] = everyone.units[here[choice.donor]]
        waiting.append(mine[choice.rung == len(rungs)])
    last = np.concatenate(waiting) if waiting else np.zeros(0, dtype=np.int64)
    if len(last):
        pool = DonorPool(everyone.key[:count], [])
        units[last] = everyone.units[pool.choose(everyone.key[count + last], [], seed).donor]
    return np.split(units, sizes)


def named(column: pa.ChunkedArray) -> tuple[list[str], NDArray[np.int32]]:
    """Give the names that occur, and the position of each row's name."""
    encoded = column.cast(pa.string()).combine_chunks().dictionary_encode()
    return encoded.dictionary.to_pylist(), encoded.indices.to_numpy().astype(np.int32)


def nowhere(children: int) -> tuple[list[str], NDArray[np.int32]]:
    """Give no names, and children that have none."""
    return [], np.full(children, UNKNOWN, dtype=np.int32)


def _renamed(
    named: Sequence[tuple[list[str], NDArray[np.int32]]],
) -> tuple[list[str], NDArray[np.int32]]:
    """Give the names of all parts, and the number of each row's among them."""
    names = sorted(set().union(*(own for own, _ in named)))
    number = {name: place for place, name in enumerate(names)}
    codes = [
        np.array([number[name] for name in own], dtype=np.int32)[mine] if own else mine for own, mine in named
    ]
    return names, np.concatenate(codes)
