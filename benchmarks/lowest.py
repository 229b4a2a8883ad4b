"""Write the lowest versions that pyproject.toml declares, as constraints for pip.

    python benchmarks/lowest.py > lowest.txt && pip install --constraint lowest.txt --editable ".[test]"

Only what the library itself needs is held low: the tools of the tests are as they come.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

PROJECT = Path(__file__).parents[1] / "pyproject.toml"


def lowest(requirement: str) -> str | None:
    """Turn `name>=1.2` into `name==1.2`."""
    found = re.match(r"([A-Za-z0-9._-]+)(?:\[[^\]]*\])?\s*>=\s*([0-9][0-9.]*)", requirement)
    return f"{found[1]}=={found[2]}" if found else None


def main() -> None:
    """Print the constraints."""
    project = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["stats"]]
    print("\n".join(sorted({line for requirement in wanted if (line := lowest(requirement))})))


if __name__ == "__main__":
    main()
