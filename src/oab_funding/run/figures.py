"""The figures of a step: exact numbers and text by name, each with its unit."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from pydantic import JsonValue

from oab_funding.audit import plain
from oab_funding.exact import round_exact, to_fraction
from oab_funding.tables.step_result import Figure

if TYPE_CHECKING:
    import pandas as pd

TEXT = "text"
"""The unit of what is no number."""

_UNITS = {
    "euros": "total total_new J budget budget_as_spent budget_missed_by cost_of_top_ups "
    "price_times_sum_of_scores total_new_misses_budget_by not_covered_by_gainers "
    "amount_of_sites_not_in_register sum_of_old_base_without_a_score sum_of_grant_2018_without_a_score",
    "euros per unit of score": "price",
    "units of score": "sum_of_scores sum_of_raw_scores K largest_error largest_error_of_sum largest_spread "
    "largest_draw_sd sum_of_A",
    "points": "C G C_minus_G C_-_G_low C_-_G_high c_minus_g line ability_centre",
    "units of score per child": "k k_low k_high threshold_per_pupil",
    "share": "share_of_annual_amount losers_share gainers_share threshold_share weight_at_line",
    "children": "n N T T_low T_high T_standard_deviation T_lowest_possible T_highest_possible target_group "
    "asylum_seekers at_line scored imputed_pupils children_with_imputed_mother children_with_imputed_father "
    "children_with_imputed_stay children_with_a_donor",
    "sites": "sites sites_above_zero sites_closed sites_moved sites_not_in_register differences",
    "schools": "schools schools_above_zero half_cents old_base_without_a_score scores_without_old_base",
    "municipalities": "municipalities municipalities_above_zero merged merged_with_a_floored_part "
    "eligible topped_up not_eligible_but_paid grant_2018_without_a_score scores_without_grant_2018",
    "cents": "cents_decided_by_order_of_codes",
    "boards": "board_totals",
    "rounds": "rounds",
    "findings": "contradictions not_checked",
    "yes or no": "gainers_share_solved gainers_share_capped nobody_gains",
    "number": "seed municipality_totals province_totals",
    TEXT: "specification statistics_sha256 school label source transition model model_sha256 k_source "
    "T_that_fit T_rules_that_fit basis codes_without_a_score scores_without_old_base_taken_as "
    "scores_without_grant_2018_taken_as price_rounding remainder eligibility",
}
_BY_NAME = {name: unit for unit, names in _UNITS.items() for name in names.split()}
_BY_PATTERN = (
    (re.compile(r"left_out: .*"), "children"),
    (re.compile(r"(accrued|paid)_\d{4}"), "euros"),
)
_WHOLE = re.compile(r"-?\d+")
_FRACTION = re.compile(r"-?\d+/\d+")
_DECIMAL = re.compile(r"-?\d+\.\d+")
_PLACES = 6
"""Decimals of a fraction where it is shown."""


def unit_of(name: str) -> str:
    """Give the unit of a figure; what no step of this version gives counts as text.

    Examples
    --------
    >>> unit_of("total"), unit_of("T low"), unit_of("paid_2020")
    ('euros', 'children', 'euros')
    """
    found = _BY_NAME.get(name.replace(" ", "_"))
    return found or next((unit for pattern, unit in _BY_PATTERN if pattern.fullmatch(name)), TEXT)


@dataclass(frozen=True, eq=False, repr=False)
class Figures(Mapping[str, Figure]):
    """Figures by name, each an exact number (int, Fraction, Decimal), text, true or false, or None.

    Parameters
    ----------
    recorded
        Figures by name in the form in which the journal writes them down.

    Attributes
    ----------
    units
        The unit of each, such as "euros", "euros per unit of score", "children", "share" or "text".

    Examples
    --------
    >>> found = Figures({"total": "218116603/50", "rounds": 10, "label": "made up"})
    >>> found["total"], found.units["total"]
    (Fraction(218116603, 50), 'euros')
    >>> found
    total: 4362332.06 euros
    rounds: 10 rounds
    label: made up
    """

    recorded: Mapping[str, JsonValue] = field(repr=False)

    @classmethod
    def of(cls, figures: Mapping[str, Figure]) -> Figures:
        """Take figures as a step gave them."""
        return cls({name: plain(value) for name, value in figures.items()})

    def __getitem__(self, name: str) -> Figure:
        return _exact(self.recorded[name], unit_of(name))

    def __iter__(self) -> Iterator[str]:
        return iter(self.recorded)

    def __len__(self) -> int:
        return len(self.recorded)

    @property
    def units(self) -> Mapping[str, str]:
        """Unit by name of figure."""
        return {name: unit_of(name) for name in self}

    def to_frame(self) -> pd.DataFrame:
        """Give a frame with a row per figure: figure, value, unit."""
        import pandas as pd

        rows = [(name, value, unit_of(name)) for name, value in self.items()]
        return pd.DataFrame(rows, columns=["figure", "value", "unit"])

    def __repr__(self) -> str:
        return "\n".join(f"{name}: {_said(value, unit_of(name))}" for name, value in self.items())


def _exact(value: JsonValue, unit: str) -> Figure:
    """Give a figure the type it had before it was written down; see `audit.exact_json.plain`."""
    if not isinstance(value, str) or unit == TEXT:
        assert value is None or isinstance(value, bool | int | str)  # a figure is no list and no mapping
        return value
    if _FRACTION.fullmatch(value):
        return to_fraction(value)
    if _DECIMAL.fullmatch(value):
        return Decimal(value)
    return int(value) if _WHOLE.fullmatch(value) else value


def _said(value: Figure, unit: str) -> str:
    if isinstance(value, Fraction):
        value = round_exact(value, 2 if unit == "euros" else _PLACES)
    return str(value) if unit in (TEXT, "yes or no") or value is None else f"{value} {unit}"
