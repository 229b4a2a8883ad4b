"""How long replicates of the national calculation take, and whether pools give the same bits.

python benchmarks/uncertainty.py [--run RUN] [--replicates N] [--parts N] [--processes N] [--dask]

Limit: 1,000 replicates of both streams on one date in under 60 seconds on two idle cores. CPU seconds are
told apart from the clock, as other work on the machine lengthens the latter.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from fractions import Fraction
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import oab_funding as oab
from oab_funding.synthetic import country
from oab_funding.synthetic.made_up import CALCULATION, write_made_up_country
from oab_funding.synthetic.shape import PUPILS_NATIONAL

SECONDS_LIMIT = 60


def cpu() -> float:
    """CPU seconds of this process and of those it has waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def peak() -> str:
    """Peak memory of this process and of the largest it has waited for."""
    sizes = [
        resource.getrusage(who).ru_maxrss / 1e6 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    ]
    return f"{sizes[0]:.2f} GB, largest worker {sizes[1]:.2f} GB"


def pool(processes: int) -> Any:
    """Open a pool, or none for one process."""
    if processes == 1:
        return nullcontext()
    return ProcessPoolExecutor(processes, mp_context=get_context("spawn"))


def national(folder: Path) -> Path:
    """Make up a country of national size and calculate it."""
    write_made_up_country(country(PUPILS_NATIONAL), folder / "country")
    oab.run(folder / "country" / CALCULATION, folder / "run")
    return folder / "run"


def measure(run: Path, replicates: int, parts: int, executor: Any) -> tuple[float, float, oab.Uncertainty]:
    """Give seconds, CPU seconds of this process alone, and what was found."""
    began, used = time.perf_counter(), time.process_time()
    found = oab.uncertainty(run, replicates=replicates, parts=parts, executor=executor)
    return time.perf_counter() - began, time.process_time() - used, found


def main() -> int:
    """Measure and print; 1 where the limit is not kept."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--run", type=Path)
    parser.add_argument("--replicates", type=int, default=1000)
    parser.add_argument("--parts", type=int, default=0)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--dask", action="store_true")
    wished = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        run = wished.run or national(Path(folder))
        before = cpu()
        print(f"load {os.getloadavg()[0]:.1f}")
        if wished.dask:
            seconds, own, found = measure(run, wished.replicates, wished.parts, "dask")
        else:
            with pool(wished.processes) as executor:
                seconds, own, found = measure(run, wished.replicates, wished.parts, executor)
    print(f"{wished.replicates} replicates, {wished.parts} per source: {seconds:.1f} s")
    print(f"CPU: {cpu() - before:.1f} s, of which {own:.1f} s in the first process")
    print(f"peak memory {peak()}; load {os.getloadavg()[0]:.1f}")
    print(f"sha256 {found.sha256}")
    for name, value in found.figures.items():
        if "noise" in name:
            print(f"{name}: {float(Fraction(str(value))):,.4f}")
    return 0 if seconds < SECONDS_LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
