"""The shipped example gives the same record and tables wherever and however it is computed.

Other versions of Python and of the dependencies: `python benchmarks/environments.py`.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from test_golden import EXAMPLE, GOLDEN

COMPUTED = """
import json, locale, os, sys
from pathlib import Path
try:
    locale.setlocale(locale.LC_ALL, "")  # a program around the library may do so
except locale.Error:
    pass
os.umask(0o077)
import test_golden
test_golden.EXAMPLE = Path(sys.argv[1])
print(json.dumps(test_golden.hashes(Path("run"))))
"""
ONE_THREAD = dict.fromkeys(
    ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "ARROW_IO_THREADS"], "1"
)
AT_ONCE = {
    "LC_ALL": "tr_TR.UTF-8",
    "TZ": "Pacific/Kiritimati",
    "PYTHONHASHSEED": "4242",
    **ONE_THREAD,
}
OTHERS = [
    {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONHASHSEED": "0", "OMP_NUM_THREADS": "8"},
    {"LC_ALL": "nl_NL.UTF-8", "TZ": "America/St_Johns", "PYTHONHASHSEED": "1", "ARROW_IO_THREADS": "8"},
    {"LC_ALL": "ar_EG.UTF-8", "TZ": "Asia/Kathmandu", "ARROW_USER_SIMD_LEVEL": "NONE", "PYTHONOPTIMIZE": "2"},
    {"LC_ALL": "POSIX", "TZ": "", "ARROW_DEFAULT_MEMORY_POOL": "system", "OPENBLAS_CORETYPE": "Prescott"},
]


def _shuffled(folder: Path, draw: random.Random) -> None:
    """Write the rows and columns of every table in another order, a CSV with Windows' line ends."""
    for path in sorted(folder.rglob("*.parquet")):
        table = pq.read_table(path)
        rows = draw.sample(range(table.num_rows), table.num_rows)
        columns = draw.sample(table.column_names, table.num_columns)
        pq.write_table(table.take(rows).select(columns), path, row_group_size=1000)
    for path in sorted(folder.rglob("*.csv")):
        header, *lines = path.read_bytes().splitlines()
        path.write_bytes(b"\r\n".join([header, *draw.sample(lines, len(lines))]) + b"\r\n")


@pytest.mark.parametrize(
    "conditions",
    [AT_ONCE, *(pytest.param(other, marks=pytest.mark.thorough) for other in OTHERS)],
    ids=lambda conditions: conditions["LC_ALL"],
)
def test_the_same_record_under_other_conditions(conditions: dict[str, str], tmp_path: Path) -> None:
    given, elsewhere = tmp_path / "given", tmp_path / "else where"
    shutil.copytree(EXAMPLE.parent, given)
    _shuffled(given, random.Random(conditions["LC_ALL"]))
    elsewhere.mkdir()
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **conditions}
    words = [sys.executable, "-c", COMPUTED, str(given / EXAMPLE.name)]
    ran = subprocess.run(
        words, cwd=elsewhere, env=environment, capture_output=True, text=True, check=False, encoding="utf-8"
    )
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout.splitlines()[-1]) == json.loads(GOLDEN.read_text(encoding="utf-8"))
