"""A small run, written out by hand: nothing in it is computed by the library."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pyarrow as pa

from oab_funding.audit import Output, Record
from oab_funding.regulation import Statutes
from oab_funding.run.calculation_file import check_calculation
from oab_funding.run.run import Run
from oab_funding.tables.grant_tables import (
    SCHOOL_CALENDAR,
    SCHOOL_GRANTS,
    SITE_GRANTS,
    TOTALS_BOARD,
    TOTALS_MUNICIPALITY,
    TOTALS_PROVINCE,
    UNSCORED_BASE,
)
from oab_funding.tables.schema import TableSchema
from oab_funding.tables.score_tables import MERGER_ESTIMATES, SCHOOL_SCORES, SITE_DERIVATIONS, SITE_SCORES

K = "6075022/8727875"
C_MINUS_G = "6075022/1047345"

SITES = [
    # site, E, A, lower, upper, B, A - B, score, flags, estimated
    ("00AP00", 100, "102.62", "26.17", "76.45", "69.604824", "33.015176", "33.02", None, False),
    ("00AP01", 142, "19.46", "10.33", "9.14", "98.838850", "-79.378850", "0.00", "b", False),
    ("00AZ00", 164, "180.45", None, None, "114.151911", "66.298089", "66.30", None, True),
    ("31MX00", 5, "21.80", "5.46", "16.34", "3.480241", "18.319759", "18.32", "a", False),
]

PLACES = {
    "00AP00": ("De <Proef> & Co", "41646", "GM0637", "Zoetermeer", "Zuid-Holland"),
    "00AP01": ("De Proef, dependance", "41646", "GM1926", "Pijnacker-Nootdorp", "Zuid-Holland"),
    "00AZ00": ("Het Samenspel", "41646", "GM0637", "Zoetermeer", "Zuid-Holland"),
    "31MX00": ("De Zijderoute", "42795", "GM0363", "Amsterdam", "Noord-Holland"),
}

AMOUNTS = {"00AP00": "18474.69", "00AP01": "0.00", "00AZ00": "37094.85", "31MX00": "10250.04"}

BEFORE = "before transition"


def small_run(
    *,
    labels: tuple[str, ...] = (BEFORE,),
    records: Mapping[str, Record] | None = None,
    **tables: pa.Table | None,
) -> Run:
    """The run; tables and records given by name take the place of its own, None leaves a table out."""
    known = _tables() | tables
    steps = {record.name: record for record in _records()} | dict(records or {})
    schools = {"period": "2020-2021", "scores": "scores.csv"}
    calculation = check_calculation({"format": 1, "title": "Grants of a small country", "schools": schools})
    return Run(
        calculation,
        Statutes.shipped(),
        tuple(steps.values()),
        {name: table for name, table in known.items() if table is not None},
        labels,
    )


def with_transition(*, solved: bool = False) -> Run:
    """The run after a transition: one school loses, one gains, one is exempt."""
    rows = [
        _school_row("00AP", "33.02", "18474.69", "20000.00", "0.5", "19237.35", "b"),
        _school_row("00AZ", "66.30", "37094.85", "30000.00", "0.2655", "35211.17", "estimate"),
        _school_row("31MX", "18.32", "10250.04", None, None, "10250.04", "a"),
    ]
    sites = _site_grants(
        {"00AP00": "19237.35", "00AP01": "0.00", "00AZ00": "35211.17", "31MX00": "10250.04"}, ""
    )
    record = next(record for record in _records() if record.name == "grants of schools")
    shares = {"losers": "1/2", "gainers": None if solved else "531/2000", "missing": "exempt", "index": "0/1"}
    figures = {
        **record.figures,
        "transition": "applied",
        "total": "3234928/50",
        "losers_share": "1/2",
        "gainers_share": "531/2000",
        "gainers_share_solved": solved,
        "gainers_share_capped": False,
        "not_covered_by_gainers": "0/1",
    }
    changed = replace(record, figures=figures, parameters={**record.parameters, "transition": shares})
    return small_run(
        labels=(),
        records={record.name: changed},
        school_grants=made_table(SCHOOL_GRANTS, rows),
        site_grants=sites,
        school_calendar=_calendar(
            [
                ("00AP", 2020, "8015.56", "6646.50"),
                ("00AP", 2021, "11221.79", "12590.85"),
                ("00AZ", 2020, "14671.32", "12165.46"),
                ("00AZ", 2021, "20539.85", "23045.71"),
                ("31MX", 2020, "4270.85", "3541.39"),
                ("31MX", 2021, "5979.19", "6708.65"),
            ]
        ),
        unscored_base=made_table(UNSCORED_BASE, [{"school_id": "00ZZ", "old_base": "5.00"}]),
        **_totals({"00AP00": "19237.35", "00AP01": "0.00", "00AZ00": "35211.17", "31MX00": "10250.04"}),
    )


def with_children(rounds: int = 1) -> Run:
    """The run on scores that follow from children: C and G are known, nothing is inferred."""
    figures = {
        "N": 1000,
        "T": 150,
        "C": "2141/4",
        "G": "10589/20",
        "C_minus_G": "29/5",
        "line": "1062/2",
        "rounds": rounds,
    }
    rule = {"size_rounding": "half_up", "tie_rule": "include", "asylum_kinds": ["pupil", "toddler"]}
    given = {"site_derivations": Output("0" * 64, 4)}
    record = Record(1, "scores of sites", "art. 27", {"rule": rule}, {}, given, figures, "0" * 64)
    derived = [
        {**row, "threshold": None, "difference": None}
        for row in small_run().table("site_derivations").to_pylist()
    ]
    derived[0] |= {"threshold": "69.600000", "difference": "33.020000"}
    derived[0] |= {"target_children": "17.500000", "target_sum": "9264.255000"}
    run = small_run(site_derivations=made_table(SITE_DERIVATIONS, derived))
    left_out = {"published scores against the law", "derivation of scores"}
    kept = tuple(step for step in run.records if step.name not in left_out)
    return replace(run, records=(record, *kept))


def table_of(name: str, rows: list[dict[str, Any]]) -> pa.Table:
    """A table of the catalogue, from rows."""
    schemas = (SITE_SCORES, SITE_DERIVATIONS, SCHOOL_GRANTS, SITE_GRANTS)
    return made_table({schema.name: schema for schema in schemas}[name], rows)


def bare_run() -> Run:
    """The run of a file with sites and scores only, and no register of sites."""
    unknown = {"board_id": None, "municipality_code": None, "municipality_name": None, "province": None}
    grants = [
        {**row, **unknown, "name": None, "pupils": None}
        for row in small_run().table("site_grants").to_pylist()
    ]
    derived = [
        {
            "site_id": site[0],
            "pupils": None,
            "score_raw": None,
            "threshold": None,
            "difference": None,
            "score": site[7],
        }
        for site in SITES
    ]
    steps = {record.name: record for record in _records()}
    check = steps["published scores against the law"]
    derivation = steps["derivation of scores"]
    nothing = dict.fromkeys(check.figures) | {
        "sites": 4,
        "sum of scores": "117.64",
        "contradictions": 0,
    }
    figures = {
        "threshold_share": "3/25",
        "threshold_per_pupil": None,
        "c_minus_g": None,
        "basis": "not identified",
    }
    scores = [{"site_id": site[0], "score": site[7]} for site in SITES]
    schools = [{**row, "pupils": None} for row in small_run().table("schools").to_pylist()]
    totals = {
        "sites": 4,
        "pupils": None,
        "score": "117.64",
        "amount_new": "65819.58",
        "amount": "65819.58",
    }
    return small_run(
        records={
            check.name: replace(
                check, figures=nothing, parameters={**check.parameters, "c": None, "g": None}
            ),
            derivation.name: replace(derivation, figures=figures),
        },
        site_scores=pa.table(
            {
                "site_id": [row["site_id"] for row in scores],
                "score": pa.array([Decimal(row["score"]) for row in scores], pa.decimal128(12, 2)),
            }
        ),
        site_derivations=made_table(SITE_DERIVATIONS, derived),
        schools=made_table(SCHOOL_SCORES, schools),
        site_grants=made_table(SITE_GRANTS, grants),
        merger_estimates=made_table(MERGER_ESTIMATES, []),
        totals_board=made_table(TOTALS_BOARD, [{"board_id": "unknown", **totals}]),
        totals_municipality=made_table(
            TOTALS_MUNICIPALITY,
            [{"municipality_code": "unknown", "municipality_name": None, "province": None, **totals}],
        ),
        totals_province=made_table(TOTALS_PROVINCE, [{"province": "unknown", **totals}]),
    )


def made_table(schema: TableSchema, rows: list[dict[str, Any]]) -> pa.Table:
    """A table of a schema, from rows; decimals as text."""
    arrow = schema.arrow()
    arrays = []
    for field in arrow:
        values = [row.get(field.name) for row in rows]
        if pa.types.is_decimal(field.type):
            values = [None if value is None else Decimal(value) for value in values]
        arrays.append(pa.array(values, field.type))
    return pa.Table.from_arrays(arrays, schema=arrow)


def _tables() -> dict[str, pa.Table]:
    scores = [
        {
            "site_id": site,
            "pupils": e,
            "score_raw": a,
            "score_raw_lower": lower,
            "score_raw_upper": upper,
            "score": score,
            "flags": flags,
            "school_id": site[:4],
            "estimated": estimated,
        }
        for site, e, a, lower, upper, _, _, score, flags, estimated in SITES
    ]
    derived = [
        {"site_id": site, "pupils": e, "score_raw": a, "threshold": b, "difference": d, "score": score}
        for site, e, a, _, _, b, d, score, _, _ in SITES
    ]
    merged = {"site_id": "00AZ00", "closed": "00BB00", "pupils": 164, "score_raw": "180.45"}
    merged |= {"score": "66.30", "score_low": "66.29", "score_high": "66.31"}
    schools = [("00AP", 2, 242, "33.02", "b"), ("00AZ", 1, 164, "66.30", ""), ("31MX", 1, 5, "18.32", "a")]
    grants = [
        _school_row("00AP", "33.02", "18474.69", None, None, "18474.69", "b; before transition"),
        _school_row("00AZ", "66.30", "37094.85", None, None, "37094.85", "estimate; before transition"),
        _school_row("31MX", "18.32", "10250.04", None, None, "10250.04", "a; before transition"),
    ]
    years = [
        ("00AP", 2020, "7697.79", "6383.01"),
        ("00AP", 2021, "10776.90", "12091.68"),
        ("00AZ", 2020, "15456.19", "12816.27"),
        ("00AZ", 2021, "21638.66", "24278.58"),
        ("31MX", 2020, "4270.85", "3541.39"),
        ("31MX", 2021, "5979.19", "6708.65"),
    ]
    return {
        "site_scores": made_table(SITE_SCORES, scores),
        "site_derivations": made_table(SITE_DERIVATIONS, derived),
        "merger_estimates": made_table(MERGER_ESTIMATES, [merged]),
        "schools": made_table(
            SCHOOL_SCORES,
            [
                dict(zip(("school_id", "sites", "pupils", "score", "flags"), row, strict=True))
                | {"estimated": False}
                for row in schools
            ],
        ),
        "school_grants": made_table(SCHOOL_GRANTS, grants),
        "site_grants": _site_grants(AMOUNTS, "; before transition"),
        "school_calendar": _calendar(years),
        **_totals(AMOUNTS),
    }


def _calendar(years: list[tuple[str, int, str, str]]) -> pa.Table:
    rows = [dict(zip(("school_id", "year", "accrued", "paid"), row, strict=True)) for row in years]
    return made_table(SCHOOL_CALENDAR, rows)


def _school_row(
    school: str, score: str, new: str, base: str | None, share: str | None, amount: str, flags: str
) -> dict[str, Any]:
    return {
        "school_id": school,
        "score": score,
        "amount_new": new,
        "old_base": base,
        "share": share,
        "amount": amount,
        "flags": flags,
    }


def _site_grants(amounts: dict[str, str], label: str) -> pa.Table:
    rows = []
    for site, e, *_, score, _, estimated in SITES:
        name, board, code, place, province = PLACES[site]
        rows.append(
            {
                "site_id": site,
                "school_id": site[:4],
                "name": name,
                "board_id": board,
                "municipality_code": code,
                "municipality_name": place,
                "province": province,
                "pupils": e,
                "score": score,
                "amount_new": AMOUNTS[site],
                "amount": amounts[site],
                "flags": ("estimate" if estimated else "b") + label,
            }
        )
    return made_table(SITE_GRANTS, rows)


def _totals(amounts: dict[str, str]) -> dict[str, pa.Table]:
    keys = {
        "totals_board": (
            TOTALS_BOARD,
            {"41646": ["00AP00", "00AP01", "00AZ00"], "42795": ["31MX00"]},
        ),
        "totals_municipality": (
            TOTALS_MUNICIPALITY,
            {"GM0363": ["31MX00"], "GM0637": ["00AP00", "00AZ00"], "GM1926": ["00AP01"]},
        ),
        "totals_province": (
            TOTALS_PROVINCE,
            {"Noord-Holland": ["31MX00"], "Zuid-Holland": ["00AP00", "00AP01", "00AZ00"]},
        ),
    }
    known = {site[0]: site for site in SITES}
    tables = {}
    for name, (schema, groups) in keys.items():
        rows = []
        for key, members in groups.items():
            place = PLACES[members[0]]
            rows.append(
                {
                    schema.names[0]: key,
                    "municipality_name": place[3],
                    "sites": len(members),
                    "pupils": sum(known[site][1] for site in members),
                    "score": str(sum(Decimal(known[site][7]) for site in members)),
                    "amount_new": str(sum(Decimal(AMOUNTS[site]) for site in members)),
                    "amount": str(sum(Decimal(amounts[site]) for site in members)),
                }
                | ({"province": place[4]} if name == "totals_municipality" else {})
            )
        tables[name] = made_table(schema, rows)
    return tables


def _records() -> tuple[Record, ...]:
    check = {
        "sites": 4,
        "N": 1396457,
        "sum of A": "1215004.40",
        "sum of scores": "117.64",
        "k": K,
        "k source": "one T fits",
        "k low": "2993/4300",
        "k high": "2819/4050",
        "C - G low": "2993/516",
        "C - G high": "2819/486",
        "T that fit": "209469",
        "T lowest possible": "11809536831/56380",
        "T highest possible": "1253917023/5986",
        "T rules that fit": "up, half_up",
        "contradictions": 0,
    }
    price = {
        "price": "559.50",
        "source": "Eerste Regeling bekostiging personeel PO 2020-2021 (Stcrt. 2020, 16933), "
        "art. 4; version: first",
    }
    grants = {
        "price": "559.50",
        "share_of_annual_amount": "1/1",
        "sum_of_scores": "2941/25",
        "price_times_sum_of_scores": "6581958/100",
        "total_new": "3290979/50",
        "half_cents": 0,
        "schools_above_zero": 3,
        "total": "3290979/50",
        "transition": BEFORE,
    }
    parts = [
        {"year": 2020, "accrued": "5/12", "paid": "691/2000"},
        {"year": 2021, "accrued": "7/12", "paid": "1309/2000"},
    ]
    transition = {"losers": "1/2", "gainers": None, "missing": "refuse", "index": "0/1"}
    steps: list[tuple[str, str, dict[str, Any], dict[str, Any], list[str]]] = [
        ("published scores against the law", "art. 27", {"c": "535.26", "g": "529.46"}, check, []),
        (
            "derivation of scores",
            "art. 27",
            {},
            {
                "threshold_share": "3/25",
                "threshold_per_pupil": K,
                "c_minus_g": C_MINUS_G,
                "basis": "inferred",
            },
            ["site_derivations"],
        ),
        ("price per unit", "art. 28 lid 1", {"budget": None}, price, []),
        (
            "grants of schools",
            "art. 28 lid 1, art. 36a",
            {"rounding": "half_up", "transition": transition},
            grants,
            ["school_grants"],
        ),
        (
            "parts of sites",
            "convention: largest remainder",
            {},
            {"sites": 4, "sites_not_in_register": 0, "cents_decided_by_order_of_codes": 0},
            ["site_grants"],
        ),
        (
            "calendar years",
            "accounting",
            {"parts": parts},
            {
                "accrued_2020": "27424.83",
                "accrued_2021": "38394.75",
                "paid_2020": "22740.67",
                "paid_2021": "43078.91",
            },
            ["school_calendar"],
        ),
    ]
    return tuple(
        Record(
            number,
            name,
            article,
            parameters,
            {},
            {table: Output(f"{number:064x}", 4) for table in gave},
            figures,
            "0" * 64,
        )
        for number, (name, article, parameters, figures, gave) in enumerate(steps, start=1)
    )
