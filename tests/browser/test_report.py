"""The report of the shipped example and of the published scores, used as a reader uses it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from oab_funding.cli import run

SHIPPED = Path(__file__).parents[2] / "data" / "synthetic"
Opened = Callable[..., Any]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("demo") / "run"
    assert run(["demo", "--out", str(out)]) == 0
    return out / "report.html"


@pytest.fixture(scope="module")
def dutch(demo: Path) -> Path:
    page = demo.parent.parent / "rapport.html"
    assert run(["report", str(demo.parent), "--out", str(page)]) == 0
    return page


@pytest.fixture
def opened(browser: Any) -> Iterator[Opened]:
    """Open a page; whatever it asks of a network, and any error in it, fails the test."""
    wrong: list[str] = []
    contexts = []

    def show(path: Path, width: int = 1280, scheme: str = "light", **options: Any) -> Any:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, **options
        )
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda asked: wrong.append(asked.url) if asked.url[:5] != "file:" else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        page.goto(path.as_uri())
        return page

    yield show
    for context in contexts:
        context.close()
    assert wrong == []


def rows(page: Any) -> Any:
    return page.locator("#listing table:visible > tbody > tr")


def test_a_search_finds_a_school_and_a_click_tells_its_amount(opened: Opened, demo: Path) -> None:
    page = opened(demo)
    code = rows(page).first.locator("button").inner_text().strip("▸ \u00a0")
    page.get_by_label("Search:").fill(code)
    assert rows(page).count() == 1
    amount = rows(page).first.locator("td").last.inner_text()
    button = rows(page).first.locator("button")
    button.click()
    assert button.get_attribute("aria-expanded") == "true"
    assert f"= EUR\u00a0{amount}" in page.locator(".derivation").inner_text()
    button.click()
    assert page.locator(".derivation").count() == 0


def test_all_kinds_are_there_and_each_row_opens(opened: Opened, demo: Path) -> None:
    page = opened(demo)
    kinds = page.locator("[name=listing-kind]")
    assert kinds.count() == 6
    for number in range(kinds.count()):
        kinds.nth(number).check()
        assert rows(page).count() > 0
        rows(page).first.locator("button").click()
        assert page.locator(".derivation:visible tr").count() > 0


def test_it_sorts_by_a_column_and_filters_by_province(opened: Opened, demo: Path) -> None:
    page = opened(demo)
    page.get_by_role("columnheader", name="score").locator("[role=button]").first.press("Enter")
    scores = [
        float(text.replace(",", "")) for text in page.locator("#listing td:nth-child(6)").all_inner_texts()
    ]
    assert scores == sorted(scores, reverse=True)
    chosen = page.locator("#listing select").first
    province = chosen.locator("option").nth(1).inner_text()
    chosen.select_option(province)
    assert set(page.locator("#listing td:nth-child(4)").all_inner_texts()) == {province}


def test_a_keyboard_is_enough(opened: Opened, demo: Path) -> None:
    page = opened(demo)
    page.locator("[name=listing-kind]").first.focus()
    page.keyboard.press("ArrowRight")
    assert page.locator("[name=listing-kind]").nth(1).is_checked()
    page.locator("#listing tbody button:visible").first.focus()
    page.keyboard.press("Enter")
    assert page.locator(".derivation:visible").count() == 1


@pytest.mark.parametrize("width", [1280, 400])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_cut_off(opened: Opened, demo: Path, width: int, scheme: str) -> None:
    page = opened(demo, width, scheme)
    page.locator("#listing tbody button").first.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    wide = """() => [...document.querySelectorAll('h1, h2, p, li, dd, figcaption, .tile, .derivation')]
        .filter(e => !e.closest('.scroll') && e.getBoundingClientRect().right > innerWidth + 1).length"""
    assert page.evaluate(wide) == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_what_is_behind_it(opened: Opened, demo: Path, scheme: str) -> None:
    page = opened(demo, scheme=scheme)
    colours = page.evaluate(
        """() => ['--ink', '--muted', '--link', '--paper'].map(name => {
            const probe = document.createElement('i');
            probe.style.color = `var(${name})`; document.body.append(probe);
            return getComputedStyle(probe).color.match(/[0-9.]+/g).slice(0, 3).map(Number); })"""
    )
    *texts, paper = colours
    assert all(contrast(text, paper) >= 4.5 for text in texts)


def contrast(one: list[float], other: list[float]) -> float:
    """The contrast of WCAG 2."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: list[float]) -> float:
    parts = [part / 255 for part in colour]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_the_dutch_page_is_searched_in_dutch(opened: Opened, dutch: Path) -> None:
    page = opened(dutch, 400)
    assert page.locator("html").get_attribute("lang") == "nl"
    page.get_by_label("Zoek:").fill("er is geen school van deze naam")
    assert page.get_by_text("Niets gevonden").first.is_visible()
    page.get_by_label("Zoek:").fill("")
    rows(page).first.locator("button").click()
    assert "bedrag = " in page.locator(".derivation").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") <= 400


@pytest.mark.parametrize("tag", ["img", "script", "iframe"])
def test_a_page_may_load_nothing_from_elsewhere(browser: Any, demo: Path, tag: str) -> None:
    page = browser.new_page()
    page.goto(demo.as_uri())
    refused = page.evaluate(
        """tag => new Promise(done => {
            addEventListener('securitypolicyviolation', event => done(event.blockedURI));
            const made = document.createElement(tag);
            made.src = 'https://example.org/x';
            document.body.append(made); })""",
        tag,
    )
    page.close()
    assert refused.startswith("https://example.org")


def test_without_scripts_the_rest_is_there(opened: Opened, demo: Path) -> None:
    page = opened(demo, java_script_enabled=False)
    assert page.locator("#listing").is_hidden()
    assert page.locator("noscript p").is_visible()
    assert page.locator("#part-2").is_visible()


@pytest.mark.published
def test_a_search_among_all_schools_finds_each(opened: Opened, published_data: Path, tmp_path: Path) -> None:
    # How long a search takes is measured by benchmarks/search.py.
    book = next(published_data.rglob("achterstandsscores-scholen-2019.xlsx"))
    asked = ["allocate", "schools", "--scores", str(book), "--period", "2020-2021", "--out"]
    asked += [str(tmp_path / "grants.csv"), "--bundle", str(tmp_path / "run")]
    assert (
        run([*asked, *(word for path in published_data.rglob("*bo.csv") for word in ("--sites", str(path)))])
        == 0
    )
    page = opened(tmp_path / "run" / "report.html")
    search = page.locator("#listing [type=search]")
    assert "of 6,173" in page.locator(".dt-info:visible").inner_text()
    search.fill("00ap")
    assert "1 to 1 of 1 (of 6,173)" in page.locator(".dt-info:visible").inner_text()
    search.fill("nowhere at all")
    assert "Nothing found (of 6,173)" in page.locator(".dt-info:visible").inner_text()
