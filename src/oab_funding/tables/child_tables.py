"""The tables of children, column by column: pupils, toddlers (peuters), and either with their score."""

from __future__ import annotations

from oab_funding.tables.schema import (
    MUNICIPALITY_PATTERN,
    SITE_PATTERN,
    Code,
    Column,
    Day,
    Number,
    TableSchema,
    Text,
    Whole,
    YesNo,
    education,
    municipality_code,
    site_id,
)

_BACKGROUND = (
    Column("education_mother", education, nullable=True),
    Column("education_father", education, nullable=True),
    Column("origin_mother", Code(), nullable=True),
    Column("origin_father", Code(), nullable=True),
    Column("mother_arrival_date", Day(), nullable=True),
    Column("mother_born_in_nl", YesNo(), nullable=True),
    Column("debt_restructuring", YesNo()),
    Column("in_register", YesNo()),
    Column("asylum_seeker", YesNo()),
    Column("address_density", Number(3), required=False, nullable=True),
    Column("socioeconomic_category", Code(), required=False, nullable=True),
)

PUPILS = TableSchema(
    "pupils",
    (
        Column("child_id", Text()),
        Column("site_id", Code(SITE_PATTERN, site_id.meaning)),
        Column("age", Whole(minimum=0, maximum=25)),
        *_BACKGROUND,
        Column("funded", YesNo()),
        Column("attainment", Whole(minimum=501, maximum=550), required=False, nullable=True),
        Column("ability", Whole(), required=False, nullable=True),
    ),
    key=("child_id",),
)
"""Pupils on the reference date with their background, and the outcome where it is known."""

TODDLERS = TableSchema(
    "toddlers",
    (
        Column("child_id", Text()),
        Column("municipality_code", Code(MUNICIPALITY_PATTERN, municipality_code.meaning)),
        Column("birth_date", Day()),
        *_BACKGROUND,
    ),
    key=("child_id",),
)
"""Toddlers (peuters) in the population register with their background."""

SCORED_CHILDREN = TableSchema(
    "scored_children",
    (
        Column("child_id", Text()),
        Column("kind", Code("pupil|toddler", "pupil or toddler")),
        Column("site_id", Code(SITE_PATTERN, site_id.meaning), nullable=True),
        Column(
            "municipality_code",
            Code(MUNICIPALITY_PATTERN, municipality_code.meaning),
            required=False,
            nullable=True,
        ),
        Column("age", Whole(minimum=0, maximum=25), required=False, nullable=True),
        Column("education_score", Number(6), nullable=True),
        Column("asylum_seeker", YesNo()),
        Column("round", Whole(minimum=1), required=False),
    ),
    key=("child_id", "round"),
)
"""Counted children with their education score (onderwijsscore)."""
