"""Boards and municipalities."""

import pytest

from oab_funding.errors import InputError
from oab_funding.report.explain import explain
from oab_funding.report.institutions.groups import unknown_institution
from report.runs import bare_run, small_run, with_transition


@pytest.mark.parametrize("asked", [{"board": "41646"}, {"municipality": "GM0637"}])
def test_without_a_register_it_says_what_is_missing(asked: dict[str, str]) -> None:
    with pytest.raises(InputError, match="no register of sites"):
        explain(bare_run(), **asked)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("asked", "near"),
    [
        ({"board": "4164"}, "near it: 41646"),
        ({"municipality": "zoetermeer"}, r"near it: GM0637 \(Zoetermeer\)"),
        ({"board": "unknown"}, "the run has 2 of that kind"),
        ({"municipality": "unknown"}, "the run has 3 of that kind"),
    ],
)
def test_unknown_ones_get_those_that_come_near(asked: dict[str, str], near: str) -> None:
    with pytest.raises(InputError, match=near):
        explain(small_run(), **asked)  # type: ignore[arg-type]


@pytest.mark.parametrize("asked", [{"board": "41646"}, {"municipality": "GM0637"}])
def test_a_run_of_another_stream_says_so(asked: dict[str, str]) -> None:
    run = small_run(totals_board=None, totals_municipality=None)
    with pytest.raises(InputError, match="cannot be looked up: the run has no table totals_"):
        explain(run, **asked)  # type: ignore[arg-type]


def test_the_new_amount_stands_beside_only_where_it_differs() -> None:
    assert "new amount" not in explain(small_run(), board="41646", lang="en")
    assert "new amount" in explain(with_transition(), board="41646", lang="en")


TOWNS = [("GM0363", "Amsterdam"), ("GM0637", "Zoetermeer"), ("GM0034", "Almere"), ("GM1926", None)]


def near(kind: str, wanted: str, known: list[tuple[str, str | None]]) -> str:
    return unknown_institution(kind, wanted, known).remedy or ""


def test_small_letters_come_near() -> None:
    assert near("site", "00ap00", [("00AP00", None), ("31MX00", None)]) == "near it: 00AP00"


def test_a_code_without_its_letters_comes_near() -> None:
    assert near("municipality", "363", TOWNS) == "near it: GM0363 (Amsterdam)"


def test_a_name_comes_near_before_a_part_of_a_name() -> None:
    known = [("GM0001", "Almere-Buiten"), ("GM0034", "Almere")]
    assert near("municipality", "almere", known) == "near it: GM0034 (Almere), GM0001 (Almere-Buiten)"


def test_a_short_part_of_a_name_does_not_count() -> None:
    assert near("municipality", "er", TOWNS) == "the run has 4 of that kind"


def test_all_that_bear_a_name_are_listed_with_their_towns() -> None:
    known = [(f"00A{letter}", f"Wereldwijs, town {letter}") for letter in "ABCDEFG"]
    listed = near("school", "wereldwijs", [*known, ("01AA", "De Ark, town A")])
    assert listed == "near it: " + ", ".join(f"{code} ({name})" for code, name in known)


def test_no_more_than_three_codes_are_named() -> None:
    known = [(f"00AP0{number}", None) for number in range(9)]
    assert near("site", "00AP99", known).count("00AP") == 3


def test_the_label_of_an_estimate_stands_where_one_is_counted() -> None:
    assert "estimate:" in explain(with_transition(), board="41646", lang="en")
    assert "estimate:" not in explain(with_transition(), board="42795", lang="en")


def test_blanks_around_a_code_do_no_harm() -> None:
    assert near("municipality", " GM0363 ", TOWNS).startswith("near it: GM0363 (Amsterdam)")
