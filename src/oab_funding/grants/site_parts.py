"""Each site's part of its school's grant, with the board, municipality and province it counts for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import pyarrow as pa

from oab_funding.errors import InputError
from oab_funding.grants.families import Family, families_of, share_out
from oab_funding.tables.build import build
from oab_funding.tables.catalogue import SITE_GRANTS
from oab_funding.tables.columns import texts, units
from oab_funding.tables.step_result import Figure, StepResult

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
        A school has sites and no grant, or a grant and no sites.

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
    families = families_of(site_scores)
    _check_same(families, texts(school_grants, "school_id"))
    new, ties_new = _parts(families, school_grants, "amount_new", unit_amount)
    paid, ties = _parts(families, school_grants, "amount", unit_amount)
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


def _parts(
    families: Mapping[str, Family], school_grants: pa.Table, name: str, unit_amount: Fraction | None
) -> tuple[dict[str, int], set[str]]:
    """Give the cents of every site, and the sites between which the order of the codes decided."""
    parts: dict[str, int] = {}
    ties: set[str] = set()
    for school, total in zip(texts(school_grants, "school_id"), units(school_grants, name, 2), strict=True):
        shared = share_out(families[school], total, unit_amount)
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
