"""The covariance that a supplied model may bring, so that its coefficients can be drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from math import sqrt
from typing import Annotated, Any

from pydantic import model_validator

from oab_funding.errors import InputError, Place
from oab_funding.regulation.values import Part
from oab_funding.tables.documents import Form

CovarianceText = Annotated[
    str, Form(r"-?[0-9]{1,8}(\.[0-9]{1,24})?", "a decimal of at most 24 places such as 0.000132")
]
"""A covariance as text."""

_ROUNDED = 1e-9
"""A pivot may be so far below 0, against the variance of its column: what rounding leaves of a 0."""


class Covariance(Part):
    """Variances and covariances of coefficients, as whoever fitted them found them.

    `rows` is the lower triangle with its diagonal, row by row in the order of `columns`, in points squared.
    Columns that are not named do not vary.

    Raises
    ------
    ValidationError
        A row has another length, a column is doubled, or no distribution has these covariances.

    Examples
    --------
    >>> found = Covariance(columns=("start", "school_mean"), rows=(("4",), ("2", "5")))
    >>> found.root()
    [[2.0, 0.0], [1.0, 2.0]]
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[CovarianceText, ...], ...]

    @classmethod
    def of(cls, given: Any) -> Covariance:
        """Take a square table with the columns as its labels, such as `cov_params` gives; or a covariance.

        Raises
        ------
        InputError
            It is no such table, or no distribution has these covariances.
        """
        if isinstance(given, Covariance):
            return given
        table: Mapping[str, Mapping[str, Any]] = given.to_dict() if hasattr(given, "to_dict") else given
        names = tuple(map(str, table))
        try:
            rows = tuple(
                tuple(_text(table[one][other]) for other in names[: at + 1]) for at, one in enumerate(names)
            )
            return cls(columns=names, rows=rows)
        except (ValueError, KeyError, TypeError) as error:
            raise InputError(
                "is no covariance of coefficients",
                Place(argument="covariance"),
                "give a square table with the columns of the model as labels of rows and columns",
            ) from error

    def root(self) -> list[list[float]]:
        """Give the lower triangular L with L L' equal to the covariance; a column without variance is 0."""
        size = len(self.columns)
        left = [[float(value) for value in row] for row in self.rows]
        lower = [[0.0] * size for _ in range(size)]
        for k in range(size):
            pivot = _less(left[k][k], lower[k], lower[k], k)
            if pivot <= _ROUNDED * left[k][k]:
                continue
            lower[k][k] = sqrt(pivot)
            for row in range(k + 1, size):
                lower[row][k] = _less(left[row][k], lower[row], lower[k], k) / lower[k][k]
        return lower

    @model_validator(mode="after")
    def _is_one(self) -> Covariance:
        if len(set(self.columns)) != len(self.columns):
            raise ValueError("a column of the covariance occurs twice")
        if [len(row) for row in self.rows] != list(range(1, len(self.columns) + 1)):
            raise ValueError("the rows of the covariance are not the lower triangle of its columns")
        root = self.root()
        for row, given in enumerate(self.rows):
            scale = float(given[row])
            for column, value in enumerate(given):
                found = sum(root[row][k] * root[column][k] for k in range(column + 1))
                limit = 1e-6 * sqrt(max(scale * float(self.rows[column][column]), 0.0))
                if abs(found - float(value)) > limit or scale < 0:
                    raise ValueError("no distribution has these covariances: they are not positive")
        return self


def _less(value: float, one: Sequence[float], other: Sequence[float], end: int) -> float:
    for k in range(end):
        value -= one[k] * other[k]
    return value


def _text(value: Any) -> str:
    decimal = value if isinstance(value, Decimal) else Decimal(repr(float(value)))
    return format(decimal.quantize(Decimal(1).scaleb(-24)).normalize(), "f")
