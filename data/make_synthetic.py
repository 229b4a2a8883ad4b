"""Make `data/synthetic/` anew: the small made-up country, and its scores in the layout of CBS's workbook.

Run from the root of the project: python data/make_synthetic.py
"""

import shutil
import tempfile
from pathlib import Path

from oab_funding.api.runs import run
from oab_funding.synthetic import country
from oab_funding.synthetic.made_up import CALCULATION, WORKBOOK, write_made_up_country, write_scores_workbook

PUPILS = 20_000
TARGET = Path(__file__).parent / "synthetic"

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "country"
        write_made_up_country(country(PUPILS), folder)
        write_scores_workbook(run(folder / CALCULATION), folder / WORKBOOK)
        shutil.copytree(folder, TARGET, dirs_exist_ok=True)
    print(f"wrote {TARGET}")
