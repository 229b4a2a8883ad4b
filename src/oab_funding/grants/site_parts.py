"""Each site's part of its school's grant, with the board, municipality and province it counts for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import Any

import pyarrow as pa

from oab_funding.errors import InputError
from oab_funding.exact import Apportionment, largest_remainder
from oab_funding.grants.schools import SchoolTransition, exact_grants
from oab_funding.scores.schools import school_of_site
from oab_funding.tables.columns import build, texts, units
from oab_funding.tables.grant_tables import SITE_GRANTS
from oab_funding.tables.step_result import Figure, StepResult

_CENTS = 100
_FROM_REGISTER = ("name", "board_id", "municipality_code", "municipality_name", "province")


def site_parts(
    site_scores: pa.Table,
    school_grants: pa.Table,
    sites: pa.Table | None = None,
    old_base: pa.Table | None = None,
    unit_amount: Fraction | None = None,
    transition: SchoolTransition | None = None,
) -> StepResult:
    """Divide each school's grant over its sites.

    What is divided is the school's exact amount, before and after a transition, in proportion to the scores;
    only the cents go by largest remainder. So where a school gets price x score, each of its sites does too.
    Where the unit amount is not given, the rounded amount is divided. A school that is paid without a score
    (an old base in the transition) is divided by pupils, or equally where pupils are not known. The law
    divides over schools only: all of this is a convention.

    Parameters
    ----------
    site_scores
        Table with `site_id`, `score` and where known `pupils`, `flags`, `school_id`.
    school_grants
        Table `school_grants` of the same schools.
    sites
        Register of sites, for name, board, municipality and province.
    old_base
        The old bases, where the amounts are those after a transition.
    unit_amount
        Euros per unit of score, unrounded: price x share of the annual amount.
    transition
        The transition that was applied, its gainers' share as it was solved.

    Returns
    -------
    StepResult
        Table `site_grants` by ascending `site_id`, whose parts add up to each school's amounts to the cent;
        figures: sites, sites not in the register, cents decided by the order of the codes.

    Raises
    ------
    InputError
        A school has sites and no grant, or a grant and no sites.

    Examples
    --------
    >>> from decimal import Decimal
    >>> from oab_funding.grants.schools import school_grants
    >>> from oab_funding.scores.schools import school_scores
    >>> from oab_funding.tables.score_tables import SITE_SCORES
    >>> scores = build(SITE_SCORES, {"site_id": ["00AP00", "00AP01"], "score": [200, 100]})
    >>> grants = school_grants(school_scores(scores).table, None, "1.00", transition=None)
    >>> site_parts(scores, grants.table, unit_amount=Fraction(1)).table.column("amount").to_pylist()
    [Decimal('2.00'), Decimal('1.00')]
    """
    families = families_of(site_scores)
    _check_same(families, texts(school_grants, "school_id"))
    by_formula, after = _exact(school_grants, unit_amount, old_base, transition)
    new, ties_new = _parts(families, school_grants, "amount_new", by_formula)
    paid, ties = _parts(families, school_grants, "amount", after)
    register = _register(sites)
    flags = dict(zip(texts(school_grants, "school_id"), texts(school_grants, "flags"), strict=True))
    rows = [(school, *row) for school, family in families.items() for row in family.rows()]
    columns: dict[str, Any] = {
        "site_id": [site for _, site, _, _ in rows],
        "school_id": [school for school, _, _, _ in rows],
        **{name: [register.get(site, {}).get(name) for _, site, _, _ in rows] for name in _FROM_REGISTER},
        "pupils": [pupils for _, _, _, pupils in rows],
        "score": [score for _, _, score, _ in rows],
        "amount_new": [new[site] for _, site, _, _ in rows],
        "amount": [paid[site] for _, site, _, _ in rows],
        "flags": [flags[school] for school, _, _, _ in rows],
    }
    figures: dict[str, Figure] = {
        "sites": len(rows),
        "sites_not_in_register": None if sites is None else len(new.keys() - register.keys()),
        "amount_of_sites_not_in_register": None
        if sites is None
        else Fraction(sum(paid[site] for site in paid.keys() - register.keys()), _CENTS),
        "cents_decided_by_order_of_codes": len(ties_new | ties),
    }
    return StepResult({"site_grants": build(SITE_GRANTS, columns).sort_by("site_id")}, figures)


def _check_same(families: Mapping[str, Family], schools: Sequence[str]) -> None:
    for one, other, problem in (
        (families.keys(), set(schools), "has sites but no grant"),
        (set(schools), families.keys(), "has a grant but no sites"),
    ):
        if alone := sorted(one - other):
            raise InputError(
                f"school {alone[0]} {problem}", remedy="give scores and grants of the same schools"
            )


def _exact(
    school_grants: pa.Table,
    unit_amount: Fraction | None,
    old_base: pa.Table | None,
    transition: SchoolTransition | None,
) -> tuple[Mapping[str, Fraction], Mapping[str, Fraction]]:
    """Give each school's exact amount in euros, new and in the end; empty where it is not known."""
    if unit_amount is None:
        return {}, {}
    return (
        exact_grants(school_grants, unit_amount, None, None),
        exact_grants(school_grants, unit_amount, old_base, transition),
    )


def _parts(
    families: Mapping[str, Family], school_grants: pa.Table, name: str, exact: Mapping[str, Fraction]
) -> tuple[dict[str, int], set[str]]:
    """Give the cents of every site, and the sites between which the order of the codes decided."""
    parts: dict[str, int] = {}
    ties: set[str] = set()
    for school, total in zip(texts(school_grants, "school_id"), units(school_grants, name, 2), strict=True):
        amount = exact[school] * _CENTS if school in exact else None
        shared = share_out(families[school], total, amount)
        parts.update(zip(families[school].sites, shared.units, strict=True))
        ties.update(shared.ties)
    return parts, ties


def _register(sites: pa.Table | None) -> Mapping[str, Mapping[str, Any]]:
    if sites is None:
        return {}
    names = [name for name in _FROM_REGISTER if name in sites.column_names]
    rows = zip(*(sites.column(name).to_pylist() for name in names), strict=True) if names else iter(())
    cells = [dict(zip(names, row, strict=True)) for row in rows] or [{}] * sites.num_rows
    return dict(zip(texts(sites, "site_id"), cells, strict=True))


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
