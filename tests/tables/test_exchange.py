import pytest

from oab_funding.tables import exchange as moves
from oab_funding.tables.exchange import exchange, move_new


def test_two_folders_change_places(tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / name).write_text("")
    if not exchange(tmp_path / "one", tmp_path / "two"):
        pytest.skip("this system cannot exchange folders")
    assert [path.name for path in (tmp_path / "one").iterdir()] == ["two"]
    assert not exchange(tmp_path / "one", tmp_path / "absent")
    assert [path.name for path in (tmp_path / "one").iterdir()] == ["two"]


@pytest.mark.parametrize("in_one_go", [True, False])
def test_a_file_takes_a_free_place_only(in_one_go, tmp_path, monkeypatch):
    if not in_one_go:
        monkeypatch.setattr(moves, "_renamed", lambda one, two, how: False)
    for name in ("one", "two"):
        (tmp_path / name).write_text(name)
    with pytest.raises(FileExistsError):
        move_new(tmp_path / "one", tmp_path / "two")
    assert (tmp_path / "two").read_text() == "two"
    move_new(tmp_path / "one", tmp_path / "three")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["three", "two"]
