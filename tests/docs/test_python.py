"""The page on Python as its readers use it: every block, one after another, in one folder."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import matplotlib as mpl
import pytest

from oab_funding.synthetic.files import shipped_country

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "python.md"
BLOCKS = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
WORKBOOK = "achterstandsscores-scholen-2019.xlsx"
REGISTER = "gemiddelde-afstand-tussen-woonadres-leerling-en-schoolvestiging-2019-2020.csv"


def carry_out(folder: Path, monkeypatch: pytest.MonkeyPatch, register: str) -> dict[str, Any]:
    country = shipped_country()
    for name in ("pupils.parquet", "toddlers.parquet", "sites.parquet"):
        shutil.copy(country / name, folder)
    (folder / "previous").mkdir()
    shutil.copy(country / "previous" / "municipality_scores.csv", folder / "previous")
    monkeypatch.chdir(folder)
    mpl.use("Agg")
    found: dict[str, Any] = {}
    for block in BLOCKS:
        exec(block.replace(REGISTER, register), found)
    return found


def test_no_example_is_longer_than_ten_lines_or_opens_the_house() -> None:
    assert len(BLOCKS) == 9
    for block in BLOCKS:
        assert len(block.splitlines()) <= 10
        assert "oab_funding." not in block


def test_every_block_runs_on_the_made_up_workbook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(shipped_country() / "achterstandsscores-verzonnen-2019.xlsx", tmp_path / WORKBOOK)
    found = carry_out(tmp_path, monkeypatch, "sites.parquet")
    assert "before transition" in found["grants"].labels
    assert any("verzonnen" in label for label in found["grants"].labels)
    assert found["from_polars"].total == found["grants"].total
    assert found["dearer"].total > found["grants"].total
    assert found["municipalities"].total == 492_000_000


@pytest.mark.thorough
@pytest.mark.published
def test_the_same_blocks_on_the_published_files(
    published_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(published_data / "cbs" / WORKBOOK, tmp_path)
    shutil.copy(published_data / "duo" / REGISTER, tmp_path)
    found = carry_out(tmp_path, monkeypatch, REGISTER)
    assert f"{found['grants'].total} {found['dearer'].total}" == "314291365.28 337041672.00"
    assert [found["top"].municipality_name.iloc[0], found["top"].amount.iloc[0]] == ["Rotterdam", 38860100.77]
    assert f"{found['divided'].figures['price']} {found['divided'].total}" == "569.66 319998598.34"
    assert str(found["lower"].total) == "352246889.71"
    assert float(found["lower"].figures["sum_of_scores"]) == 629574.41
    what_if = found["lower"].run.figures("scores under another threshold")
    assert what_if["sites_above_zero"] == 3015
    assert str(found["same_money"].figures["price"]) == "499.21"
    assert (len(found["winners"]), len(found["losers"])) == (1979, 986)
    assert round(found["winners"].sum() / 1e6, 1) == 14.9
