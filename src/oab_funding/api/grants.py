"""From scores to the grants of schools and municipalities."""

from __future__ import annotations

from typing import Any, Literal

from oab_funding.api.calculation import Calculation
from oab_funding.api.given import (
    Law,
    Number,
    as_budget,
    as_gainers,
    as_index,
    as_period,
    as_price,
    as_share,
    as_year,
)
from oab_funding.api.results import MunicipalGrants, SchoolGrants
from oab_funding.exact import Rule
from oab_funding.run.calculation_file import NOT_STATED

MissingBase = Literal["refuse", "zero", "exempt"]


def school_grants(
    scores: Any,
    *,
    period: str | int,
    sites: Any = None,
    price: Number | None = None,
    budget: Number | None = None,
    source: str | None = None,
    old_base: Any = None,
    gainers: Number | None = None,
    missing_base: MissingBase | None = None,
    base_index: Number | None = None,
    share: Number | None = None,
    changes: Any = None,
    amount_rounding: Rule | None = None,
    other_date: bool = False,
    law: Law = None,
) -> SchoolGrants:
    """Compute every school's grant in a period: price x score, and the transition where a base is given.

    Parameters
    ----------
    scores
        Scores of sites: what `read_cbs_workbook`, `site_scores` or `school_scores` gave, a frame, or a path.
    period
        "2019-2020" to "2022-2023", or a year from 2023 on.
    sites
        Register of sites, for totals by municipality, province and board; of two the first wins.
    price, budget
        Euros per unit of score, or a sum from which it follows; the price that was set, if left out.
    source
        Where that price or budget comes from.
    old_base
        Old base per school, for the transition. Without one, amounts of a period with a transition are
        labelled "before transition".
    gainers
        Gainers' share: such as "26.55%", or "solve", "regulation", "none".
    missing_base
        What to do with a school that has a score and no base.
    base_index
        Change by which the old base is indexed, such as "1.2%".
    share
        Share of the annual amount that falls in the period, where the law is disputed: "34.55%" or "5/12".
    changes
        Mergers and independence: `site_id`, `change`, `target`.
    amount_rounding
        How an amount is brought to cents.
    other_date
        Allow scores of another reference date; the result is labelled a what-if.
    law
        Changed law: what `regulation(...).what_if(...)` gave, one or several; each replaces the one with its
        key.
        With a changed threshold, published scores are estimated anew from A and E.

    Returns
    -------
    SchoolGrants
        Table `school_grants` by ascending `school_id`.

    Raises
    ------
    InputError
        A table does not keep to its schema, a number is a float or out of bounds, the period is not covered,
        or its price is not known and not given.
    CheckError
        The scores contradict themselves or the law.

    Notes
    -----
    Besluit bekostiging WPO art. 28 lid 1 and 36a; Besluit bekostiging WPO 2022 art. 18 lid 1 and 11.

    Examples
    --------
    >>> grants = school_grants({"site_id": ["00AP00"], "score": ["33.02"]}, period="2020-2021")
    >>> grants.total, grants.labels
    (Decimal('18474.69'), ('before transition',))
    """
    options = {
        "scores": scores,
        "period": as_period(period),
        "sites": sites,
        "price": as_price(price),
        "budget": as_budget(budget),
        "source": source or NOT_STATED,
        "old_base": old_base,
        "gainers": as_gainers(gainers),
        "missing_base": missing_base,
        "base_index": as_index(base_index, "base_index"),
        "share": as_share(share, "share"),
        "changes": changes,
        "amount_rounding": amount_rounding,
        "other_date": other_date,
    }
    return SchoolGrants(Calculation(title=f"School grants {period}", schools=options).carry_out(law))


def municipal_grants(
    scores: Any,
    previous: Any,
    *,
    year: int | str,
    budget: Number | None = None,
    price: Number | None = None,
    source: str | None = None,
    grants_2018: Any = None,
    gainers: Number | None = None,
    missing_base: MissingBase | None = None,
    ineligible_with_old_grant: str | None = None,
    eligibility: str | None = None,
    price_rounding: str | None = None,
    remainder: str | None = None,
    code_map: Any = None,
    law: Law = None,
) -> MunicipalGrants:
    """Compute every municipality's grant in a budget year: (H + I) x (J / K), the minimum, the transition.

    Parameters
    ----------
    scores, previous
        Scores of municipalities on the later and the earlier reference date: results, frames or paths.
    year
        Budget year, 2019 to 2026.
    budget, price
        Euros to divide, or per unit of score; the budget that was set, if left out.
    source
        Where that budget or price comes from.
    grants_2018
        Grants of 2018, for the transition. Without them, amounts of a year with a transition are labelled
        "before transition".
    gainers
        Gainers' share: such as "26.55%", or "solve", "solve_rounded", "regulation", "none".
    missing_base
        What to do with a municipality without a grant of 2018.
    ineligible_with_old_grant, eligibility, price_rounding, remainder
        Points on which the law is silent; see `regulation("municipality-grant", year).gaps`.
    code_map
        Pure mergers: `municipality_code`, `new_code`.
    law
        Changed law: what `regulation(...).what_if(...)` gave, one or several; each replaces the one with its
        key.

    Returns
    -------
    MunicipalGrants
        Table `municipal_grants` by ascending code.

    Raises
    ------
    InputError
        See `school_grants`; or a municipality is in one table only.
    CheckError
        The scores contradict themselves or the law.

    Notes
    -----
    Stb. 2018, 315 art. 2, 4 and 6.

    Examples
    --------
    >>> scores = {"municipality_code": ["GM0363"], "score_raw": ["200.00"], "score": ["127.32"]}
    >>> municipal_grants(scores, scores, year=2020, price="502.66").total
    Traceback (most recent call last):
    ...
    oab_funding.errors.InputError: scores.parquet and previous.parquet are the same file, ...
    """
    options = {
        "scores": scores,
        "previous": previous,
        "year": as_year(year),
        "budget": as_budget(budget),
        "price": as_price(price),
        "source": source or NOT_STATED,
        "grants_2018": grants_2018,
        "gainers": as_gainers(gainers),
        "missing_base": missing_base,
        "ineligible_with_old_grant": ineligible_with_old_grant,
        "eligibility": eligibility,
        "price_rounding": price_rounding,
        "remainder": remainder,
        "code_map": code_map,
    }
    return MunicipalGrants(
        Calculation(title=f"Municipal grants {year}", municipalities=options).carry_out(law)
    )
