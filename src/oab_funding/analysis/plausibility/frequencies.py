"""How often each category of a feature occurs, and each size of score, on every date."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

import numpy as np

from oab_funding.analysis.child_rows import coded_by
from oab_funding.analysis.children import scored_children
from oab_funding.analysis.rescored import model_of
from oab_funding.exact import round_units, to_fraction
from oab_funding.exact.fixed_point import units_from_arrow
from oab_funding.indicator.category_codes import UNKNOWN
from oab_funding.run.run import Run
from oab_funding.scores.children import SCORE_PLACES
from oab_funding.tables.columns import filled, units
from oab_funding.tables.schema import Column, Number, TableSchema, Text, Whole

FREQUENCIES = TableSchema(
    "frequencies",
    (
        Column("of", Text()),
        Column("feature", Text()),
        Column("category", Text()),
        Column("date", Text()),
        Column("number", Whole(minimum=0)),
        Column("share", Number(6)),
    ),
    key=("of", "feature", "category", "date"),
)
"""How many children or institutions have each category, and which share of all on that date (0 to 1)."""

NOT_KNOWN = "not known"

EDUCATION_SCORE, WITH, WITHOUT = "education score", "score with threshold", "score without threshold"

CLASSES = (0, 50, 100, 200, 400, 800)
"""Scores of institutions at which a next class begins."""

Row = tuple[str, str, str, str, int, int]


def frequencies(runs: Mapping[str, Run]) -> list[Row]:
    """Count the categories of every feature and the classes of scores.

    Parameters
    ----------
    runs
        By date, as it is named.

    Returns
    -------
    list
        Rows of `FREQUENCIES`, by feature and category; shares in millionths.
    """
    counted: dict[tuple[str, str], dict[str, dict[str, int]]] = {}
    for date, run in runs.items():
        for of, feature, categories in _of_run(run):
            counted.setdefault((of, feature), {})[date] = categories
    rows = []
    for (of, feature), dates in counted.items():
        names = list(dict.fromkeys(name for categories in dates.values() for name in categories))
        if feature in (EDUCATION_SCORE, WITH, WITHOUT):
            names.sort(key=_low)
        for name in names:
            for date, categories in dates.items():
                number, whole = categories.get(name, 0), sum(categories.values())
                share = round_units(to_fraction(number) / (whole or 1), 6)
                rows.append((of, feature, name, date, number, share))
    return rows


def _low(category: str) -> float:
    """Give where a class of scores begins, as the order in which classes stand."""
    first = category.split(" ")[0]
    return -1.0 if first == "below" else float(first)


def _of_run(run: Run) -> Iterator[tuple[str, str, dict[str, int]]]:
    if "children.pupils" in run.sources and run.has("coefficients"):
        yield from _features(run)
    table = scored_children(run)
    if table is not None:
        scores = units_from_arrow(
            table["education_score"].filter(table["education_score"].is_valid()),
            "education_score",
            SCORE_PLACES,
        )
        whole, number = np.unique(scores // 10**SCORE_PLACES, return_counts=True)
        pairs = zip(whole.tolist(), number.tolist(), strict=True)
        seeking = int(filled(table["asylum_seeker"], False).sum())
        yield "children", "asylum_seeker", {"no": table.num_rows - seeking, "yes": seeking}
        yield "children", EDUCATION_SCORE, {f"{low} to {low + 1}": count for low, count in pairs}
    for of, name in (("sites", "site_scores"), ("municipalities", "municipality_scores")):
        if run.has(name):
            for feature, column in ((WITH, "score"), (WITHOUT, "score_raw")):
                if column in run.table(name).column_names:
                    yield of, feature, _classes(units(run.table(name), column, 2))


def _features(run: Run) -> Iterator[tuple[str, str, dict[str, int]]]:
    specification = model_of(run).specification
    population = coded_by(run, specification)
    for part in population.parts:
        of = f"{part.kind}s"
        for feature in specification.categorical:
            names = specification.categories(feature.name)
            codes = part.codes[feature.name][part.counted]
            found = {name: int((codes == code).sum()) for code, name in enumerate(names)}
            missing = int((codes == UNKNOWN).sum())
            yield of, feature.name, found | ({NOT_KNOWN: missing} if missing else {})


def _classes(scores: list[int]) -> dict[str, int]:
    """Count scores (hundredths) per class; exactly 0 is a class of its own."""
    names = [f"{low} to {high}" for low, high in pairwise(CLASSES)]
    names = [
        "below 0",
        "0",
        f"above {names[0]}".removeprefix("above "),
        *names[1:],
        f"{CLASSES[-1]} and more",
    ]
    counts = dict.fromkeys(names, 0)
    for score in scores:
        if score <= 0:
            counts["0" if score == 0 else "below 0"] += 1
            continue
        at = sum(score >= low * 100 for low in CLASSES)
        counts[names[1 + at]] += 1
    return {name: count for name, count in counts.items() if count or name != "below 0"}
