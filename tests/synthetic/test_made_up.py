"""A made-up country written with what a calculation of it needs."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from oab_funding.errors import InputError
from oab_funding.run.calculation_file import read_calculation
from oab_funding.synthetic import country
from oab_funding.synthetic.files import shipped_country
from oab_funding.synthetic.made_up import PREVIOUS_SCORES, calculation_of, write_made_up_country


def test_budget_is_the_declared_one_scaled() -> None:
    national = read_calculation(calculation_of(1_396_457).encode())
    assert national.municipalities.budget == Decimal("492000000.00")
    small = read_calculation(calculation_of(20_000).encode())
    assert small.municipalities.budget == Decimal("7046404.00")  # 492,000,000 x 20,000 / 1,396,457
    assert "declared assumption" in small.municipalities.source


def test_the_shipped_calculation_is_the_one_for_its_size() -> None:
    assert (shipped_country() / "calculation.toml").read_text() == calculation_of(20_000)


def test_writing_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    made = country(3000, seed=4)
    for name in ("a", "b"):
        write_made_up_country(made, tmp_path / name)
    files = [path.relative_to(tmp_path / "a") for path in (tmp_path / "a").rglob("*") if path.is_file()]
    assert Path(PREVIOUS_SCORES) in files
    for path in files:
        assert (tmp_path / "a" / path).read_bytes() == (tmp_path / "b" / path).read_bytes(), path
    with pytest.raises(InputError, match="not empty"):
        write_made_up_country(made, tmp_path / "a")
