"""How long the command takes: importing, help, and the published workbook from start to written bundle.

Limits: importing and help under 1 second, the published workbook under 3 seconds, on two cores.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

REPEATS = 5
IMPORT_LIMIT, WORKBOOK_LIMIT = 1.0, 3.0


def seconds(words: list[str]) -> float:
    """Give the median time of a command over several runs."""
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        subprocess.run([sys.executable, *words], check=True, capture_output=True)
        times.append(time.perf_counter() - start)
    return sorted(times)[REPEATS // 2]


def report(what: str, taken: float, limit: float) -> bool:
    """Print one line and say whether the limit is kept."""
    print(f"{what:<60} {taken:6.2f} s  (limit {limit:.0f} s)  {'ok' if taken < limit else 'TOO SLOW'}")
    return taken < limit


def workbook_arguments(data: Path, folder: Path) -> list[str]:
    """Give the words of the command on the published files."""
    registers = [
        *(data / "duo").glob("gemiddelde-afstand*.csv"),
        *(data / "duo").glob("*alle-vestigingen-bo.csv"),
    ]
    sites = [word for path in registers for word in ("--sites", str(path))]
    book = data / "cbs" / "achterstandsscores-scholen-2019.xlsx"
    out = ["--out", str(folder / "grants.csv"), "--bundle", str(folder / "run"), "--overwrite"]
    command = ["-m", "oab_funding", "allocate", "schools"]
    return [*command, "--scores", str(book), "--period", "2020-2021", *sites, *out]


def main() -> int:
    """Measure and print; 1 where a limit is not kept."""
    kept = [
        report("import oab_funding", seconds(["-c", "import oab_funding"]), IMPORT_LIMIT),
        report("oab-funding --help", seconds(["-m", "oab_funding", "--help"]), IMPORT_LIMIT),
    ]
    data = os.environ.get("OAB_FUNDING_DATA")
    if data:
        with tempfile.TemporaryDirectory() as name:
            taken = seconds(workbook_arguments(Path(data), Path(name)))
        kept.append(report("published workbook and registers to a run bundle", taken, WORKBOOK_LIMIT))
    else:
        print("published workbook: not measured, OAB_FUNDING_DATA is not set")
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
