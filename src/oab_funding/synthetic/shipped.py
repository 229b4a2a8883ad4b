"""Where the small made-up country that comes with the package lies."""

from __future__ import annotations

from pathlib import Path

from oab_funding.errors import InputError

_IN_PACKAGE = Path(__file__).parent / "data"
_IN_SOURCES = Path(__file__).parents[3] / "data" / "synthetic"


def shipped_country() -> Path:
    """Give the folder of the small made-up country: in the installed package, or in the source tree.

    Raises
    ------
    InputError
        It is in neither place.

    Examples
    --------
    >>> (shipped_country() / "calculation.toml").is_file()
    True
    """
    for folder in (_IN_PACKAGE, _IN_SOURCES):
        if (folder / "calculation.toml").is_file():
            return folder
    raise InputError(
        "the small made-up country is missing from this installation", remedy="install the package again"
    )
