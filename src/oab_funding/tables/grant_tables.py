"""The tables of grants (euros), of decisions and of what was spent, column by column."""

from __future__ import annotations

from oab_funding.tables.schema import (
    ZERO,
    Column,
    Number,
    TableSchema,
    Text,
    Whole,
    YesNo,
    grant,
    money,
    municipality_code,
    school_id,
    score,
    site_id,
)

SCHOOL_OLD_BASE = TableSchema(
    "old_base",
    (
        Column("school_id", school_id),
        Column("old_base", money, required=False),
        *(Column(letter, money, required=False) for letter in "defgh"),
    ),
    key=("school_id",),
)
"""Old-scheme base of schools for the transition: A itself, or its parts D, E, F, G, H (euros)."""

SCHOOL_DECISIONS = TableSchema(
    "decisions", (Column("school_id", school_id), Column("amount", grant)), key=("school_id",)
)
"""Amounts decided per school (euros)."""

SITE_GRANTS = TableSchema(
    "site_grants",
    (
        Column("site_id", site_id),
        Column("school_id", school_id),
        Column("name", Text(), nullable=True),
        Column("board_id", Text(), nullable=True),
        Column("municipality_code", municipality_code, nullable=True),
        Column("municipality_name", Text(), nullable=True),
        Column("province", Text(), nullable=True),
        Column("pupils", Whole(minimum=0), nullable=True),
        Column("score", score),
        Column("amount_new", grant),
        Column("amount", money),
        Column("flags", Text(), nullable=True),
    ),
    key=("site_id",),
)
"""Each site's part of its school's grant (euros), with where the site belongs."""


def _totals(name: str, code: Column, *labels: str) -> TableSchema:
    return TableSchema(
        name,
        (
            code,
            *(Column(label, Text(), nullable=True) for label in labels),
            Column("sites", Whole(minimum=1)),
            Column("pupils", Whole(minimum=0), nullable=True),
            Column("score", score),
            Column("amount_new", grant),
            Column("amount", money),
        ),
        key=(code.name,),
    )


TOTALS_BOARD = _totals("totals_board", Column("board_id", Text()))

TOTALS_MUNICIPALITY = _totals(
    "totals_municipality", Column("municipality_code", Text()), "municipality_name", "province"
)

TOTALS_PROVINCE = _totals("totals_province", Column("province", Text()))
"""School grants added up over the sites of a board, a municipality, a province (euros)."""

SCHOOL_CALENDAR = TableSchema(
    "school_calendar",
    (
        Column("school_id", school_id),
        Column("year", Whole()),
        Column("accrued", money),
        Column("paid", money),
    ),
    key=("school_id", "year"),
)
"""How each school's grant falls over calendar years, in its accounts and in payment (euros)."""

UNSCORED_BASE = TableSchema(
    "unscored_base", (Column("school_id", school_id), Column("old_base", money)), key=("school_id",)
)
"""Rows of the old base for schools without a score: reported, not paid (euros)."""


def reconciliation(code: str) -> TableSchema:
    """Decided against computed amounts (euros), by `school_id` or `municipality_code`."""
    return TableSchema(
        "reconciliation",
        (
            Column(code, school_id if code == "school_id" else municipality_code),
            Column("decided", money, nullable=True),
            Column("computed", money, nullable=True),
            Column("difference", money),
            Column("cause", Text()),
            Column("explained", money),
            Column("unexplained", money),
            Column("hint", Text(), nullable=True),
        ),
        key=(code,),
    )


SCHOOL_GRANTS = TableSchema(
    "school_grants",
    (
        Column("school_id", school_id),
        Column("score", score),
        Column("amount_new", grant),
        Column("old_base", money, nullable=True),
        Column("share", Number(12, digits=18), nullable=True),
        Column("amount", money),
        Column("flags", Text(), nullable=True),
    ),
    key=("school_id",),
)
"""Grants per school (euros): under the new rules, and after the transition where a base is known."""

GRANTS_2018 = TableSchema(
    "grants_2018",
    (Column("municipality_code", municipality_code), Column("grant_2018", grant)),
    key=("municipality_code",),
)
"""Grants of municipalities in 2018, in the division of the budget year (euros)."""

MUNICIPAL_GRANTS = TableSchema(
    "municipal_grants",
    (
        Column("municipality_code", municipality_code),
        Column("score", Number(3, minimum=ZERO)),
        Column("eligible", YesNo()),
        Column("topped_up", YesNo()),
        Column("amount_new", grant),
        Column("grant_2018", grant, nullable=True),
        Column("share", Number(12, digits=18), nullable=True),
        Column("amount", grant),
    ),
    key=("municipality_code",),
)
"""Grants per municipality (euros): s = H + I, under the new rules, and after the transition."""

UNSCORED_2018 = TableSchema("unscored_2018", GRANTS_2018.columns, key=("municipality_code",))
"""Grants of 2018 of municipalities without a score: reported, not paid (euros)."""

MUNICIPAL_DECISIONS = TableSchema(
    "decisions",
    (Column("municipality_code", municipality_code), Column("amount", grant)),
    key=("municipality_code",),
)
"""Amounts decided per municipality (euros)."""

SPENDING = TableSchema(
    "spending",
    (
        Column("municipality_code", municipality_code),
        Column("year", Whole(minimum=2019)),
        Column("granted", grant),
        Column("spent", grant),
    ),
    key=("municipality_code", "year"),
)
"""What was granted and spent per municipality and year of a spending period (euros)."""

SPENDING_SETTLEMENT = TableSchema(
    "spending_settlement",
    (
        Column("municipality_code", municipality_code),
        *(Column(name, grant) for name in ("granted", "spent", "unspent", "carried_over", "recovered")),
    ),
    key=("municipality_code",),
)
"""The end of a spending period per municipality (euros)."""

VERSION_CHANGES = TableSchema(
    "version_changes",
    (
        Column("municipality_code", municipality_code),
        *(
            Column(name, money)
            for name in (
                "provisional",
                "final",
                "change",
                "from_score",
                "from_price",
                "from_minimum",
                "from_transition",
            )
        ),
    ),
    key=("municipality_code",),
)
"""A provisional and a final decision side by side (euros)."""

SCHOOL_VERSION_CHANGES = TableSchema(
    "school_version_changes",
    (
        Column("school_id", school_id),
        *(
            Column(name, money)
            for name in ("provisional", "final", "change", "from_score", "from_price", "from_transition")
        ),
    ),
    key=("school_id",),
)
"""The same of schools, which know no minimum (euros)."""
