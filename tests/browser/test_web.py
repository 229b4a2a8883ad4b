"""The page of `oab-funding web`, started as a reader starts it and used in a real browser."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

PATIENCE = 60_000


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    pytest.importorskip("shiny", reason="needs the extra `web`")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [sys.executable, "-m", "oab_funding", "web", "--port", str(port), "--lang", "en"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as served:
        assert served.stdout is not None
        said = served.stdout.readline()
        assert f"http://127.0.0.1:{port}" in said
        yield f"http://127.0.0.1:{port}"
        served.send_signal(signal.SIGTERM)


@pytest.fixture
def opened(browser: Any, address: str) -> Iterator[Any]:
    """The page on a telephone; what it asks of a network, and any error in it, fails the test."""
    context = browser.new_context(viewport={"width": 400, "height": 900}, color_scheme="dark")
    page, wrong = context.new_page(), []
    page.set_default_timeout(PATIENCE)
    page.on("request", lambda asked: wrong.append(asked.url) if address not in asked.url else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    for _ in range(PATIENCE // 500):  # until it serves
        try:
            page.goto(address)
            break
        except Exception:
            page.wait_for_timeout(500)
    wrong.clear()
    yield page
    context.close()
    assert [one for one in wrong if not one.startswith(("about:", "data:"))] == []


def test_a_school_is_found_and_another_threshold_compared(opened: Any) -> None:
    opened.locator("iframe.derivation").wait_for()
    assert "99AA" in opened.locator("h2").first.inner_text()
    assert opened.locator("#institutions option").count() == 86
    opened.get_by_label("Search by code").fill("Voorbeeldstad 10")
    opened.get_by_text("Found: 7").wait_for()
    opened.get_by_label("Search by code").fill("99ba")
    opened.locator("h2", has_text="99BA").wait_for()
    told = opened.frame_locator("iframe.derivation")
    assert "99BA" in told.locator("h1").inner_text()

    opened.get_by_label("Another threshold").fill("10,0")
    opened.get_by_label("Same total").check()
    opened.get_by_role("button", name="Compute").click()
    opened.get_by_text("Lose: 16").wait_for()
    assert opened.get_by_text("what-if: threshold_share 10% instead of 12%").first.is_visible()
    assert opened.evaluate("document.documentElement.scrollWidth") <= 400

    opened.get_by_label("Another threshold").fill("ten")
    opened.get_by_role("button", name="Compute").click()
    assert "is not a number" in opened.get_by_role("alert").inner_text()

    opened.get_by_role("button", name="Back to the rules in force").click()
    opened.get_by_role("alert").wait_for(state="hidden")
    opened.get_by_text("Lose: 16").wait_for(state="hidden")
