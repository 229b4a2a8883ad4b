"""The page on errors names the tests that hold each kind of fault: they must be there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "explanation" / "errors-of-the-past.md"


def test_every_test_that_the_page_names_exists() -> None:
    named = re.findall(r"`(tests/[^`]+)`", PAGE.read_text(encoding="utf-8"))
    assert len(named) >= 30
    assert [path for path in named if not (ROOT / path).is_file()] == []
