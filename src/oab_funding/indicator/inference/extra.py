"""Libraries that few parts of inference need: loaded when used, and named when missing."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from oab_funding.errors import InputError


def optional(module: str, purpose: str) -> Any:
    """Import a module of statsmodels.

    Parameters
    ----------
    module
        Its full name.
    purpose
        What it is needed for.

    Raises
    ------
    InputError
        It is not installed.

    Examples
    --------
    >>> optional("no_such_library.stats", "this example")
    Traceback (most recent call last):
    ...
    oab_funding.errors.InputError: this example needs no_such_library; pip install "oab-funding[stats]"
    """
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        library = module.partition(".")[0]
        raise InputError(f"{purpose} needs {library}", remedy='pip install "oab-funding[stats]"') from error
