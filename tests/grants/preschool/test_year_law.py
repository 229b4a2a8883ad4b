from datetime import date
from fractions import Fraction

import pytest

from oab_funding.errors import InputError
from oab_funding.grants.preschool.year_law import year_law
from oab_funding.regulation import Statutes
from oracle.preschool import hours_of_year


@pytest.mark.parametrize("year", range(2019, 2030))
def test_hours_of_a_year(year: int) -> None:
    assert year_law(year).rule.hours == hours_of_year(year)


@pytest.mark.parametrize(
    ("day", "hours", "a_day", "hbo"),
    [
        (date(2020, 7, 31), 600, None, 0),
        (date(2020, 8, 1), 960, 6, 0),
        (date(2021, 12, 31), 960, 6, 0),
        (date(2022, 1, 1), 960, 6, 10),
    ],
)
def test_the_law_on_and_beside_its_first_days(day: date, hours: int, a_day: int | None, hbo: int) -> None:
    rule = Statutes.shipped().preschool(day).rule
    assert (rule.hours, rule.hours_per_day, rule.hbo_hours_per_child) == (hours, a_day, hbo)


def test_the_programme_is_its_weeks_times_its_hours() -> None:
    assert Fraction(960) == 60 * 16
    assert year_law(2024).rule.hours == 40 * 16
    assert year_law(2019).rule.hours == 40 * 10


@pytest.mark.parametrize(
    ("year", "ceiling"),
    [
        (2019, "8.02"),
        (2020, "8.17"),
        (2021, "8.46"),
        (2022, "8.50"),
        (2023, "9.12"),
        (2024, "10.25"),
        (2025, "10.71"),
    ],
)
def test_maximum_hourly_prices(year: int, ceiling: str) -> None:
    assert str(year_law(year).rule.ceiling) == ceiling


def test_the_ceiling_of_2022_is_the_only_one_that_fits_the_next() -> None:
    fits = [c for c in range(800, 900) if (Fraction(c) * Fraction("1.0732") + Fraction(1, 2)) // 1 == 912]
    assert fits == [850]


def test_the_ceiling_of_2026_is_not_known() -> None:
    assert year_law(2026).rule.ceiling is None


def test_a_year_before_the_files_is_refused() -> None:
    with pytest.raises(InputError, match="no regulation of preschool education covers 2018-01-01"):
        year_law(2018)


def test_only_2020_has_the_gap_of_a_change() -> None:
    with_gap = [y for y in range(2019, 2025) if any(g.name == "year_of_change" for g in year_law(y).gaps)]
    assert with_gap == [2020]


def test_the_workers_count_is_a_gap_from_2022_on() -> None:
    with_gap = [y for y in range(2019, 2025) if any(g.name == "hbo_count" for g in year_law(y).gaps)]
    assert with_gap == [2022, 2023, 2024]
