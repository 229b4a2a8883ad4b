"""Every reader refuses every broken file in one sentence that says what, where and what would be right."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oab_funding.errors import InputError
from oab_funding.tables.cbs_workbook import read_cbs_workbook
from oab_funding.tables.duo import read_duo_distances, read_duo_register, read_sites
from oab_funding.tables.files import read_table
from oab_funding.tables.score_tables import SITE_SCORES
from oab_funding.tables.source import SourceFile

from .broken import BROKEN, DISTANCES, REGISTER, SOUND_CSV, SOUND_PARQUET, Broken, _parquet_bytes
from .workbooks import SHEETS, book_bytes

BOOK = book_bytes(SHEETS)
PARQUET = _parquet_bytes(SOUND_PARQUET)


def read(kind: str, source: Any) -> Any:
    if kind == "workbook":
        return read_cbs_workbook(source)
    return read_sites(source) if kind == "register" else read_table(source, SITE_SCORES)


def test_the_sound_files_are_accepted() -> None:
    assert read("scores", SourceFile("scores.csv", SOUND_CSV.encode())).num_rows == 2
    assert read("scores", SourceFile("scores.parquet", PARQUET)).num_rows == 2
    assert read("workbook", SourceFile("scores.xlsx", BOOK)).table.num_rows == 3
    assert read("register", SourceFile("register.csv", DISTANCES.encode("iso-8859-1"))).num_rows == 2
    assert read("register", SourceFile("register.csv", REGISTER.encode("iso-8859-1"))).num_rows == 2


def test_the_catalogue_is_large_and_names_each_entry_once() -> None:
    assert len(BROKEN) >= 60
    assert len({str(broken) for broken in BROKEN}) == len(BROKEN)


@pytest.mark.parametrize("broken", BROKEN, ids=str)
def test_broken_file_is_refused(broken: Broken, tmp_path: Path) -> None:
    path = broken.write(tmp_path)
    before = sorted(tmp_path.iterdir())
    with pytest.raises(InputError) as caught:
        read(broken.kind, path)
    message = str(caught.value)
    for part in broken.says:
        assert part in message
    assert "\n" not in message
    assert len(message) < 400
    assert caught.value.remedy
    assert sorted(tmp_path.iterdir()) == before


def survives(kind: str, name: str, data: bytes) -> None:
    """A reader either reads or refuses with an InputError; anything else is a defect."""
    with suppress(InputError):
        read(kind, SourceFile(name, data))


@given(st.binary(max_size=300))
@pytest.mark.parametrize(
    ("kind", "name"),
    [("scores", "s.csv"), ("scores", "s.parquet"), ("workbook", "s.xlsx"), ("register", "s.csv")],
)
@settings(max_examples=100, deadline=None)
def test_random_bytes(kind: str, name: str, data: bytes) -> None:
    survives(kind, name, data)


@given(st.data())
@pytest.mark.parametrize(
    ("kind", "name", "whole"),
    [
        ("scores", "s.csv", SOUND_CSV.encode()),
        ("scores", "s.parquet", PARQUET),
        ("workbook", "s.xlsx", BOOK),
        ("register", "s.csv", DISTANCES.encode("iso-8859-1")),
        ("register", "s.csv", REGISTER.encode("iso-8859-1")),
    ],
)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_flipped_bytes(kind: str, name: str, whole: bytes, data: st.DataObject) -> None:
    changed = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 4))):
        changed[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    survives(kind, name, bytes(changed))


@pytest.mark.parametrize("part", [0.05, 0.3, 0.5, 0.8, 0.95, 0.999])
def test_truncated_files_are_refused(part: float) -> None:
    for kind, name, whole in (("workbook", "s.xlsx", BOOK), ("scores", "s.parquet", PARQUET)):
        with pytest.raises(InputError, match="is not a whole"):
            read(kind, SourceFile(name, whole[: int(len(whole) * part)]))


@pytest.mark.parametrize("reader", [read_duo_distances, read_duo_register])
def test_duo_readers_refuse_the_other_file(reader: Any) -> None:
    other = REGISTER if reader is read_duo_distances else DISTANCES
    with pytest.raises(InputError, match="is missing"):
        reader(SourceFile("other.csv", other.encode("iso-8859-1")))
