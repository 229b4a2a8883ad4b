"""The whole calculation at national size: making up the country, then running it, step by step.

Limits: `synth` under 60 seconds; the run under 60 seconds and 3 GB; on two cores.
"""

import resource
import sys
import tempfile
import time
from pathlib import Path

from oab_funding.api.runs import run
from oab_funding.synthetic import country
from oab_funding.synthetic.made_up import CALCULATION, write_made_up_country
from oab_funding.synthetic.shape import PUPILS_NATIONAL

SECONDS_LIMIT, GIGABYTES_LIMIT = 60, 3


class Stopwatch:
    """Notes when each step begins."""

    def __init__(self) -> None:
        self.began: list[tuple[str, float]] = []

    def __call__(self, step: str) -> None:
        """Note that a step begins."""
        self.began.append((step, time.perf_counter()))

    def lines(self) -> list[str]:
        """Give the time of every step."""
        ends = [moment for _, moment in self.began[1:]] + [time.perf_counter()]
        return [
            f"  {step:<40} {end - start:6.2f} s" for (step, start), end in zip(self.began, ends, strict=True)
        ]


def main() -> int:
    """Measure and print; 1 where a limit is not kept."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        start = time.perf_counter()
        write_made_up_country(country(PUPILS_NATIONAL), folder / "country")
        made = time.perf_counter() - start
        print(f"synth, {PUPILS_NATIONAL:,} pupils: {made:.1f} s (limit {SECONDS_LIMIT} s)")
        watch = Stopwatch()
        start = time.perf_counter()
        run(folder / "country" / CALCULATION, folder / "run", on_step=watch)
        taken = time.perf_counter() - start
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"run: {taken:.1f} s (limit {SECONDS_LIMIT} s)")
    print(f"peak memory, synth included: {memory:.2f} GB (limit {GIGABYTES_LIMIT} GB)")
    print("\n".join(watch.lines()))
    return 0 if max(made, taken) < SECONDS_LIMIT and memory < GIGABYTES_LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
