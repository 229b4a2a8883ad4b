"""The tables of where things belong: sites (vestigingen), and what merged into what."""

from __future__ import annotations

from oab_funding.tables.schema import (
    SCHOOL_PATTERN,
    SITE_PATTERN,
    Column,
    TableSchema,
    Text,
    Whole,
    YesNo,
    municipality_code,
    school_id,
    site_id,
)

SITES = TableSchema(
    "sites",
    (
        Column("site_id", site_id),
        Column("school_id", school_id),
        Column("board_id", Text(), required=False, nullable=True),
        Column("municipality_code", municipality_code, required=False, nullable=True),
        Column("municipality_name", Text(), required=False, nullable=True),
        Column("province", Text(), required=False, nullable=True),
        Column("name", Text(), required=False, nullable=True),
        Column("school_type", Text(), required=False, nullable=True),
        Column("excluded", YesNo(), required=False, nullable=True),
        Column("pupils", Whole(minimum=0), required=False, nullable=True),
    ),
    key=("site_id",),
)
"""Register of sites: to which school, board, municipality and province each belongs."""

SITE_CHANGES = TableSchema(
    "site_changes",
    (
        Column("site_id", site_id),
        Column("change", Text("closes|joins|independent", "closes, joins or independent")),
        Column("target", Text(f"{SITE_PATTERN}|{SCHOOL_PATTERN}", "a site or school code")),
    ),
    key=("site_id",),
)
"""Mergers and independence: what happens to a site after the reference date, and where it goes."""

CODE_MAP = TableSchema(
    "code_map",
    (Column("municipality_code", municipality_code), Column("new_code", municipality_code)),
    key=("municipality_code",),
)
"""Pure mergers of municipalities: the code of each that merges, and the code it merges into."""

REGISTER_DIFFERENCES = TableSchema(
    "register_differences",
    (
        Column("site_id", site_id),
        Column("column", Text()),
        Column("first", Text(), nullable=True),
        Column("second", Text(), nullable=True),
    ),
    key=("site_id", "column"),
)
"""Where two registers of sites differ; the first wins."""
