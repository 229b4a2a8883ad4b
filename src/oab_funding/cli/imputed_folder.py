"""The folder that `impute` writes: what was imputed, and for whom."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

MARKER = "imputation.json"
_NOT_USED = {
    "pupils": ("attainment", "ability"),
    "toddlers": (),
    "sites": ("board_id", "municipality_name", "province", "name", "pupils"),
}
"""Columns of each table on which no imputation depends."""


def identity(tables: Mapping[str, Any], spec: Any, day: date | None) -> dict[str, Any]:
    """Name what an imputation belongs to: for other features, another day or other children it is no good."""
    from oab_funding.audit.content import content_hash
    from oab_funding.indicator.specification_file import load_specification
    from oab_funding.tables.child_tables import PUPILS, TODDLERS
    from oab_funding.tables.register_tables import SITES

    specification = load_specification(spec)
    schemas = {"pupils": PUPILS, "sites": SITES, "toddlers": TODDLERS}
    hashes = {}
    for name, table in tables.items():
        used = table.select([column for column in table.column_names if column not in _NOT_USED[name]])
        hashes[f"{name}_sha256"] = content_hash(used, schemas[name].key)
    return {
        "specification": specification.name,
        "specification_sha256": specification.sha256,
        "reference_date": str(day or specification.reference_date),
        **hashes,
    }


def contents(tables: Any) -> dict[str, str]:
    """Hash what was imputed."""
    from oab_funding.audit.content import content_hash
    from oab_funding.indicator.imputation.tables import SCHEMAS

    return {f"{name}_sha256": content_hash(tables[name], schema.key) for name, schema in SCHEMAS.items()}


def _marker(folder: Path, wanted: dict[str, Any]) -> dict[str, Any]:
    """Read what an imputation belongs to, and refuse one of something else."""
    from oab_funding.errors import InputError, Place
    from oab_funding.tables.documents import read_json
    from oab_funding.tables.files import read_source

    place = Place(str(folder / MARKER))
    made = read_json(read_source(folder / MARKER).data, str(folder / MARKER))
    if made.get("specification_sha256") != wanted["specification_sha256"]:
        raise InputError(
            f"was imputed by the specification {made.get('specification')}, "
            f"the model's is {wanted['specification']}",
            place,
            "impute again by the model's",
        )
    if made.get("reference_date") != wanted["reference_date"]:
        raise InputError(
            f"was imputed for {made.get('reference_date', 'a date not stated')}, not for "
            f"{wanted['reference_date']}",
            place,
            "impute again for this date",
        )
    for name in ("pupils", "toddlers", "sites"):
        if made.get(f"{name}_sha256") != wanted.get(f"{name}_sha256"):
            raise InputError(
                f"was imputed from other {name} than those given", place, "impute again from these"
            )
    if type(made.get("rounds")) is not int or made["rounds"] < 1:
        raise InputError("does not say how many rounds there are", place, "impute again")
    return made


def taken_up(folder: Path, wanted: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """Take up what was imputed, and in how many rounds, if it belongs to what is wanted."""
    from oab_funding.errors import InputError, Place
    from oab_funding.indicator.imputation.tables import SCHEMAS
    from oab_funding.tables.conform import conform
    from oab_funding.tables.files import read_parquet, read_source

    made = _marker(folder, wanted)
    tables = {}
    for name, schema in SCHEMAS.items():
        table = read_parquet(read_source(folder / f"{name}.parquet"))
        tables[name] = conform(table, schema, f"{name}.parquet", 1, empty=True)
    for name, content in contents(tables).items():
        if made.get(name) != content:
            file = name.removesuffix("_sha256")
            raise InputError(
                f"is not the table that {MARKER} was written with",
                Place(str(folder / f"{file}.parquet")),
                "impute again",
            )
    return tables, made["rounds"]
