"""The model: coefficients with the features they belong to, where they come from, its file, and a card.

A fitted model and a supplied coefficient table have the same format. What the file must hold is published as
`model.schema.json` beside this module. A file in canonical JSON (RFC 8785) is written: equal models, equal
bytes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal

import rfc8785
from pydantic import Field, SerializerFunctionWrapHandler, model_serializer, model_validator

from oab_funding._version import __version__
from oab_funding.errors import InputError, Place
from oab_funding.exact import to_fraction
from oab_funding.exact.sums import Int64Array
from oab_funding.indicator.coefficient_covariance import Covariance
from oab_funding.indicator.scale_values.values import (
    ScaleValues,
    check_scale_values,
    scaled_columns,
    scaled_school_means,
)
from oab_funding.indicator.school_mean import SchoolMeanEffect
from oab_funding.indicator.specification import SCORE_PLACES, Specification
from oab_funding.indicator.specification_file import REMEDY, Specifications, load_specification
from oab_funding.regulation.values import Part
from oab_funding.tables.documents import Form, checked, read_json
from oab_funding.tables.files import read_source
from oab_funding.tables.source import SourceFile
from oab_funding.tables.whole import output_file

MODEL_FORMAT: Literal["oab-funding/indicator-model/1"] = "oab-funding/indicator-model/1"

DecimalText = Annotated[
    str, Form(r"-?[0-9]{1,5}(\.[0-9]{1,6})?", "a decimal of at most six places such as 525.5")
]
"""A decimal as text: at most six decimals, below 100,000."""

Sha256 = Annotated[str, Form("[0-9a-f]{64}", "a SHA-256 of 64 hexadecimal digits")]

Said = Annotated[str, Field(min_length=1)]
"""Text that may not be left out."""


class Coefficient(Part):
    """A coefficient by the name of its column: ``start``, ``feature[category]``, or a feature."""

    column: str
    value: DecimalText


class FitRecord(Part):
    """How a model was fitted: children, those left out by reason, and hashes of what went in."""

    n: Annotated[int, Field(ge=1)]
    left_out: dict[str, int]
    ability_centre: str
    statistics_sha256: Sha256
    data_sha256: dict[str, Sha256]


class Model(Part):
    """An indicator that children can be scored with.

    Raises
    ------
    ValidationError
        The hash is not that of the specification, or a coefficient is missing, doubled, unknown or too fine.

    Examples
    --------
    >>> model = supplied_model({"start": "530.5"}, "cbs-2019", label="example", source="made up", others="0")
    >>> model.value("start"), model.value("school_mean")
    (Decimal('530.5'), Decimal('0'))
    """

    format: Literal["oab-funding/indicator-model/1"]
    name: Said
    label: Said
    source: Said
    made_with: str
    reference_date: date | None
    specification: Specification
    specification_sha256: Sha256
    coefficients: tuple[Coefficient, ...]
    scale_values: tuple[ScaleValues, ...] = ()
    fit: FitRecord | None
    covariance: Covariance | None = None

    def value(self, column: str) -> Decimal:
        """Coefficient of a column.

        Raises
        ------
        InputError
            There is no such column.
        """
        for one in self.coefficients:
            if one.column == column:
                return Decimal(one.value)
        names = ", ".join(one.column for one in self.coefficients)
        raise InputError("is no column of the model", Place(value=column), f"choose from {names}")

    def units(self, column: str) -> int:
        """Coefficient of a column in units of the last decimal of a score."""
        return int(to_fraction(self.value(column)) * 10**SCORE_PLACES)

    def school_means(self, counts: Int64Array) -> Int64Array:
        """Round the school means, of scale values where the model has them; see `scaled_school_means`."""
        return scaled_school_means(counts, self.specification, self.scale_values)

    def __repr__(self) -> str:
        features, columns = self.specification.name, len(self.coefficients)
        return f"<Model {self.name} of {features}: {columns} columns, {self.label!r}>"

    def to_json(self) -> bytes:
        """Write as canonical JSON."""
        return rfc8785.dumps(self.model_dump(mode="json"))

    def card(self, effect: SchoolMeanEffect | None = None) -> str:
        """Say in words what this model is; with `school_mean_effect`, what its two school means do."""
        return card(self, effect)

    @model_serializer(mode="wrap")
    def _written(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Leave a covariance out where there is none: files from before it have the same bytes."""
        content: dict[str, Any] = handler(self)
        if self.covariance is None:
            del content["covariance"]
        return content

    @model_validator(mode="after")
    def _is_coherent(self) -> Model:
        if self.specification_sha256 != self.specification.sha256:
            raise ValueError("specification_sha256 is not the hash of the specification")
        check_scale_values(self.specification, self.scale_values)
        columns = [coefficient.column for coefficient in self.coefficients]
        wanted = scaled_columns(self.specification, self.scale_values)
        ability = self.specification.ability
        optional = set() if ability is None else {ability.name}
        if missing := [name for name in wanted if name not in columns and name not in optional]:
            raise ValueError(f"there is no coefficient for {', '.join(missing)}")
        if strange := [name for name in columns if name not in wanted]:
            raise ValueError(f"the specification has no column {', '.join(strange)}")
        if len(set(columns)) != len(columns):
            doubled = next(name for name in columns if columns.count(name) > 1)
            raise ValueError(f"the coefficient of {doubled} occurs twice")
        if self.covariance and (unknown := [name for name in self.covariance.columns if name not in columns]):
            raise ValueError(f"the covariance has a column {unknown[0]}, the coefficients have not")
        for one in self.coefficients:
            places = len(one.value.partition(".")[2])
            if places > self.specification.rounding.coefficient_places:
                raise ValueError(
                    f"the coefficient of {one.column} has {places} decimals, more than the specification's"
                )
        return self


def supplied_model(
    coefficients: Mapping[str, str | Decimal],
    specification: str | Path | Specification,
    *,
    label: str,
    source: str,
    name: str = "supplied",
    others: str | None = None,
    scale_values: Sequence[ScaleValues] = (),
    covariance: Any = None,
) -> Model:
    """Make a model from a coefficient table that comes from elsewhere.

    Parameters
    ----------
    coefficients
        By column; see `scaled_columns` for the columns of a specification. Ability may be left out.
    specification
        The features the coefficients belong to.
    label
        What every output made with it must say.
    source
        Where the coefficients are published.
    name
        Name of the model.
    others
        Coefficient of the columns that are not given; none if left out: then all must be given.
    scale_values
        Numbers of the classes of education, for features that have one coefficient each.
    covariance
        Of the coefficients, such as `cov_params` of a fit gives: a square table with the columns as labels.
        With it, `uncertainty` can draw them.

    Raises
    ------
    InputError
        A coefficient is missing, unknown, or not a decimal with at most six decimals; or no distribution has
        this covariance.

    Examples
    --------
    >>> supplied_model({"start": "530.25"}, "cbs-2019", label="example", source="made up")
    Traceback (most recent call last):
    ...
    oab_funding.errors.InputError: model supplied: there is no coefficient for education_mother[2], ...
    """
    chosen = load_specification(specification)
    given = {
        column: format(value, "f") if isinstance(value, Decimal) else value
        for column, value in coefficients.items()
    }
    if others is not None:
        given = {column: given.get(column, others) for column in scaled_columns(chosen, scale_values)} | given
    return make_model(
        name=name,
        label=label,
        source=source,
        reference_date=None,
        specification=chosen,
        coefficients=given,
        scale_values=scale_values,
        fit=None,
        covariance=None if covariance is None else Covariance.of(covariance),
    )


def make_model(
    *,
    name: str,
    label: str,
    source: str,
    reference_date: date | None,
    specification: Specification,
    coefficients: Mapping[str, str],
    fit: FitRecord | None,
    scale_values: Sequence[ScaleValues] = (),
    covariance: Covariance | None = None,
) -> Model:
    """Make a model from its parts, adding the format, the version and the hash.

    Raises
    ------
    InputError
        See `Model`.
    """
    content = {
        "format": MODEL_FORMAT,
        "name": name,
        "label": label,
        "source": source,
        "made_with": f"oab-funding {__version__}",
        "reference_date": reference_date,
        "specification": specification,
        "specification_sha256": specification.sha256,
        "coefficients": tuple({"column": column, "value": value} for column, value in coefficients.items()),
        "scale_values": tuple(scale_values),
        "fit": fit,
        "covariance": covariance,
    }
    return checked(Model, content, f"model {name}", REMEDY)


def named_specification(source: SourceFile) -> str | None:
    """Give the name of the specification that a model file names; None where it holds the whole of it."""
    named = read_json(source.data, source.name).get("specification")
    return named if isinstance(named, str) else None


def write_model(model: Model, path: str | Path, overwrite: bool = False) -> None:
    """Write a model file; equal models give equal bytes.

    Raises
    ------
    InputError
        The path is taken or cannot be written to.
    """
    with output_file(path, overwrite) as temporary:
        temporary.write_bytes(model.to_json())


def read_model(source: str | Path | SourceFile, specifications: Specifications | None = None) -> Model:
    """Read a model file.

    In place of a whole specification the file may name one of `specifications` (those that are shipped, if
    left out); its hash may then be left out.

    Raises
    ------
    InputError
        The file does not exist, is no JSON, or does not hold a model; the place is named.
    """
    file = read_source(source)
    content = read_json(file.data, file.name)
    if isinstance(content.get("specification"), str):
        specification = (specifications or Specifications.shipped()).load(content["specification"])
        content["specification"] = specification.model_dump(mode="json")
        content.setdefault("specification_sha256", specification.sha256)
    return checked(Model, content, file.name, REMEDY, of_json=True)


def card(model: Model, effect: SchoolMeanEffect | None = None) -> str:
    """Write the card of a model.

    Parameters
    ----------
    model
        Any model.
    effect
        What it does that fit and scoring take the school mean over other mothers, if it was measured.

    Returns
    -------
    str
        Markdown: label and source first, then features, coefficients, the fit, and what CBS has not
        published.
    """
    specification = model.specification
    lines = [
        f"# {model.name}",
        "",
        f"**{model.label}**",
        "",
        f"- source: {model.source}",
        f"- features: {specification.name} ({specification.title})",
        f"- hash of the features: {model.specification_sha256}",
        f"- made with: {model.made_with}",
    ]
    if model.fit is not None:
        left = ", ".join(f"{count:,} {reason}" for reason, count in model.fit.left_out.items()) or "nobody"
        lines += [
            f"- fitted on {model.fit.n:,} children on {model.reference_date}; left out: {left}",
            f"- hash of what it was fitted on: {model.fit.statistics_sha256}",
            f"- the start value lies at ability {model.fit.ability_centre}; ability is left out of the score",
        ]
        lines += [f"- {name}: {sha256}" for name, sha256 in model.fit.data_sha256.items()]
    if effect is not None:
        lines += [
            "- two definitions of the school mean (fit: known mothers; scoring: mothers of all pupils who "
            f"count, known or imputed): on average {effect.mean} points of score over {effect.pupils:,} "
            f"pupils, {effect.mean_absolute} in size, at most {effect.largest}"
        ]
    lines += ["", "| column | coefficient |", "|---|---:|"]
    lines += [f"| {one.column} | {one.value} |" for one in model.coefficients]
    for scale in model.scale_values:
        lines += ["", f"Scale values of {', '.join(scale.features)}, by class:", ""]
        lines += ["| class | scale value |", "|---|---:|"]
        lines += [f"| {one} | {value} |" for one, value in scale.values.items()]
    scaled = {name for scale in model.scale_values for name in scale.features}
    references = [
        f"{f.name} {specification.reference(f.name)}"
        for f in specification.categorical
        if f.name not in scaled
    ]
    lines += [
        "",
        f"Reference categories, with coefficient 0: {', '.join(references)}.",
        "",
        "Not published, and taken so:",
        "",
    ]
    lines += [
        f"- {gap.question} {specification.choice(gap)} (options: {', '.join(gap.options)}). {gap.reason}"
        for gap in specification.gaps
    ]
    return "\n".join([*lines, ""])
