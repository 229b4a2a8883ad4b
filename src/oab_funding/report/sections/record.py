"""What was checked, which steps were carried out, and from what the run was made."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from fractions import Fraction

from pydantic import JsonValue

from oab_funding.audit import Output
from oab_funding.exact import round_exact, to_fraction
from oab_funding.report.document import Column, Commands, Grid, PageSection, Paragraph, SideBySide
from oab_funding.report.institutions.law import sources_section
from oab_funding.report.institutions.municipal_grant import municipal_exact, municipal_figure
from oab_funding.report.institutions.score_dates import score_dates
from oab_funding.report.institutions.telling import Telling
from oab_funding.run import steps
from oab_funding.tables.source import SourceFile

_SHORT = 12
_ASKED_WIDTH = 22
_PLACES = 10
_WORDED = ("Name", "Article")
_NUMBER = re.compile(r"-?[0-9]+(?:/[0-9]+|\.[0-9]+)?")


def checks_section(telling: Telling) -> PageSection | None:
    """Say what was checked and what came out; None where nothing was."""
    rows = (*_checks(telling), *_municipal_checks(telling))
    if not rows:
        return None
    columns = (Column("Check (controle)"), Column("Outcome (uitkomst)"))
    return PageSection("Checks (controles)", (Grid("What was checked and what came out", columns, rows),))


def steps_section(telling: Telling) -> PageSection:
    """List the steps with their articles, the tables they gave, and the hashes of these."""
    rows = tuple(
        (str(record.step), record.name, record.article, *output)
        for record in telling.run.records
        for output in _outputs(telling, record.outputs)
    )
    titles = ("Step", "Name", "Article", "Table", "Rows", "Content")
    columns = tuple(Column(title, numeric=title == "Rows", worded=title in _WORDED) for title in titles)
    note = (
        f"Content: the first {_SHORT} digits of the SHA-256 of a table's content; the journal has it whole."
    )
    return PageSection(
        "Steps (stappen)", (Grid("What was computed, in order", columns, rows), Paragraph(note))
    )


def control_totals_section(telling: Telling) -> PageSection:
    """List every control total of every step."""
    columns = (Column("Figure", worded=True), Column("Value", numeric=True, worded=True))
    grids = tuple(
        Grid(
            f"{record.step} {record.name}",
            columns,
            tuple(
                (name.replace("_", " "), shown(telling, value))
                for name, value in sorted(record.figures.items())
            ),
        )
        for record in telling.run.records
        if record.figures
    )
    note = f"Fractions are rounded here to {_PLACES} decimals; journal.jsonl has them exact."
    return PageSection("Control totals (controletotalen)", (SideBySide(grids), Paragraph(note)))


def inputs_section(telling: Telling, inputs: Mapping[str, SourceFile]) -> PageSection:
    """List the input files with their hashes, the regulations, and the licences."""
    rows = tuple((role, file.name, file.sha256) for role, file in sorted(inputs.items()))
    files = Grid("Input files", (Column("Role"), Column("File"), Column("SHA-256")), rows)
    licence = (
        "Scores published by Statistics Netherlands (CBS) and registers published by DUO are open data under "
        "CC BY 4.0: name the source when you pass on what was made from them."
    )
    schools = telling.score_law is not None
    municipal = bool(score_dates(telling))
    known = schools or municipal
    law = sources_section(telling, schools=schools, municipal=municipal).blocks if known else ()
    return PageSection("Sources (bronnen)", (*((files,) if rows else ()), Paragraph(licence), *law))


def replay_section(telling: Telling) -> PageSection:
    """Say how anybody can check the run."""
    what = (
        "This report belongs to a run bundle (a folder). In place of RUN write the name of that folder, "
        "in place of ROOT the root hash that was published with it."
    )
    commands = (
        "oab-funding verify RUN --root ROOT            is the bundle whole, and the one that was published?\n"
        "oab-funding replay RUN                        does every step give the same again?\n"
        f"oab-funding explain RUN {_asked(telling)}how does this amount come about?"
    )
    not_shown = (
        "This does not show that the input files are the ones CBS and the ministry used, nor that the "
        "regulation files say what the law says. Both are in the bundle, so that a person can compare them."
    )
    return PageSection(
        "How to check this (controleren)", (Paragraph(what), Commands(commands), Paragraph(not_shown))
    )


def shown(telling: Telling, value: JsonValue) -> str:
    """Write a figure of a record for reading."""
    if value is None or isinstance(value, bool):
        return {None: "not identified", True: "yes", False: "no"}[value]
    text = str(value)
    if not _NUMBER.fullmatch(text):
        return text
    if "/" not in text:
        return telling.n.number(text)
    return telling.n.number(Fraction(round_exact(text, _PLACES)))


def words(names: str) -> str:
    """Write names of choices as words."""
    return names.replace("_", " ")


def _outputs(telling: Telling, outputs: Mapping[str, Output]) -> list[tuple[str, str, str]]:
    if not outputs:
        return [(telling.t("column.no_table"), "", "")]
    n = telling.n
    return [
        (name, n.number(output.rows), output.content[:_SHORT]) for name, output in sorted(outputs.items())
    ]


def _checks(telling: Telling) -> Iterable[tuple[str, str]]:
    n, bundle = telling.n, telling.run
    if telling.figure(steps.CHECK_SITES, "contradictions") is not None:
        sites = _counted(telling, steps.CHECK_SITES, "sites", "site")
        yield (
            f"Published scores of {sites} against the law's formula",
            _contradictions(telling, steps.CHECK_SITES),
        )
    if telling.figure(steps.CHECK_SITES, "T rules that fit"):
        rules = words(str(telling.figure(steps.CHECK_SITES, "T rules that fit")))
        yield "Rounding of the size of the target group that fits the table", rules
    if telling.carried_out(steps.PARTS_OF_SITES):
        strangers = telling.exact(steps.PARTS_OF_SITES, "sites_not_in_register")
        found_of_them = "no register given" if strangers is None else n.number(strangers)
        yield "Sites that the register does not have", found_of_them
    if bundle.has("register_differences"):
        differences = bundle.table("register_differences").num_rows
        yield "Differences between two registers; the first wins", n.number(differences)
    ties = telling.exact(steps.PARTS_OF_SITES, "cents_decided_by_order_of_codes")
    if ties is not None:
        yield "Cents of parts of sites that the order of codes decided", n.number(ties)
    if bundle.has("unscored_base"):
        rows = bundle.table("unscored_base").num_rows
        yield "Old bases of schools without a score, not paid", n.number(rows)


def _municipal_checks(telling: Telling) -> Iterable[tuple[str, str]]:
    n, bundle = telling.n, telling.run
    for day in score_dates(telling):
        if telling.figure(day.check, "contradictions") is not None:
            counted = _counted(telling, day.check, "municipalities", "municipality")
            what = f"Scores of {counted} of {telling.t.day(day.day)} against the law's formula"
            yield what, _contradictions(telling, day.check)
    missed = municipal_exact(telling, "total_new_misses_budget_by")
    if missed is not None:
        yield "Municipal grants before a transition, minus the budget", n.euros(missed)
    if missed is not None and municipal_figure(telling, "transition") == "applied":
        total, budget = (to_fraction(municipal_exact(telling, name) or 0) for name in ("total", "budget"))
        yield "Municipal grants after the transition, minus the budget", n.euros(total - budget)
    if bundle.has("unscored_2018"):
        rows = bundle.table("unscored_2018").num_rows
        yield "Grants of 2018 of municipalities without a score, not paid", n.number(rows)


def _counted(telling: Telling, step: steps.Step, many: str, one: str) -> str:
    number = telling.exact(step, many)
    return f"{telling.n.number(number)} {one if number == 1 else many}"


def _contradictions(telling: Telling, step: steps.Step) -> str:
    """Say what a check against the formula found, and what it could not check."""
    found, unknown = telling.figure(step, "contradictions"), telling.exact(step, "not_checked")
    if isinstance(found, str) and not found.isdigit():
        return found
    said = f"{found} contradiction{'' if str(found) == '1' else 's'}"
    return f"{said}; not checked: {telling.n.number(unknown)} without A or E" if unknown else said


def _asked(telling: Telling) -> str:
    """Name an institution to ask about, of a kind that the run has; set out as wide as the other commands."""
    kinds = {
        "school_grants": "--school CODE",
        "municipal_grants": "--municipality CODE",
        "site_scores": "--site CODE",
    }
    asked = next((kind for table, kind in kinds.items() if telling.run.has(table)), "--municipality CODE")
    return f"{asked:<{_ASKED_WIDTH}}"
