"""Names of files in a bundle that mean the same on every machine and never lead out of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import PurePosixPath

from oab_funding.errors import InputError, Place

_PART = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9 ._+-]*[A-Za-z0-9_+-])?")


def check_paths(paths: Iterable[str]) -> None:
    """Refuse paths that are unsafe, or that some file system would take for one another.

    Parameters
    ----------
    paths
        Paths in the bundle, with forward slashes.

    Raises
    ------
    InputError
        A part of a path is empty, starts with a dot, or holds anything but unaccented letters, digits, space
        and ``._+-``; two paths differ in capitals only; or a path is both a file and a folder.

    Examples
    --------
    >>> check_paths(["tables/site_scores.parquet"])
    >>> check_paths(["inputs/../../secret"])
    Traceback (most recent call last):
    ...
    oab_funding.errors.InputError: inputs/../../secret: is no safe name for a file in a bundle; ...
    """
    paths = list(paths)
    for path in paths:
        if not all(_PART.fullmatch(part) for part in path.split("/")):
            remedy = "use letters, digits, spaces and ._+- and start each part with a letter or digit"
            raise InputError("is no safe name for a file in a bundle", Place(path), remedy)
    folded = Counter(path.casefold() for path in paths)
    folders = {parent.as_posix().casefold() for path in paths for parent in PurePosixPath(path).parents}
    for path in paths:
        if folded[path.casefold()] > 1 or path.casefold() in folders:
            raise InputError("is the name of two things in the bundle", Place(path), "give one another name")


def readable(name: str) -> str:
    r"""Give a name in printable characters.

    Examples
    --------
    >>> readable("tables/a"), readable("two\nlines")
    ('tables/a', "'two\\nlines'")
    """
    return name if name.isprintable() else ascii(name)
