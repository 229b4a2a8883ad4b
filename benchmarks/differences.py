"""Why two national runs differ: two years of a made-up country, with another model, seed and price.

    python benchmarks/differences.py            the national country
    python benchmarks/differences.py 140000     a smaller one

Making the two runs is not measured. Limit: `diff` with five causes under 60 seconds of wall time.
"""

import resource
import sys
import time

import oab_funding as oab
from oab_funding.synthetic import country
from oab_funding.synthetic.shape import PUPILS_NATIONAL

SECONDS_LIMIT = 60
APART = ["price", "model", "features", "imputation"]
"""The causes told apart; who came, who left and who moved are taken together as the fifth."""


def two_years(pupils: int) -> tuple[oab.Run, oab.Run]:
    """Compute the grants of schools on both dates of a made-up country."""
    made = country(pupils)
    earlier = _computed(made.previous, "2018-10-01", "2019-2020", "520.00", seed=1)
    return earlier, _computed(made.now, "2019-10-01", "2020-2021", "559.50", seed=2)


def _computed(moment: object, day: str, period: str, price: str, seed: int) -> oab.Run:
    calculation = oab.Calculation(
        title=f"made up, {day}",
        children={
            "reference_date": day,
            "pupils": moment.pupils,
            "sites": moment.sites,
            "scores_of": "sites",
        },
        indicator={"label": "fitted on made-up children"},
        imputation={"rounds": 10, "seed": seed},
        schools={"period": period, "price": price},
    )
    return oab.run(calculation)


def main() -> int:
    """Measure and print; 1 where the limit is not kept."""
    first, second = two_years(int(sys.argv[1]) if len(sys.argv) > 1 else PUPILS_NATIONAL)
    wall, cpu = time.perf_counter(), time.process_time()
    found = oab.diff(first, second, causes=APART, on_step=_Noted())
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    causes = [row["cause"] for row in found.table.to_pylist() if row["level"] == "nation"]
    print(f"causes: {', '.join(causes)}")
    print(f"diff: {wall:.1f} s (limit {SECONDS_LIMIT} s), {cpu:.1f} CPU s")
    print(f"peak memory, runs included: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB")
    return 0 if wall < SECONDS_LIMIT and len(causes) > len(APART) else 1


class _Noted:
    """Prints the time at which a step begins."""

    def __init__(self) -> None:
        self._began = time.perf_counter()

    def __call__(self, step: str) -> None:
        """Note that a step begins."""
        print(f"  {time.perf_counter() - self._began:6.1f} s  {step}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
