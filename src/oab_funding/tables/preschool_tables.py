"""The tables of preschool education, forecasts and the spending account, column by column."""

from __future__ import annotations

from oab_funding.tables.schema import (
    ZERO,
    Column,
    Number,
    Whole,
    YesNo,
    grant,
    money,
    of_municipality,
    of_school,
    score,
)

_price = Number(2, minimum=ZERO)
_share = Number(6, minimum=ZERO)
_count = Whole(minimum=0)

GRANTS = of_municipality(
    "grants",
    Column("amount", grant),
)
"""What each municipality is granted in a year (euros); any table of municipal grants will do."""

TODDLER_COUNTS = of_municipality(
    "toddler_counts",
    Column("toddlers", _count),
    Column("toddlers_1_january", _count, required=False, nullable=True),
)
"""Target toddlers as a municipality counts them, and children offered preschool education on 1 January."""

PRESCHOOL = of_municipality(
    "preschool",
    Column("year", Whole()),
    Column("variant", Whole(minimum=1)),
    Column("grant", grant),
    Column("toddlers", _count),
    Column("toddlers_1_january", _count, nullable=True),
    Column("hour_price", _price),
    Column("reach", _share),
    Column("hours_per_toddler", Number(6, minimum=ZERO)),
    Column("tariff", _price),
    Column("hours", Number(6, digits=18)),
    Column("staff_hours", Number(6, digits=18)),
    *(Column(name, money) for name in ("cost", "parents", "allowance", "to_be_bought", "left")),
    Column("yardstick", Number(6, digits=18), nullable=True),
    Column("break_even_toddlers", _count, nullable=True),
    Column("break_even_price", money, nullable=True),
    key=("variant",),
)
"""What a grant must buy, per municipality and variant: hours, euros, and where it breaks even."""

FORECAST_SCORES = of_municipality(
    "forecast_scores",
    Column("score_raw", Number(2)),
    Column("score", score),
    Column("score_low", score, required=False, nullable=True),
    Column("score_high", score, required=False, nullable=True),
)
"""Provisional scores of municipalities, with an interval where one is known."""

_CHANGE = ("last", "change", "from_score", "from_total", "from_price", "from_minimum", "from_transition")

MUNICIPAL_FORECAST = of_municipality(
    "municipal_forecast",
    Column("score", Number(3, minimum=ZERO)),
    Column("topped_up", YesNo()),
    Column("amount", grant),
    Column("amount_low", grant, required=False, nullable=True),
    Column("amount_high", grant, required=False, nullable=True),
    *(Column(name, money, required=False) for name in _CHANGE),
)
"""A forecast per municipality (euros), and the change since the last year by cause, to the cent."""

LAST_MUNICIPAL_GRANTS = of_municipality(
    "last_municipal_grants",
    Column("score", Number(3, minimum=ZERO)),
    Column("topped_up", YesNo()),
    Column("amount_new", grant),
    Column("amount", grant),
)
"""The last year's grants, as `allocate municipalities` writes them."""

SCHOOL_FORECAST = of_school(
    "school_forecast",
    Column("score", score),
    Column("amount", grant),
    *(
        Column(name, money, required=False)
        for name in ("last", "change", "from_score", "from_price", "from_transition")
    ),
)
"""A forecast per school (euros), and the change since the last period by cause, to the cent."""

LAST_SCHOOL_GRANTS = of_school(
    "last_school_grants",
    Column("score", score),
    Column("amount_new", grant),
    Column("amount", money),
)
"""The last period's grants, as `allocate schools` writes them."""

CARRIED_IN = of_municipality(
    "carried_in",
    Column("carried_over", grant),
)
"""What the period before carried over, as its settlement has it (euros)."""

SPENDING_ACCOUNT = of_municipality(
    "spending_account",
    Column("year", Whole()),
    Column("opening", money),
    Column("granted", grant),
    Column("available", money),
    Column("spent", grant),
    Column("balance", money),
    Column("carried_over", grant),
    Column("recovered", grant),
    key=("year",),
)
"""The account of a spending period, year by year (euros): opening + granted - spent = balance."""
