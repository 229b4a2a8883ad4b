from oab_funding.report.institutions.lookup import unknown_institution

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


def test_blanks_around_a_code_do_no_harm() -> None:
    assert near("municipality", " GM0363 ", TOWNS).startswith("near it: GM0363 (Amsterdam)")
