"""A made-up country that resembles the published one: for learning, for tests, for trying policies."""

from oab_funding.synthetic.country import DEFAULT_SEED, Country, Snapshot, country
from oab_funding.synthetic.files import fill_folder, write_country
from oab_funding.synthetic.truth import Truth, true_coefficients

__all__ = [
    "DEFAULT_SEED",
    "Country",
    "Snapshot",
    "Truth",
    "country",
    "fill_folder",
    "true_coefficients",
    "write_country",
]
