"""Fixtures for all tests."""

import os
from pathlib import Path

import pytest


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
