"""Each site's part of its school's grant, with the board, municipality and province it counts for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import pyarrow as pa

from oab_funding.errors import InputError
from oab_funding.grants.families import Family, families_of, share_out
from oab_funding.grants.schools import SchoolTransition, exact_grants
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
