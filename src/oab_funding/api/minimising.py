"""Files of children with no more than a calculation uses, and on request without their ids."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa

from oab_funding.errors import InputError, Place
from oab_funding.tables.carried_labels import labels_of
from oab_funding.tables.child_tables import PUPILS, SCORED_CHILDREN, TODDLERS
from oab_funding.tables.files import read_source, read_table
from oab_funding.tables.output import check_table_path, write_table

KINDS = {"pupils": PUPILS, "toddlers": TODDLERS, "scored-children": SCORED_CHILDREN}
_LEAST_KEY = 32
_MOST_KEY = 1 << 16
_ID_BYTES = 16


def minimise(
    file: str | Path, kind: str, out: str | Path, *, id_key: str | Path | None = None, overwrite: bool = False
) -> pa.Table:
    """Write a file of children again with the columns that a calculation uses, and on request with other ids.

    Parameters
    ----------
    file
        Parquet, CSV or .xlsx.
    kind
        "pupils", "toddlers" or "scored-children".
    out
        File to write: .parquet, .csv or .xlsx.
    id_key
        File with a secret of at least 32 bytes; `child_id` becomes the first half of its HMAC-SHA256 (RFC
        2104) under the secret, in hexadecimal. One key for all files of a run keeps their children one.
    overwrite
        Replace a file that is there.

    Returns
    -------
    pyarrow.Table
        What was written.

    Raises
    ------
    InputError
        The file is no such table, the key is too short, or the file cannot be written.
    """
    if kind not in KINDS:
        raise InputError(
            "is no table of children", Place(argument="kind", value=kind), f"choose {', '.join(KINDS)}"
        )
    check_table_path(out, overwrite)
    replaced = (lambda one: one) if id_key is None else _hashed(_key(Path(id_key)))
    source = read_source(Path(file))
    table = read_table(source, KINDS[kind])
    ids = pa.array([replaced(one) for one in table.column("child_id").to_pylist()], pa.string())
    table = table.set_column(table.column_names.index("child_id"), "child_id", ids)
    if id_key is not None:  # the order of rows should not lead back to the ids
        table = table.sort_by("child_id")
    write_table(table, out, overwrite, labels=labels_of(source))
    return table


def _hashed(key: bytes) -> Callable[[str], str]:
    return lambda one: hmac.digest(key, one.encode(), "sha256")[:_ID_BYTES].hex()


def _key(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            key = file.read(_MOST_KEY)
    except OSError as error:
        raise InputError(f"cannot be read ({error.strerror})", Place(str(path)), "check the path") from error
    if len(key) < _LEAST_KEY:
        remedy = f"give at least {_LEAST_KEY} random bytes, as `openssl rand -out key 32` writes them"
        raise InputError("is too short for a secret", Place(str(path)), remedy)
    return key
