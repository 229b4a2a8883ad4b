"""`oab-funding disclose` on a small table."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import Ran

Command = Callable[..., Ran]


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "sites.csv"
    path.write_text("vestiging;leerlingen\n00AP00;3\n00AR00;142\n00AZ00;92\n", encoding="utf-8")
    return path


def test_a_table_is_judged_and_made_safe(command: Command, table: Path, tmp_path: Path) -> None:
    ran = command("disclose", table)
    assert (ran.code, ran.figure("verdict")) == (1, "fail")
    assert ran.out.splitlines()[-1] == "fail\t00AP00\tpupils\t3\t3 children, fewer than 10"
    out = tmp_path / "safe.csv"
    ran = command("disclose", table, "--remedy", "suppress", "--out", out, "--cells", tmp_path / "cells.csv")
    assert (ran.code, ran.figure("verdict")) == (0, "pass")
    assert out.read_text(encoding="utf-8") == "site_id,pupils\n00AP00,\n00AR00,142\n00AZ00,\n"
    assert (tmp_path / "cells.csv").stat().st_size
    assert command("disclose", out, "--minimum", "5").code == 0


def test_a_folder_holds_what_may_leave_and_why(command: Command, table: Path, tmp_path: Path) -> None:
    out = tmp_path / "D"
    assert command("disclose", table, "--out", out).code == 1
    assert [path.name for path in out.iterdir()] == ["cells-that-may-not-leave.csv"]
    assert command("disclose", table, "--remedy", "suppress", "--out", out).code == 2
    assert command("disclose", table, "--remedy", "suppress", "--out", out, "--overwrite").code == 0
    assert (out / "may-leave.csv").read_text(encoding="utf-8").splitlines()[1] == "00AP00,"


def test_the_scores_of_a_run(command: Command, tmp_path: Path) -> None:
    scores = tmp_path / "scores.csv"
    scores.write_text("site_id,pupils,score\n00AP00,3,1.00\n00AR00,142,0.00\n00AZ00,92,2.00\n")
    run = ("--scores", scores, "--period", "2020-2021", "--out", tmp_path / "grants.csv")
    assert command("allocate", "schools", *run, "--bundle", tmp_path / "RUN").code == 0
    ran = command("disclose", tmp_path / "RUN", "--sums", "score")
    assert (ran.code, ran.figure("verdict")) == (1, "fail")
    ran = command("disclose", tmp_path / "RUN", "--table", "children")
    assert (ran.code, "has no table children" in ran.err) == (2, True)


@pytest.mark.parametrize(
    "options",
    [
        ("--out", "safe.csv"),
        ("--dominance", "half"),
        ("--beside", "other.csv"),
        ("--by", "school"),
        ("--remedy", "burn"),
    ],
)
def test_what_cannot_be_is_said(command: Command, table: Path, options: tuple[str, str]) -> None:
    ran = command("disclose", table, *options)
    assert ran.code == 2
    assert options[0] in ran.err or "school" in ran.err


def test_without_rules_of_dominance(command: Command, table: Path) -> None:
    ran = command("disclose", table, "--dominance", "none", "--p", "none", "--minimum", "3")
    assert ran.code == 0
    assert "% of a sum" not in ran.out
