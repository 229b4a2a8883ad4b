"""Children in parts, and ways to go through them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import Any, TypeVar

import pyarrow.dataset as ds

from oab_funding.errors import InputError, Place
from oab_funding.extras import load

Result = TypeVar("Result")
Each = Callable[[Callable[..., Any], Sequence[tuple[Any, ...]]], Iterable[Any]]
"""Calls a function with each of several sets of arguments, and gives the results in their order."""


def in_turn(work: Callable[..., Result], given: Sequence[tuple[Any, ...]]) -> Iterable[Result]:
    """Work on one part after the other, in this process."""
    return (work(*arguments) for arguments in given)


def with_dask(work: Callable[..., Result], given: Sequence[tuple[Any, ...]]) -> Iterable[Result]:
    """Work on the parts by Dask: on the cluster of the present client, or in its threads.

    Examples
    --------
    `score_in_parts(frame, None, sites, model, out, each=with_dask)` with a Dask frame of pupils; workers
    write to `out`, which all of them must reach.
    """
    dask = load("dask", "work on several machines")
    found: Sequence[Result] = dask.compute(*(dask.delayed(work)(*arguments) for arguments in given))
    return found


def with_executor(executor: Executor) -> Each:
    """Work on the parts by a pool of processes or threads."""
    return lambda work, given: executor.map(work, *zip(*given, strict=True))


def parts_of(children: Any) -> list[Any]:
    """Take children in parts.

    Parameters
    ----------
    children
        A dataset of pyarrow (a part is a row group, or a file) or its path; a Dask frame (a partition); or a
        list of frames, record batches or functions that give one. None: nobody.

    Raises
    ------
    InputError
        It is an iterator, which can be gone through only once, or none of these.

    Examples
    --------
    >>> import pyarrow as pa
    >>> len(parts_of([pa.table({"child_id": ["a"]}), pa.table({"child_id": ["b"]})]))
    2
    """
    if children is None:
        return []
    if isinstance(children, str | Path):
        children = ds.dataset(children)
    if isinstance(children, ds.Dataset):
        files = list(children.get_fragments())
        split = (
            file.split_by_row_group() if hasattr(file, "split_by_row_group") else [file] for file in files
        )
        return [part for several in split for part in several]
    if hasattr(children, "to_delayed"):
        return list(children.to_delayed())
    if isinstance(children, Sequence):
        return list(children)
    raise InputError(
        f"is a {type(children).__name__}",
        Place(argument="children"),
        "give a dataset, a Dask frame, or a list of frames or of functions that give one",
    )
