from oab_funding.report.document import Grid, PageSection, SideBySide
from oab_funding.report.institutions.telling import Telling
from oab_funding.report.page import report_page
from oab_funding.report.phrases import read_phrases
from oab_funding.report.sections.indicator import imputation_section, indicator_section
from report.indicator_runs import LABEL, with_indicator
from report.pages import read_page
from report.runs import small_run


def grids(section: PageSection | None) -> dict[str, list[tuple[str, ...]]]:
    assert section is not None
    found: list[Grid] = []
    for block in section.blocks:
        found += [block] if isinstance(block, Grid) else block.grids if isinstance(block, SideBySide) else []
    return {grid.caption: list(grid.rows) for grid in found}


def telling(**changed: object) -> Telling:
    return Telling(with_indicator(**changed), read_phrases("en"))  # type: ignore[arg-type]


def test_coefficients_stand_by_feature_with_where_they_come_from() -> None:
    found = grids(indicator_section(telling()))
    said = dict(found["Where the coefficients come from"])  # type: ignore[arg-type]
    assert said["Features (specificatie)"] == "cbs-2019"
    assert said["Label"] == LABEL
    assert len(said["SHA-256 of the features"]) == 64
    assert found["Education mother"] == [
        ("2 vmbo-b, vmbo-k, mbo-1", "0.850300"),
        ("3 vmbo-g, vmbo-t, lower years of havo and vwo", "-1.500000"),
    ]
    assert found["Start value and single features"] == [
        ("start", "525.768326"),
        ("debt restructuring: yes", "-0.924484"),
        ("school mean", "0.595800"),
    ]


def test_who_entered_the_fit_and_who_did_not() -> None:
    assert grids(indicator_section(telling()))["On whom they were fitted"] == [
        ("Children in the fit", "900"),
        ("Left out: education mother unknown", "55"),
        ("Ability at which the start value lies", "100.100000"),
    ]


def test_a_supplied_model_has_no_fit() -> None:
    found = grids(indicator_section(telling(model=b"{}")))
    assert "On whom they were fitted" not in found
    said = dict(found["Where the coefficients come from"])  # type: ignore[arg-type]
    assert said == {"Model file": "supplied", "Label": "x", "SHA-256 of the model": "1" * 64}


def test_what_was_imputed() -> None:
    found = grids(imputation_section(telling(average="institution")))
    assert ("Seed", "7") in found["What was imputed"]
    assert ("Children with an imputed education of the mother", "120") in found["What was imputed"]
    assert found["Who got an education score"] == [
        ("Rounds are averaged per", "institution"),
        ("Children with an education score", "1,000"),
        ("Left out: pupils not funded", "38"),
    ]


def test_sites_stand_by_imputed_share_and_by_spread() -> None:
    found = grids(imputation_section(telling()))
    by_share = found["The 4 sites with the highest imputed share"]
    assert [row[0] for row in by_share] == ["00AP01", "00AP00", "00AZ00", "31MX00"]
    expected = ("100", "31", "31.0%", "30.50", "4.25", "22.00", "41.00", "2.88", "83", "33.02")
    assert by_share[1] == ("00AP00", "De <Proef> & Co", *expected)
    by_spread = found["The 2 sites whose score moves most between the rounds"]
    assert [row[0] for row in by_spread] == ["00AZ00", "00AP00"]


def test_runs_without_imputation_have_neither_section() -> None:
    nothing = Telling(small_run(), read_phrases("en"))
    assert indicator_section(nothing) is None
    assert imputation_section(nothing) is None
    assert "The 4 sites" not in "".join(grids(imputation_section(telling(site_imputation=False))))


def test_the_page_is_whole() -> None:
    said, problems = read_page(report_page(with_indicator()))
    assert problems == []
    assert "Indicator (onderwijsscore)" in said
    assert "siblings are imputed independently of one another" in said
