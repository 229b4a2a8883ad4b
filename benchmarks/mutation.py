"""Mutation testing of the arithmetic that decides money: break the code in every small way, see a test fail.

Which files and tests stands in `pyproject.toml` under `tool.mutmut`. Surviving mutants are listed; most
change the words of a message only. The run fails where fewer than `LEAST_SEEN` of the mutants are seen.
"""

import subprocess
import sys
from collections import Counter

LEAST_SEEN = 0.85
MUTMUT = [sys.executable, "-m", "mutmut"]


def main() -> int:
    """Run mutmut, list what survived, and judge; 1 where too much survived."""
    subprocess.run([*MUTMUT, "run", "--max-children", "2"], check=True, stdout=subprocess.DEVNULL)
    results = subprocess.run(
        [*MUTMUT, "results", "--all", "true"], check=True, capture_output=True, text=True
    )
    found = [line.strip().rsplit(": ", 1) for line in results.stdout.splitlines() if "__mutmut_" in line]
    counts = Counter(verdict for _, verdict in found)
    for mutant, verdict in found:
        if verdict == "survived":
            print(f"survived: {mutant}")
    seen = 1 - counts["survived"] / max(len(found), 1)
    print(f"{len(found)} mutants: {dict(counts)}; {seen:.1%} seen (at least {LEAST_SEEN:.0%})")
    return 0 if found and seen >= LEAST_SEEN else 1


if __name__ == "__main__":
    sys.exit(main())
