"""What a municipality's grant must buy of preschool education, line by line: a comparison, never a claim."""

from __future__ import annotations

from collections.abc import Mapping

from oab_funding.exact.fraction import Exact
from oab_funding.grants.preschool.year_law import YearRule
from oab_funding.report.document import Block, Derivation, Paragraph, Section
from oab_funding.report.institutions.bought import even_lines, sum_lines
from oab_funding.report.institutions.telling import Telling
from oab_funding.run import steps


def bought_section(telling: Telling, code: str) -> Section | None:
    """Give the section on preschool education of a municipality; None where the run has none on it."""
    row = telling.row("preschool", "municipality_code", code)
    if row is None:
        return None
    t = telling.t
    blocks: list[Block] = [Paragraph(t(f"preschool.{name}")) for name in ("comparison", "other_duties")]
    lines = (*sum_lines(row, preschool_terms(telling), preschool_rule(telling), t), *even_lines(row, t))
    return Section(t("preschool.title", year=row["year"]), (*blocks, Derivation(lines)))


def preschool_terms(telling: Telling) -> Mapping[str, Exact]:
    """Give the terms of a run, as its record has them."""
    variants = telling.parameter(steps.PRESCHOOL, "variants")
    first = variants[0] if isinstance(variants, list) else {}
    return first if isinstance(first, dict) else {}  # type: ignore[return-value]


def preschool_rule(telling: Telling) -> YearRule:
    """Give what the law asked in the year of a run, as its record has it."""
    part = {
        name: telling.part_of_parameter(steps.PRESCHOOL, "rule", name)
        for name in YearRule.__dataclass_fields__
    }
    return YearRule(**part)  # type: ignore[arg-type]
