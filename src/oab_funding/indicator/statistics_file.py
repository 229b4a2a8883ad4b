"""Sufficient statistics as a file, so that parts can be made where the data are and merged elsewhere.

The file is a numpy archive (.npz) without pickled objects: the integers of 64 bits as arrays, everything else
as one JSON text. It holds no single child, but counts per school: treat it as confidential all the same.
"""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from oab_funding.errors import InputError, Place
from oab_funding.exact.integers import Int64Array
from oab_funding.indicator.statistics import SufficientStatistics
from oab_funding.tables.files import read_source
from oab_funding.tables.output import output_file

_FORMAT = "oab-funding/sufficient-statistics/1"


def write_statistics(statistics: SufficientStatistics, path: str | Path, overwrite: bool = False) -> None:
    """Write statistics to a file; equal statistics give equal bytes.

    Raises
    ------
    InputError
        The path is taken or cannot be written to.
    """
    header = {
        "format": _FORMAT,
        "specification_sha256": statistics.specification_sha256,
        "reference_date": statistics.reference_date.isoformat(),
        "columns": statistics.columns,
        "cross": [[str(number) for number in row] for row in statistics.cross],
        "places": statistics.places,
        "left_out": dict(sorted(statistics.left_out.items())),
        "sha256": statistics.sha256,
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
            if header["format"] != _FORMAT:
                raise ValueError(f"its format is {header['format']!r}, not {_FORMAT}")
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
    )
