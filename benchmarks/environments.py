"""Whether every Python and the lowest and newest dependencies compute the shipped example to the same digits.

    python benchmarks/environments.py [--only 3.12 lowest]

For each version of Python that the project names, an interpreter is looked for (on the path, or among those
of pyenv), given a virtual environment in a temporary folder with this project and the newest versions of
its dependencies, and asked to carry out the shipped example. The head of the journal and the content of
every table must be those of `tests/golden/shipped_example.json`; neither says anything of the environment.
One more environment, on the oldest Python, holds the lowest versions that pyproject.toml declares. What
could not be run for want of an interpreter is named.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).parents[1]
GOLDEN = ROOT / "tests" / "golden" / "shipped_example.json"
LOWEST = "lowest"
NAMED = ("numpy", "pandas", "pyarrow", "matplotlib", "pydantic", "scipy")
DIFFERS, NOT_RUN = "DIFFERS", "not run"


def main() -> int:
    """Print a line for each environment; 1 where one computes something else or cannot be made."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", nargs="+", default=None, help="versions of Python, or lowest")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.here:
        print(json.dumps({"versions": _versions(), "hashes": _hashes()}))
        return 0
    wanted = given.only or [*python_versions(), LOWEST]
    verdicts = [environment(name) for name in wanted]
    return int(any(verdict.startswith(DIFFERS) for verdict in verdicts))


def python_versions() -> list[str]:
    """Give the versions of Python that pyproject.toml names, the oldest first."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    last = [name.rpartition(" :: ")[2] for name in project["classifiers"] if ":: Python :: 3." in name]
    return sorted(last, key=lambda text: tuple(map(int, text.split("."))))


def environment(name: str) -> str:
    """Make one environment, compute in it, and print what came out."""
    python = interpreter(python_versions()[0] if name == LOWEST else name)
    if python is None:
        verdict, held = f"{NOT_RUN}: no interpreter on this machine", ""
    else:
        with tempfile.TemporaryDirectory() as folder:
            verdict, held = _computed(python, Path(folder), name == LOWEST)
    print(f"{name:8} {verdict}  {held}".rstrip(), flush=True)
    return verdict


def interpreter(wanted: str) -> str | None:
    """Find an interpreter of a version such as 3.12 that can be started."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    found = sorted(pyenv.glob(f"{wanted}.*/bin/python"), reverse=True)
    for python in [sys.executable, shutil.which(f"python{wanted}"), *map(str, found)]:
        if python is None:
            continue
        asked = [python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
        answer = subprocess.run(asked, capture_output=True, text=True, check=False)
        if answer.returncode == 0 and answer.stdout.strip() == wanted:
            return python
    return None


def _computed(python: str, folder: Path, lowest: bool) -> tuple[str, str]:
    own = str(folder / ("Scripts" if os.name == "nt" else "bin") / "python")
    install = [own, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    if lowest:
        words = [sys.executable, str(ROOT / "benchmarks" / "lowest.py")]
        (folder / "lowest.txt").write_bytes(subprocess.run(words, check=True, capture_output=True).stdout)
        install += ["--constraint", str(folder / "lowest.txt")]
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    for words in ([python, "-m", "venv", str(folder)], [*install, str(ROOT)], [own, __file__, "--here"]):
        ran = subprocess.run(words, capture_output=True, text=True, check=False, cwd=folder, env=clean)
        if ran.returncode:
            last = (ran.stderr.strip().splitlines() or ["without a word"])[-1]
            return f"{DIFFERS}: {words[2]} {words[3] if len(words) > 3 else ''} failed, {last}", ""
    found = json.loads(ran.stdout.splitlines()[-1])
    wanted, hashes = json.loads(GOLDEN.read_text(encoding="utf-8")), found["hashes"]
    other = sorted(name for name in wanted.keys() | hashes.keys() if wanted.get(name) != hashes.get(name))
    held = ", ".join(f"{name} {number}" for name, number in found["versions"].items())
    verdict = f"{DIFFERS} in {', '.join(other)}" if other else f"same journal and {len(wanted) - 1} tables"
    return verdict, f"({held})"


def _versions() -> dict[str, str]:
    return {"Python": sys.version.split()[0], **{name: version(name) for name in NAMED}}


def _hashes() -> dict[str, str]:
    sys.path.insert(0, str(ROOT / "tests"))
    from test_golden import hashes

    with tempfile.TemporaryDirectory() as folder:
        return hashes(Path(folder) / "run")


if __name__ == "__main__":
    sys.exit(main())
