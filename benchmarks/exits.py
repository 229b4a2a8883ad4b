"""Whether commands leave with their own exit code, every time.

    python benchmarks/exits.py [--times 300] [--together 2]

Runs `verify`, `explain`, `impute` and `run` on the small made-up country as processes of their own, and
counts the exit codes. A code above 2 is a fault: reader threads of pyarrow used to abort a process after its
work.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from oab_funding.synthetic.files import shipped_country

PROGRAM = [sys.executable, "-m", "oab_funding"]


def commands(folder: Path) -> dict[str, list[str]]:
    """Give each command's words; {n} becomes the number of the run."""
    country, bundle = shipped_country(), str(folder / "bundle")
    children = ["--pupils", str(country / "pupils.parquet"), "--sites", str(country / "sites.parquet")]
    return {
        "verify": ["verify", bundle],
        "explain": ["explain", bundle, "--municipality", "GM3003", "--lang", "en"],
        "impute": ["impute", *children, "--rounds", "2", "--out", str(folder / "imputed-{n}")],
        "run": ["run", str(country / "calculation.toml"), "--out", str(folder / "run-{n}")],
    }


def once(words: list[str], number: int) -> int:
    """Run a command and give its exit code."""
    command = [*PROGRAM, *(word.replace("{n}", str(number)) for word in words)]
    return subprocess.run(command, capture_output=True, check=False).returncode


def main() -> int:
    """Run every command as often as asked, and say which codes came out; 1 where one is above 2."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=300)
    parser.add_argument("--together", type=int, default=2)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, ThreadPoolExecutor(given.together) as pool:
        folder = Path(name)
        started = once(
            ["run", str(shipped_country() / "calculation.toml"), "--out", str(folder / "bundle")], 0
        )
        assert started == 0
        highest = 0
        for command, words in commands(folder).items():
            codes = Counter(pool.map(lambda number, words=words: once(words, number), range(given.times)))
            print(f"{command:8} {given.times} times: exit codes {dict(sorted(codes.items()))}", flush=True)
            highest = max(highest, *map(abs, codes))
    return int(highest > 2)


if __name__ == "__main__":
    sys.exit(main())
