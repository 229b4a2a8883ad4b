"""Reading scores and registers."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

import oab_funding as oab
from oab_funding.synthetic.files import shipped_country

WORKBOOK = "achterstandsscores-verzonnen-2019.xlsx"
SITES = {"site_id": ["00AP00"], "score": ["33.02"]}
MUNICIPALITIES = {"municipality_code": ["GM0363"], "score_raw": ["300.25"], "score": ["200.50"]}


def test_a_workbook_of_cbs_keeps_what_it_states() -> None:
    found = oab.read_scores(shipped_country() / WORKBOOK)
    assert isinstance(found, oab.PublishedScores)
    assert found.table.equals(oab.read_cbs_workbook(shipped_country() / WORKBOOK).table)


def test_tables_and_frames(tmp_path: Path) -> None:
    (tmp_path / "s.csv").write_text("site_id,score\n00AP00,33.02\n", encoding="utf-8")
    for source in (tmp_path / "s.csv", SITES, pd.DataFrame(SITES)):
        found = oab.read_scores(source)
        assert isinstance(found, oab.TableResult)
        assert found.to_frame().score.tolist() == [Decimal("33.02")]
    assert oab.school_grants(found, period="2020-2021").total == Decimal("18474.69")


def test_scores_of_municipalities() -> None:
    found = oab.read_scores(MUNICIPALITIES, of="municipalities", date="2019-10-01")
    assert found.tables["municipality_scores"].column("score").to_pylist() == [Decimal("200.50")]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"of": "farms"}, "`of`, value 'farms': is nobody's; choose sites or municipalities"),
        ({"date": "2019-10-01"}, "`date`: has no effect"),
        ({"of": "municipalities"}, "municipality_code"),
    ],
)
def test_what_cannot_be_read_is_said(asked: dict[str, str], said: str) -> None:
    with pytest.raises(oab.InputError, match=said):
        oab.read_scores(SITES, **asked)  # type: ignore[arg-type]
