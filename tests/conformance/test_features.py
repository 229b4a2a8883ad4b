"""The six background features: each category and each boundary, as the education score shows it."""

from datetime import date
from decimal import Decimal

import pytest

import oab_funding as oab
from indicator.frames import SITES, child, frame, toddler
from oab_funding.indicator.coding import UNKNOWN, code_children

D = Decimal
CBS = "CBS, the six background features"
CORRECTED = "CBS, correction of 25-7-2019"
START = D(500)
NAMES = {
    "origin": ["western", "southern_europe", "eastern_europe", "turkey", "morocco", "suriname",
               "dutch_caribbean", "indonesia", "africa", "asia", "latin_america"],
    "stay": ["under_5", "5_to_10"],
}  # fmt: skip
POINTS = (
    {f"education_mother[{number}]": D(number) for number in range(2, 9)}
    | {f"education_father[{number}]": D(number) / 10 for number in range(2, 9)}
    | {f"origin[{name}]": D(number) / 1000 for number, name in enumerate(NAMES["origin"], 1)}
    | {f"stay[{name}]": D(number) / 10000 for number, name in enumerate(NAMES["stay"], 1)}
    | {"debt_restructuring[yes]": D(5) / 100000}
)
"""What each category adds, so that a score tells what it was made of; the references add nothing."""


def model(school_mean="0"):
    table = {"start": START, **POINTS, "school_mean": D(school_mean), "ability": D(9)}
    return oab.supplied_model(table, "cbs-2019", label="made up", source="made up")


def education(parent, column):
    return [
        (CBS, f"{parent}: class {n}", {column: n}, [f"{column}[{n}]"] if n > 1 else []) for n in range(1, 9)
    ]


def origin(source, category, mother, father, group):
    given = {"origin_mother": mother, "origin_father": father}
    return (source, f"origin: {category}", given, [f"origin[{group}]"] if group else [])


def stay(source, category, arrival, name):
    given = {"mother_born_in_nl": False, "mother_arrival_date": date.fromisoformat(arrival)}
    return (source, f"stay: {category}", given, [f"stay[{name}]"] if name else [])


OWN = "declared default, where CBS is silent"
ROWS = [
    *education("education of the mother", "education_mother"),
    *education("education of the father", "education_father"),
    *(
        origin(CBS, name, code, "NL", name)
        for code, name in zip(
            ["DE", "ES", "PL", "TR", "MA", "SR", "CW", "ID", "GH", "SY", "CO"], NAMES["origin"], strict=True
        )
    ),
    origin(CBS, "both parents Dutch", "NL", "NL", None),
    origin(OWN, "the mother's goes first", "MA", "TR", "morocco"),
    origin(OWN, "the father's, where the mother is Dutch", "NL", "TR", "turkey"),
    origin(OWN, "the father's, where the mother's is unknown", None, "TR", "turkey"),
    origin(OWN, "Dutch mother, father unknown", "NL", None, None),
    stay(CORRECTED, "arrived on the reference date", "2019-10-01", "under_5"),
    stay(CORRECTED, "a day less than 5 years", "2014-10-02", "under_5"),
    stay(CORRECTED, "5 years to the day", "2014-10-01", "5_to_10"),
    stay(CORRECTED, "a day less than 10 years", "2009-10-02", "5_to_10"),
    stay(CORRECTED, "10 years to the day", "2009-10-01", None),
    stay(CORRECTED, "a day more than 10 years", "2009-09-30", None),
    stay(CORRECTED, "a day less than 15 years", "2004-10-02", None),
    stay(CORRECTED, "15 years to the day", "2004-10-01", None),
    (OWN, "stay: born in the Netherlands", {"mother_born_in_nl": True}, []),
    (CBS, "debt restructuring: yes", {"debt_restructuring": True}, ["debt_restructuring[yes]"]),
    (CBS, "debt restructuring: no", {"debt_restructuring": False}, []),
    (CBS, "ability is left out of the score", {"ability": 140}, []),
]


@pytest.fixture(scope="module")
def scores():
    rows = [child(child_id=f"c{number:02}", **given) for number, (_, _, given, _) in enumerate(ROWS)]
    found = oab.score(frame(rows), None, SITES, model(), rounds=1).table
    return dict(zip(found["child_id"].to_pylist(), found["education_score"].to_pylist(), strict=True))


@pytest.mark.parametrize("number", range(len(ROWS)), ids=[f"{source}: {what}" for source, what, *_ in ROWS])
def test_each_category_adds_what_is_its_own(number, scores):
    assert scores[f"c{number:02}"] == START + sum(POINTS[name] for name in ROWS[number][3])


def test_every_category_of_the_features_has_its_row():
    assert {name for *_, added in ROWS for name in added} == POINTS.keys()


UNKNOWNS = [
    (CBS, "education of the mother", "education_mother", {"education_mother": None}),
    (CBS, "education of the father", "education_father", {"education_father": None}),
    (OWN, "origin, where both parents' is unknown", "origin", {"origin_mother": None, "origin_father": None}),
    (OWN, "stay, where a mother born abroad has no date", "stay", {"mother_born_in_nl": False}),
    (OWN, "stay, where nothing is known", "stay", {"mother_born_in_nl": None}),
]


@pytest.mark.parametrize(("source", "category", "feature", "given"), UNKNOWNS)
def test_what_is_not_known_is_no_category_and_left_to_imputation(source, category, feature, given):
    coded = code_children(frame([child(**given)]), SITES, model().specification)
    assert coded.codes[feature].tolist() == [UNKNOWN], (source, category)


OTHER_DATES = [
    (CORRECTED, "5 years to the day on 1-2-2022", "2017-02-01", "5_to_10"),
    (CORRECTED, "a day less on 1-2-2022", "2017-02-02", "under_5"),
    (CORRECTED, "10 years to the day on 1-2-2022", "2012-02-01", "10_or_more"),
    (CORRECTED, "a day less on 1-2-2022", "2012-02-02", "5_to_10"),
]


@pytest.mark.parametrize(("source", "category", "arrival", "name"), OTHER_DATES)
def test_stay_is_counted_to_the_reference_date(source, category, arrival, name):
    given = child(mother_born_in_nl=False, mother_arrival_date=date.fromisoformat(arrival))
    features = model().specification.model_copy(update={"reference_date": date(2022, 2, 1)})
    coded = code_children(frame([given]), SITES, features)
    assert features.categories("stay")[coded.codes["stay"][0]] == name, (source, category)


def test_the_school_mean_is_over_all_mothers_of_the_school_within_the_municipality():
    """Inferred from CBS's account of mergers: not per site, and continuous. 00AP00 and 00AP01 lie apart."""
    here = SITES.assign(municipality_code=["GM0363", "GM0363", "GM0363", "GM0034"])
    rows = [
        child(child_id="a", education_mother=1),
        child(child_id="b", education_mother=2),
        child(child_id="c", education_mother=8, site_id="00AP01"),
        child(child_id="d", education_mother=4, site_id="00AR00"),
    ]
    for sites, means in ((here, [D(11) / 3] * 3 + [D(4)]), (SITES, [D("1.5"), D("1.5"), D(8), D(4)])):
        found = (
            oab.score(frame(rows), None, sites, model("0.6"), rounds=1).table["education_score"].to_pylist()
        )
        own = [D(0), D(2), D(8), D(4)]
        wanted = [START + point + D("0.6") * mean for point, mean in zip(own, means, strict=True)]
        assert all(abs(one - two) < D("0.000002") for one, two in zip(found, wanted, strict=True))


def test_a_toddler_has_the_mean_of_the_mothers_of_pupils_at_schools_of_the_municipality():
    """A declared default: what stands in for a toddler's school is not published."""
    rows = [
        child(child_id="a", education_mother=2),
        child(child_id="b", education_mother=8, site_id="00AR00"),
        child(child_id="c", education_mother=1, site_id="00AZ00"),
    ]
    young = [toddler(child_id="t", birth_date=date(2016, 10, 2))]
    found = oab.score(frame(rows), frame(young), SITES, model("0.6"), rounds=1).table.to_pylist()
    assert next(row for row in found if row["child_id"] == "t")["education_score"] == START + D("0.6") * 5
