"""The kinds of feature a specification can name, and what each of them must state."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from oab_funding.regulation.values import Part
from oab_funding.tables.documents import Form

Name = Annotated[str, Form("[a-z][a-z0-9_]*", "a name of lower-case letters, digits and _")]
"""Name of a feature, which becomes the name of its column in the design."""

CategoryName = Annotated[str, Form(r"[^\[\]\s]+", "a name without blanks and square brackets")]
"""Name of a category: no blanks and no brackets, because columns are named ``feature[category]``."""


class EducationFeature(Part):
    """Education of one parent: the classes of the specification, one of them the reference."""

    kind: Literal["education"]
    name: Name
    column: Literal["education_mother", "education_father"]
    reference: int


class OriginFeature(Part):
    """Origin of the parents: every origin that occurs in the data belongs to a group, and two combine to one.

    `mother_first` takes the mother's group unless it is `home` or unknown, then the father's; `father_first`
    the other way round. Where that leads to an unknown parent and the other one is `home`, the result is
    `home` (`known_parent`) or unknown (`unknown`).
    """

    kind: Literal["origin"]
    name: Name
    mother_column: Literal["origin_mother"]
    father_column: Literal["origin_father"]
    categories: tuple[CategoryName, ...]
    groups: dict[str, CategoryName | None]
    home: str
    reference: str
    combine: Literal["mother_first", "father_first", "mother_only"]
    one_parent_unknown: Literal["known_parent", "unknown"]

    @model_validator(mode="after")
    def _groups_fit(self) -> OriginFeature:
        used = {group for group in self.groups.values() if group is not None}
        if used != set(self.categories) or len(set(self.categories)) != len(self.categories):
            raise ValueError("the categories are not the groups of the table, each once")
        _check_member("home", self.home, self.categories)
        _check_member("reference", self.reference, self.categories)
        return self


class StayCategory(Part):
    """Complete years from `from_years` up to but not including `before_years`; neither: not an interval."""

    name: CategoryName
    from_years: int | None = None
    before_years: int | None = None


class StayFeature(Part):
    """Mother's length of stay, in complete calendar years between her arrival and the reference date."""

    kind: Literal["stay"]
    name: Name
    arrival_column: Literal["mother_arrival_date"]
    born_here_column: Literal["mother_born_in_nl"]
    leap_day: Literal["1 march", "28 february"]
    born_here: str
    reference: str
    categories: tuple[StayCategory, ...]

    @property
    def intervals(self) -> tuple[StayCategory, ...]:
        """The categories that are intervals of years, in their order."""
        return tuple(category for category in self.categories if category.from_years is not None)

    @property
    def boundaries(self) -> tuple[int, ...]:
        """Years at which the next interval begins."""
        return tuple(category.from_years or 0 for category in self.intervals[1:])

    @model_validator(mode="after")
    def _categories_fit(self) -> StayFeature:
        names = tuple(category.name for category in self.categories)
        if len(set(names)) != len(names):
            raise ValueError("a category of stay occurs twice")
        _check_member("born_here", self.born_here, names)
        _check_member("reference", self.reference, names)
        self._check_cover()
        return self

    def _check_cover(self) -> None:
        expected: int | None = 0
        for category in self.categories:
            if category.from_years is None:
                if category.before_years is not None:
                    raise ValueError(f"category {category.name} has an end but no beginning")
                continue
            if category.from_years != expected:
                raise ValueError(
                    f"category {category.name} begins at {category.from_years} years, not at {expected}"
                )
            if category.before_years is not None and category.before_years <= category.from_years:
                raise ValueError(f"category {category.name} ends before it begins")
            expected = category.before_years
        if expected is not None:
            raise ValueError("the last category of stay must be open: leave out its before_years")


class YesNoFeature(Part):
    """A feature that is there or not; "no" is the reference."""

    kind: Literal["yes_no"]
    name: Name
    column: Literal["debt_restructuring"]


class SchoolMeanFeature(Part):
    """Mean class number of the mothers at the school within its municipality."""

    kind: Literal["school_mean"]
    name: Name
    of: Name


class AbilityFeature(Part):
    """Measure of the child's ability: estimated, but left out of the score."""

    kind: Literal["ability"]
    name: Literal["ability"]
    column: Literal["ability"]
    centre: Literal["sample_mean", "zero"]


CategoricalFeature = EducationFeature | OriginFeature | StayFeature | YesNoFeature
"""Features whose categories are counted."""

Feature = Annotated[
    EducationFeature | OriginFeature | StayFeature | YesNoFeature | SchoolMeanFeature | AbilityFeature,
    Field(discriminator="kind"),
]
"""Any feature."""


def _check_member(what: str, name: str, names: tuple[str, ...]) -> None:
    if name not in names:
        raise ValueError(f"{what} names no category: {name!r}; choose one of {', '.join(names)}")
