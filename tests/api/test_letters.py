"""The letter as the front door gives it."""

from pathlib import Path

import pyarrow as pa
import pytest

import oab_funding as oab

SCORES = pa.table({"site_id": ["00AP00"], "score": ["33.02"]})


def test_a_letter_takes_a_result_or_a_bundle(tmp_path: Path) -> None:
    calculation = oab.Calculation(title="One", schools={"scores": SCORES, "period": "2020-2021"})
    done = oab.run(calculation, tmp_path / "run", draft=True)
    text = oab.letter(tmp_path / "run", school="00AP", lang="en", format="text")
    assert text == oab.letter(done, school="00AP", lang="en", format="text")
    assert text.startswith("DRAFT\n\nSubject:")
    assert str(done.root) in text
    assert "<!doctype html>" in oab.letter(done, school="00AP")


def test_a_tampered_bundle_gives_no_letter(tmp_path: Path) -> None:
    calculation = oab.Calculation(title="One", schools={"scores": SCORES, "period": "2020-2021"})
    oab.run(calculation, tmp_path / "run")
    table = tmp_path / "run" / "tables" / "school_grants.parquet"
    table.write_bytes(table.read_bytes()[:-1] + b"x")
    with pytest.raises(oab.DamagedError):
        oab.letter(tmp_path / "run", school="00AP")
