"""Which features the indicator has and how they are coded: a file, checked and hashed into every model."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Any, Literal

import rfc8785
from pydantic import Field, SerializerFunctionWrapHandler, model_serializer, model_validator

from oab_funding.errors import InputError, Place
from oab_funding.exact import Rule
from oab_funding.indicator.features import (
    AbilityFeature,
    CategoricalFeature,
    EducationFeature,
    Feature,
    Name,
    OriginFeature,
    SchoolMeanFeature,
    StayFeature,
    YesNoFeature,
)
from oab_funding.regulation.values import Gap, Part
from oab_funding.tables.documents import Form
from oab_funding.tables.schema import Number

SCORE_PLACES = 6
"""Decimals of an education score, and so the finest grid a coefficient can lie on."""

WEIGHT_PLACES = 6
WEIGHT_UNITS = 10**WEIGHT_PLACES
"""Weights of a fit are whole millionths."""

RESERVED = ("one", "start", "attainment")
"""Names of columns that are no features."""

Places = Annotated[int, Field(ge=0, le=SCORE_PLACES)]

DecimalBound = Annotated[str, Form(r"-?[0-9]{1,6}(\.[0-9]{1,6})?", 'a decimal as text, such as "-3.5"')]


class EducationClass(Part):
    """A class of parental education; its number is what the school mean averages."""

    number: Annotated[int, Field(ge=1, le=8)]
    label: str


class Rounding(Part):
    """How coefficients, the school mean and its product with its coefficient are rounded, each once."""

    rule: Rule
    coefficient_places: Places
    school_mean_places: Places


class Sample(Part):
    """Which children enter the fit, and how many each category must have at least."""

    population: Literal["all", "counted"]
    minimum_rows: Annotated[int, Field(ge=1)]


class Toddlers(Part):
    """What stands in for the school of a toddler."""

    school_mean: Literal["municipality"]


class Measure(Part):
    """On which grid a measure lies, and between which bounds (as text; none where left out)."""

    places: Places = 0
    minimum: DecimalBound | None = None
    maximum: DecimalBound | None = None

    @property
    def kind(self) -> Number:
        """What a column of this measure must hold."""
        low, high = (None if one is None else Decimal(one) for one in (self.minimum, self.maximum))
        return Number(self.places, digits=18, minimum=low, maximum=high)

    @model_validator(mode="after")
    def _bounds_fit(self) -> Measure:
        low, high = self.kind.minimum, self.kind.maximum
        if low is not None and high is not None and low > high:
            raise ValueError(f"the minimum {low} lies above the maximum {high}")
        return self


class Measures(Part):
    """The measures of a fit; one that is left out is a whole number, of attainment from 501 to 550."""

    attainment: Measure | None = None
    ability: Measure | None = None


class SpecificationGap(Gap):
    """A point on which CBS has published nothing; `parameter` is where in this file the choice is made."""

    parameter: str


class Specification(Part):
    """A feature specification.

    Examples
    --------
    >>> from oab_funding.indicator.specification_file import load_specification
    >>> specification = load_specification("cbs-2019")
    >>> specification.categories("stay"), specification.reference("stay")
    (('under_5', '5_to_10', '10_or_more'), '10_or_more')
    """

    format: Literal["oab-funding/indicator-specification/1"]
    name: Annotated[str, Form("[a-z0-9][a-z0-9-]*", "a name of lower-case letters, digits and hyphens")]
    title: str
    label: str
    reference_date: date
    sources: tuple[str, ...]
    education_classes: tuple[EducationClass, ...]
    rounding: Rounding
    sample: Sample
    toddlers: Toddlers
    features: tuple[Feature, ...]
    measures: Measures | None = None
    gaps: tuple[SpecificationGap, ...] = ()

    @cached_property
    def sha256(self) -> str:
        """SHA-256 of the content in canonical JSON (RFC 8785), whatever file it came from."""
        return hashlib.sha256(rfc8785.dumps(self.model_dump(mode="json"))).hexdigest()

    @property
    def attainment_measure(self) -> Measure:
        """Grid and bounds of attainment."""
        return (self.measures and self.measures.attainment) or Measure(minimum="501", maximum="550")

    @property
    def ability_measure(self) -> Measure:
        """Grid and bounds of ability."""
        return (self.measures and self.measures.ability) or Measure()

    @property
    def categorical(self) -> tuple[CategoricalFeature, ...]:
        """Features whose categories are counted, in their order."""
        kinds = (EducationFeature, OriginFeature, StayFeature, YesNoFeature)
        return tuple(feature for feature in self.features if isinstance(feature, kinds))

    @property
    def school_mean(self) -> SchoolMeanFeature | None:
        """The feature that is a mean over a school, if there is one."""
        return next((feature for feature in self.features if isinstance(feature, SchoolMeanFeature)), None)

    @property
    def ability(self) -> AbilityFeature | None:
        """The measure of ability, if there is one."""
        return next((feature for feature in self.features if isinstance(feature, AbilityFeature)), None)

    @property
    def class_numbers(self) -> tuple[int, ...]:
        """Numbers of the classes of education, in order of their codes."""
        return tuple(education.number for education in self.education_classes)

    def feature(self, name: str) -> Feature:
        """Find a feature by name.

        Raises
        ------
        InputError
            There is no such feature.
        """
        for feature in self.features:
            if feature.name == name:
                return feature
        names = ", ".join(feature.name for feature in self.features)
        raise InputError("is no feature of the specification", Place(value=name), f"choose from {names}")

    def categories(self, name: str) -> tuple[str, ...]:
        """Names of the categories of a feature, in order of their codes.

        Raises
        ------
        InputError
            There is no such feature, or it has no categories.
        """
        match self.feature(name):
            case EducationFeature():
                return tuple(str(number) for number in self.class_numbers)
            case OriginFeature() as origin:
                return origin.categories
            case StayFeature() as stay:
                return tuple(category.name for category in stay.categories)
            case YesNoFeature():
                return ("no", "yes")
            case _:
                names = ", ".join(feature.name for feature in self.categorical)
                raise InputError("has no categories", Place(value=name), f"choose from {names}")

    def reference(self, name: str) -> str:
        """Name of the category that a feature's coefficients compare with."""
        feature = self.feature(name)
        return "no" if isinstance(feature, YesNoFeature) else str(getattr(feature, "reference"))  # noqa: B009

    def choice(self, gap: SpecificationGap) -> str:
        """Say what this specification chooses on a point that is not published."""
        value: object = self
        for step in filter(None, gap.parameter.split(".")):
            value = self.feature(step) if value is self.features else getattr(value, step)
        return str(value) if gap.parameter else gap.default

    def __repr__(self) -> str:
        names = ", ".join(feature.name for feature in self.features)
        return f"<Specification {self.name}: {names}>"

    @model_serializer(mode="wrap")
    def _without_idle_keys(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Leave out what is not said, so that files from before there were measures keep their hash."""
        content: dict[str, Any] = write(self)
        if content["measures"] is None:
            del content["measures"]
        return content

    @model_validator(mode="after")
    def _is_coherent(self) -> Specification:
        _check_single("feature", [feature.name for feature in self.features])
        if taken := [feature.name for feature in self.features if feature.name in RESERVED]:
            raise ValueError(f"a feature cannot be called {taken[0]}: choose another name")
        _check_single("class of education", list(self.class_numbers))
        _check_single("gap", [gap.name for gap in self.gaps])
        for kind in (SchoolMeanFeature, AbilityFeature):
            if sum(isinstance(feature, kind) for feature in self.features) > 1:
                raise ValueError("there can be one school mean and one ability")
        for feature in self.features:
            if isinstance(feature, EducationFeature) and feature.reference not in self.class_numbers:
                raise ValueError(
                    f"feature {feature.name}: reference {feature.reference} is no class of education"
                )
        mean = self.school_mean
        if mean is not None and not isinstance(self._find(mean.of), EducationFeature):
            raise ValueError(f"feature {mean.name}: {mean.of!r} names no feature of kind education")
        if not self.categorical:
            raise ValueError("there is no feature with categories")
        return self

    def _find(self, name: Name) -> Feature | None:
        return next((feature for feature in self.features if feature.name == name), None)


def _check_single(what: str, names: list[str] | list[int]) -> None:
    if doubled := [name for name, times in Counter(names).items() if times > 1]:
        raise ValueError(f"the {what} {doubled[0]} occurs twice")
