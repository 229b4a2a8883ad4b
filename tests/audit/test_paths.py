import os

import pytest

from oab_funding.audit.paths import check_paths, readable
from oab_funding.errors import InputError


@pytest.mark.parametrize("path", ["a", "a/b.csv", "0", "a b/c-d_e+f.parquet", "_x", "a..b"])
def test_safe_paths(path):
    check_paths([path])


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "/a",
        "a/",
        "a//b",
        ".",
        "..",
        "../a",
        "a/../b",
        ".a",
        "a/.b",
        "a\\b",
        "c:a",
        "a\n",
        "a\0",
        "é",
        "a.",
        "a ",
        " a",
        "-a",
        "~",
    ],
)
def test_unsafe_paths(path):
    with pytest.raises(InputError, match="is no safe name"):
        check_paths(["ok", path])


@pytest.mark.parametrize("paths", [["a", "a"], ["a/B", "a/b"], ["a", "a/b"], ["A/b", "a"], ["a/b/c", "a/b"]])
def test_two_things_under_one_name(paths):
    with pytest.raises(InputError, match="is the name of two things"):
        check_paths(paths)


def test_names_are_shown_in_printable_characters():
    assert readable("é/x y") == "é/x y"
    assert readable(os.fsdecode(b"bad\xff\n")) == "'bad\\udcff\\n'"
