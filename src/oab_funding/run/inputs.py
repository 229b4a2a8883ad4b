"""Reading the inputs of a calculation: every file once, by its role, into checked tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow as pa

from oab_funding.errors import InputError, Place
from oab_funding.indicator.coding import pupils_schema
from oab_funding.indicator.model import Model, named_specification, read_model
from oab_funding.indicator.specification import Specification
from oab_funding.indicator.specification_file import Specifications
from oab_funding.run.calculation_file import Calculation
from oab_funding.tables.cbs_municipal import read_municipality_scores
from oab_funding.tables.cbs_workbook import read_cbs_workbook
from oab_funding.tables.child_tables import PUPILS, SCORED_CHILDREN, TODDLERS
from oab_funding.tables.csv_text import parse_csv
from oab_funding.tables.duo import is_duo, read_sites
from oab_funding.tables.files import read_source, read_table
from oab_funding.tables.grant_tables import GRANTS_2018, SCHOOL_OLD_BASE
from oab_funding.tables.parquet import parquet_rows
from oab_funding.tables.preschool_tables import TODDLER_COUNTS
from oab_funding.tables.register_tables import CODE_MAP, SITE_CHANGES, SITES
from oab_funding.tables.schema import TableSchema
from oab_funding.tables.score_tables import MUNICIPALITY_SCORES, SITE_SCORES
from oab_funding.tables.source import SourceFile
from oab_funding.tables.workbook import WORKBOOKS, holds_table


@dataclass(frozen=True, slots=True)
class SiteScoreFile:
    """A file of site scores: the table and what else the file says.

    Parameters
    ----------
    table
        Table of site scores.
    file
        Name of the file.
    reference_date
        The reference date, where the file states it.
    c, g
        C and G as published (rounded), where the file states them.
    label
        What the file says of itself, such as that it is made up.
    """

    table: pa.Table
    file: str
    reference_date: date | None = None
    c: Decimal | None = None
    g: Decimal | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class Inputs:
    """All that a calculation is made from, read and checked.

    Parameters
    ----------
    tables
        The tables by their names in the journal.
    scores
        The file of site scores, where there is one.
    model, model_sha256
        The model that is given, and the SHA-256 of its file.
    specification
        The features of the indicator, where there are pupils to be scored.
    specifications
        The files of the specification that is taken by its name.
    """

    tables: Mapping[str, pa.Table]
    scores: SiteScoreFile | None = None
    model: Model | None = None
    model_sha256: str | None = None
    specification: Specification | None = None
    specifications: Specifications = field(default_factory=lambda: Specifications({}))


def read_inputs(
    calculation: Calculation,
    sources: Mapping[str, SourceFile],
    score_dates: Sequence[date],
    specifications: Specifications,
) -> Inputs:
    """Read every input of a calculation.

    Parameters
    ----------
    calculation
        What is to be computed.
    sources
        The files by role.
    score_dates
        Reference dates of the scores of municipalities, the later first.
    specifications
        The feature specifications at hand.

    Raises
    ------
    InputError
        A file cannot be read, or is not what its role wants.
    """
    model, file = None, sources.get("indicator.model")
    specification, used = None, Specifications({})
    if "children.pupils" in sources and file is not None:
        model, named = read_model(file, specifications), named_specification(file)
        specification = model.specification
        used = used if named is None else specifications.only(named)
    elif "children.pupils" in sources:
        name = calculation.indicator.specification
        specification, used = specifications.load(name), specifications.only(name)
    tables = _read_tables(sources, score_dates, specification)
    scores = read_site_scores(sources["schools.scores"]) if "schools.scores" in sources else None
    if scores is not None:
        tables["published_scores"] = scores.table
    return Inputs(
        tables, scores, model, None if model is None or file is None else file.sha256, specification, used
    )


def gather(
    calculation: Calculation, folder: Path, given: Mapping[str, SourceFile] | None = None
) -> dict[str, SourceFile]:
    """Read every file that a calculation names, relative to a folder, but for those given already.

    Raises
    ------
    InputError
        A file cannot be read.
    """
    given = given or {}
    return {
        role: given[role] if role in given else read_source(folder / name)
        for role, name in calculation.files().items()
    }


def rows_of(sources: Mapping[str, SourceFile]) -> dict[str, int]:
    r"""Count the rows of the inputs that are Parquet or CSV, by role.

    Examples
    --------
    >>> rows_of({"schools.old_base": SourceFile("base.csv", b"school_id,old_base\n00AP,1\n")})
    {'schools.old_base': 1}
    """
    counted = {}
    for role, source in sources.items():
        if source.suffix in (".parquet", ".pq"):
            counted[role] = parquet_rows(source.data)
        elif source.suffix == ".csv" and not is_duo(source):
            counted[role] = parse_csv(source).table.num_rows
    return counted


def read_site_scores(source: str | Path | SourceFile) -> SiteScoreFile:
    r"""Read site scores from a CBS workbook, or from a table in a workbook, a CSV or a Parquet file.

    Examples
    --------
    >>> text = b"site_id,score\n00AP00,33.02\n"
    >>> read_site_scores(SourceFile("scores.csv", text)).table.num_rows
    1
    """
    file = read_source(source)
    if is_duo(file):
        raise InputError("is DUO's register, without scores", Place(file.name), "give it as `sites`")
    if file.suffix in WORKBOOKS and not holds_table(file, SITE_SCORES):
        book = read_cbs_workbook(file)
        return SiteScoreFile(book.table, file.name, book.reference_date, book.c, book.g, book.label or "")
    table = read_table(file, SITE_SCORES)
    _check_raw(table, file.name)
    return SiteScoreFile(table, file.name)


def table_of(role: str) -> str | None:
    """Give the name in the journal of the table that is read from a role; None where it is no table.

    Examples
    --------
    >>> table_of("children.pupils"), table_of("indicator.model")
    ('pupils', None)
    """
    if role == "schools.scores":
        return "published_scores"
    if role.startswith("schools.sites."):
        return _REGISTERS[int(role.rpartition(".")[2]) - 1]
    return _TABLES[role][0] if role in _TABLES else None


def _check_raw(table: pa.Table, file: str) -> None:
    """Refuse a score above the raw score: the threshold only takes off."""
    if "score_raw" not in table.column_names:
        return
    pairs = zip(table.column("score").to_pylist(), table.column("score_raw").to_pylist(), strict=True)
    for row, (score, raw) in enumerate(pairs, start=2):
        if score > max(raw, 0):
            raise InputError(
                f"the score {score} is above the score without threshold {raw}",
                Place(file, column="score", row=row),
                "check both columns",
            )


def schema_of(role: str) -> TableSchema:
    """Give what the table of a role in the calculation must be.

    Examples
    --------
    >>> schema_of("schools.scores").name
    'site_scores'
    """
    if role == "schools.scores":
        return SITE_SCORES
    return SITES if role.startswith("schools.sites") else _TABLES[role][1]


_TABLES = {
    "children.scored": ("scored_children", SCORED_CHILDREN),
    "children.pupils": ("pupils", PUPILS),
    "children.toddlers": ("toddlers", TODDLERS),
    "children.sites": ("sites_of_children", SITES),
    "schools.changes": ("site_changes", SITE_CHANGES),
    "schools.old_base": ("old_base", SCHOOL_OLD_BASE),
    "preschool.toddlers": ("toddler_counts", TODDLER_COUNTS),
    "municipalities.scores": ("later_scores", MUNICIPALITY_SCORES),
    "municipalities.previous": ("earlier_scores", MUNICIPALITY_SCORES),
    "municipalities.code_map": ("code_map", CODE_MAP),
    "municipalities.grants_2018": ("grants_2018", GRANTS_2018),
}
"""By role: the name of the table in the journal, and its schema."""


def _read_tables(
    sources: Mapping[str, SourceFile], score_dates: Sequence[date], specification: Specification | None
) -> dict[str, pa.Table]:
    """Read every table but the scores of sites, by its name in the journal.

    Attainment and ability of pupils are on the scale of the specification.
    """
    days = dict(zip(("municipalities.scores", "municipalities.previous"), score_dates, strict=False))
    tables = {
        name: _read(
            sources[role],
            pupils_schema(specification) if schema is PUPILS and specification else schema,
            days.get(role),
        )
        for role, (name, schema) in _TABLES.items()
        if role in sources
    }
    registers = [sources[role] for role in sorted(sources) if role.startswith("schools.sites.")]
    if len(registers) > len(_REGISTERS):
        raise InputError(
            f"{len(registers)} registers are given", remedy="give one, or two of which the first wins"
        )
    return tables | {name: read_sites(file) for name, file in zip(_REGISTERS, registers, strict=False)}


def _read(file: SourceFile, schema: TableSchema, day: date | None) -> pa.Table:
    if schema is SITES:
        return read_sites(file)
    if schema is MUNICIPALITY_SCORES:
        return read_municipality_scores(file, day)
    return read_table(file, schema)


_REGISTERS = ("register_first", "register_second")


_ONE_FILE_TWICE = (
    ("municipalities.scores", "municipalities.previous", "the scores of two dates"),
    ("schools.sites.1", "schools.sites.2", "two registers"),
)


def check_distinct(sources: Mapping[str, SourceFile]) -> None:
    """Refuse one and the same file in two places that want different ones.

    Raises
    ------
    InputError
        Two files have the same bytes.
    """
    for first, second, what in _ONE_FILE_TWICE:
        one, other = sources.get(first), sources.get(second)
        if one is not None and other is not None and one.sha256 == other.sha256:
            raise InputError(
                f"{one.name} and {other.name} are the same file, byte for byte, given as {what}",
                remedy="give the other one",
            )
