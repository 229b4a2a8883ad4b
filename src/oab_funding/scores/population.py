"""Who counts for a stream of scores, and where."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from oab_funding.errors import InputError, Place
from oab_funding.exact.sums import Int64Array
from oab_funding.tables.columns import EMPTY, CodedTexts, texts

PUPIL: Final = "pupil"
TODDLER: Final = "toddler"
Kind = Literal["pupil", "toddler"]

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Population:
    """Who counts for a stream.

    Parameters
    ----------
    institution
        Column that says where a child counts: `site_id` or `municipality_code`.
    kinds
        Kinds of children that count.
    left_out_sites
        Sites whose pupils do not count, with the reason.
    municipality_of_site
        Municipality of each site, where the pupils' own column is not to be used.
    lower_years_until_age
        Last age of the lower years, or None where they do not matter.
    asylum_kinds
        Kinds of children whose asylum seekers always belong to the target group; other asylum seekers are
        children like any other.
    """

    institution: Literal["site_id", "municipality_code"]
    kinds: tuple[Kind, ...]
    left_out_sites: Mapping[str, str] = field(default_factory=dict)
    municipality_of_site: Mapping[str, str] | None = None
    lower_years_until_age: int | None = None
    asylum_kinds: tuple[Kind, ...] = (PUPIL, TODDLER)


class Codebook:
    """Numbers institutions in the order in which they are met; the numbers never reach a result."""

    def __init__(self) -> None:
        self.names: dict[str, int] = {}

    def number(self, name: str) -> int:
        """Give an institution its number: the same whenever it is met."""
        return self.names.setdefault(name, len(self.names))


def who_counts(table: pa.Table, population: Population, kinds: CodedTexts) -> tuple[Flags, Counter[str]]:
    """Say which children count, and how many do not, by reason.

    Parameters
    ----------
    table
        Scored children.
    population
        Who counts.
    kinds
        Their column `kind`.
    """
    other = ~kinds.where(lambda kind: kind in population.kinds)
    left_out = Counter({"of another kind": int(other.sum())})
    counts = ~other
    if population.left_out_sites:
        pupils = counts & kinds.where(lambda kind: kind == PUPIL)
        sites = CodedTexts.of(table.column("site_id"))
        for reason in sorted(set(population.left_out_sites.values())):
            out = pupils & sites.where(lambda site, why=reason: population.left_out_sites.get(site) == why)  # type: ignore[misc]
            left_out[reason] = int(out.sum())
            counts &= ~out
    return counts, +left_out


def where_they_count(
    table: pa.Table, population: Population, kinds: CodedTexts, counts: Flags, book: Codebook
) -> Int64Array:
    """Give the number of the institution of each child; anything for a child that does not count.

    Raises
    ------
    InputError
        A child that counts has no institution.
    """
    where = _institutions(table, population, kinds, book)
    missing = counts & (where == EMPTY)
    if missing.any():
        raise _no_institution(table, population, int(np.flatnonzero(missing)[0]), int(missing.sum()))
    return where


def _institutions(table: pa.Table, population: Population, kinds: CodedTexts, book: Codebook) -> Int64Array:
    by_site = population.municipality_of_site
    if population.institution == "site_id" or by_site is None:
        return _own(table, population.institution, book)
    of_pupils = CodedTexts.of(table.column("site_id")).numbers(lambda site: _number(book, by_site.get(site)))
    if not kinds.where(lambda kind: kind in population.kinds and kind != PUPIL).any():
        return of_pupils
    at_home = _own(table, population.institution, book)
    return np.where(kinds.where(lambda kind: kind == PUPIL), of_pupils, at_home)


def _own(table: pa.Table, column: str, book: Codebook) -> Int64Array:
    if column not in table.column_names:
        raise InputError(f"the children have no {column}", remedy=f"add {column}, or give `sites`")
    return CodedTexts.of(table.column(column)).numbers(book.number)


def _number(book: Codebook, name: str | None) -> int:
    return book.number(name) if name else EMPTY


def _no_institution(table: pa.Table, population: Population, row: int, rows: int) -> InputError:
    child = (
        texts(table.slice(row, 1), "child_id")[0] if "child_id" in table.column_names else f"in row {row + 1}"
    )
    more = f" (and {rows - 1} more children)" if rows > 1 else ""
    site = table.column("site_id")[row].as_py()
    if population.municipality_of_site is not None and site is not None:
        return InputError(
            f"site {site} has pupils, such as child {child}{more}, but no municipality in the register",
            remedy="complete its row",
        )
    return InputError(f"child {child}{more} has no {population.institution}", remedy="fill it in")


PRIMARY = "bo"
"""The school type that counts."""

TRAVELLING = "school for a travelling population"


def left_out_sites(
    site_ids: Collection[str], sites: pa.Table | None, excluded_schools: Sequence[str]
) -> dict[str, str]:
    """Say which sites do not count, and why.

    Parameters
    ----------
    site_ids
        The sites that have pupils.
    sites
        Register with `site_id` and where known `school_type` (only `bo` counts) and `excluded`.
    excluded_schools
        Codes of schools that the regulation leaves out, such as 27MK.

    Returns
    -------
    dict
        Reason by site.

    Raises
    ------
    InputError
        A site that the regulation does not leave out is not in the register: whether it counts is not known.

    Notes
    -----
    Left out everywhere, also from C, G and the 15%: special primary schools, and schools for
    travelling populations (WPO art. 185, later 193). [law, CBS]

    Examples
    --------
    >>> left_out_sites(["27MK00", "00AP00"], None, ["27MK"])
    {'27MK00': 'school for a travelling population'}
    """
    travelling = tuple(excluded_schools)
    found = {site: TRAVELLING for site in site_ids if site.startswith(travelling)}
    if sites is None:
        return found
    others = [site for site in site_ids if site not in found]
    register = _reasons(sites)
    if missing := [site for site in others if site not in register]:
        raise _not_in_register(missing)
    return found | {site: register[site] for site in others if register[site]}


def _not_in_register(missing: Sequence[str]) -> InputError:
    more = f" (and {len(missing) - 1} more sites)" if len(missing) > 1 else ""
    return InputError(
        f"site {missing[0]} has pupils{more}, but is not in the table of sites",
        Place("table sites", column="site_id"),
        "add it there",
    )


def _reasons(sites: pa.Table) -> dict[str, str]:
    """Give the reason of every site of the register, empty for one that counts."""
    rows = sites.num_rows
    types = texts(sites, "school_type") if "school_type" in sites.column_names else [""] * rows
    excluded = sites.column("excluded").to_pylist() if "excluded" in sites.column_names else [None] * rows
    return {
        site: "excluded site" if out else "" if kind.lower() in ("", PRIMARY) else f"school type {kind}"
        for site, kind, out in zip(texts(sites, "site_id"), types, excluded, strict=True)
    }
