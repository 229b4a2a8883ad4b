"""Files that a copy of a bundle lacks: the root is that of the whole, only the bytes stay where they are.

What this does not prove: what is in them. Their SHA-256 stands in the manifest, so that whoever has them can
see that they are the ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from oab_funding.audit.exact_json import canonical, parse
from oab_funding.audit.folder import Folder, readable
from oab_funding.errors import DamagedError, InputError, Place

WITHHELD = "withheld.json"
"""The list of what is not there; it stands outside the root, so that both copies have one."""

Keep = Literal["all", "without-children", "without-inputs"]
"""What a copy of a bundle holds: everything, nothing about single children, or no inputs either."""

KEEPS: tuple[Keep, ...] = ("all", "without-children", "without-inputs")
_FORMAT = "oab-funding/withheld/1"
_LIMIT = 1 << 20
_OF_CHILDREN = frozenset(
    {
        "scored_children",
        "imputed_education",
        "imputed_stay",
        "imputed_donors",
        "site_derivations",
        "site_imputation",
        "municipality_derivations",
    }
)
_CHILDREN = ("inputs/children.pupils", "inputs/children.toddlers", "inputs/children.scored")


def withheld_paths(paths: Iterable[str], keep: Keep) -> frozenset[str]:
    """Give the paths that a copy lacks.

    Parameters
    ----------
    paths
        The files of the bundle.
    keep
        What the copy holds. Tables go with the children only where there are children: where all scores came
        from a published table, their derivation tells nothing more.

    Examples
    --------
    >>> sorted(withheld_paths(["inputs/base.csv", "inputs/children.scored.csv"], "without-children"))
    ['inputs/children.scored.csv']
    """
    if keep not in KEEPS:
        remedy = f"choose {', '.join(KEEPS)}"
        raise InputError("is none of the ways to keep", Place(argument="keep", value=keep), remedy)
    paths = list(paths)
    children = {path for path in paths if path.startswith(_CHILDREN)}
    if keep == "all":
        return frozenset()
    inputs = {path for path in paths if path.startswith("inputs/")} if keep == "without-inputs" else children
    tables = {f"tables/{name}.parquet" for name in _OF_CHILDREN} & set(paths) if children else set()
    return frozenset(inputs | tables)


def withheld_text(paths: Iterable[str]) -> bytes:
    """Write the list of what a copy lacks."""
    return canonical({"format": _FORMAT, "files": sorted(paths)})


def read_withheld(folder: Folder) -> frozenset[str]:
    """Read which files a copy lacks; none where it says nothing.

    Raises
    ------
    DamagedError
        The list is not in its form.
    """
    if WITHHELD not in folder.files:
        return frozenset()
    data = folder.read(WITHHELD, _LIMIT)
    try:
        value = parse(data)
    except ValueError as error:
        raise DamagedError(str(error), WITHHELD) from error
    files = value.get("files") if isinstance(value, dict) else None
    if not isinstance(files, list) or not files or data != withheld_text(map(str, files)):
        raise DamagedError("is no list of files that are withheld", WITHHELD)
    return frozenset(map(str, files))


def withheld_problems(
    withheld: frozenset[str], listed: Mapping[str, object], there: Mapping[str, int]
) -> Iterator[str]:
    """Tell what is wrong with a list of files that are withheld."""
    for path in sorted(withheld):
        if path not in listed or not path.startswith(("inputs/", "tables/")):
            yield f"{WITHHELD} names {readable(path)}, which is no file that may be withheld"
        elif path in there:
            yield f"{WITHHELD} names {readable(path)}, which is there"
