from __future__ import annotations

import pytest

from oab_funding.synthetic import Country, country


@pytest.fixture(scope="session")
def small() -> Country:
    """The size of the committed country."""
    return country(20_000, seed=1)


@pytest.fixture(scope="session")
def large() -> Country:
    """Large enough for shares to be steady."""
    return country(200_000, seed=2)
