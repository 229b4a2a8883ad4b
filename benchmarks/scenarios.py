"""Fifty scenarios of the national made-up country, from its scored children and from its published scores.

    python benchmarks/scenarios.py            the national country
    python benchmarks/scenarios.py 140000     a smaller one

Making the country is not measured. Limit: fifty scenarios under 30 seconds of wall time.
"""

import resource
import sys
import time
from itertools import product

from differences import two_years

import oab_funding as oab
from oab_funding.synthetic.shape import PUPILS_NATIONAL

SECONDS_LIMIT = 30
GRID = {
    "threshold_share": [f"{percent}%" for percent in range(5, 15)],
    "target_share": ["10%", "12%", "15%", "18%", "20%"],
}
OF_A_TABLE = {"threshold_share": GRID["threshold_share"], "price": ["400", "450", "500", "550", "600"]}


def main() -> int:
    """Measure and print; 1 where the limit is not kept."""
    _, run = two_years(int(sys.argv[1]) if len(sys.argv) > 1 else PUPILS_NATIONAL)
    scores = run.table("site_scores")
    published = oab.school_grants(scores, period="2020-2021", price="559.50")
    slowest = 0.0
    for name, of, grid in (("children", run, GRID), ("a table of scores", published, OF_A_TABLE)):
        wall, cpu = time.perf_counter(), time.process_time()
        found = oab.scenario(of, **grid)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        number = len(list(product(*grid.values())))
        assert found.table.num_rows == number + 1
        print(f"{number} scenarios from {name}: {wall:.1f} s (limit {SECONDS_LIMIT} s), {cpu:.1f} CPU s")
        slowest = max(slowest, wall)
    print(f"peak memory, the run included: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB")
    return 0 if slowest < SECONDS_LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
