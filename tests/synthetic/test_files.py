from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from oab_funding.errors import InputError
from oab_funding.synthetic import DEFAULT_SEED, Country, country, write_country
from oab_funding.tables.child_tables import PUPILS, TODDLERS
from oab_funding.tables.files import read_table
from oab_funding.tables.grant_tables import SCHOOL_OLD_BASE
from oab_funding.tables.register_tables import SITES

COMMITTED = Path(__file__).parents[2] / "data" / "synthetic"
COMMITTED_PUPILS = 20_000


@pytest.fixture
def folder(small: Country, tmp_path: Path) -> Path:
    write_country(small, tmp_path / "country")
    return tmp_path / "country"


def test_what_was_written_is_read_back(small: Country, folder: Path) -> None:
    for snapshot, place in ((small.now, folder), (small.previous, folder / "previous")):
        for name, schema in (("pupils", PUPILS), ("toddlers", TODDLERS), ("sites", SITES)):
            assert read_table(place / f"{name}.parquet", schema).equals(getattr(snapshot, name))
    assert read_table(folder / "old_base_schools.csv", SCHOOL_OLD_BASE).equals(small.old_base)
    grants = (folder / "grants_2018.csv").read_text(encoding="utf-8").splitlines()
    assert grants[0] == "municipality_code,grant_2018"
    assert len(grants) == 1 + small.grants_2018.num_rows


def test_truth_is_written_with_every_digit(small: Country, folder: Path) -> None:
    record = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    assert record["coefficients"] == {name: str(value) for name, value in small.truth.coefficients.items()}
    assert record["coefficients"]["origin[latin_america]"] == "-0.40"
    assert record["seed"] == "1"


def test_a_committed_country_is_small(folder: Path) -> None:
    assert sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) < 600_000


def test_the_same_country_gives_the_same_bytes(small: Country, folder: Path, tmp_path: Path) -> None:
    write_country(small, tmp_path / "again")
    assert digests(folder) == digests(tmp_path / "again")


def test_a_full_folder_is_refused_and_kept(small: Country, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("keep me")
    for overwrite in (False, True):
        with pytest.raises(InputError):
            write_country(small, tmp_path, overwrite)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_made_up_country_is_replaced_on_request(folder: Path) -> None:
    other = country(500, seed=9)
    with pytest.raises(InputError):
        write_country(other, folder)
    write_country(other, folder, overwrite=True)
    assert json.loads((folder / "truth.json").read_text())["pupils"] == 500


def test_the_committed_country_is_the_one_that_its_seed_makes() -> None:
    made = country(COMMITTED_PUPILS, seed=DEFAULT_SEED)
    for snapshot, place in ((made.now, COMMITTED), (made.previous, COMMITTED / "previous")):
        for name, schema in (("pupils", PUPILS), ("toddlers", TODDLERS), ("sites", SITES)):
            assert read_table(place / f"{name}.parquet", schema).equals(getattr(snapshot, name)), name
    assert read_table(COMMITTED / "old_base_schools.csv", SCHOOL_OLD_BASE).equals(made.old_base)


def digests(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
