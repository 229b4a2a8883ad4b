"""The codes that columns hold."""

import re

import pytest

from oab_funding.tables.kinds import FLAGS_PATTERN, SCHOOL_PATTERN, SITE_PATTERN


@pytest.mark.parametrize("code", ["00AP00", "31MX00", "27YH12", "130000"])
def test_site_codes(code: str) -> None:
    assert re.fullmatch(SITE_PATTERN, code)
    assert re.fullmatch(SCHOOL_PATTERN, code[:4])


@pytest.mark.parametrize(
    "code", ["", "00AP", "00AP0", "00AP000", "00ap00", "AAAP00", "00AP0A", "00ÁP00", " 00AP00"]
)
def test_no_site_codes(code: str) -> None:
    assert not re.fullmatch(SITE_PATTERN, code)


@pytest.mark.parametrize(
    ("flags", "good"), [("", True), ("a", True), ("b, c", True), ("b,c", False), ("d", False)]
)
def test_flags(flags: str, good: bool) -> None:
    assert bool(re.fullmatch(FLAGS_PATTERN, flags)) is good
