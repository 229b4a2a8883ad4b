"""Besluit bekostiging WPO art. 27 and Besluit bekostiging WPO 2022 art. 18: the score of a school site."""

from decimal import Decimal

import pytest

import oab_funding as oab
from oab_funding.errors import InputError

D = Decimal
BOTH = [("art. 27", "2018-10-01"), ("art. 27", "2019-10-01"), ("art. 27", "2021-10-01"),
        ("art. 18 (2022)", "2022-02-01"), ("art. 18 (2022)", "2025-02-01")]  # fmt: skip


def pupils(*groups):
    """Give pupils from (site, score, how many), with what else is said of them."""
    rows = {name: [] for name in ("child_id", "kind", "age", "site_id", "municipality_code")}
    rows |= {"education_score": [], "asylum_seeker": []}
    for site, score, times, *more in groups:
        said = more[0] if more else {}
        for _ in range(times):
            rows["child_id"].append(f"c{len(rows['kind']):04}")
            rows["kind"].append("pupil")
            rows["age"].append(said.get("age", 8))
            rows["site_id"].append(site)
            rows["municipality_code"].append("GM0363")
            rows["education_score"].append(None if score is None else str(score))
            rows["asylum_seeker"].append(said.get("asylum", False))
    return rows


def scored(children, date="2019-10-01", **choices):
    table = oab.site_scores(children, date=date, **choices).table.to_pylist()
    return {row["site_id"]: (row["score_raw"], row["score"]) for row in table}


@pytest.mark.parametrize(("article", "date"), BOTH)
def test_the_formula_on_every_date(article, date):
    """C = (3 x 520 + 17 x 540) / 20 = 537, C - G = 17: A = 51.00, B = 3 x 12% x 17 = 6.12."""
    found = scored(pupils(("00AP00", 520, 3), ("00AR00", 540, 17)), date)
    assert found == {"00AP00": (D("51.00"), D("44.88")), "00AR00": (D("0.00"), D("0.00"))}, article


@pytest.mark.parametrize("date", ["2018-09-30", "2017-10-01", "2022-10-01", "2019-02-01", "2020-01-01"])
def test_no_other_day_is_a_reference_date(date):
    with pytest.raises(InputError):
        scored(pupils(("00AP00", 520, 20)), date)


FLOORS = [
    ("art. 27 lid 1", "below 0 becomes 0, and the score without threshold stays",
     [("00AP00", 520, 1), ("00AP00", 540, 30), ("00AR00", 520, 5), ("00AR00", 540, 4)], "00AP00",
     ("17.00", "0.00")),
    ("art. 27 lid 1", "nobody in the target group: both are 0",
     [("00AP00", 520, 3), ("00AR00", 540, 17)], "00AR00", ("0.00", "0.00")),
]  # fmt: skip


@pytest.mark.parametrize(("article", "category", "groups", "site", "expected"), FLOORS)
def test_floors(article, category, groups, site, expected):
    raw, score = scored(pupils(*groups))[site]
    assert score == D(expected[1]), (article, category)
    assert raw >= score
    assert (raw > 0) is (D(expected[0]) > 0), "the score without threshold is never floored"


def test_two_decimals_half_up():
    """Art. 27 lid 1: A = 3 x 0.85 x (540 - D); with D = 539.99 a half of a hundredth comes out and goes up.

    C - D = 17/20 of the difference d between the two scores: A = 2.55 d and B = 3 x 12% x 0.85 d = 0.306 d.
    """
    for difference, raw, score in (("1", "2.55", "2.24"), ("0.1", "0.26", "0.22"), ("0.7", "1.79", "1.57")):
        low = 540 - D(difference)
        assert scored(pupils(("00AP00", low, 3), ("00AR00", 540, 17)))["00AP00"] == (D(raw), D(score))


def test_a_school_is_the_sum_of_the_rounded_scores_of_its_sites():
    """Art. 27 lid 5, art. 18 lid 6 (2022): threshold, floor and rounding are per site."""
    sites = {"site_id": ["00AP00", "00AP01", "00AR00"], "score": ["33.02", "1.00", "0.00"]}
    table = oab.school_scores(sites).table.to_pylist()
    assert [(row["school_id"], row["score"]) for row in table] == [("00AP", D("34.02")), ("00AR", D("0.00"))]


SIZES = [
    ("art. 27 lid 1: the lowest 15% of all", 20, 3),
    ("published table of 1-10-2019: up, not down", 21, 4),
    ("published table of 1-10-2019: up, not down", 27, 5),
    ("exactly 15%", 40, 6),
]


@pytest.mark.parametrize(("source", "pupils_in_all", "target"), SIZES)
def test_the_size_of_the_target_group(source, pupils_in_all, target):
    """Every pupil has another score and a site of its own: whose A is above 0 shows who is in the group."""
    rows = pupils(*((f"{n:02}AA00", 520 + n, 1) for n in range(pupils_in_all)))
    found = scored(rows)
    assert sum(raw > 0 for raw, _ in found.values()) == target, source


def test_ties_at_the_line_share_the_places():
    """The law is silent; the declared default shares: two of four tied pupils' places, half a place each."""
    tied = pupils(("00AP00", 520, 1), ("00AR00", 530, 2), ("00AT00", 530, 2), ("00AZ00", 540, 15))
    found = scored(tied)  # 20 pupils, 3 places: one at 520, two among the four at 530
    assert found["00AR00"] == found["00AT00"]
    assert found["00AR00"][0] == D("7.00")  # C = 537: half of 2 x 7
    assert scored(tied, tie_rule="include")["00AR00"][0] == D("14.00")
    assert scored(tied, tie_rule="exclude")["00AR00"][0] == D("0.00")


def test_asylum_seekers_always_belong_to_the_target_group_with_its_mean():
    """CBS, since February 2019: of 3 places one is theirs, the two lowest others fill the rest; D = G."""
    rows = pupils(("00AP00", None, 1, {"asylum": True}), ("00AR00", 520, 2), ("00AZ00", 540, 17))
    found = scored(rows)  # C = (520 x 3 + 540 x 17) / 20 = 537, where the asylum seeker counts with G
    assert found["00AP00"][0] == D("17.00")
    assert found["00AR00"][0] == D("34.00")


POPULATION = [
    ("art. 27", "a pupil in time in the register counts", {}, {}, True),
    ("art. 27", "not funded", {"funded": False}, {}, False),
    ("art. 27", "special primary school (sbo)", {}, {"school_type": "sbo"}, False),
    ("art. 27", "special education (so)", {}, {"school_type": "so"}, False),
    ("art. 27", "ordinary primary school (bo)", {}, {"school_type": "bo"}, True),
    ("art. 185 WPO, 193 from 2022", "travelling populations, by code", {"site_id": "27MK00"}, {}, False),
    ("art. 185 WPO, 193 from 2022", "left out by the register", {}, {"excluded": True}, False),
    ("CBS", "not in the population register: counts", {"in_register": False}, {}, True),
]


@pytest.mark.parametrize(("source", "category", "given", "site", "counts"), POPULATION)
def test_who_counts(source, category, given, site, counts):
    from indicator.frames import SITES, child, frame

    sites = SITES.assign(school_type="bo", excluded=False)
    sites.loc[len(sites)] = ["27MK00", "27MK", "GM0363", "bo", False]
    for name, value in site.items():
        sites.loc[0, name] = value
    rows = [child(child_id="x", **given), *(child(child_id=f"c{n}", site_id="00AR00") for n in range(3))]
    model = oab.supplied_model({"start": "530"}, "cbs-2019", label="made up", source="made up", others="0")
    children = oab.score(frame(rows), None, sites, model, rounds=1)
    found = oab.site_scores(children, date="2019-10-01", sites=sites).table.to_pylist()
    own = given.get("site_id", "00AP00")
    assert (own in {row["site_id"] for row in found}) is counts, (source, category)
    assert sum(row["pupils"] for row in found) == 3 + counts


@pytest.mark.parametrize(
    ("source", "age", "years"),
    [("CBS", 7, "lower"), ("CBS", 8, "upper"), ("CBS", 4, "lower"), ("CBS", 12, "upper")],
)
def test_lower_and_upper_years(source, age, years):
    """CBS: lower years up to 7, upper years from 8; each rounded on its own."""
    rows = pupils(("00AP00", 520, 3, {"age": age}), ("00AR00", 540, 17))
    row = oab.site_scores(rows, date="2019-10-01").table.to_pylist()[0]
    other = "upper" if years == "lower" else "lower"
    assert (row[f"score_raw_{years}"], row[f"score_raw_{other}"]) == (D("51.00"), D("0.00"))
