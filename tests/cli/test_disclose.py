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
