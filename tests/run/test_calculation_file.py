"""The calculation file: numbers, and keys that would change nothing."""

from __future__ import annotations

import re

import pytest

from oab_funding.errors import InputError
from oab_funding.run.calculation_file import read_calculation

SCHOOLS = 'format = 1\ntitle = "T"\n[schools]\nperiod = "2020-2021"\nscores = "s.csv"\n'
WITH_BASE = SCHOOLS + 'old_base = "b.csv"\n'
YEAR = 'format = 1\ntitle = "T"\n[municipalities]\nyear = 2020\nscores = "l.csv"\nprevious = "e.csv"\n'
CHILDREN = 'format = 1\ntitle = "T"\n[children]\nreference_date = 2019-10-01\n'
PUPILS = CHILDREN + 'pupils = "p.parquet"\nsites = "s.parquet"\n'


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (SCHOOLS + "price = 559.15", 'schools.price: write amounts as text, such as "559.50"'),
        (SCHOOLS + "budget = 1000", 'schools.budget: write amounts as text, such as "559.50"'),
        (SCHOOLS + 'price = "-5"', "schools.price: is below what it may be"),
        (SCHOOLS + 'budget = "-1.00"', "schools.budget: is below what it may be"),
        (SCHOOLS + 'price = "0"', "schools.price: is below what it may be; give an amount of above 0"),
        (SCHOOLS + 'price = "1000000"', "schools.price: is too large; give an amount below EUR 1,000,000"),
        (SCHOOLS + 'budget = "99999999999999999999"', "schools.budget: is too large; give an amount below"),
        (SCHOOLS + 'price = "559.505"', "schools.price: has parts of a cent"),
        (SCHOOLS + "share = 0.5", "schools.share: write shares as text"),
        (SCHOOLS + 'share = "34.55"', "schools.share: could be a share or a percentage"),
        (SCHOOLS + 'share = "0"', "schools: a `share` of 0 pays nothing"),
        (WITH_BASE + "gainers = 0.2655", "schools.gainers: write shares as text"),
        (WITH_BASE + 'gainers = "26.55"', "schools.gainers: could be a share or a percentage"),
        (WITH_BASE + "base_index = 0.012", "schools.base_index: write shares as text"),
        (WITH_BASE + 'base_index = "1.2"', "schools.base_index: could be a share or a percentage"),
        (WITH_BASE + 'base_index = "1"', "schools.base_index: could be a share or a percentage"),
        (WITH_BASE + 'base_index = "-100%"', "schools.base_index: is not above -100%"),
        (WITH_BASE + 'base_index = "-300%"', "schools.base_index: is not above -100%"),
        (YEAR + "price = 502.66", "municipalities.price: write amounts as text"),
        (YEAR + 'budget = "10000000000000"', "municipalities.budget: is too large"),
    ],
)
def test_numbers_that_are_refused(text: str, says: str) -> None:
    with pytest.raises(InputError, match=re.escape(says)):
        read_calculation(text.encode())


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (SCHOOLS + 'gainers = "solve"', "`gainers` has no effect without `old_base`"),
        (SCHOOLS + 'missing_base = "zero"', "`missing_base` has no effect without `old_base`"),
        (SCHOOLS + 'base_index = "3%"', "`base_index` has no effect without `old_base`"),
        (SCHOOLS + 'gainers = "solve"\nbase_index = "0%"', "`gainers`, `base_index` has no effect"),
        (YEAR + 'gainers = "solve"', "`gainers` has no effect without `grants_2018`"),
        (YEAR + 'missing_base = "zero"', "`missing_base` has no effect without `grants_2018`"),
        (
            YEAR + 'ineligible_with_old_grant = "nothing"',
            "`ineligible_with_old_grant` has no effect without `grants_2018`",
        ),
        (YEAR + 'price = "500.00"\nprice_rounding = "cents"', "`price_rounding` has no effect with `price`"),
        (YEAR + 'price = "500.00"\nremainder = "half_up"', "`remainder` has no effect with `price`"),
        (
            YEAR + 'price_rounding = "cents"\nremainder = "largest_remainder"',
            "`remainder` has no effect with",
        ),
        (YEAR + "other_date = true", "`other_date` has no effect: files of scores do not state their date"),
        (CHILDREN + 'scored = "c.csv"\ntoddlers = "t.parquet"', "`toddlers` has no effect on children"),
        (CHILDREN + 'scored = "c.csv"\naverage = "child"', "`average` has no effect on children"),
        (CHILDREN + 'scored = "c.csv"\n[imputation]\nseed = 2', "`imputation` has no effect without pupils"),
        (SCHOOLS + '[indicator]\nlabel = "x"', "`indicator` has no effect without pupils"),
        (PUPILS + '[indicator]\nmodel = "m.json"\nlabel = "x"', "`label` has no effect beside `model`"),
        (PUPILS + '[schools]\nperiod = "2020-2021"\nchanges = "c.csv"', "`changes` has no effect without"),
        (
            PUPILS + 'scores_of = "municipalities"\n[schools]\nperiod = "2020-2021"',
            "[schools] needs the scores that `scores_of` leaves out",
        ),
        (
            PUPILS + 'scores_of = "sites"\n[municipalities]\nyear = 2021\nprevious = "e.csv"',
            "[municipalities] needs the scores that `scores_of` leaves out",
        ),
    ],
)
def test_keys_that_would_change_nothing_are_refused(text: str, key: str) -> None:
    with pytest.raises(InputError, match=re.escape(key)):
        read_calculation(text.encode())


def test_keys_that_count_are_taken() -> None:
    text = WITH_BASE + 'gainers = "26.55%"\nmissing_base = "zero"\nbase_index = "1.2%"\nshare = "1"\n'
    part = read_calculation(text.encode()).schools
    assert part is not None
    assert (str(part.gainers), str(part.base_index), str(part.share)) == ("531/2000", "3/250", "1")
    read_calculation((YEAR + 'price_rounding = "cents"\nbudget = "1.00"').encode())
    read_calculation((YEAR + 'remainder = "half_up"\ngrants_2018 = "g.csv"\ngainers = "none"').encode())
