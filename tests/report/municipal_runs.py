"""A small run with grants of municipalities, written out by hand: nothing in it is computed by the library.

Three municipalities share EUR 1,000,000: GM0637 loses by the transition, GM1926 is raised to the minimum,
GM0363 gains. K = 150 + 0 + 850.005 and J / K = 936,000 / 1,000.005.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pyarrow as pa

from oab_funding.audit import Output, Record
from oab_funding.regulation import Statutes
from oab_funding.run.calculation_file import Municipalities, check_calculation
from oab_funding.run.run import Run
from oab_funding.tables.grant_tables import MUNICIPAL_GRANTS, UNSCORED_2018
from oab_funding.tables.score_tables import MUNICIPALITY_DERIVATIONS, MUNICIPALITY_SCORES
from oab_funding.tables.source import SourceFile
from report.runs import BEFORE, made_table, small_run

CODES = ("GM0363", "GM0637", "GM1926")
GRANTS = "grants of municipalities"

LATER = [
    # municipality, E, A, B, A - B, score, in the target group, sum of their scores
    ("GM0363", 2000, "1430.00", "580.000000", "850.000000", "850.00", "228.800000", "121035.200000"),
    ("GM0637", 500, "300.00", "145.000000", "155.000000", "155.00", "50.000000", "26462.500000"),
    ("GM1926", 100, "12.00", "29.000000", "-17.000000", "0.00", "2.000000", "1058.500000"),
]
EARLIER = [
    ("GM0363", 2000, "1400.01", "850.01"),
    ("GM0637", 480, "290.00", "145.00"),
    ("GM1926", 110, "10.00", "0.00"),
]
NEW = {"GM0363": "795600.70", "GM0637": "140399.30", "GM1926": "64000.00"}
OLD = {"GM0363": "700000.00", "GM0637": "200000.00", "GM1926": "60000.00"}
PAID = {"GM0363": "781298.92", "GM0637": "155299.47", "GM1926": "63401.61"}
SCORES = {"GM0363": "850.005", "GM0637": "150.000", "GM1926": "0.000"}
GAINERS = "99335/664008"

RULE = {
    "minimum": "64000.00",
    "eligibility": "minimum",
    "price_rounding": "none",
    "remainder": "largest_remainder",
}
TRANSITION = {
    "losers": "1/4",
    "gainers": None,
    "gainers_places": None,
    "ineligible": "share",
    "missing": "refuse",
}


def municipal_run(**changed: Any) -> Run:
    """The run after a transition: the later scores follow from children, the earlier came as a table.

    Parameters
    ----------
    changed
        `rule`, `transition`, `figures` and `children` take the place of parts of what is on record; `rows` of
        columns of the grants, by code.
    """
    children = {"reference_date": date(2019, 10, 1), "scored": "children.csv"}
    money = {"budget": "1000000.00", "source": "an example"}
    municipalities = {"year": 2021, "previous": "earlier.csv", **money}
    title = "Municipalities of a small country"
    calculation = check_calculation(
        {"format": 1, "title": title, "children": children, "municipalities": municipalities}
    )
    return Run(
        calculation,
        Statutes.shipped(),
        _records(changed),
        _tables(changed.get("rows", {})),
        changed.get("labels", ()),
        {"municipalities.previous": SourceFile("earlier.csv", b"x")},
    )


def before_transition() -> Run:
    """The run without the grants of 2018."""
    nothing = {code: {"grant_2018": None, "share": None, "amount": NEW[code]} for code in CODES}
    figures = {"transition": BEFORE, "losers_share": None, "gainers_share": None}
    return municipal_run(rows=nothing, figures=figures, labels=(BEFORE,))


def both_streams() -> Run:
    """Grants of schools and of municipalities in one run."""
    schools, own = small_run(), municipal_run()
    calculation = own.calculation.model_copy(update={"schools": schools.calculation.schools})
    return replace(
        own,
        calculation=calculation,
        records=(*schools.records, *own.records),
        tables={**schools.tables, **own.tables},
        labels=schools.labels,
    )


def priced_run() -> Run:
    """A known price, half up, no transition given; both dates came as tables in which two have merged."""
    amounts = {"GM0363": "427263.51", "GM0637": "75399.00", "GM1926": "64000.00"}
    rows = {
        code: {"amount_new": paid, "amount": paid, "grant_2018": None, "share": None}
        for code, paid in amounts.items()
    }
    figures = {
        "budget": None,
        "price": "502.66",
        "J": "50266251330/100000",
        "total_new": "566662.51",
        "total": "566662.51",
        "total_new_misses_budget_by": None,
        "transition": BEFORE,
        "losers_share": None,
    }
    run = municipal_run(rows=rows, figures=figures, labels=(BEFORE,), children=False)
    header = b"municipality_code,children,score_raw,score\n"
    later = b"GM0363,1500,1200.00,800.00\nGM0637,500,300.00,155.00\nGM1926,100,12.00,0.00\n"
    earlier = b"GM0363,1500,1180.01,800.01\nGM0637,480,290.00,145.00\nGM1926,110,10.00,0.00\n"
    sources = {
        "municipalities.scores": SourceFile("later.csv", header + later + b"GM9999,500,230.00,50.00\n"),
        "municipalities.previous": SourceFile("earlier.csv", header + earlier + b"GM9999,500,220.00,50.00\n"),
        "municipalities.code_map": SourceFile("map.csv", b"municipality_code,new_code\nGM9999,GM0363\n"),
    }
    municipalities = Municipalities(year=2021, scores="later.csv", previous="earlier.csv", price="502.66")
    calculation = run.calculation.model_copy(update={"municipalities": municipalities, "children": None})
    return replace(run, calculation=calculation, sources=sources)


def _tables(rows: dict[str, dict[str, Any]]) -> dict[str, pa.Table]:
    names = ("municipality_code", "children", "score_raw", "threshold", "difference", "score")
    columns = (*names, "target_children", "target_sum")
    later = [dict(zip(columns, row, strict=True)) for row in LATER]
    earlier = [
        dict(zip(("municipality_code", "children", "score_raw", "score"), row, strict=True))
        for row in EARLIER
    ]
    grants = [
        {
            "municipality_code": code,
            "score": SCORES[code],
            "eligible": True,
            "topped_up": code == "GM1926",
            "amount_new": NEW[code],
            "grant_2018": OLD[code],
            "share": "0.25",
            "amount": PAID[code],
        }
        | rows.get(code, {})
        for code in CODES
    ]
    return {
        "municipality_scores": made_table(MUNICIPALITY_SCORES, later),
        "municipality_derivations": made_table(MUNICIPALITY_DERIVATIONS, later),
        "earlier_municipality_scores": made_table(MUNICIPALITY_SCORES, earlier),
        "municipal_grants": made_table(MUNICIPAL_GRANTS, grants),
        "unscored_2018": made_table(UNSCORED_2018, [{"municipality_code": "GM0001", "grant_2018": "5.00"}]),
    }


def _records(changed: dict[str, Any]) -> tuple[Record, ...]:
    scores = {
        "N": 2600,
        "T": 390,
        "asylum_seekers": 3,
        "C": "2141/4",
        "G": "10589/20",
        "C_minus_G": "29/5",
        "line": "1062/2",
        "rounds": 1,
        "municipalities_above_zero": 2,
        "sum_of_raw_scores": "1742.00",
        "sum_of_scores": "1005.00",
    }
    rule = {"size_rounding": "up", "tie_rule": "order", "asylum_kinds": ["pupil"]}
    check = {"municipalities": 3, "N": 2590, "sum of A": "1700.01", "sum of scores": "995.01"}
    check |= {"C - G low": "55/10", "C - G high": "5501/1000", "k": "11/40", "contradictions": 0}
    grants = {
        "municipalities": 3,
        "eligible": 3,
        "topped_up": 1,
        "cost_of_top_ups": "64000/1",
        "K": "200001/200",
        "J": "936000/1",
        "price": "62400000/66667",
        "total_new": "1000000/1",
        "budget": "1000000.00",
        "total_new_misses_budget_by": "0/1",
        "total": "1000000/1",
        "not_eligible_but_paid": 0,
        "transition": "applied",
        "losers_share": "1/4",
        "gainers_share": GAINERS,
        "gainers_share_solved": True,
        "gainers_share_capped": False,
        "nobody_gains": False,
        "not_covered_by_gainers": "0/1",
    }
    parameters = {
        "rule": RULE | changed.get("rule", {}),
        "transition": TRANSITION | changed.get("transition", {}),
    }
    steps: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = [
        ("scores of municipalities", "art. 3", {"rule": rule}, scores),
        ("earlier scores against the law", "art. 3", {}, check),
        ("earlier scores", "WPO art. 163", {}, {"municipalities": 3, "merged": 0}),
        (GRANTS, "art. 4", parameters, grants | changed.get("figures", {})),
    ]
    if not changed.get("children", True):
        steps[0] = ("later scores against the law", "art. 3", {}, check)
        steps[2] = ("earlier scores", "WPO art. 163", {}, {"municipalities": 3, "merged": 1})
    return tuple(
        Record(number, name, article, given, {}, {"t": Output("0" * 64, 3)}, figures, "0" * 64)
        for number, (name, article, given, figures) in enumerate(steps, start=1)
    )
