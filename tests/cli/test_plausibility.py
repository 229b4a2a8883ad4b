"""`oab-funding plausibility` on two small runs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import oab_funding as oab

from .conftest import Ran


def test_a_page_and_tables_are_written(command: Callable[..., Ran], tmp_path: Path) -> None:
    for name, score in (("2018", "33.02"), ("2019", "40.00")):
        part = {"scores": {"site_id": ["00AP00"], "score": [score]}, "period": "2020-2021"}
        oab.run(oab.Calculation(title=name, schools=part), tmp_path / name)
    out = tmp_path / "OUT"
    ran = command("plausibility", tmp_path / "2018", tmp_path / "2019", "--out", out, "--lang", "en")
    assert ran.code == 0
    assert ran.out.splitlines()[-1].startswith("2019\tsite\t1\t1")
    assert "<svg" in (out / "plausibility.html").read_text(encoding="utf-8")
    assert "6.98" in (out / "movers.csv").read_text(encoding="utf-8")
    assert command("plausibility", tmp_path / "2018", "--out", out).code == 2
    assert command("plausibility", tmp_path / "2018", "--out", out, "--overwrite").code == 0
