"""The indicator and the imputation: coefficients, on whom they were fitted, and what was imputed."""

from __future__ import annotations

from collections.abc import Iterable

from oab_funding.errors import InputError
from oab_funding.indicator.imputation.education import GAPS
from oab_funding.indicator.model import read_model
from oab_funding.indicator.specification import Specification
from oab_funding.report.document import (
    Column,
    Grid,
    PageBlock,
    PageSection,
    Paragraph,
    SideBySide,
    without_empty_columns,
)
from oab_funding.report.institutions.site import SPREAD_PLACES, draw_sd, imputed_share
from oab_funding.report.institutions.telling import Row, Telling
from oab_funding.report.sections.record import words
from oab_funding.run import steps
from oab_funding.tables.source import SourceFile

MOST = 15
"""Sites shown at most, of each kind."""

_COLUMNS = (Column("Figure"), Column("Value", numeric=True))
_LEFT_OUT = "left_out: "
_CENTRE_PLACES = 6
_MODEL = "indicator.model"


def indicator_section(telling: Telling) -> PageSection | None:
    """Give the coefficients and where they come from; None where the run computed no education scores."""
    if not telling.run.has("coefficients"):
        return None
    origin = Grid(
        "Where the coefficients come from", (Column("What"), Column("Said")), tuple(_origin(telling))
    )
    fitted = Grid("On whom they were fitted", _COLUMNS, tuple(_fitted(telling)))
    shown = tuple(grid for grid in (*_coefficients(telling), fitted) if grid.rows)
    note = Paragraph(
        "The score of a child is the start value and the coefficients of the child's background, in points "
        "of attainment. The coefficient of ability is estimated and left out: money follows circumstances, "
        "not ability. A category that is not listed is the one the others are compared with, and has 0."
    )
    return PageSection("Indicator (onderwijsscore)", (origin, SideBySide(shown), note))


def specification_of(telling: Telling) -> Specification | None:
    """Give the specification of features that the run used, if it can be read again and is the same."""
    sources, specifications = telling.run.sources, telling.run.specifications
    try:
        if _MODEL in sources:
            file = SourceFile(sources[_MODEL].name, sources[_MODEL].data)
            return read_model(file, specifications).specification
        specification = specifications.load(telling.run.calculation.indicator.specification)
    except InputError:
        return None
    recorded = telling.parameter(steps.FIT, "specification_sha256")
    return specification if specification.sha256 == recorded else None


def imputation_section(telling: Telling) -> PageSection | None:
    """Say what was imputed, and where it weighs most; None where nothing was."""
    if not telling.carried_out(steps.IMPUTATION):
        return None
    grids = (
        Grid("What was imputed", _COLUMNS, tuple(_imputed(telling))),
        Grid("Who got an education score", _COLUMNS, tuple(_scored(telling))),
    )
    blocks: list[PageBlock] = [SideBySide(tuple(grid for grid in grids if grid.rows))]
    if telling.run.has("site_imputation"):
        rows = telling.run.table("site_imputation").to_pylist()
        blocks += _per_site(telling, rows)
    return PageSection("Imputation (bijschatten)", tuple(blocks))


def imputation_gaps() -> Grid:
    """List what CBS has not published about imputation, and what is done here."""
    return Grid(
        "Imputation: not published by CBS, and done so here",
        (Column("Point", worded=True),),
        tuple((gap,) for gap in GAPS),
    )


def _origin(telling: Telling) -> Iterable[tuple[str, str]]:
    said, given = telling.run.figures(steps.FIT).recorded, telling.run.parameters(steps.FIT)
    for name, value in (
        ("Features (specificatie)", said.get("specification")),
        ("Model file", said.get("model")),
        ("Label", said.get("label") or given.get("label")),
        ("Reference date", given.get("reference_date")),
    ):
        if value is not None:
            yield name, str(value)
    for name, key in (
        ("SHA-256 of the features", "specification_sha256"),
        ("SHA-256 of the model", "model_sha256"),
    ):
        if given.get(key) is not None:
            yield name, str(given[key])


def _fitted(telling: Telling) -> Iterable[tuple[str, str]]:
    n, said = telling.n, telling.run.figures(steps.FIT).recorded
    if said.get("n") is None:
        return
    yield "Children in the fit", n.number(telling.exact(steps.FIT, "n"))
    yield from _left_out(telling, steps.FIT)
    centre = telling.exact(steps.FIT, "ability_centre")
    if centre is not None:
        yield "Ability at which the start value lies", n.number(centre, _CENTRE_PLACES)


def _imputed(telling: Telling) -> Iterable[tuple[str, str]]:
    n = telling.n
    for name, figure in (
        ("Rounds (rondes)", "rounds"),
        ("Seed", "seed"),
        ("Children with an imputed education of the mother", "children_with_imputed_mother"),
        ("Children with an imputed education of the father", "children_with_imputed_father"),
        ("Children with an imputed length of stay", "children_with_imputed_stay"),
        ("Children who took the score of a donor", "children_with_a_donor"),
    ):
        if telling.figure(steps.IMPUTATION, figure) is not None:
            yield name, n.number(telling.exact(steps.IMPUTATION, figure))
    school = telling.figure(steps.IMPUTATION, "school")
    if school is not None:
        yield "The school in the imputation of education", str(school)


def _by_the_draws(telling: Telling, row: Row) -> tuple[str, str]:
    """Write the standard deviation from the draws, and the rounds for one unit; empty where not known."""
    sd, rounds = draw_sd(telling, row), row.get("rounds_wanted")
    n = telling.n
    return (
        "" if sd is None else n.number(sd, SPREAD_PLACES),
        "" if rounds is None else n.number(rounds),
    )


def _scored(telling: Telling) -> Iterable[tuple[str, str]]:
    average = telling.parameter(steps.EDUCATION_SCORES, "average")
    if average is not None:
        yield "Rounds are averaged per", str(average)
    if telling.figure(steps.EDUCATION_SCORES, "scored") is not None:
        yield (
            "Children with an education score",
            telling.n.number(telling.exact(steps.EDUCATION_SCORES, "scored")),
        )
    yield from _left_out(telling, steps.EDUCATION_SCORES)


def _left_out(telling: Telling, step: steps.Step) -> Iterable[tuple[str, str]]:
    for name, value in sorted(telling.run.figures(step).recorded.items()):
        if name.startswith(_LEFT_OUT) and value:
            reason = words(name.removeprefix(_LEFT_OUT))
            yield f"Left out: {reason}", telling.n.number(telling.exact(step, name))


def _per_site(telling: Telling, rows: list[Row]) -> Iterable[PageBlock]:
    by_share = sorted(rows, key=lambda row: (-row["imputed_share"], row["site_id"]))[:MOST]
    moved = [row for row in rows if row["score_spread"]]
    by_spread = sorted(moved, key=lambda row: (-row["score_spread"], row["site_id"]))[:MOST]
    yield _sites(telling, f"The {len(by_share)} sites with the highest imputed share", by_share)
    if by_spread:
        caption = f"The {len(by_spread)} sites whose score moves most between the rounds"
        yield _sites(telling, caption, by_spread)
    yield Paragraph(
        "Spread: standard deviation of the score between the rounds, each round on its own. What counts is "
        "the score in the last column; where each child is averaged first it need not lie among the rounds. "
        "By the draws: standard deviation that this score has from the seed alone. Rounds for 1: how many "
        "rounds would bring that to one unit of score."
    )


def _sites(telling: Telling, caption: str, rows: list[Row]) -> Grid:
    n = telling.n
    columns = (
        Column("Site (vestiging)"),
        Column("Name (naam)"),
        *(
            Column(name, numeric=True)
            for name in (
                "Pupils",
                "Imputed",
                "Share",
                "Mean",
                "Spread",
                "Lowest",
                "Highest",
                "By the draws",
                "Rounds for 1",
                "Score",
            )
        ),
    )
    shown = tuple(
        (
            row["site_id"],
            (telling.row("site_grants", "site_id", row["site_id"]) or {}).get("name") or "",
            n.number(row["pupils"]),
            n.number(row["imputed"]),
            imputed_share(telling, row),
            n.number(row["score_mean"], SPREAD_PLACES),
            "" if row["score_spread"] is None else n.number(row["score_spread"], SPREAD_PLACES),
            n.number(row["score_low"]),
            n.number(row["score_high"]),
            *_by_the_draws(telling, row),
            n.number((telling.row("site_scores", "site_id", row["site_id"]) or {}).get("score")),
        )
        for row in rows
    )
    return without_empty_columns(Grid(caption, columns, shown))


def _coefficients(telling: Telling) -> Iterable[Grid]:
    """Give a grid per feature with categories, and one for all that have a single coefficient."""
    by_feature: dict[str, list[tuple[str, str]]] = {}
    named = _education_classes(telling)
    for row in telling.run.table("coefficients").to_pylist():
        feature, bracket, category = row["column"].partition("[")
        name = words(category.rstrip("]") if bracket else feature)
        name = named.get((feature, name), name)
        by_feature.setdefault(feature, []).append((name, telling.n.number(row["coefficient"])))
    single = [
        (name if name == words(feature) else f"{words(feature)}: {name}", coefficient)
        for feature, [(name, coefficient), *others] in by_feature.items()
        if not others
    ]
    columns = (Column("Category", worded=True), Column("Coefficient", numeric=True))
    single_columns = (Column("Feature", worded=True), columns[1])
    yield Grid("Start value and single features", single_columns, tuple(single))
    for feature, rows in by_feature.items():
        if len(rows) > 1:
            yield Grid(words(feature).capitalize(), columns, tuple(rows))


def _education_classes(telling: Telling) -> dict[tuple[str, str], str]:
    """Name the classes of education by feature and number, where the specification is at hand."""
    specification = specification_of(telling)
    if specification is None:
        return {}
    return {
        (feature.name, str(education.number)): f"{education.number} {education.label}"
        for feature in specification.features
        if feature.kind == "education"
        for education in specification.education_classes
    }
