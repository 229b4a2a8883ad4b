"""The reference dates of a municipality's scores, and where the scores of each come from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, cast

from oab_funding.regulation import MunicipalityScoreProvision
from oab_funding.report.institutions.telling import Row, Telling
from oab_funding.run import steps
from oab_funding.tables.cbs_municipal import read_municipality_scores
from oab_funding.tables.files import read_table
from oab_funding.tables.register_tables import CODE_MAP
from oab_funding.tables.source import SourceFile


@dataclass(frozen=True, slots=True)
class ScoreDate:
    """A reference date of municipal scores.

    Parameters
    ----------
    which
        "later" or "earlier", as the steps call it.
    day
        The date.
    law
        What applies to the scores of that date.
    from_children
        Whether the scores follow from children; else they came as a table.
    """

    which: Literal["later", "earlier"]
    day: date
    law: MunicipalityScoreProvision
    from_children: bool

    @property
    def table(self) -> str:
        """The table of the scores that entered the grants."""
        return "municipality_scores" if self.which == "later" else "earlier_municipality_scores"

    @property
    def role(self) -> str:
        """The role of the file of scores in the calculation."""
        return "municipalities.scores" if self.which == "later" else "municipalities.previous"

    @property
    def check(self) -> steps.Step:
        """The step that checked scores that came as a table."""
        return steps.CHECK_LATER if self.which == "later" else steps.CHECK_EARLIER

    @property
    def mapping(self) -> steps.Step:
        """The step that brought them to the division of the budget year."""
        return steps.MAP_LATER if self.which == "later" else steps.MAP_EARLIER


def score_dates(telling: Telling) -> tuple[ScoreDate, ...]:
    """Give the reference dates of the run's municipal scores, the later first; none without such scores."""
    statutes, children = telling.run.statutes, telling.run.calculation.children
    computed = telling.carried_out(steps.MUNICIPALITIES) and children is not None
    law = telling.municipal_law
    if law is None:
        if not computed or children is None:
            return ()
        day = children.reference_date
        return (ScoreDate("later", day, statutes.municipality_score(day), True),)
    later, earlier = law.year.reference_dates
    day = children.reference_date if computed and children is not None else later
    return (
        ScoreDate("later", day, statutes.municipality_score(later), computed),
        ScoreDate("earlier", earlier, statutes.municipality_score(earlier), False),
    )


def merged_parts(telling: Telling, day: ScoreDate, code: str) -> Sequence[Row]:
    """Give the rows of the file that the code map merged into a municipality; none without a merger."""
    sources = telling.run.sources
    if day.from_children or "municipalities.code_map" not in sources or day.role not in sources:
        return ()
    pairs = read_table(_file(sources, "municipalities.code_map"), CODE_MAP).to_pylist()
    mapped = {row["municipality_code"]: row["new_code"] for row in pairs}
    rows = cast(list[Row], read_municipality_scores(_file(sources, day.role), day.day).to_pylist())
    own = [row for row in rows if mapped.get(row["municipality_code"], row["municipality_code"]) == code]
    return sorted(own, key=lambda row: str(row["municipality_code"])) if len(own) > 1 else ()


def file_name(telling: Telling, role: str) -> str:
    """Give the name of an input file, as far as known."""
    sources = telling.run.sources
    return sources[role].name if role in sources else telling.n.unknown


def _file(sources: Mapping[str, SourceFile], role: str) -> SourceFile:
    return SourceFile(sources[role].name, sources[role].data)
