"""What a fit needs to know of the children: whole numbers that add up over any partition of them.

For every child in the sample there is a row z of zeros and ones: a one, one column for every category of
every feature (the reference too), and beside them ability and attainment. Kept are the sums of z z' over all
children, and per school within its municipality the sums of z and the number of mothers in each class. A
school's mean is not known inside a part of the data; but as it is the same for all its children, the products
with it follow from the sums per school once all parts are together. So parts may cut a school, and ``a + b``
is what the parts give as a whole.

They can be written to a file, so that parts can be made where the data are and merged elsewhere: a numpy
archive (.npz) without pickled objects, the integers of 64 bits as arrays, everything else as one JSON text.
It holds no single child, but counts per school: treat it as confidential all the same.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from oab_funding.errors import InputError, Place
from oab_funding.exact.sums import Int64Array
from oab_funding.indicator.school_mean import PlaceKey
from oab_funding.indicator.specification import WEIGHT_UNITS, Specification
from oab_funding.tables.files import read_source
from oab_funding.tables.whole import output_file

ONE, ABILITY, ATTAINMENT = "one", "ability", "attainment"
"""Columns of z besides the categories."""

_FILE_FORMAT = "oab-funding/sufficient-statistics/1"
_WEIGHTED_FORMAT = "oab-funding/sufficient-statistics/2"


@dataclass(frozen=True, slots=True, eq=False)
class SufficientStatistics:
    """Sums over the children of a sample, additive over its parts.

    Two are equal if all their numbers are.

    Parameters
    ----------
    specification_sha256
        Hash of the specification the children were coded by.
    reference_date
        The day of their coding: parts of different days are different schools.
    columns
        Names of the q columns of z: ``one``, ``feature[category]`` ..., ``ability``, ``attainment``.
    cross
        q rows of q Python integers: the sums of z z'.
    places
        The s schools within their municipalities, ascending.
    place_sums
        int64, shape (s, q): the sums of z per place.
    mothers
        int64, shape (s, k): mothers with known education per place and class, of all children and not only of
        the sample.
    left_out
        Children not in the sample, by reason.
    weighted
        Where the children have weights, how many they are: `cross` and `place_sums` then hold sums of
        weights, in millionths. None where everyone counts once.

    Examples
    --------
    >>> from oab_funding.indicator.specification_file import load_specification
    >>> nobody = SufficientStatistics.empty(load_specification("cbs-2019"), date(2019, 10, 1))
    >>> nobody + nobody == nobody, nobody.n
    (True, 0)
    """

    specification_sha256: str
    reference_date: date
    columns: tuple[str, ...]
    cross: tuple[tuple[int, ...], ...]
    places: tuple[PlaceKey, ...]
    place_sums: Int64Array
    mothers: Int64Array
    left_out: Mapping[str, int]
    weighted: int | None = None

    @classmethod
    def empty(cls, specification: Specification, reference_date: date) -> SufficientStatistics:
        """Statistics of no children."""
        columns = z_columns(specification)
        return cls(
            specification.sha256,
            reference_date,
            columns,
            ((0,) * len(columns),) * len(columns),
            (),
            np.zeros((0, len(columns)), dtype=np.int64),
            np.zeros((0, len(specification.education_classes)), dtype=np.int64),
            {},
        )

    @property
    def n(self) -> int:
        """Children in the sample."""
        return self.cross[0][0] if self.weighted is None else self.weighted

    @property
    def weight_units(self) -> int:
        """Units that one child of weight 1 adds to the sums."""
        return 1 if self.weighted is None else WEIGHT_UNITS

    @property
    def sha256(self) -> str:
        """SHA-256 of all numbers: the same for the same children in any order and any partition."""
        header = repr((self.specification_sha256, self.reference_date.isoformat(), self.columns, self.cross))
        digest = hashlib.sha256(header.encode())
        digest.update(repr((self.places, sorted(self.left_out.items()))).encode())
        if self.weighted is not None:
            digest.update(repr(("weighted", self.weighted)).encode())
        for array in (self.place_sums, self.mothers):
            digest.update(np.ascontiguousarray(array, dtype="<i8").tobytes())
        return digest.hexdigest()

    def __add__(self, other: SufficientStatistics) -> SufficientStatistics:
        """Merge two parts of the children.

        Raises
        ------
        InputError
            The parts were coded by different specifications or on different reference dates.
        """
        if not isinstance(other, SufficientStatistics):
            return NotImplemented
        _check_alike(self, other)
        places = tuple(sorted({*self.places, *other.places}))
        return SufficientStatistics(
            self.specification_sha256,
            self.reference_date,
            self.columns,
            tuple(
                tuple(a + b for a, b in zip(mine, theirs, strict=True))
                for mine, theirs in zip(self.cross, other.cross, strict=True)
            ),
            places,
            _spread(self.place_sums, self.places, places) + _spread(other.place_sums, other.places, places),
            _spread(self.mothers, self.places, places) + _spread(other.mothers, other.places, places),
            _added(self.left_out, other.left_out),
            None if self.weighted is None or other.weighted is None else self.weighted + other.weighted,
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SufficientStatistics) and self.sha256 == other.sha256

    __hash__ = None  # type: ignore[assignment]  # as costly as comparing


def z_columns(specification: Specification) -> tuple[str, ...]:
    """Name the columns of z.

    Examples
    --------
    >>> from oab_funding.indicator.specification_file import load_specification
    >>> z_columns(load_specification("cbs-2019"))[-4:]
    ('debt_restructuring[no]', 'debt_restructuring[yes]', 'ability', 'attainment')
    """
    categories = [
        f"{feature.name}[{category}]"
        for feature in specification.categorical
        for category in specification.categories(feature.name)
    ]
    return (ONE, *categories, ABILITY, ATTAINMENT)


def _check_alike(one: SufficientStatistics, other: SufficientStatistics) -> None:
    if one.specification_sha256 != other.specification_sha256:
        raise InputError(
            f"the parts were coded by different specifications ({one.specification_sha256[:12]} and "
            f"{other.specification_sha256[:12]})",
            remedy="code all parts by the same specification",
        )
    if one.reference_date != other.reference_date:
        raise InputError(
            f"the parts were coded on different dates ({one.reference_date} and {other.reference_date})",
            remedy="fit each reference date on its own",
        )
    if (one.weighted is None) != (other.weighted is None):
        raise InputError("one part has weights and the other has none", remedy="give weights to both or none")


def _spread(rows: Int64Array, own: tuple[PlaceKey, ...], places: tuple[PlaceKey, ...]) -> Int64Array:
    """Give rows per own place their positions among more places."""
    position = {key: number for number, key in enumerate(places)}
    spread = np.zeros((len(places), rows.shape[1]), dtype=np.int64)
    spread[[position[key] for key in own]] = rows
    return spread


def _added(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    return {reason: one.get(reason, 0) + other.get(reason, 0) for reason in sorted({*one, *other})}


def write_statistics(statistics: SufficientStatistics, path: str | Path, overwrite: bool = False) -> None:
    """Write statistics to a file; equal statistics give equal bytes.

    Raises
    ------
    InputError
        The path is taken or cannot be written to.
    """
    header = {
        "format": _FILE_FORMAT if statistics.weighted is None else _WEIGHTED_FORMAT,
        "specification_sha256": statistics.specification_sha256,
        "reference_date": statistics.reference_date.isoformat(),
        "columns": statistics.columns,
        "cross": [[str(number) for number in row] for row in statistics.cross],
        "places": statistics.places,
        "left_out": dict(sorted(statistics.left_out.items())),
        "sha256": statistics.sha256,
        **({} if statistics.weighted is None else {"weighted": statistics.weighted}),
    }
    text = np.frombuffer(json.dumps(header, sort_keys=True).encode(), dtype=np.uint8)
    buffer = io.BytesIO()
    np.savez_compressed(buffer, header=text, place_sums=statistics.place_sums, mothers=statistics.mothers)
    with output_file(path, overwrite) as temporary:
        temporary.write_bytes(buffer.getvalue())


def read_statistics(path: str | Path) -> SufficientStatistics:
    """Read statistics from a file and check that they are whole.

    Raises
    ------
    InputError
        The file does not exist, is no such file, or its content does not have the hash it states.
    """
    source = read_source(path)
    try:
        with np.load(io.BytesIO(source.data), allow_pickle=False) as archive:
            header = json.loads(archive["header"].tobytes())
            if header["format"] not in (_FILE_FORMAT, _WEIGHTED_FORMAT):
                raise ValueError(f"its format is {header['format']!r}, not {_FILE_FORMAT}")
            statistics = _statistics(header, archive["place_sums"], archive["mothers"])
            stated = header["sha256"]
    except (
        ValueError,
        KeyError,
        TypeError,
        OSError,
        EOFError,
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
    ) as error:
        detail = " ".join(str(error).split())[:160]
        raise InputError(
            f"is no file of sufficient statistics ({detail})", Place(source.name), "make it again"
        ) from error
    if statistics.sha256 != stated:
        raise InputError("has changed since it was written", Place(source.name), "make it again")
    return statistics


def _statistics(header: dict[str, Any], place_sums: Int64Array, mothers: Int64Array) -> SufficientStatistics:
    return SufficientStatistics(
        header["specification_sha256"],
        date.fromisoformat(header["reference_date"]),
        tuple(header["columns"]),
        tuple(tuple(int(number) for number in row) for row in header["cross"]),
        tuple((school, municipality) for school, municipality in header["places"]),
        place_sums,
        mothers,
        header["left_out"],
        header["weighted"] if header["format"] == _WEIGHTED_FORMAT else None,
    )
