"""From a Parquet file of scored children to the scores of sites and municipalities and both grants.

    python benchmarks/children_to_grants.py                     1.4 million pupils and 255,000 toddlers
    python benchmarks/children_to_grants.py --millions 1 10 50  other sizes, read in record batches
    python benchmarks/children_to_grants.py --bits              the same bits however the file is read

Each measurement runs in a process of its own, and counts from its start to its last figure, imports included.
Peak memory is the resident set of that process. The children are made up: scores from a normal distribution,
0.4% of them asylum seekers, ids in no order, over 6,300 sites in 355 municipalities.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import resource
import subprocess
import sys
import tempfile
import time
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet

from oab_funding.audit.content import content_hash
from oab_funding.exact.fixed_point import units_to_arrow
from oab_funding.tables.catalogue import SCHEMAS
from oab_funding.tables.step_result import StepResult

PUPILS, TODDLERS = 1_400_000, 255_000
SITES, MUNICIPALITIES = 6_300, 355
ROWS = 500_000
TARGET, WALL, MEMORY = Fraction(15, 100), 1.5, 1000
PRIME, FACTOR = 4_294_967_291, 2_654_435_761


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--millions", type=float, nargs="*", help="numbers of children, in millions")
    options.add_argument("--bits", action="store_true", help="compare the bits of several ways of reading")
    options.add_argument("--measure", help=argparse.SUPPRESS)
    options.add_argument("--rows", type=int, default=0, help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.measure:
        measure(Path(chosen.measure), chosen.rows)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "children.parquet"
        if chosen.bits:
            same_bits(path)
        elif chosen.millions:
            linear(path, chosen.millions)
        else:
            netherlands(path)


def netherlands(path: Path) -> None:
    write_children(path, PUPILS, TODDLERS)
    runs = [run(path) for _ in range(5)]
    best = min(runs, key=lambda found: found["seconds"])
    print(
        f"{PUPILS + TODDLERS:,} children, best of {len(runs)}: {best['seconds']:.2f} s ({WALL} asked for), "
        f"{best['megabytes']:,} MB ({MEMORY:,} asked for)"
    )
    for name, seconds in best["steps"].items():
        print(f"  {name:<24}{seconds:6.2f} s")


def linear(path: Path, millions: list[float]) -> None:
    print(f"{'children':>12}{'seconds':>10}{'a million':>13}{'megabytes':>11}")
    for size in millions:
        children = round(size * 1_000_000)
        toddlers = children * TODDLERS // (PUPILS + TODDLERS)
        write_children(path, children - toddlers, toddlers)
        found = run(path)
        seconds, megabytes = found["seconds"], found["megabytes"]
        print(f"{children:>12,}{seconds:>10.2f}{seconds / size:>13.2f}{megabytes:>11,}")


def same_bits(path: Path) -> None:
    write_children(path, PUPILS, TODDLERS)
    found = {
        name: run(path, rows)["bits"]
        for name, rows in (
            ("whole, in memory", -1),
            ("record batches", 0),
            ("of 100,000 rows", 100_000),
            ("of 9,999 rows", 9_999),
        )
    }
    for name, bits in found.items():
        print(f"{name:<20}{bits}")
    sys.exit(len(set(found.values())) != 1)


def run(path: Path, rows: int = 0) -> dict:
    command = [sys.executable, __file__, "--measure", str(path), "--rows", str(rows)]
    started = time.perf_counter()
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return {**json.loads(output), "seconds": time.perf_counter() - started}


def measure(path: Path, rows: int) -> None:
    """Carry out the calculation once, and print what it took and what it gave."""
    lap = Lap()
    from oab_funding.grants.municipalities import MunicipalRule, municipal_grants
    from oab_funding.grants.schools import school_grants
    from oab_funding.scores.aggregate import ScoreRule
    from oab_funding.scores.child_source import ChildSource, open_children, source_of
    from oab_funding.scores.institution_scores import municipality_scores, site_scores
    from oab_funding.scores.schools import school_scores

    lap("imports")
    source: ChildSource = open_children(path, rows=rows if rows > 0 else ROWS)
    if rows < 0:
        source = source_of(pa.concat_tables(source).unify_dictionaries().combine_chunks())
    lap("open, every child once")
    sites = site_scores(source, ScoreRule(TARGET, Fraction(12, 100)), 7, 40)
    lap("scores of sites")
    municipalities = municipality_scores(source, ScoreRule(TARGET, Fraction(5, 100)))
    lap("scores of municipalities")
    schools = school_grants(school_scores(sites.table).table, None, Decimal("559.50"), transition=None)
    later = municipalities.table
    grants = municipal_grants(later, later, None, MunicipalRule(Decimal(64_000)), budget=Decimal(492_000_000))
    lap("both grants")
    print(
        json.dumps(
            {"steps": lap.steps, "megabytes": peak(), "bits": bits_of(sites, municipalities, schools, grants)}
        )
    )


class Lap:
    """Seconds since the last call, by name."""

    def __init__(self) -> None:
        self.steps: dict[str, float] = {}
        self._last = time.perf_counter()

    def __call__(self, name: str) -> None:
        """Note the time since the last call."""
        now = time.perf_counter()
        self.steps[name] = round(now - self._last, 3)
        self._last = now


def peak() -> int:
    """Peak resident memory of this process in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def bits_of(*results: StepResult) -> str:
    """Give one hash of all tables and figures."""
    told = hashlib.sha256()
    for result in results:
        told.update(repr(sorted((name, str(figure)) for name, figure in result.figures.items())).encode())
        for name in sorted(result.tables):
            told.update(content_hash(result.tables[name], SCHEMAS[name].key).encode())
    return told.hexdigest()[:32]


def write_children(path: Path, pupils: int, toddlers: int) -> None:
    """Write made-up scored children, in row groups as large as a program writes them."""
    writer = None
    for start in range(0, pupils + toddlers, ROWS):
        table = children(start, min(ROWS, pupils + toddlers - start), pupils)
        writer = writer or pa.parquet.ParquetWriter(path, table.schema)
        writer.write_table(table)
    if writer is not None:
        writer.close()


def children(start: int, count: int, pupils: int) -> pa.Table:
    """Make some of the children, the same whenever they are asked for."""
    draw = np.random.default_rng([2019, start])
    toddler = np.arange(start, start + count) >= pupils
    site = draw.integers(0, SITES, count).astype(np.int32)
    municipality = np.where(toddler, draw.integers(0, MUNICIPALITIES, count), site % MUNICIPALITIES)
    scores = np.clip(draw.normal(535.26e6, 4.1e6, count), 501e6, 550e6).astype(np.int64)
    ids = pa.array((np.arange(start, start + count) * FACTOR) % PRIME).cast(pa.string())
    return pa.table(
        {
            "child_id": ids,
            "kind": coded(toddler, ["pupil", "toddler"]),
            "site_id": coded(site, [f"{i // 100:02d}XX{i % 100:02d}" for i in range(SITES)], toddler),
            "municipality_code": coded(municipality, [f"GM{i:04d}" for i in range(MUNICIPALITIES)]),
            "age": np.where(toddler, 3, draw.integers(4, 13, count)),
            "education_score": units_to_arrow(scores, 12, 6),
            "asylum_seeker": draw.random(count) < 0.004,
        }
    )


def coded(codes: np.ndarray, names: list[str], empty: np.ndarray | None = None) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32), mask=empty), pa.array(names))


if __name__ == "__main__":
    main()
