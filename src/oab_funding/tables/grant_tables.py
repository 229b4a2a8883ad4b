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
    of_municipality,
    of_school,
    of_site,
    school_id,
    score,
)

SCHOOL_OLD_BASE = of_school(
    "old_base",
    Column("old_base", money, required=False),
    *(Column(letter, money, required=False) for letter in "defgh"),
)
"""Old-scheme base of schools for the transition: A itself, or its parts D, E, F, G, H (euros)."""

SCHOOL_DECISIONS = of_school(
    "decisions",
    Column("amount", grant),
)
"""Amounts decided per school (euros)."""

SITE_GRANTS = of_site(
    "site_grants",
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

SCHOOL_CALENDAR = of_school(
    "school_calendar", Column("year", Whole()), Column("accrued", money), Column("paid", money), key=("year",)
)
"""How each school's grant falls over calendar years, in its accounts and in payment (euros)."""

UNSCORED_BASE = of_school(
    "unscored_base",
    Column("old_base", money),
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


SCHOOL_GRANTS = of_school(
    "school_grants",
    Column("score", score),
    Column("amount_new", grant),
    Column("old_base", money, nullable=True),
    Column("share", Number(12, digits=18), nullable=True),
    Column("amount", money),
    Column("flags", Text(), nullable=True),
)
"""Grants per school (euros): under the new rules, and after the transition where a base is known."""

GRANTS_2018 = of_municipality(
    "grants_2018",
    Column("grant_2018", grant),
)
"""Grants of municipalities in 2018, in the division of the budget year (euros)."""

MUNICIPAL_GRANTS = of_municipality(
    "municipal_grants",
    Column("score", Number(3, minimum=ZERO)),
    Column("eligible", YesNo()),
    Column("topped_up", YesNo()),
    Column("amount_new", grant),
    Column("grant_2018", grant, nullable=True),
    Column("share", Number(12, digits=18), nullable=True),
    Column("amount", grant),
)
"""Grants per municipality (euros): s = H + I, under the new rules, and after the transition."""

UNSCORED_2018 = TableSchema("unscored_2018", GRANTS_2018.columns, key=("municipality_code",))
"""Grants of 2018 of municipalities without a score: reported, not paid (euros)."""

MUNICIPAL_DECISIONS = of_municipality(
    "decisions",
    Column("amount", grant),
)
"""Amounts decided per municipality (euros)."""

SPENDING = of_municipality(
    "spending",
    Column("year", Whole(minimum=2019)),
    Column("granted", grant),
    Column("spent", grant),
    key=("year",),
)
"""What was granted and spent per municipality and year of a spending period (euros)."""

SPENDING_SETTLEMENT = of_municipality(
    "spending_settlement",
    *(Column(name, grant) for name in ("granted", "spent", "unspent", "carried_over", "recovered")),
)
"""The end of a spending period per municipality (euros)."""

VERSION_CHANGES = of_municipality(
    "version_changes",
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
)
"""A provisional and a final decision side by side (euros)."""

SCHOOL_VERSION_CHANGES = of_school(
    "school_version_changes",
    *(
        Column(name, money)
        for name in ("provisional", "final", "change", "from_score", "from_price", "from_transition")
    ),
)
"""The same of schools, which know no minimum (euros)."""
