"""Imputing and scoring many pupils in parts: time and memory.

    python benchmarks/imputation_in_parts.py [--pupils 50000000] [--rounds 10]

A made-up country of 1.4 million pupils is scored over and over under other identifiers, in parts of some
100,000, one after the other in one process. The limit is 2 GB.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from oab_funding.indicator.imputation.impute import ImputationRule
from oab_funding.indicator.parts.population import fit_in_parts, score_in_parts
from oab_funding.indicator.parts.sources import in_turn
from oab_funding.synthetic import country
from oab_funding.synthetic.shape import PUPILS_NATIONAL

GIGABYTES_LIMIT = 2
ROWS = 100_000


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


def counting(work, given):  # type: ignore[no-untyped-def]
    """Go through the parts in turn, and say how long each pass took."""
    start = time.process_time()
    yield from in_turn(work, given)
    name = getattr(work, "func", work).__name__
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"  {name:20} {time.process_time() - start:8.1f} CPU s, peak {memory:.2f} GB", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pupils", type=int, default=50_000_000)
    parser.add_argument("--rounds", type=int, default=10)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "pupils.parquet"
        parts, sites = made(file, given.pupils)
        print(f"{given.pupils:,} pupils in {len(parts)} parts", flush=True)
        start = time.process_time()
        model = fit_in_parts(parts, sites, each=counting).model(label="made up")
        rule = ImputationRule(given.rounds, 1)
        scored = score_in_parts(parts, None, sites, model, Path(name) / "out", rule=rule, each=counting)
        used = time.process_time() - start
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
        print(f"{scored.dataset().count_rows():,} scores in {used:.0f} CPU s; peak {memory:.2f} GB")
    return int(memory > GIGABYTES_LIMIT)


if __name__ == "__main__":
    sys.exit(main())
