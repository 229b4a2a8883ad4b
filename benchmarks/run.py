"""Every benchmark, one after the other: `make bench`. Each prints its own figures and limits."""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
SCRIPTS = (
    ["command.py"],
    ["exits.py"],
    ["search.py"],
    ["children_to_grants.py"],
    ["children_to_grants.py", "--bits"],
    ["indicator_fit.py"],
    ["imputation_speed.py"],
    ["imputation_simulation.py"],
    ["imputation_per_site.py"],
    ["national.py"],
    ["differences.py"],
    ["scenarios.py"],
    ["calibration.py"],
    ["synth_coverage.py"],
)


def main() -> int:
    """Run them all; 1 where one of them says that a limit is not kept."""
    failed = []
    for script, *words in SCRIPTS:
        print(f"== {script} {' '.join(words)}".rstrip(), flush=True)
        if subprocess.run([sys.executable, str(HERE / script), *words], check=False).returncode:
            failed.append(script)
    print(f"limits not kept: {', '.join(failed) or 'none'}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
