"""Fixtures for all tests."""

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from oracle_bridge import CASES


@pytest.fixture(scope="session")
def published_data() -> Path:
    """Folder with the published files, in subfolders `cbs`, `duo` and `nist`."""
    folder = os.environ.get("OAB_FUNDING_DATA")
    if not folder:
        pytest.skip("OAB_FUNDING_DATA does not name the folder with the published files of CBS, DUO and NIST")
    path = Path(folder)
    if not path.is_dir():
        pytest.skip(f"OAB_FUNDING_DATA names {folder}, which is no folder")
    return path


# No deadlines: how long a case takes says more of the machine than of the code.
settings.register_profile("default", max_examples=50, deadline=None)
settings.register_profile("thorough", max_examples=1000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hand the number of cases compared with the oracle from a worker to whoever started it."""
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["oracle_cases"] = dict(CASES)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Add up the cases of a worker."""
    CASES.update(getattr(node, "workeroutput", {}).get("oracle_cases", {}))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many cases were compared with the oracle, and how many tests on published files ran."""
    _say_published(terminalreporter)
    if compared := {what: number for what, number in sorted(CASES.items()) if "refused" not in what}:
        parts = "; ".join(f"{what} {number:,}" for what, number in compared.items())
        refused = sum(CASES.values()) - sum(compared.values())
        total = f"{sum(compared.values()):,}, of which {refused:,} refused by both"
        terminalreporter.write_line(f"cases compared with the oracle: {total} ({parts})")


def _say_published(terminalreporter: pytest.TerminalReporter) -> None:
    outcomes = {name: terminalreporter.stats.get(name, []) for name in ("passed", "failed", "skipped")}
    of_published = {
        name: sum("published" in getattr(report, "keywords", ()) for report in reports)
        for name, reports in outcomes.items()
    }
    ran = of_published["passed"] + of_published["failed"]
    terminalreporter.write_line(f"published tests: {ran} ran, {of_published['skipped']} skipped")
