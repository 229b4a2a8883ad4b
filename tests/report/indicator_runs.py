"""A small run that fitted an indicator and imputed, written out by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pyarrow as pa

from oab_funding.audit import Record
from oab_funding.indicator.specification_file import load_specification
from oab_funding.indicator.steps import COEFFICIENTS
from oab_funding.run.run import Run
from oab_funding.tables.score_tables import SITE_IMPUTATION
from oab_funding.tables.source import SourceFile
from report.runs import made_table, with_children

LABEL = "fitted on made-up children"


def with_indicator(
    *,
    average: str = "child",
    specification: str = "cbs-2019",
    specification_sha256: str | None = None,
    model: bytes | None = None,
    site_imputation: bool = True,
) -> Run:
    """The run on children, whose education scores were computed in it."""
    run = with_children()
    sha256 = specification_sha256 or load_specification("cbs-2019").sha256
    fitted: dict[str, Any] = {"specification": "cbs-2019", "n": 900, "ability_centre": "1001/10"}
    fitted |= {"left_out: education_mother unknown": 55, "left_out: stay unknown": 0}
    imputed = {"rounds": 10, "seed": 7, "children_with_imputed_mother": 120, "children_with_a_donor": 8}
    scored = {"scored": 1000, "left_out: pupils not funded": 38}
    given = {"specification_sha256": sha256, "label": LABEL, "reference_date": "2019-10-01"}
    steps: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
        ("coefficients", given, fitted),
        ("imputation", {"rule": {"rounds": 10, "seed": 7}}, imputed),
        ("education scores", {"average": average}, scored),
    ]
    if model is not None:
        steps[0] = ("coefficients", {"model_sha256": "1" * 64}, {"model": "supplied", "label": "x"})
    records = tuple(
        Record(number, name, "CBS", parameters, {}, {}, figures, "0" * 64)
        for number, (name, parameters, figures) in enumerate(steps, start=1)
    )
    coefficients = [("start", "525.768326"), ("education_mother[2]", "0.850300")]
    coefficients += [("education_mother[3]", "-1.5"), ("debt_restructuring[yes]", "-0.924484")]
    coefficients += [("school_mean", "0.5958")]
    rows = [dict(zip(("column", "coefficient"), row, strict=True)) for row in coefficients]
    tables = {**run.tables, "coefficients": made_table(COEFFICIENTS, rows)}
    if site_imputation:
        tables["site_imputation"] = _site_imputation()
    indicator = run.calculation.indicator.model_copy(update={"specification": specification})
    calculation = run.calculation.model_copy(update={"indicator": indicator})
    sources = {} if model is None else {"indicator.model": SourceFile("model.json", model)}
    return replace(
        run, calculation=calculation, records=(*records, *run.records), tables=tables, sources=sources
    )


def _site_imputation() -> pa.Table:
    names = SITE_IMPUTATION.names
    rows = [
        ("00AP00", 100, 31, "0.310000", "30.5", "4.25", "22.00", "41.00", "2.875", "1.343968", 83),
        ("00AP01", 142, 71, "0.500000", "0", "0", "0.00", "0.00", "0", "0", 1),
        ("00AZ00", 164, 41, "0.250000", "66.125", "9.5", "50.00", "80.00", "4.5", "3.004164", 203),
        ("31MX00", 5, 1, "0.200000", "18.32", None, "18.32", "18.32", None, None, None),
    ]
    return made_table(SITE_IMPUTATION, [dict(zip(names, row, strict=True)) for row in rows])
