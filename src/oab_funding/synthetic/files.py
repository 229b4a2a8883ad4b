"""Writing a made-up country to files, whole or not at all; and where the small one lies that is shipped."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet

from oab_funding.errors import InputError
from oab_funding.synthetic.country import Country, Snapshot
from oab_funding.synthetic.truth import Truth
from oab_funding.tables.output import write_csv
from oab_funding.tables.whole import output_directory

PREVIOUS = "previous"
OLD_BASE = "old_base_schools.csv"
GRANTS_2018 = "grants_2018.csv"
TRUTH = "truth.json"
TABLES = ("pupils", "toddlers", "sites")
_ROWS_PER_GROUP = 250_000


def write_country(country: Country, directory: str | Path, overwrite: bool = False) -> None:
    """Write a country to a folder.

    The folder gets `pupils.parquet`, `toddlers.parquet` and `sites.parquet` for the later date, the same
    three in `previous/` for the earlier one, `old_base_schools.csv`, `grants_2018.csv`, and `truth.json` with
    the true coefficients. The same country gives the same bytes with the same version of Arrow.

    Parameters
    ----------
    country
        What to write.
    directory
        A folder that does not exist or is empty.
    overwrite
        Replace a folder that holds a made-up country (known by its `truth.json`).

    Raises
    ------
    InputError
        The folder holds something else, or cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> from oab_funding.synthetic import country
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_country(country(500, seed=1), folder)
    ...     sorted(path.name for path in (Path(folder) / "previous").iterdir())
    ['pupils.parquet', 'sites.parquet', 'toddlers.parquet']
    """
    with output_directory(directory, overwrite, marker=TRUTH) as folder:
        fill_folder(country, folder)


def fill_folder(country: Country, folder: Path) -> None:
    """Write the files of a country into a folder that exists, beside whatever is there."""
    _write_snapshot(country.now, folder)
    (folder / PREVIOUS).mkdir()
    _write_snapshot(country.previous, folder / PREVIOUS)
    write_csv(country.old_base, folder / OLD_BASE)
    write_csv(country.grants_2018, folder / GRANTS_2018)
    text = json.dumps(truth_record(country.truth, country.seed), indent=2, ensure_ascii=False)
    (folder / TRUTH).write_text(text + "\n", encoding="utf-8")


def truth_record(truth: Truth, seed: int) -> dict[str, Any]:
    """Put the true model into plain values; numbers are text, so that no digit is lost."""
    return {
        "label": "made-up data: no child, school or municipality exists, and no coefficient is CBS's",
        "seed": str(seed),
        "pupils": truth.children.num_rows,
        "average_ability": str(truth.average_ability),
        "noise_spread": str(truth.noise_spread),
        "coefficients": {name: str(points) for name, points in truth.coefficients.items()},
    }


def _write_snapshot(snapshot: Snapshot, folder: Path) -> None:
    for name in TABLES:
        _write_compressed(getattr(snapshot, name), folder / f"{name}.parquet")


def _write_compressed(table: pa.Table, path: Path) -> None:
    """Write Parquet as small as it gets: ids ascend, so that most of each is that of the row before."""
    key = table.column_names[0]
    pyarrow.parquet.write_table(
        table,
        path,
        compression="zstd",
        compression_level=9,
        use_dictionary=[name for name in table.column_names if name != key],
        column_encoding={key: "DELTA_BYTE_ARRAY"},
        row_group_size=_ROWS_PER_GROUP,
    )


_IN_PACKAGE = Path(__file__).parent / "data"
_IN_SOURCES = Path(__file__).parents[3] / "data" / "synthetic"


def shipped_country() -> Path:
    """Give the folder of the small made-up country: in the installed package, or in the source tree.

    Raises
    ------
    InputError
        It is in neither place.

    Examples
    --------
    >>> (shipped_country() / "calculation.toml").is_file()
    True
    """
    for folder in (_IN_PACKAGE, _IN_SOURCES):
        if (folder / "calculation.toml").is_file():
            return folder
    raise InputError(
        "the small made-up country is missing from this installation", remedy="install the package again"
    )
