"""A simulated population with the features of the indicator, for benchmarks: no picture of the country."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

REFERENCE_DATE = date(2019, 10, 1)
ORIGINS = ("NL", "DE", "ES", "PL", "TR", "MA", "SR", "CW", "ID", "GH", "SY", "CO")
_SHARES = (0.72, 0.03, 0.01, 0.03, 0.045, 0.045, 0.025, 0.015, 0.01, 0.03, 0.03, 0.01)


def population(pupils: int, seed: int = 1) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Simulate pupils who all have attainment, ability and every feature, and their sites."""
    draw = np.random.default_rng(seed)
    sites = max(pupils // 222, 2)
    frame_sites = _sites(sites)
    site = draw.integers(0, sites, pupils)
    level = draw.normal(0, 0.8, sites)[site]
    mother = np.clip(np.rint(4.6 + level + draw.normal(0, 1.7, pupils)), 1, 8).astype(np.int64)
    father = np.clip(np.rint(0.5 * mother + 2.2 + level + draw.normal(0, 1.6, pupils)), 1, 8).astype(np.int64)
    origin = draw.choice(len(ORIGINS), pupils, p=_SHARES)
    father_origin = np.where(draw.random(pupils) < 0.8, origin, draw.choice(len(ORIGINS), pupils, p=_SHARES))
    born_here = (origin == 0) | (draw.random(pupils) < 0.3)
    arrival = np.datetime64(REFERENCE_DATE) - draw.integers(0, 30 * 365, pupils)
    days = np.where(born_here, np.datetime64("NaT"), arrival)
    years = np.where(born_here, 30, (np.datetime64(REFERENCE_DATE) - arrival).astype(int) / 365.25)
    debt = draw.random(pupils) < 0.01
    ability = np.rint(draw.normal(100, 15, pupils)).astype(np.int64)
    effect = (
        0.7 * mother + 0.5 * father + 0.15 * (ability - 100) - 1.5 * debt - 1.2 * (years < 5) + 0.8 * level
    )
    attainment = np.clip(np.rint(529 + effect - 0.1 * origin + draw.normal(0, 6, pupils)), 501, 550)
    frame = pd.DataFrame(
        {
            "child_id": np.char.add("c", draw.permutation(pupils).astype(str)),
            "site_id": frame_sites["site_id"].to_numpy()[site],
            "age": draw.integers(4, 13, pupils),
            "education_mother": mother,
            "education_father": father,
            "origin_mother": np.array(ORIGINS)[origin],
            "origin_father": np.array(ORIGINS)[father_origin],
            "mother_arrival_date": days,
            "mother_born_in_nl": born_here,
            "debt_restructuring": debt,
            "in_register": True,
            "asylum_seeker": False,
            "funded": True,
            "attainment": attainment.astype(np.int64),
            "ability": ability,
        }
    )
    return frame, frame_sites


def _sites(count: int) -> pd.DataFrame:
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    school = np.arange(count) * 49 // 50  # some schools have a second site
    school_id = np.array([f"{n % 100:02d}{letters[n // 100 % 26]}{letters[n // 2600 % 26]}" for n in school])
    number = np.zeros(count, dtype=int)
    number[1:][school[1:] == school[:-1]] = 1
    site_id = np.char.add(school_id, np.char.zfill(number.astype(str), 2))
    return pd.DataFrame(
        {
            "site_id": site_id,
            "school_id": school_id,
            "municipality_code": [f"GM{n % 380:04d}" for n in range(count)],
        }
    )
