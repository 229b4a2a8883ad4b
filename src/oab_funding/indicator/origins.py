"""The table that says to which group every origin belongs; users can replace it."""

from __future__ import annotations

from collections.abc import Mapping

from oab_funding.errors import InputError, Place
from oab_funding.tables.files import read_csv
from oab_funding.tables.source import SourceFile

_COLUMNS = ["origin", "group"]


def read_origins(file: SourceFile) -> dict[str, str | None]:
    r"""Read a table of origins: a CSV file with the columns `origin` and `group`.

    Parameters
    ----------
    file
        The file. An empty group means that the origin counts as unknown.

    Returns
    -------
    dict
        Group by origin, in the order of the file.

    Raises
    ------
    InputError
        Another column, an empty or doubled origin, or no group at all.

    Examples
    --------
    >>> read_origins(SourceFile("origins.csv", b"origin,group\nNL,dutch\nSR,suriname\n?,\n"))
    {'NL': 'dutch', 'SR': 'suriname', '?': None}
    """
    table = read_csv(file)
    if table.column_names != _COLUMNS:
        found = ", ".join(table.column_names)
        raise InputError(f"has the columns {found}", Place(file.name), "give the columns origin, group")
    groups: dict[str, str | None] = {}
    for row, (origin, group) in enumerate(zip(*(c.to_pylist() for c in table.columns), strict=True), start=2):
        if not origin or origin in groups:
            problem = "occurs twice" if origin else "is empty"
            raise InputError(
                problem, Place(file.name, column="origin", row=row, value=origin or None), "name it once"
            )
        groups[origin] = group or None
    if not origin_groups(groups):
        raise InputError("names no group", Place(file.name), "give at least one origin with its group")
    return groups


def origin_groups(groups: Mapping[str, str | None]) -> tuple[str, ...]:
    """Name the groups in the order in which the table first names them.

    Examples
    --------
    >>> origin_groups({"NL": "dutch", "SR": "suriname", "?": None, "BQ": "dutch"})
    ('dutch', 'suriname')
    """
    return tuple(dict.fromkeys(group for group in groups.values() if group is not None))
