"""Moves that the system makes in one go, where it can: an exchange, and a move to a free place only."""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

_AT_CWD = -100
_RENAME_NOREPLACE, _RENAME_EXCHANGE = 1, 2


def exchange(one: Path, two: Path) -> bool:
    """Let two folders on one disk change places, so that at no moment either place is empty.

    Parameters
    ----------
    one, two
        Folders that exist.

    Returns
    -------
    bool
        Whether that was done; False where the system cannot do it (renameat2 with RENAME_EXCHANGE, Linux
        3.15), in which case nothing was moved.
    """
    return _renamed(one, two, _RENAME_EXCHANGE)


def move_new(one: Path, two: Path) -> None:
    """Move a file to a place on the same disk where nothing stands.

    Raises
    ------
    FileExistsError
        Something stands there. Where the system cannot move so in one go (renameat2 with RENAME_NOREPLACE),
        that is looked at just before.
    """
    if _renamed(one, two, _RENAME_NOREPLACE):
        return
    if os.path.lexists(two):
        raise FileExistsError(17, "File exists", str(two))
    one.rename(two)


def _renamed(one: Path, two: Path, how: int) -> bool:
    if not sys.platform.startswith("linux"):
        return False
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):
        return False
    return rename(_AT_CWD, os.fsencode(one), _AT_CWD, os.fsencode(two), how) == 0
