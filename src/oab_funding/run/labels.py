"""What must be said with every output because of what the numbers turn out to be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

import pyarrow as pa

from oab_funding.exact import round_exact
from oab_funding.exact.fraction import Exact
from oab_funding.grants.division import require_country, shared_among
from oab_funding.grants.old_amounts import not_paid
from oab_funding.run.choices import MunicipalChoices
from oab_funding.tables.columns import texts
from oab_funding.tables.step_result import Figure, StepResult


def estimated(found: Mapping[str, Figure] | None, unit_amount: Fraction) -> str:
    """Say how far off scores under another threshold can be, in units and in euros; nothing without them."""
    if found is None:
        return ""
    one, whole = (Fraction(str(found[name])) for name in ("largest_error", "largest_error_of_sum"))
    of_one, of_whole = (round_exact(error * unit_amount, 2) for error in (one, whole))
    return (
        f"estimate from published A and E: off by at most {round_exact(one, 2)} units of score at a school "
        f"and {round_exact(whole, 2):,f} in all, at this price EUR {of_one:,f} and EUR {of_whole:,f} before "
        "rounding"
    )


def merged_schools(changed: StepResult) -> str:
    """Say that scores of schools that merged are estimates, where there are any."""
    return str(changed.figures["label"]) if changed.tables["merger_estimates"].num_rows else ""


def merged_municipalities(scores: str, mapped: StepResult) -> str:
    """Say that scores of municipalities that merged are estimates, where a part was floored at 0."""
    floored = mapped.figures["merged_with_a_floored_part"]
    return f"{scores} of municipalities: {mapped.figures['label']}" if floored else ""


def among_whom(choices: MunicipalChoices, later: pa.Table, earlier: pa.Table) -> Iterator[str]:
    """Say among whom a budget is shared, and whether both dates are one.

    Raises
    ------
    InputError
        The country's budget would be shared among a part of the country.
    """
    year, money = choices.grant_law.year, choices.money
    if money.looked_up:
        require_country(later.num_rows, year.municipalities.value, year.year, money.budget)
    if money.budget is not None and not (money.looked_up and year.municipalities.value):
        yield shared_among(later.num_rows)
    names = ["municipality_code", "score_raw", "score"]
    if later.num_rows > 1 and later.select(names).equals(earlier.select(names)):
        yield "the scores of both dates are the same in every row"


def left_unpaid(old: str, table: pa.Table | None) -> str:
    """Name who had an old amount and has no score, and so is paid nothing."""
    if table is None:
        return ""
    code, amount = table.column_names[:2]
    return not_paid(old, dict(zip(texts(table, code), table.column(amount).to_pylist(), strict=True)))


def unit_amount(price: Figure, share: Exact) -> Fraction:
    """Give what a unit of score pays in the period: price x share of the annual amount."""
    return Fraction(str(price)) * Fraction(share)
