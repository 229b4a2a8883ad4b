"""The sites of a school, and dividing the school's money over them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor

import pyarrow as pa

from oab_funding.exact import Apportionment, largest_remainder
from oab_funding.scores.schools import school_of_site
from oab_funding.tables.columns import texts, units


@dataclass(frozen=True, slots=True)
class Family:
    """The sites of a school, with their scores (hundredths) and pupils."""

    sites: tuple[str, ...]
    scores: tuple[int, ...]
    pupils: tuple[int | None, ...]

    @property
    def weights(self) -> Sequence[int]:
        """Scores; pupils where the scores are all 0; 1 where no pupils are known either."""
        if any(self.scores):
            return self.scores
        pupils = [number or 0 for number in self.pupils]
        return pupils if any(pupils) else [1] * len(self.sites)

    def rows(self) -> Iterator[tuple[str, int, int | None]]:
        """Give site, score and pupils of each."""
        return zip(self.sites, self.scores, self.pupils, strict=True)


def share_out(family: Family, total: int, exact: Fraction | None) -> Apportionment:
    """Divide a school's cents over its sites, in proportion to the weights.

    Where the exact amount is known (cents, unrounded) that is what is divided, and only the cents that
    rounding moved go by largest remainder; else the rounded total is.

    Examples
    --------
    >>> share_out(Family(("00AP00", "00AP01"), (1, 1), (None, None)), 1119, Fraction(1119)).units
    (560, 559)
    """
    if len(family.sites) == 1:
        return Apportionment((total,), ())
    if exact is None or abs(total - exact) >= 1:
        return largest_remainder(family.weights, total, family.sites)
    whole = sum(family.weights)
    return _rounded_to([exact * weight / whole for weight in family.weights], total, family.sites)


def _rounded_to(exact: Sequence[Fraction], total: int, sites: Sequence[str]) -> Apportionment:
    """Round amounts down, and give the cents then missing to the largest remainders."""
    whole = [floor(amount) for amount in exact]
    rests = [amount - cents for amount, cents in zip(exact, whole, strict=True)]
    ranking = sorted(range(len(sites)), key=lambda row: (-rests[row], sites[row]))
    missing = total - sum(whole)
    served, waiting = ranking[:missing], ranking[missing:]
    tied = bool(served and waiting and rests[served[-1]] == rests[waiting[0]])
    ties = [site for site, rest in zip(sites, rests, strict=True) if tied and rest == rests[served[-1]]]
    return Apportionment(
        tuple(cents + (row in served) for row, cents in enumerate(whole)), tuple(sorted(ties))
    )


def families_of(site_scores: pa.Table) -> dict[str, Family]:
    """Group sites by school, in the order of the table.

    Parameters
    ----------
    site_scores
        Table with `site_id`, `score` and where known `pupils` and `school_id`.

    Examples
    --------
    >>> from oab_funding.tables.columns import build
    >>> from oab_funding.tables.score_tables import SITE_SCORES
    >>> scores = build(SITE_SCORES, {"site_id": ["00AP00", "00AP01"], "score": [200, 100]})
    >>> families_of(scores)["00AP"].scores
    (200, 100)
    """
    names, rows = site_scores.column_names, site_scores.num_rows
    pupils = site_scores.column("pupils").to_pylist() if "pupils" in names else [None] * rows
    members: dict[str, list[tuple[str, int, int | None]]] = {}
    sites = zip(texts(site_scores, "site_id"), units(site_scores, "score", 2), pupils, strict=True)
    for school, site in zip(school_of_site(site_scores), sites, strict=True):
        members.setdefault(school, []).append(site)
    return {school: Family(*zip(*found, strict=True)) for school, found in members.items()}
