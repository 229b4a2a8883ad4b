"""The truth behind the made-up attainment, so that fits can be judged against it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

import pyarrow as pa

from oab_funding.exact.fixed_point import units_to_arrow
from oab_funding.synthetic import shape
from oab_funding.synthetic.attainment import STAY_CATEGORIES
from oab_funding.synthetic.frames import Moment, ids, ordered
from oab_funding.synthetic.population import Population
from oab_funding.tables.columns import dictionary_column, masked

MEAN_PLACES = 6
EXACT_PLACES = 8
REFERENCES = {
    "education_mother": "1",
    "education_father": "1",
    "origin": "netherlands",
    "stay": "10_or_more",
    "debt_restructuring": "no",
}
"""Reference category of each feature: the one without an effect."""


@dataclass(frozen=True, slots=True)
class Truth:
    """The model that attainment follows, and everything that the tables leave out.

    Parameters
    ----------
    coefficients
        Effects in points by column of the feature specification `cbs-2019`: `start`, `education_mother[2]`,
        ..., `school_mean` and `ability`, the effects of one unit. Reference categories have no column.
    noise_spread
        Standard deviation in points of what is not in the model.
    average_ability
        The ability at which the start value holds.
    children
        The pupils of the later date in the order of their table, with nothing missing: `child_id`,
        `education_mother`, `education_father`, `origin` (of both parents together), `stay`,
        `debt_restructuring`, `school_mean` (six decimals), `ability`, `education_score`, and `attainment`
        before rounding and clipping.
    """

    coefficients: Mapping[str, Decimal]
    noise_spread: Decimal
    average_ability: int
    children: pa.Table


def true_coefficients() -> Mapping[str, Decimal]:
    """Give the effects of the true model, in points, by column of the feature specification `cbs-2019`.

    Examples
    --------
    >>> effects = true_coefficients()
    >>> list(effects)[:2], "stay[10_or_more]" in effects
    (['start', 'education_mother[2]'], False)
    """
    education = tuple(str(number) for number in range(1, 9))
    tables = (
        ("education_mother", education, shape.TRUE_EDUCATION_MOTHER),
        ("education_father", education, shape.TRUE_EDUCATION_FATHER),
        ("origin", shape.ORIGINS, shape.TRUE_ORIGIN),
        ("stay", STAY_CATEGORIES, shape.TRUE_STAY),
        ("debt_restructuring", ("no", "yes"), (0, shape.TRUE_DEBT)),
    )
    hundredths = {
        f"{feature}[{category}]": effect
        for feature, categories, effects in tables
        for category, effect in zip(categories, effects, strict=True)
        if category != REFERENCES[feature]
    }
    columns = {"start": shape.START_VALUE, **hundredths}
    columns |= {"school_mean": shape.TRUE_SCHOOL_MEAN, "ability": shape.TRUE_ABILITY}
    return MappingProxyType({name: Decimal(effect).scaleb(-2) for name, effect in columns.items()})


def truth_of(country: Population, moment: Moment) -> Truth:
    """Give the truth about the pupils of the later date."""
    rows = ordered(country, moment.pupil)
    families, outcome = country.families, country.attainment
    columns = {
        "child_id": ids(country.number[rows]),
        "education_mother": masked(families.education_mother[rows]),
        "education_father": masked(families.education_father[rows]),
        "origin": dictionary_column(families.origin[rows], shape.ORIGINS),
        "stay": dictionary_column(outcome.stay[rows], STAY_CATEGORIES),
        "debt_restructuring": masked(families.debt[rows]),
        "school_mean": units_to_arrow(outcome.school_mean[rows], 12, MEAN_PLACES),
        "ability": masked(outcome.ability[rows]),
        "education_score": units_to_arrow(outcome.education_score[rows], 12, EXACT_PLACES),
        "attainment": units_to_arrow(outcome.latent[rows], 12, EXACT_PLACES),
    }
    return Truth(
        coefficients=true_coefficients(),
        noise_spread=Decimal(str(shape.NOISE_SPREAD)),
        average_ability=shape.ABILITY_MEAN,
        children=pa.table(columns),
    )
