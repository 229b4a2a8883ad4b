"""Each site's part of its school's grant, with the board, municipality and province it counts for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import Any

import pyarrow as pa

from oab_funding.errors import InputError
from oab_funding.exact import Apportionment, largest_remainder
from oab_funding.scores.schools import school_of_site
from oab_funding.tables.build import build
from oab_funding.tables.catalogue import SITE_GRANTS
from oab_funding.tables.columns import texts, units
from oab_funding.tables.step_result import StepResult

_FROM_REGISTER = ("name", "board_id", "municipality_code", "municipality_name", "province")


def site_parts(
    site_scores: pa.Table,
    school_grants: pa.Table,
    sites: pa.Table | None = None,
    unit_amount: Fraction | None = None,
) -> StepResult:
    """Divide each school's grant over its sites.

    Where a school gets price x score, so does each of its sites, and only the cents go by largest remainder.
    Any other amount (after the transition, or where the unit amount is not given) is divided in proportion to
    the scores, by largest remainder. A school that is paid without a score (an old base in the transition) is
    divided by pupils, or equally where pupils are not known. The law divides over schools only: all of this
    is a convention.

    Parameters
    ----------
    site_scores
        Table with `site_id`, `score` and where known `pupils`, `flags`, `school_id`.
    school_grants
        Table `school_grants` of the same schools.
    sites
        Register of sites, for name, board, municipality and province.
    unit_amount
        Euros per unit of score, unrounded: price x share of the annual amount.

    Returns
    -------
    StepResult
        Table `site_grants` by ascending `site_id`, whose parts add up to each school's amounts to the cent;
        figures: sites, sites not in the register, cents decided by the order of the codes.

    Raises
    ------
    InputError
        A site's school has no grant.

    Examples
    --------
    >>> from decimal import Decimal
    >>> from oab_funding.grants.schools import school_grants
    >>> from oab_funding.scores.schools import school_scores
    >>> from oab_funding.tables.catalogue import SITE_SCORES
    >>> scores = build(SITE_SCORES, {"site_id": ["00AP00", "00AP01"], "score": [200, 100]})
    >>> grants = school_grants(school_scores(scores).table, None, Decimal("1.00"))
    >>> site_parts(scores, grants.table, unit_amount=Fraction(1)).table.column("amount").to_pylist()
    [Decimal('2.00'), Decimal('1.00')]
    """
    ids, schools = texts(site_scores, "site_id"), school_of_site(site_scores)
    rows = {school: row for row, school in enumerate(texts(school_grants, "school_id"))}
    if without := sorted(set(schools) - rows.keys()):
        raise InputError(
            f"school {without[0]} has sites but no grant", remedy="give scores and grants of the same schools"
        )
    pupils = (
        site_scores.column("pupils").to_pylist()
        if "pupils" in site_scores.column_names
        else [None] * len(ids)
    )
    families = _families(schools, ids, units(site_scores, "score", 2), pupils)
    new, ties_new = _parts(
        families, dict(zip(rows, units(school_grants, "amount_new", 2), strict=True)), unit_amount
    )
    paid, ties = _parts(
        families, dict(zip(rows, units(school_grants, "amount", 2), strict=True)), unit_amount
    )
    register = _register(sites)
    school_flags = texts(school_grants, "flags")
    columns: dict[str, Any] = {
        "site_id": ids,
        "school_id": schools,
        **{name: [register.get(site, {}).get(name) for site in ids] for name in _FROM_REGISTER},
        "pupils": pupils,
        "score": site_scores.column("score"),
        "amount_new": [new[site] for site in ids],
        "amount": [paid[site] for site in ids],
        "flags": [school_flags[rows[school]] for school in schools],
    }
    figures = {
        "sites": len(ids),
        "sites_not_in_register": sum(site not in register for site in ids) if sites is not None else None,
        "cents_decided_by_order_of_codes": len(ties_new | ties),
    }
    return StepResult({"site_grants": build(SITE_GRANTS, columns).sort_by("site_id")}, figures)


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


def share_out(family: Family, total: int, unit_amount: Fraction | None) -> Apportionment:
    """Divide a school's cents over its sites.

    Where they are `unit_amount` (euros) x score but for rounding, each site gets that of its own score and
    only the rounding goes by largest remainder; else all goes by largest remainder in proportion to the
    weights.

    Examples
    --------
    >>> share_out(Family(("00AP00", "00AP01"), (1, 1), (None, None)), 1119, Fraction("559.50")).units
    (560, 559)
    """
    if unit_amount is not None:
        exact = [unit_amount * score for score in family.scores]
        if abs(total - sum(exact, Fraction(0))) < 1:
            return _rounded_to(exact, total, family.sites)
    return largest_remainder(family.weights, total, family.sites)


def _parts(
    families: Mapping[str, Family], totals: Mapping[str, int], unit_amount: Fraction | None
) -> tuple[dict[str, int], set[str]]:
    """Give the cents of every site, and the sites between which the order of the codes decided."""
    parts: dict[str, int] = {}
    ties: set[str] = set()
    for school, family in families.items():
        shared = share_out(family, totals[school], unit_amount)
        parts.update(zip(family.sites, shared.units, strict=True))
        ties.update(shared.ties)
    return parts, ties


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


def _families(
    schools: Sequence[str], sites: Sequence[str], scores: Sequence[int], pupils: Sequence[int | None]
) -> dict[str, Family]:
    members: dict[str, list[int]] = {}
    for row, school in enumerate(schools):
        members.setdefault(school, []).append(row)
    return {
        school: Family(
            tuple(sites[row] for row in chosen),
            tuple(scores[row] for row in chosen),
            tuple(pupils[row] for row in chosen),
        )
        for school, chosen in members.items()
    }


def _register(sites: pa.Table | None) -> Mapping[str, Mapping[str, Any]]:
    if sites is None:
        return {}
    names = [name for name in _FROM_REGISTER if name in sites.column_names]
    rows = zip(*(sites.column(name).to_pylist() for name in names), strict=True) if names else iter(())
    cells = [dict(zip(names, row, strict=True)) for row in rows] or [{}] * sites.num_rows
    return dict(zip(texts(sites, "site_id"), cells, strict=True))
