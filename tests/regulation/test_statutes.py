"""Look-up of what applies, and the checks on regulation files."""

import ast
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

import oab_funding as oab
from oab_funding.errors import InputError
from oab_funding.regulation import Statutes

SHIPPED = Statutes.shipped()
OLD = "nl/besluit-bekostiging-wpo/2018-10-01.toml"
NEW = "nl/besluit-bekostiging-wpo-2022/2022-04-01.toml"
PERIODS = ["2019-2020", "2020-2021", "2021-2022", "2022-2023", "2023", "2024", "2025", "2026"]


def changed(path: str, old: str, new: str) -> dict[str, bytes]:
    contents = dict(SHIPPED.contents)
    text = contents[path].decode()
    assert old in text
    contents[path] = text.replace(old, new, 1).encode()
    return contents


@pytest.mark.parametrize(
    ("day", "number", "article"),
    [
        ("2018-10-01", "BWBR0003862", "art. 27"),
        ("2019-10-01", "BWBR0003862", "art. 27"),
        ("2021-10-01", "BWBR0003862", "art. 27"),
        ("2022-02-01", "BWBR0046159", "art. 18"),
        ("2025-02-01", "BWBR0046159", "art. 18"),
    ],
)
def test_school_score_by_reference_date(day: str, number: str, article: str) -> None:
    found = oab.regulation("school-score", day)
    assert found.source.regulation.number == number
    assert found.source.article == article
    assert (found.formula.target_share, found.formula.threshold_share) == (
        Fraction(15, 100),
        Fraction(12, 100),
    )
    assert (found.formula.reliable_above, found.formula.lower_years_until_age) == (40, 7)
    assert found.formula.excluded_schools == ("27MK",)
    assert oab.regulation("school-score", date.fromisoformat(day)) == found


@pytest.mark.parametrize(
    "day", ["2017-10-01", "2018-09-30", "2019-10-02", "2022-10-01", "2021-02-01", "2022-01-31", "2022-02-02"]
)
def test_other_days_are_no_reference_dates_of_schools(day: str) -> None:
    with pytest.raises(
        InputError, match=rf"no regulation covers the reference date {day}.*2018-10-01 to 2021-10-01"
    ):
        oab.regulation("school-score", day)


@pytest.mark.parametrize("day", ["2016-10-01", "2017-10-01", "2021-10-01", "2022-02-01"])
def test_municipality_score_applies_before_its_own_force(day: str) -> None:
    found = oab.regulation("municipality-score", day)
    assert found.formula.threshold_share == Fraction(5, 100)
    assert (found.formula.toddler_from_months, found.formula.toddler_until_months) == (30, 48)
    assert found.source.regulation.number == "BWBR0041370"


def test_force_and_application_are_two_things() -> None:
    found = oab.regulation("municipality-score", "2016-10-01")
    assert found.source.regulation.in_force_from == date(2018, 9, 28)
    with pytest.raises(InputError, match="2015-10-01"):
        oab.regulation("municipality-score", "2015-10-01")


@pytest.mark.parametrize("period", PERIODS)
def test_every_period_is_covered_once(period: str) -> None:
    found = oab.regulation("school-grant", period)
    assert found.period.period == period
    assert found.period.first.isoformat()[:4] == period[:4]
    assert oab.regulation("school-score", found.period.reference_date)
    assert sum((part.accrued for part in found.period.calendar), Fraction(0)) == 1


def test_reference_dates_and_shares_of_the_transition() -> None:
    # VOS/ABB for the gainers' shares; Besluit bekostiging WPO art. 36a for the losers'.
    expected = {
        "2019-2020": ("2018-10-01", "75%", "49%"),
        "2020-2021": ("2019-10-01", "50%", "26.55%"),
        "2021-2022": ("2020-10-01", "25%", None),
    }
    for period, (day, losers, gainers) in expected.items():
        found = oab.regulation("school-grant", period).period
        assert found.reference_date.isoformat() == day
        assert found.transition is not None
        assert found.transition.losers_share == oab.exact.to_fraction(losers)
        assert found.transition.gainers_share.value == (
            None if gainers is None else oab.exact.to_fraction(gainers)
        )
    assert all(oab.regulation("school-grant", period).period.transition is None for period in PERIODS[3:])


def test_the_half_period_belongs_to_the_old_decree() -> None:
    found = oab.regulation("school-grant", "2022-2023")
    assert found.source.regulation.number == "BWBR0003862"
    assert (found.period.first, found.period.last) == (date(2022, 8, 1), date(2022, 12, 31))
    assert found.period.reference_date == date(2021, 10, 1)
    with pytest.raises(InputError, match=r"disputed \(34.55% as paid; 41.67% .*RBMNE:2024:3854\).*`share`"):
        found.require_share()
    assert found.require_share(Fraction(5, 12)) == Fraction(5, 12)


def test_known_price_and_its_source() -> None:
    price, priced = oab.regulation("school-grant", "2020-2021").require_price()
    assert price == Decimal("559.50")  # DUO
    assert priced.source.regulation.published_in == "Stcrt. 2020, 16933"
    assert priced.price.version == "first"


@pytest.mark.parametrize(
    ("period", "holder"),
    [
        ("2019-2020", "Stcrt. 2020, 37477"),
        ("2021-2022", "Regeling bekostiging personeel PO 2021-2022"),
        ("2022-2023", "Regeling bekostiging personeel PO 2022-2023, art. 4"),
        ("2023", "BWBR0047336"),
        ("2024", "Stcrt. 2023, 29260"),
        ("2025", "Regeling bekostiging WPO en WEC 2025"),
    ],
)
def test_unknown_prices_name_the_regulation_that_holds_them(period: str, holder: str) -> None:
    with pytest.raises(InputError, match=holder) as refused:
        oab.regulation("school-grant", period).require_price()
    assert "`price`" in str(refused.value)
    assert "`budget`" in str(refused.value)


def test_municipal_years() -> None:
    dates = {
        2019: ("2017-10-01", "2016-10-01"),
        2020: ("2018-10-01", "2017-10-01"),
        2021: ("2019-10-01", "2018-10-01"),
        2022: ("2020-10-01", "2019-10-01"),
        2023: ("2021-10-01", "2020-10-01"),
        2024: ("2023-02-01", "2022-02-01"),
        2025: ("2024-02-01", "2023-02-01"),
        2026: ("2025-02-01", "2024-02-01"),
    }
    for year, days in dates.items():
        found = oab.regulation("municipality-grant", year)
        assert tuple(day.isoformat() for day in found.year.reference_dates) == days
        assert found.rule.minimum == Decimal("64000.00")
        for day in days:
            assert oab.regulation("municipality-score", day)
    losers = {2019: Fraction(3, 4), 2020: Fraction(1, 2), 2021: Fraction(1, 4)}
    for year in dates:
        transition = oab.regulation("municipality-grant", year).year.transition
        assert (transition.losers_share if transition else None) == losers.get(year)
    assert oab.regulation("municipality-grant", "2020").year.budget.value == Decimal("492000000.00")
    assert oab.regulation("municipality-grant", 2021).year.budget.value is None


def test_gaps_have_options_and_a_default_among_them() -> None:
    for stream, key in [
        ("school-score", "2019-10-01"),
        ("school-grant", "2020-2021"),
        ("municipality-score", "2019-10-01"),
        ("municipality-grant", 2020),
    ]:
        found = oab.regulation(stream, key)
        assert found.gaps
        for gap in found.gaps:
            assert gap.default in gap.options
            assert gap.question.endswith("?")
            assert found.choose(gap.name) == gap.default
        with pytest.raises(InputError, match=r"'whim' is no option; choose one of"):
            found.choose(found.gaps[0].name, "whim")


@pytest.mark.parametrize(
    ("stream", "key", "message"),
    [
        ("school-grants", "2020-2021", "there is no stream 'school-grants'"),
        ("school-grant", "2027", "no regulation covers the period '2027'; choose one of"),
        ("municipality-grant", 2018, "no regulation covers the budget year 2018"),
        ("municipality-grant", "two", "'two' is not a budget year"),
        ("school-score", "1-10-2019", "'1-10-2019' is not a date; write it as 2019-10-01"),
    ],
)
def test_refusals(stream: str, key: object, message: str) -> None:
    with pytest.raises(InputError, match=message):
        oab.regulation(stream, key)


@pytest.mark.parametrize(
    ("path", "old", "new", "message"),
    [
        (OLD, 'title = "Besluit', 'title = "Besluit"\ntitle = "Besluit', "is not a TOML file"),
        (OLD, "score_places = 2", 'score_places = "2"', "school_score.score_places"),
        (OLD, "score_places = 2", "score_place = 2", "school_score.score_places: is missing"),
        (OLD, 'target_share = "15%"', "target_share = 0.15", "exact numbers are written as text"),
        (OLD, 'target_share = "15%"', 'target_share = "15,0%"', "school_score.target_share"),
        (OLD, 'day = "10-01"', 'day = "10-32"', "school_score.applies_to"),
        (OLD, "last = 2021-10-01", "last = 2021-09-30", "2021-09-30 is not a 10-01 of a year"),
        (OLD, "last = 2021-10-01", "last = 2017-10-01", "ends"),
        (OLD, 'accrued = "7/12"', 'accrued = "6/12"', "add up to 11/12"),
        (OLD, 'period = "2021-2022"', 'period = "2020-2021"', "the period 2020-2021 is covered 2 times"),
        (NEW, 'period = "2023"', 'period = "2022-2023"', "the period 2022-2023 is covered 2 times"),
        (NEW, 'day = "02-01", first = 2022-02-01', 'day = "10-01", first = 2021-10-01', "are covered by"),
        (OLD, "[school_score]", "[extra]\nx = 1\n\n[school_score]", "extra: is not known"),
    ],
)
def test_broken_regulation_files_are_refused(path: str, old: str, new: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        Statutes.from_contents(changed(path, old, new))


def test_doubled_prices_and_bytes_that_are_no_text() -> None:
    first = "nl/eerste-regeling-bekostiging-personeel-po/2020-08-01.toml"
    contents = {**SHIPPED.contents, "nl/copy/2020-08-01.toml": SHIPPED.contents[first]}
    with pytest.raises(InputError, match=r"the price of \('2020-2021', 'first'\) is covered 2 times"):
        Statutes.from_contents(contents)
    with pytest.raises(InputError, match=r"nl/x.toml, row 1: is not UTF-8"):
        Statutes.from_contents({"nl/x.toml": b"\xff"})


def test_a_later_price_wins() -> None:
    path = "nl/regeling-bekostiging-personeel-po/2020-08-01.toml"
    contents = changed(
        path, 'price = { standing = "unknown"', 'price = { value = "560.00", standing = "source"'
    )
    found = Statutes.from_contents(contents).school_grant("2020-2021")
    assert found.require_price()[0] == Decimal("560.00")
    assert [priced.price.version for priced in found.prices] == ["first", "final"]


def constants(path: Path) -> set[str]:
    """Every constant of a module but its docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef)
    said = {ast.get_docstring(node, clean=False) for node in ast.walk(tree) if isinstance(node, documented)}
    found = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    return {str(value) for value in found - said}


@pytest.mark.parametrize("package", ["grants", "scores"])
def test_code_holds_no_share_price_or_date_of_the_law(package: str) -> None:
    needles = ("64000", "559.5", "0.12", "0.05", "0.15", "26.55", "34.55", "502.66", "12%", "15%", "5/12")
    for path in (Path(oab.__file__).parent / package).rglob("*.py"):
        assert not [c for c in constants(path) if c in ("15", "40") or any(n in c for n in needles)], path


@pytest.mark.parametrize(("stream", "key"), [("preschool", "2020-08-01"), ("childcare-price", "2020")])
def test_provisions_of_preschool_know_their_key_and_cannot_be_changed(stream: str, key: str) -> None:
    found = SHIPPED.look_up(stream, key)  # type: ignore[arg-type]
    assert (found.stream, found.key) == (stream, key)
    with pytest.raises(InputError, match="cannot be changed in this law"):
        found.what_if(threshold_share="10%")
