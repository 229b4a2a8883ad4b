from typing import Any

import pytest
from pydantic import ValidationError

from indicator.frames import small_specification
from oab_funding.errors import InputError
from oab_funding.indicator.specification import Specification
from oab_funding.indicator.specification_file import SHIPPED, load_specification


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_specifications(name: str) -> None:
    specification = load_specification(name)
    assert specification.name == name
    assert [feature.kind for feature in specification.features] == [
        "education",
        "education",
        "origin",
        "stay",
        "yes_no",
        "school_mean",
        "ability",
    ]
    assert specification.class_numbers == tuple(range(1, 9))
    for gap in specification.gaps:
        assert gap.default in gap.options
        assert specification.choice(gap) == gap.default, gap.name


def test_the_two_differ_in_the_boundaries_of_stay_alone() -> None:
    before, after = (load_specification(name).model_dump() for name in SHIPPED[::-1])
    assert [(c["from_years"], c["before_years"]) for c in stay(after)["categories"]] == [
        (0, 5),
        (5, 10),
        (10, None),
    ]
    assert [(c["from_years"], c["before_years"]) for c in stay(before)["categories"]] == [
        (0, 5),
        (5, 15),
        (15, None),
    ]
    for content in (before, after):
        for told in ("name", "title", "label", "sources", "gaps"):
            del content[told]
        for coded in ("categories", "born_here", "reference"):
            del stay(content)[coded]
    assert before == after


def test_hash_is_of_the_content_and_survives_json() -> None:
    one, other = load_specification("cbs-2019"), load_specification("cbs-2019-before-correction")
    assert one.sha256 != other.sha256
    assert Specification.model_validate_json(one.model_dump_json()).sha256 == one.sha256
    content = one.model_dump()
    stay(content)["leap_day"] = "28 february"
    assert Specification.model_validate(content).sha256 != one.sha256


def test_choice_follows_the_specification_and_not_the_default() -> None:
    content = load_specification("cbs-2019").model_dump()
    next(f for f in content["features"] if f["kind"] == "origin")["combine"] = "father_first"
    specification = Specification.model_validate(content)
    gap = next(gap for gap in specification.gaps if gap.name == "origin_combination")
    assert specification.choice(gap) == "father_first"


def stay(content: dict[str, Any]) -> dict[str, Any]:
    return next(f for f in content["features"] if f["kind"] == "stay")


def intervals(*ends: tuple[int | None, int | None]) -> tuple[dict[str, Any], ...]:
    return tuple({"name": f"s{n}", "from_years": a, "before_years": b} for n, (a, b) in enumerate(ends))


@pytest.mark.parametrize(
    ("categories", "message"),
    [
        (intervals((1, 5), (5, None)), "s0 begins at 1 years, not at 0"),
        (intervals((0, 5), (6, None)), "s1 begins at 6 years, not at 5"),
        (intervals((0, 5), (4, None)), "s1 begins at 4 years, not at 5"),
        (intervals((0, 5), (5, 10)), "the last category of stay must be open"),
        (intervals((0, None), (5, None)), "s1 begins at 5 years, not at None"),
        (intervals((0, 0), (0, None)), "s0 ends before it begins"),
        (intervals((0, None), (None, 5)), "s1 has an end but no beginning"),
        (intervals((None, None)), "the last category of stay must be open"),
        (intervals((0, 5), (5, None))[:1] + intervals((0, 5)), "a category of stay occurs twice"),
    ],
)
def test_intervals_of_stay_must_cover_all_years_once(categories: Any, message: str) -> None:
    content = load_specification("cbs-2019").model_dump()
    stay(content).update(categories=categories, born_here="s0", reference="s0")
    with pytest.raises(ValidationError, match=message):
        Specification.model_validate(content)


def changed(kind: str, **changes: Any) -> dict[str, Any]:
    content = small_specification().model_dump()
    next(f for f in content["features"] if f["kind"] == kind).update(changes)
    return content


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (changed("stay", born_here="never"), "born_here names no category: 'never'"),
        (changed("stay", reference="never"), "reference names no category"),
        (changed("origin", home="mars"), "home names no category"),
        (changed("origin", reference="mars"), "reference names no category"),
        (changed("origin", categories=("dutch", "moroccan")), "not the groups of the table"),
        (changed("education", reference=8), "reference 8 is no class of education"),
        (changed("education", name="stay"), "the feature stay occurs twice"),
        (changed("education", name="start"), "cannot be called start"),
        (changed("education", name="Education"), "is not a name of lower-case letters"),
        (changed("school_mean", of="origin"), "'origin' names no feature of kind education"),
        (changed("school_mean", of="nothing"), "'nothing' names no feature of kind education"),
        (changed("yes_no", column="asylum_seeker"), "debt_restructuring"),
        (changed("stay", colour="red"), "Extra inputs are not permitted"),
        (changed("ability", centre="median"), "sample_mean"),
        (small_specification().model_dump() | {"format": "2"}, "indicator-specification/1"),
        (small_specification().model_dump() | {"features": ()}, "no feature with categories"),
    ],
)
def test_incoherent_specifications_are_refused(content: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Specification.model_validate(content)


def test_doubled_kinds_classes_and_gaps_are_refused() -> None:
    content = small_specification().model_dump()
    mean = next(f for f in content["features"] if f["kind"] == "school_mean")
    for change, message in [
        ({"features": (*content["features"], mean | {"name": "again"})}, "one school mean and one ability"),
        ({"education_classes": content["education_classes"][:1] * 2}, "class of education 1 occurs twice"),
        ({"gaps": content["gaps"][:1] * 2}, "the gap education_classes occurs twice"),
    ]:
        with pytest.raises(ValidationError, match=message):
            Specification.model_validate(content | change)


def test_frozen() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        small_specification().name = "other"


def test_a_feature_that_is_not_there_is_named() -> None:
    with pytest.raises(
        InputError, match="value 'income': is no feature of the specification; choose from education_mo"
    ):
        small_specification().feature("income")
    with pytest.raises(InputError, match="'school_mean': has no categories; choose from education_mother, "):
        small_specification().categories("school_mean")
