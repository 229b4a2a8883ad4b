"""Libraries that not everyone needs: each belongs to an extra of this package, and is imported when used."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from oab_funding.errors import InputError

EXTRAS = {
    "dask": "dask",
    "distributed": "dask",
    "mkdocs": "docs",
    "nbmake": "notebooks",
    "playwright": "browser",
    "shiny": "web",
    "statsmodels": "stats",
}
"""The extra that each library belongs to."""


def load(module: str, purpose: str) -> Any:
    """Import a module of a library that belongs to an extra.

    Parameters
    ----------
    module
        Its full name, such as `statsmodels.api`.
    purpose
        What needs it, as the start of a sentence.

    Raises
    ------
    InputError
        The library, or one that it needs itself, is not installed; the line that installs it is named.

    Examples
    --------
    >>> EXTRAS["statsmodels"]
    'stats'
    """
    library = module.partition(".")[0]
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        remedy = f'pip install "oab-funding[{EXTRAS[library]}]"'
        raise InputError(f"{purpose} needs {library}", remedy=remedy) from error
