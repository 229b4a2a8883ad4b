from pathlib import Path

import pytest

from indicator.test_statistics import statistics
from oab_funding.errors import InputError
from oab_funding.indicator.statistics_file import read_statistics, write_statistics


def test_round_trip_with_equal_bytes(tmp_path: Path) -> None:
    part = statistics()
    write_statistics(part, tmp_path / "a.npz")
    write_statistics(part, tmp_path / "b.npz")
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()
    again = read_statistics(tmp_path / "a.npz")
    assert again == part
    assert again.cross == part.cross
    assert again + again == part + part


@pytest.mark.parametrize("cut", [0, 10, 200, -10])
def test_cut_files_are_refused(tmp_path: Path, cut: int) -> None:
    write_statistics(statistics(), tmp_path / "a.npz")
    (tmp_path / "b.npz").write_bytes((tmp_path / "a.npz").read_bytes()[:cut])
    with pytest.raises(InputError):
        read_statistics(tmp_path / "b.npz")


def test_changed_numbers_are_refused(tmp_path: Path) -> None:
    import numpy as np

    write_statistics(statistics(), tmp_path / "a.npz")
    with np.load(tmp_path / "a.npz") as archive:
        content = dict(archive)
    content["mothers"] = content["mothers"] + 1
    np.savez(tmp_path / "b.npz", **content)
    with pytest.raises(InputError, match="has changed since it was written"):
        read_statistics(tmp_path / "b.npz")
    content["header"] = np.frombuffer(b'{"format": "something else"}', dtype=np.uint8)
    np.savez(tmp_path / "c.npz", **content)
    with pytest.raises(InputError, match="its format is 'something else'"):
        read_statistics(tmp_path / "c.npz")


def test_a_taken_path_is_refused(tmp_path: Path) -> None:
    write_statistics(statistics(), tmp_path / "a.npz")
    with pytest.raises(InputError, match="already exists"):
        write_statistics(statistics(), tmp_path / "a.npz")
