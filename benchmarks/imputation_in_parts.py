"""Imputing and scoring many pupils in parts: time and memory.

    python benchmarks/imputation_in_parts.py [--pupils 50000000] [--rounds 10] [--how turn|processes|dask]

A made-up country of 1.4 million pupils is scored over and over under other identifiers, in parts of some
200,000: one after the other in one process, in a pool of two, or on a Dask cluster of two workers. The limit
is 2 GB per process. The hash of the scores is the same for all three.
"""

from __future__ import annotations

import argparse
import hashlib
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from oab_funding.indicator.imputation.impute import ImputationRule
from oab_funding.indicator.parts.population import fit_in_parts, score_in_parts
from oab_funding.indicator.parts.sources import Each, in_turn, with_dask, with_executor
from oab_funding.synthetic import country
from oab_funding.synthetic.shape import PUPILS_NATIONAL

GIGABYTES_LIMIT = 2
ROWS = 200_000


def part(file: Path, group: int, copy: int) -> pa.Table:
    """Give a group of rows, under the identifiers of one copy of the country."""
    table = pq.ParquetFile(file).read_row_group(group)
    ids = pc.binary_join_element_wise(table.column("child_id").cast(pa.string()), str(copy), "-")
    return table.set_column(table.column_names.index("child_id"), "child_id", ids)


def made(file: Path, pupils: int) -> tuple[list[Callable[[], pa.Table]], pa.Table]:
    """Make up the country, if it is not there yet, and give enough parts."""
    size = min(pupils, PUPILS_NATIONAL)
    made_up = country(size)
    pq.write_table(made_up.pupils, file, row_group_size=ROWS)
    groups = pq.ParquetFile(file).num_row_groups
    every = [(copy, group) for copy in range(-(-pupils // size)) for group in range(groups)]
    return [partial(part, file, group, copy) for copy, group in every[: -(-pupils // ROWS)]], made_up.sites


def counting(each: Each) -> Each:
    """Go through the parts, and say how long each pass took in this process."""

    def counted(work: Callable[..., Any], given: Sequence[tuple[Any, ...]]) -> Iterator[Any]:
        start, wall = time.process_time(), time.perf_counter()
        yield from each(work, given)
        name = getattr(work, "func", work).__name__
        used, passed = time.process_time() - start, time.perf_counter() - wall
        print(f"  {name:20} {used:7.1f} CPU s, {passed:7.1f} s, peak {_peak():.2f} GB", flush=True)

    return counted


@contextmanager
def way(how: str) -> Iterator[Each]:
    """Give a way to go through the parts."""
    if how == "turn":
        yield in_turn
    elif how == "processes":
        with ProcessPoolExecutor(2, get_context("spawn")) as pool:
            yield with_executor(pool)
    else:
        from distributed import Client, LocalCluster

        with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as there, Client(there):
            yield with_dask


def content(folder: Path) -> str:
    """Hash the scores, part by part."""
    found = hashlib.sha256()
    for file in sorted(folder.glob("*.parquet")):
        table = pq.read_table(file, columns=["child_id", "education_score"])
        for one in zip(*(column.cast(pa.string()).to_pylist() for column in table.columns), strict=True):
            found.update("\t".join(map(str, one)).encode() + b"\n")
    return found.hexdigest()


def _peak(who: int = resource.RUSAGE_SELF) -> float:
    return resource.getrusage(who).ru_maxrss / 1e6


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pupils", type=int, default=50_000_000)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--how", choices=["turn", "processes", "dask"], default="turn")
    given = parser.parse_args()
    with way(given.how) as each, tempfile.TemporaryDirectory() as name:
        file = Path(name) / "pupils.parquet"
        parts, sites = made(file, given.pupils)
        print(f"{given.pupils:,} pupils in {len(parts)} parts", flush=True)
        start = time.process_time()
        model = fit_in_parts(parts, sites, each=counting(each)).model(label="made up")
        rule = ImputationRule(given.rounds, 1)
        scored = score_in_parts(parts, None, sites, model, Path(name) / "out", rule=rule, each=counting(each))
        used, memory = time.process_time() - start, _peak()
        print(
            f"{scored.dataset().count_rows():,} scores in {used:.0f} CPU s; peak {memory:.2f} GB", flush=True
        )
        print(f"SHA-256 {content(scored.folder)}")
    print(f"workers: {resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime:.0f} CPU s, ", end="")
    print(f"peak {_peak(resource.RUSAGE_CHILDREN):.2f} GB")
    return int(max(memory, _peak(resource.RUSAGE_CHILDREN)) > GIGABYTES_LIMIT)


if __name__ == "__main__":
    sys.exit(main())
