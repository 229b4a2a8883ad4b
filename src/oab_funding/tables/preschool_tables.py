"""The tables of preschool education, forecasts and the spending account, column by column."""

from __future__ import annotations

from oab_funding.tables.schema import (
    ZERO,
    Column,
    Number,
    TableSchema,
    Whole,
    YesNo,
    grant,
    money,
    municipality_code,
    school_id,
    score,
)

_price = Number(2, minimum=ZERO)
_share = Number(6, minimum=ZERO)
_count = Whole(minimum=0)

GRANTS = TableSchema(
    "grants",
    (Column("municipality_code", municipality_code), Column("amount", grant)),
    key=("municipality_code",),
)
"""What each municipality is granted in a year (euros); any table of municipal grants will do."""

TODDLER_COUNTS = TableSchema(
    "toddler_counts",
    (
        Column("municipality_code", municipality_code),
        Column("toddlers", _count),
        Column("toddlers_1_january", _count, required=False, nullable=True),
    ),
    key=("municipality_code",),
)
"""Target toddlers as a municipality counts them, and children offered preschool education on 1 January."""

PRESCHOOL = TableSchema(
    "preschool",
    (
        Column("municipality_code", municipality_code),
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
    ),
    key=("municipality_code", "variant"),
)
"""What a grant must buy, per municipality and variant: hours, euros, and where it breaks even."""

FORECAST_SCORES = TableSchema(
    "forecast_scores",
    (
        Column("municipality_code", municipality_code),
        Column("score_raw", Number(2)),
        Column("score", score),
        Column("score_low", score, required=False, nullable=True),
        Column("score_high", score, required=False, nullable=True),
    ),
    key=("municipality_code",),
)
"""Provisional scores of municipalities, with an interval where one is known."""

_CHANGE = ("last", "change", "from_score", "from_total", "from_price", "from_minimum", "from_transition")

MUNICIPAL_FORECAST = TableSchema(
    "municipal_forecast",
    (
        Column("municipality_code", municipality_code),
        Column("score", Number(3, minimum=ZERO)),
        Column("topped_up", YesNo()),
        Column("amount", grant),
        Column("amount_low", grant, required=False, nullable=True),
        Column("amount_high", grant, required=False, nullable=True),
        *(Column(name, money, required=False) for name in _CHANGE),
    ),
    key=("municipality_code",),
)
"""A forecast per municipality (euros), and the change since the last year by cause, to the cent."""

LAST_MUNICIPAL_GRANTS = TableSchema(
    "last_municipal_grants",
    (
        Column("municipality_code", municipality_code),
        Column("score", Number(3, minimum=ZERO)),
        Column("topped_up", YesNo()),
        Column("amount_new", grant),
        Column("amount", grant),
    ),
    key=("municipality_code",),
)
"""The last year's grants, as `allocate municipalities` writes them."""

SCHOOL_FORECAST = TableSchema(
    "school_forecast",
    (
        Column("school_id", school_id),
        Column("score", score),
        Column("amount", grant),
        *(
            Column(name, money, required=False)
            for name in ("last", "change", "from_score", "from_price", "from_transition")
        ),
    ),
    key=("school_id",),
)
"""A forecast per school (euros), and the change since the last period by cause, to the cent."""

LAST_SCHOOL_GRANTS = TableSchema(
    "last_school_grants",
    (
        Column("school_id", school_id),
        Column("score", score),
        Column("amount_new", grant),
        Column("amount", money),
    ),
    key=("school_id",),
)
"""The last period's grants, as `allocate schools` writes them."""

CARRIED_IN = TableSchema(
    "carried_in",
    (Column("municipality_code", municipality_code), Column("carried_over", grant)),
    key=("municipality_code",),
)
"""What the period before carried over, as its settlement has it (euros)."""

SPENDING_ACCOUNT = TableSchema(
    "spending_account",
    (
        Column("municipality_code", municipality_code),
        Column("year", Whole()),
        Column("opening", money),
        Column("granted", grant),
        Column("available", money),
        Column("spent", grant),
        Column("balance", money),
        Column("carried_over", grant),
        Column("recovered", grant),
    ),
    key=("municipality_code", "year"),
)
"""The account of a spending period, year by year (euros): opening + granted - spent = balance."""
