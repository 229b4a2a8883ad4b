"""How certain an amount is, in words and pictures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pyarrow as pa
import pytest

from oab_funding.analysis.uncertainty.intervals import ESTIMAND
from oab_funding.errors import InputError
from oab_funding.report.phrases import read_texts
from oab_funding.report.uncertainty import of_all, of_institution, rendered
from oab_funding.tables.columns import build
from oab_funding.tables.uncertainty_tables import UNCERTAINTY

ROW: dict[str, Any] = {
    "stream": "schools",
    "score": 3302,
    "score_median": 3250,
    "score_low": 2000,
    "score_high": 4500,
    "p_above_zero": 1_000_000,
    "sd": 600,
    "sd_draw": 200,
    "sd_imputation": 550,
    "sd_coefficients": None,
    "amount": 1_847_469,
    "amount_median": 1_818_375,
    "amount_low": 1_119_000,
    "amount_high": 2_517_750,
}


@dataclass(frozen=True)
class Told:
    title: str
    tables: Mapping[str, pa.Table]
    figures: Mapping[str, Any]
    labels: tuple[str, ...]


def told(**changed: Any) -> Told:
    levels = (("site", "00AP00"), ("school", "00AP"), ("nation", "all"))
    rows = [ROW | {"level": level, "institution": code} | changed for level, code in levels]
    columns = {name: [row[name] for row in rows] for name in UNCERTAINTY.names}
    figures = {
        "replicates": 1000,
        "replicates per source": 50,
        "seed": 1,
        "level": Fraction(95, 100),
        "coefficients": "taken as given",
        "sha256": "0" * 64,
        "schools: euros within the noise": Fraction(100),
        "schools: share of the money within the noise": Fraction(25, 1000),
    }
    return Told("T", {"uncertainty": build(UNCERTAINTY, columns)}, figures, (ESTIMAND,))


def test_a_school_reads_its_interval_and_that_it_corrects_nothing() -> None:
    text = " ".join(rendered(of_institution(told(), "00AP", "en"), "text").split())
    assert (
        "Had the parents' education been known, the amount would with 95% probability have been between "
        "EUR 11,190.00 and EUR 25,177.50, given the model." in text
    )
    assert "This corrects no amount and gives no right to another one." in text
    assert "may not be added up" in text
    assert "5.50 of it, because the parents' education is not known" in text
    assert "because coefficients are estimates" not in text


def test_it_can_be_read_in_dutch() -> None:
    text = " ".join(rendered(of_institution(told(), "00AP00", "nl"), "text").split())
    assert "had het bedrag met 95% kans tussen EUR 11.190,00 en EUR 25.177,50 gelegen" in text
    assert "het corrigeert geen bedrag" in text


def test_without_amounts_the_score_is_told_of() -> None:
    none = dict.fromkeys(("amount", "amount_median", "amount_low", "amount_high"))
    text = " ".join(rendered(of_institution(told(**none), "00AP", "en"), "text").split())
    assert "the score would with 95% probability have been between 20.00 and 45.00" in text
    assert "EUR" not in text


def test_the_page_has_pictures_and_the_money_within_the_noise() -> None:
    page = rendered(of_all(told(), "en"), "html")
    assert page.count("<svg") == 2
    assert "On average EUR" in page
    assert "2.50% of the money" in page
    assert page == rendered(of_all(told(), "en"), "html")


def test_an_unknown_code_is_refused() -> None:
    for code in ("00ZZ", "all"):
        with pytest.raises(InputError, match="has no score in this run"):
            of_institution(told(), code, "en")


def test_both_languages_have_the_same_texts() -> None:
    one, other = (read_texts("uncertainty", language) for language in ("en", "nl"))
    assert one.keys() == other.keys()
    assert Decimal(len(one)) > 30
