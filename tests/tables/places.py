"""What tests of written files and folders share: what stands where, refusals, a full disk."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from oab_funding.errors import InputError


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*"))


@contextmanager
def refusal(*says: str) -> Iterator[None]:
    with pytest.raises(InputError) as caught:
        yield
    for part in says:
        assert part in str(caught.value)
    assert caught.value.remedy


def full_disk(*_: object, **__: object) -> None:
    raise OSError(28, "No space left on device")
