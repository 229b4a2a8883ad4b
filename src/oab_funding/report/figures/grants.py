"""Where the school grants go: per municipality and per province."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from oab_funding.grants.totals import UNKNOWN
from oab_funding.report.figures.style import ACCENT, add_source, house_style, new_figure, to_svg
from oab_funding.tables.columns import texts, units

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST = 20
"""Municipalities shown at most: those with the largest grants."""

_MILLION, _THOUSAND = 100_000_000, 100_000
_FRAME, _BAR, _LETTER = 1.25, 0.24, 0.085


def grants_per_municipality(totals_municipality: pa.Table, source: str = "") -> bytes:
    """Draw the school grants of the municipalities that have most of them, as SVG.

    Parameters
    ----------
    totals_municipality
        Table `totals_municipality`.
    source
        Where the figures come from, for the line below the picture.

    Examples
    --------
    >>> from decimal import Decimal
    >>> money = pa.array([Decimal("1500000.00")], pa.decimal128(18, 2))
    >>> columns = {"municipality_code": ["GM0363"], "municipality_name": ["Amsterdam"], "amount": money}
    >>> b"Amsterdam" in grants_per_municipality(pa.table(columns))
    True
    """
    return to_svg(municipality_figure(totals_municipality, source), "municipalities")


def municipality_figure(totals_municipality: pa.Table, source: str = "") -> Figure:
    """Draw the same as a matplotlib figure; see `grants_per_municipality`."""
    codes, names = (texts(totals_municipality, f"municipality_{part}") for part in ("code", "name"))
    bars = _largest(
        [name or code for name, code in zip(names, codes, strict=True)], codes, totals_municipality
    )
    shown = f"the {len(bars)} municipalities with most" if len(codes) > MOST else "per municipality"
    return _bar_figure(bars, f"School grants, {shown}", source)


def grants_per_province(totals_province: pa.Table, source: str = "") -> bytes:
    """Draw the school grants per province, as SVG; arguments as for `grants_per_municipality`.

    Examples
    --------
    >>> from decimal import Decimal
    >>> money = pa.array([Decimal("1500000.00")], pa.decimal128(18, 2))
    >>> b"Drenthe" in grants_per_province(pa.table({"province": ["Drenthe"], "amount": money}))
    True
    """
    return to_svg(province_figure(totals_province, source), "provinces")


def province_figure(totals_province: pa.Table, source: str = "") -> Figure:
    """Draw the same as a matplotlib figure; see `grants_per_province`."""
    names = texts(totals_province, "province")
    return _bar_figure(_largest(names, names, totals_province), "School grants per province", source)


def _largest(names: list[str], codes: list[str], totals: pa.Table) -> list[tuple[str, int]]:
    """Names and amounts in cents, largest first, equal ones by code."""
    rows = zip(names, codes, units(totals, "amount"), strict=True)
    known = sorted((-cents, code, name) for name, code, cents in rows if code != UNKNOWN)
    return [(name, -cents) for cents, _, name in known[:MOST]]


def _bar_figure(bars: list[tuple[str, int]], title: str, source: str) -> Figure:
    with house_style():
        longest = max((len(name) for name, _ in bars), default=0)
        figure, axes = new_figure(_FRAME + _BAR * max(len(bars), 1), left=0.3 + _LETTER * longest)
        places = range(len(bars))
        unit, cents_per_unit = _unit(max((cents for _, cents in bars), default=0))
        amounts = [cents / cents_per_unit for _, cents in bars]
        drawn = axes.barh(places, amounts, color=ACCENT, height=0.72)
        axes.bar_label(drawn, [f"{amount:,.1f}" for amount in amounts], padding=4, fontsize=9)
        axes.set_yticks(places, [name for name, _ in bars])
        axes.set_xlim(0, max(amounts, default=0.0) * 1.12 or 1.0)
        axes.set_ylim(len(bars) - 0.4, -0.6)
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        axes.set_xlabel(unit)
        axes.set_title(title, loc="left", weight="bold")
        axes.grid(axis="x")
        add_source(figure, source)
    return figure


def _unit(largest: int) -> tuple[str, int]:
    """Choose the unit in which the bars are drawn, and the cents in it: a made-up country is small."""
    return ("million euros", _MILLION) if largest >= _MILLION else ("thousand euros", _THOUSAND)
