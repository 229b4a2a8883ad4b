"""Writing outputs whole or not at all: under a temporary name first, then moved into place."""

from __future__ import annotations

import csv
import io
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from oab_funding.errors import InputError, Place
from oab_funding.tables.parquet import with_labels, write_parquet
from oab_funding.tables.workbook_writer import Cover, workbook_bytes


def check_free(path: str | Path, overwrite: bool = False) -> Path:
    """Refuse an output path that is taken, so that long work does not end in a refusal.

    Raises
    ------
    InputError
        The path exists and may not be overwritten, or its folder does not exist.
    """
    path = Path(path)
    if path.is_dir():
        raise InputError("is a folder", Place(str(path)), "name a file in it")
    if path.exists() and not overwrite:
        raise InputError("already exists", Place(str(path)), "choose another name or pass --overwrite")
    if not path.parent.is_dir():
        raise InputError("its folder does not exist", Place(str(path)), f"make {path.parent} first")
    return path


@contextmanager
def output_file(path: str | Path, overwrite: bool = False) -> Iterator[Path]:
    """Give a temporary path to write to; move it into place when the block ends well, remove it otherwise.

    Raises
    ------
    InputError
        See `check_free`; or writing failed (no permission, no space).
    """
    path = check_free(path, overwrite)
    with _said_for_people(path):
        handle, name = tempfile.mkstemp(prefix=f".{path.stem}-", suffix=path.suffix, dir=path.parent)
        os.close(handle)
        temporary = Path(name)
        try:
            yield temporary
            temporary.chmod(0o666 & ~_umask())
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)


@contextmanager
def output_directory(
    path: str | Path, overwrite: bool = False, marker: str = "manifest.json"
) -> Iterator[Path]:
    """Give a temporary folder to fill; move it into place when the block ends well, remove it otherwise.

    An empty folder is accepted. One that holds something is replaced only with `overwrite`, and only if it
    holds `marker`: a slip of the hand must not delete what this library did not write.

    Raises
    ------
    InputError
        The path is taken, or writing failed.
    """
    path = Path(path)
    check_directory_free(path, overwrite, marker)
    with _said_for_people(path):
        place = path.resolve()  # "." has no name and no folder of its own until resolved
        with _parents_made(place), _temporary_directory(place) as temporary:
            yield temporary
            temporary.chmod(0o777 & ~_umask())
            if place.exists():
                _exchange(place, temporary)
            else:
                temporary.rename(place)


@contextmanager
def _temporary_directory(path: Path) -> Iterator[Path]:
    temporary = Path(tempfile.mkdtemp(prefix=f".{path.name}-", dir=path.parent))
    try:
        yield temporary
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


@contextmanager
def _parents_made(path: Path) -> Iterator[None]:
    """Make the folders above a path; take away again those that were made if the block fails."""
    made = [parent for parent in path.parents if not parent.exists()]
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        yield
    except BaseException:
        for parent in made:
            with suppress(OSError):
                parent.rmdir()
        raise


def _exchange(path: Path, new: Path) -> None:
    """Put a folder in the place of another, which comes back if that fails."""
    with _temporary_directory(path) as retired:
        path.rename(retired / "old")
        try:
            new.rename(path)
        except BaseException:
            (retired / "old").rename(path)
            raise


def check_directory_free(path: str | Path, overwrite: bool = False, marker: str = "manifest.json") -> None:
    """Refuse an output folder that is taken; see `output_directory`."""
    path = Path(path)
    if path.exists() and not path.is_dir():
        raise InputError("is a file", Place(str(path)), "name a folder")
    if not path.is_dir() or not any(path.iterdir()):
        return
    if not overwrite:
        raise InputError(
            "is a folder that is not empty", Place(str(path)), "choose another or pass --overwrite"
        )
    if not (path / marker).is_file():
        raise InputError(
            f"holds no {marker}, so it is not replaced",
            Place(str(path)),
            "empty it yourself or choose another",
        )


def write_table(
    table: pa.Table, path: str | Path, overwrite: bool = False, labels: Sequence[str] = ()
) -> None:
    """Write one table; see `write_tables`."""
    write_tables({Path(path).stem: table}, path, Cover(labels=labels), overwrite)


def write_tables(
    tables: Mapping[str, pa.Table], path: str | Path, cover: Cover, overwrite: bool = False
) -> None:
    """Write tables to .xlsx, or the first of them to .csv or .parquet, by the ending of the path.

    Parquet and workbook take the labels along; CSV has no room for them.

    Scores with two places or more go into Parquet as decimal128(12, 6); CSV shows each column's own places.

    Raises
    ------
    InputError
        Another ending, a path that is taken, or a failure to write.
    """
    check_table_path(path, overwrite)
    with output_file(path, overwrite) as temporary:
        first = next(iter(tables.values()))
        if Path(path).suffix.lower() == ".csv":
            write_csv(first, temporary)
        elif Path(path).suffix.lower() == ".xlsx":
            temporary.write_bytes(workbook_bytes(tables, cover))
        else:
            write_parquet(with_labels(first, cover.labels), temporary)


def check_table_path(path: str | Path, overwrite: bool = False) -> None:
    """Refuse an output path that is taken or does not end as a table does, before any work is done.

    Raises
    ------
    InputError
        See `check_free`; or another ending.
    """
    check_free(path, overwrite)
    suffix = Path(path).suffix.lower()
    if suffix not in (".csv", ".parquet", ".pq", ".xlsx"):
        raise InputError(
            f"its ending {suffix or '(none)'} is not that of a table",
            Place(str(path)),
            "end it in .csv, .parquet or .xlsx",
        )


def write_csv(table: pa.Table, path: Path) -> None:
    """Write a table as CSV (UTF-8, comma, decimal point, header), quotes only where they are needed."""
    path.write_bytes(csv_bytes(table))


def csv_bytes(table: pa.Table) -> bytes:
    r"""Give a table as the bytes of a CSV file.

    Examples
    --------
    >>> csv_bytes(pa.table({"site_id": ["00AP00"], "score": [None]}))
    b'site_id,score\n00AP00,\n'
    """
    columns = [_as_text(table.column(name)) for name in table.column_names]
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(table.column_names)
    writer.writerows(zip(*columns, strict=True))
    return stream.getvalue().encode("utf-8")


def _as_text(column: Any) -> list[str]:
    if pa.types.is_boolean(column.type):
        column = pc.if_else(column, "true", "false")
    show = _plain_decimal if pa.types.is_decimal(column.type) else str
    return ["" if value is None else show(value) for value in column.to_pylist()]


def _plain_decimal(value: Decimal) -> str:
    return format(value, "f")  # str would write a zero of twelve places as 0E-12


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


@contextmanager
def _said_for_people(path: Path) -> Iterator[None]:
    try:
        yield
    except PermissionError as error:
        raise InputError(
            "may not be written",
            Place(str(path)),
            "is it open in Excel? close it and try again; else choose a folder you may write to",
        ) from error
    except OSError as error:
        raise InputError(
            f"cannot be written ({error.strerror or error})",
            Place(str(path)),
            "free some space or choose another place",
        ) from error
