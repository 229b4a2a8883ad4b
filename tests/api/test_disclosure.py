"""The door of disclosure control: what goes in as a frame, a file or a result, and how it shows itself."""

from __future__ import annotations

from pathlib import Path

import oab_funding as oab


def test_a_result_and_a_file_are_taken(tmp_path: Path) -> None:
    scores = {"site_id": ["00AP00", "00AR00"], "pupils": [5, 142], "score": ["33.02", "10.00"]}
    path = tmp_path / "scores.csv"
    oab.school_grants(scores, period="2020-2021").save(tmp_path / "grants.csv")
    path.write_text("site_id,pupils,score\n00AP00,5,33.02\n00AR00,142,10.00\n", encoding="utf-8")
    ways = [oab.disclose(source, sums=["score"]) for source in (scores, str(path), path)]
    assert {found.verdict for found in ways} == {"fail"}
    assert ways[0].table.equals(ways[1].table)
    assert "fewest children 10" in repr(ways[0])


def test_it_is_saved_with_what_must_be_said(tmp_path: Path) -> None:
    found = oab.disclose({"site_id": ["a", "b"], "pupils": [40, 50]}, by=["site_id"])
    found.save(tmp_path / "cells.xlsx")
    assert (tmp_path / "cells.xlsx").stat().st_size
    assert any("not CBS's" in label for label in found.labels)
