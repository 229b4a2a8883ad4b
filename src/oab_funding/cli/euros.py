"""Figures as a person wants to read them first: totals and labels, money always with two decimals."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from fractions import Fraction

from oab_funding.cli.terminal import show_figures

_MONEY = (
    "total",
    "price",
    "final_price",
    "sum_of_old",
    "sum_of_grant",
    "amount_of",
    "granted",
    "spent",
    "unspent",
    "carried_over",
    "carried_in",
    "to_be_bought",
    "left",
    "maximum_hour_price",
)
_FIRST = ("transition", "budget", "price", "old_base_without_a_score", "grant_2018_without_a_score")


def show_results(figures: Mapping[str, object]) -> None:
    """Print totals and what they rest on first, then all the rest, as `name: value` lines.

    What does not arise, such as the budget where a price was given, is left out.

    Examples
    --------
    >>> show_results({"municipalities": 5, "total": Fraction(1000000)})
    total: 1,000,000.00
    municipalities: 5
    """
    figures = {name: value for name, value in figures.items() if value is not None}
    first = [name for name in figures if name.startswith("total")]
    first += [name for name in _FIRST if name in figures]
    rest = [name for name in figures if name not in first]
    show_figures({name: in_euros(name, figures[name]) for name in [*first, *rest]})


def in_euros(name: str, value: object) -> object:
    """Give an amount of whole cents with two decimals; anything else as it is.

    Examples
    --------
    >>> in_euros("total", Fraction(5, 2)), in_euros("K", Fraction(5, 2))
    (Decimal('2.50'), Fraction(5, 2))
    """
    from oab_funding.exact import round_exact

    is_money = name.startswith(_MONEY) or name == "recovered"
    if is_money and isinstance(value, Fraction | int) and (Fraction(value) * 100).denominator == 1:
        return round_exact(value, 2)
    return value


_KEY = re.compile(r"\b(?:schools|municipalities)\.([a-z][a-z0-9_]*)")
_SECTION = re.compile(r"^(?:schools|municipalities): ")


@contextmanager
def as_options() -> Iterator[None]:
    """Word what is wrong with a calculation that was given as options by the options.

    Examples
    --------
    >>> from oab_funding.errors import InputError
    >>> with as_options():
    ...     raise InputError("schools.price: has a decimal comma", "calculation", "see the reference")
    Traceback (most recent call last):
    ...
    oab_funding.errors.InputError: `price`: has a decimal comma
    """
    from oab_funding.errors import InputError

    try:
        yield
    except InputError as error:
        of_file = str(error.place or "") == "calculation"
        problem, remedy = error.problem, error.remedy or ""
        if of_file:
            problem, remedy = _SECTION.sub("", _KEY.sub(r"`\1`", problem)), ""
        said = [text.replace("`grants_2018`", "`old_base`") for text in (problem, remedy)]
        raise InputError(said[0], None if of_file else error.place, said[1] or None) from error
