"""A country of pupils whose sites have the published figures gives the published scores of 1-10-2019 back.

CBS, achterstandsscores scholen 2019 (February 2020), Tabel 1 and Tabel 2. The published figures do not fix
the pupils; any country that has E and A of every site, C, and the size of the group will do, and this is a
plain one.
"""

from __future__ import annotations

from fractions import Fraction
from math import ceil
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pytest

from oab_funding.exact.fixed_point import units_to_arrow
from oab_funding.scores.aggregate import ScoreRule
from oab_funding.scores.institution_scores import site_scores
from oab_funding.scores.schools import school_scores
from oab_funding.tables.cbs_workbook import read_cbs_workbook
from oab_funding.tables.columns import texts, units
from oracle_bridge import column

F = Fraction
PLACES = 209_469  # the size of the target group that the published figures leave
C = 535_260_000  # published, in millionths
SUM_OF_A = 1_215_004_400_000  # published, in millionths
K = F(12, 100) * F(SUM_OF_A, 10**6) / PLACES
LEAST = 4_305_000  # of C - D in the group, so that C - line is about 4.31


class Site(NamedTuple):
    code: str
    pupils: int
    raw: int  # hundredths
    score: int


def _bounds(site: Site) -> tuple[int, int]:
    """The whole millionths of A with which A is rounded to what is published, and so is A - k E."""
    low, high = F(2 * site.raw - 1, 200), F(2 * site.raw + 1, 200)
    b = K * site.pupils
    high = min(high, F(2 * site.score + 1, 200) + b)
    if site.score:
        low = max(low, F(2 * site.score - 1, 200) + b)
    return ceil(low * 10**6), ceil(high * 10**6) - 1


def _exact_raw_scores(sites: list[Site]) -> list[int]:
    """An A for every site within its bounds, adding up to the published sum."""
    bounds = [_bounds(site) for site in sites]
    raw = [min(max(site.raw * 10**4, low), high) for site, (low, high) in zip(sites, bounds, strict=True)]
    missing = SUM_OF_A - sum(raw)
    for number, (low, high) in enumerate(bounds):
        step = min(max(missing, low - raw[number]), high - raw[number])
        raw[number] += step
        missing -= step
    assert missing == 0
    return raw


def _target_pupils(sites: list[Site], raw: list[int]) -> list[int]:
    """How many pupils of each site are in the group: the published number of places in all."""
    most = [min(site.pupils, a // LEAST) for site, a in zip(sites, raw, strict=True)]
    mean = F(SUM_OF_A, PLACES)
    inside = [min(limit, int(a / mean)) or int(a > 0) for limit, a in zip(most, raw, strict=True)]
    for number in sorted(range(len(sites)), key=lambda i: -F(raw[i], inside[i] or 1)):
        if inside[number] < most[number] and sum(inside) < PLACES:
            inside[number] += min(PLACES - sum(inside), most[number] - inside[number])
    assert sum(inside) == PLACES
    assert all(n <= limit for n, limit in zip(inside, most, strict=True))
    return inside


def _shares(total: int, parts: int) -> np.ndarray:
    """A number as a sum of whole numbers that differ by one at most."""
    return np.full(parts, total // parts) + (np.arange(parts) < total % parts)


def _country(sites: list[Site]) -> pa.Table:
    raw = _exact_raw_scores(sites)
    inside = _target_pupils(sites, raw)
    others = sum(site.pupils for site in sites) - PLACES
    scores = [C - _shares(a, n) for a, n in zip(raw, inside, strict=True) if n]
    scores.append(C + _shares(SUM_OF_A, others))
    numbers = np.arange(len(sites), dtype=np.int32)
    of_site = np.concatenate(
        [
            np.repeat(numbers, inside),
            np.repeat(numbers, [s.pupils - n for s, n in zip(sites, inside, strict=True)]),
        ]
    )
    children = len(of_site)
    return pa.table(
        {
            "child_id": pa.array(np.arange(children)).cast(pa.string()),
            "kind": pa.DictionaryArray.from_arrays(np.zeros(children, dtype=np.int32), pa.array(["pupil"])),
            "site_id": pa.DictionaryArray.from_arrays(of_site, pa.array([site.code for site in sites])),
            "age": pa.array(np.full(children, 8)),
            "education_score": units_to_arrow(np.concatenate(scores), 12, 6),
            "asylum_seeker": pa.array(np.zeros(children, dtype=np.bool_)),
        }
    )


@pytest.mark.published
def test_all_published_scores_come_back(published_data: Path) -> None:
    book = read_cbs_workbook(published_data / "cbs" / "achterstandsscores-scholen-2019.xlsx").table
    sites = [
        *map(
            Site,
            texts(book, "site_id"),
            book.column("pupils").to_pylist(),
            units(book, "score_raw", 2),
            units(book, "score", 2),
        )
    ]
    assert len(sites) == 6_295
    children = _country(sites)
    found = site_scores([children], ScoreRule(F(15, 100), F(12, 100)), 7, 40)
    assert column(found.table, "site_id", "score") == {site.code: F(site.score, 100) for site in sites}
    assert column(found.table, "site_id", "score_raw") == {site.code: F(site.raw, 100) for site in sites}
    assert column(found.table, "site_id", "pupils") == {site.code: site.pupils for site in sites}
    figures = found.figures
    assert (figures["N"], figures["T"], figures["C"]) == (1_396_457, PLACES, F(C, 10**6))
    assert F("0.6960465") < F(12, 100) * figures["C_minus_G"] < F("0.6960494")  # type: ignore[operator]
    assert (figures["sum_of_raw_scores"], figures["sum_of_scores"]) == (F("1215004.40"), F("561736.12"))
    assert figures["sites_above_zero"] == 2_555
    assert sum("a" in mark for mark in texts(found.table, "flags")) == 120
    schools = school_scores(found.table)
    assert (schools.figures["schools"], schools.figures["schools_above_zero"]) == (6_173, 2_510)
