"""Where the money goes: school grants per municipality and per province, and grants to municipalities."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa

from oab_funding.grants.totals import UNKNOWN
from oab_funding.report.figures.style import (
    ACCENT,
    CONTRAST,
    add_source,
    house_style,
    new_figure,
    to_svg,
)
from oab_funding.report.printable import printable
from oab_funding.tables.columns import texts, units

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST = 20
"""Municipalities shown at most: those with the largest grants."""

_MILLION, _THOUSAND = 100_000_000, 100_000
_MANY_MILLIONS = 10 * _MILLION
_LONGEST = 40
"""Letters of a name shown at most."""

_FRAME, _BAR, _LETTER = 1.25, 0.24, 0.085


@dataclass(frozen=True, slots=True)
class _Bar:
    """A bar: its name, its length in cents, and what is said beside it if it stands apart from the others."""

    name: str
    cents: int
    apart: str = ""


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


def grants_to_municipalities(municipal_grants: pa.Table, names: Mapping[str, str], source: str = "") -> bytes:
    """Draw the largest grants to municipalities themselves, as SVG.

    Parameters
    ----------
    municipal_grants
        Table `municipal_grants`. Who is paid the minimum is drawn in another colour, and said to be.
    names
        Names by code, as far as known.
    source
        Where the figures come from, for the line below the picture.

    Examples
    --------
    >>> from decimal import Decimal
    >>> money = pa.array([Decimal("64000.00")], pa.decimal128(18, 2))
    >>> columns = {"municipality_code": ["GM0363"], "amount": money, "amount_new": money}
    >>> grants = pa.table({**columns, "topped_up": [True]})
    >>> drawn = grants_to_municipalities(grants, {"GM0363": "Amsterdam"})
    >>> b"Amsterdam" in drawn, b"64.0 (minimum)" in drawn
    (True, True)
    """
    return to_svg(municipal_figure(municipal_grants, names, source), "municipal-grants")


def municipal_figure(municipal_grants: pa.Table, names: Mapping[str, str], source: str = "") -> Figure:
    """Draw the same as a matplotlib figure; see `grants_to_municipalities`."""
    codes = texts(municipal_grants, "municipality_code")
    topped_up = municipal_grants.column("topped_up").to_pylist()
    paid, new = units(municipal_grants, "amount"), units(municipal_grants, "amount_new")
    at_minimum = [top and a == b for top, a, b in zip(topped_up, paid, new, strict=True)]
    notes = ["minimum" if at else "" for at in at_minimum]
    bars = _largest([names.get(code) or code for code in codes], codes, municipal_grants, notes)
    shown = f"the {len(bars)} with most" if len(codes) > MOST else "all of them"
    return _bar_figure(bars, f"Grants to municipalities, {shown}", source)


def _largest(
    names: Sequence[str], codes: Sequence[str], totals: pa.Table, notes: Sequence[str] | None = None
) -> list[_Bar]:
    """Give the largest amounts, equal ones by code."""
    rows = zip(names, codes, units(totals, "amount"), notes or [""] * len(codes), strict=True)
    known = sorted((-cents, code, name, note) for name, code, cents, note in rows if code != UNKNOWN)
    return [_Bar(name, -cents, note) for cents, _, name, note in known[:MOST]]


def _bar_figure(bars: Sequence[_Bar], title: str, source: str) -> Figure:
    with house_style():
        longest = min(max((len(printable(bar.name)) for bar in bars), default=0), _LONGEST)
        figure, axes = new_figure(_FRAME + _BAR * max(len(bars), 1), left=0.3 + _LETTER * longest)
        places = range(len(bars))
        unit, cents_per_unit = _unit(max((bar.cents for bar in bars), default=0))
        amounts = [bar.cents / cents_per_unit for bar in bars]
        colours = [CONTRAST if bar.apart else ACCENT for bar in bars]
        drawn = axes.barh(places, amounts, color=colours, height=0.72)
        notes = [f" ({bar.apart})" if bar.apart else "" for bar in bars]
        labels = [f"{amount:,.1f}{note}" for amount, note in zip(amounts, notes, strict=True)]
        axes.bar_label(drawn, labels, padding=4, fontsize=9)
        axes.set_yticks(places, [textwrap.shorten(printable(bar.name), _LONGEST) for bar in bars])
        axes.set_xlim(0, max(amounts, default=0.0) * 1.12 or 1.0)
        axes.set_ylim(len(bars) - 0.4, -0.6)
        axes.xaxis.set_major_formatter("{x:,g}")
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        axes.set_xlabel(unit)
        axes.set_title(title, loc="left", weight="bold")
        axes.grid(axis="x")
        add_source(figure, source)
    return figure


def _unit(largest: int) -> tuple[str, int]:
    """Choose the unit in which the bars are drawn, and the cents in it: a made-up country is small."""
    return ("million euros", _MILLION) if largest >= _MANY_MILLIONS else ("thousand euros", _THOUSAND)
