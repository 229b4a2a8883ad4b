"""Comparing two calculations that were carried out: who gained and lost, and why."""

from __future__ import annotations

from collections.abc import Sequence

from oab_funding.analysis.child_scores import (
    MunicipalScoresOfChildren,
    SiteScoresOfChildren,
    have_children,
)
from oab_funding.analysis.difference import Difference, StreamDifference, laid_out
from oab_funding.analysis.game import Game, OnStep, Stream
from oab_funding.analysis.municipalities import MunicipalStream
from oab_funding.analysis.schools import SchoolStream
from oab_funding.errors import InputError
from oab_funding.exact import round_units, to_fraction
from oab_funding.run import steps
from oab_funding.run.run import Run
from oab_funding.tables.columns import texts

_GRANTS = {"schools": "school_grants", "municipalities": "municipal_grants"}


def diff(
    first: Run,
    second: Run,
    causes: Sequence[str] | None = None,
    order: Sequence[str] | None = None,
    on_step: OnStep = None,
) -> Difference:
    """Compare two calculations: who gained and lost, and what each cause adds, to the cent.

    Parameters
    ----------
    first, second
        The calculations; what is added is what the second has more.
    causes
        Names of the causes to be told apart; the others of a group are taken together.
    order
        The causes in a sequence, instead of the average over orders.
    on_step
        Called with what is computed, before it is.

    Raises
    ------
    InputError
        They have no grants of the same kind, or a cause is not one that differs.
    CheckError
        The amounts of one do not follow from what it holds.
    """
    streams = []
    for name, table in _GRANTS.items():
        if first.has(table) and second.has(table):
            stream = _stream(name, (first, second))
            game = Game(stream, causes, order, on_step)
            noise = _seed_noise((first, second)) if name == "schools" else {}
            names = _names(name, first, second)
            streams.append(StreamDifference(name, game, game.levels(), names, noise))
    if not streams:
        raise InputError(
            "the two have no grants of the same kind",
            remedy="compare grants of schools with grants of schools, or of municipalities with such",
        )
    titles = (first.calculation.title, second.calculation.title)
    labels = [
        f"{which} run: {label}"
        for which, run in (("first", first), ("second", second))
        for label in run.labels
        if label not in first.labels or label not in second.labels
    ]
    common = [label for label in first.labels if label in second.labels]
    return laid_out(titles, streams, [*common, *labels])


def _stream(name: str, runs: tuple[Run, Run]) -> Stream:
    """Take scores from the children of both runs where these are at hand, else as they were given."""
    children = have_children(runs, name)
    if name == "schools":
        return SchoolStream(runs, SiteScoresOfChildren if children else None)
    return MunicipalStream(runs, MunicipalScoresOfChildren if children else None)


def _seed_noise(runs: tuple[Run, Run]) -> dict[tuple[str, str], tuple[int | None, int | None]]:
    """Give by how much (cents) another seed would move price x score of each site, in either run."""
    first, second = (_seed_sd(run) for run in runs)
    return {("site", site): (first.get(site), second.get(site)) for site in first.keys() | second.keys()}


def _seed_sd(run: Run) -> dict[str, int]:
    children = run.calculation.children
    if children is None or run.calculation.schools is None or not run.has("site_imputation"):
        return {}
    table, name = run.table("site_imputation"), f"draw_sd_{children.average}"
    if name not in table.column_names:
        return {}
    figures = run.figures(steps.GRANTS_OF_SCHOOLS)
    unit = to_fraction(str(figures["price"])) * to_fraction(str(figures["share_of_annual_amount"]))
    pairs = zip(texts(table, "site_id"), table[name].to_pylist(), strict=True)
    return {site: round_units(to_fraction(sd) * unit, 2) for site, sd in pairs if sd is not None}


def _names(stream: str, *runs: Run) -> dict[tuple[str, str], str]:
    """Give names by level and code, the first run's first; a school has the name of its first site."""
    found: dict[tuple[str, str], str] = {}
    for run in runs:
        if not run.has("site_grants"):
            continue
        table = run.table("site_grants")
        for code, name, level in (
            ("site_id", "name", "site"),
            ("school_id", "name", "school"),
            ("municipality_code", "municipality_name", "municipality"),
        ):
            for key, value in zip(texts(table, code), texts(table, name), strict=True):
                if key and value and (stream == "schools" or level == "municipality"):
                    found.setdefault((level, key), value)
    return found
