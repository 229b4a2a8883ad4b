"""Input files with their hashes."""

import hashlib
from pathlib import Path

from oab_funding.tables.files import read_source
from oab_funding.tables.source import HashedFile, SourceFile


def test_a_file_hashed_in_pieces_is_the_file_that_is_read(tmp_path: Path) -> None:
    path = tmp_path / "Children.PARQUET"
    path.write_bytes(b"x" * 300_000)
    whole, hashed = read_source(path), HashedFile.of(path)
    assert (whole.name, whole.sha256) == (hashed.name, hashed.sha256)
    assert hashed.sha256 == hashlib.sha256(b"x" * 300_000).hexdigest()
    assert whole.suffix == ".parquet"


def test_a_file_that_was_read_is_not_read_again() -> None:
    given = SourceFile("no such file.csv", b"site_id")
    assert read_source(given) is given
