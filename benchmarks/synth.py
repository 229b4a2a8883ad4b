"""How long a made-up country takes and how much memory: drawing both dates, and writing them.

python benchmarks/synth.py [--pupils N] [--seed K]
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from pathlib import Path

from oab_funding.synthetic import DEFAULT_SEED, country, write_country
from oab_funding.synthetic.shape import PUPILS_NATIONAL


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--pupils", type=int, default=PUPILS_NATIONAL)
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED)
    wished = parser.parse_args()
    start = time.perf_counter()
    made = country(wished.pupils, seed=wished.seed)
    drawn = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        write_country(made, folder)
        written = time.perf_counter()
        size = sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())
    for day in (made.now, made.previous):
        rows = {name: getattr(day, name).num_rows for name in ("pupils", "toddlers", "sites")}
        print(f"{day.day}: " + ", ".join(f"{count:,} {name}" for name, count in rows.items()))
    print(f"drawn in {drawn - start:.1f} s, written in {written - drawn:.1f} s ({size / 1e6:.0f} MB)")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB")


if __name__ == "__main__":
    main()
