"""How long a search in the report of all schools takes in a browser, on the published workbook.

Limit: 100 milliseconds for the median of the searches. Needs the extra `browser` and a Chromium.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

LIMIT = 100.0
SEARCHES = ("00ap", "wereldwijs", "amsterdam", "e", "")
TIMED = """words => { const field = document.querySelector('#listing [type=search]');
    return words.map(word => { const start = performance.now();
        field.value = word; field.dispatchEvent(new Event('input', {bubbles: true}));
        return performance.now() - start; }); }"""


def report(data: Path, folder: Path) -> Path:
    """Give the report of the published scores."""
    book = next(data.rglob("achterstandsscores-scholen-2019.xlsx"))
    sites = [word for path in sorted(data.rglob("*bo.csv")) for word in ("--sites", str(path))]
    words = ["allocate", "schools", "--scores", str(book), "--period", "2020-2021", *sites]
    words += ["--out", str(folder / "grants.csv"), "--bundle", str(folder / "run")]
    subprocess.run([sys.executable, "-m", "oab_funding", *words], check=True, capture_output=True)
    return folder / "run" / "report.html"


def main() -> int:
    """Time each search three times."""
    data = os.environ.get("OAB_FUNDING_DATA")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        sync_playwright = None
    browsers = [*Path("/usr/bin").glob("chromium"), *Path("/usr/bin").glob("google-chrome")]
    if data is None or sync_playwright is None or not browsers:
        print("search in the browser: not run (OAB_FUNDING_DATA, the extra `browser` and a Chromium)")
        return 0
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=str(browsers[0]), args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(report(Path(data), Path(folder)).as_uri())
        page.wait_for_selector(".dt-info")
        took = sorted(page.evaluate(TIMED, list(SEARCHES * 3)))
        browser.close()
    median = took[len(took) // 2]
    print(f"search: median {median:.0f} ms, slowest {took[-1]:.0f} ms (limit {LIMIT:.0f} ms)")
    return int(median > LIMIT)


if __name__ == "__main__":
    sys.exit(main())
