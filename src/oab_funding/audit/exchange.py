"""Two folders that change places in one move, where the system can do that."""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

_AT_CWD = -100
_RENAME_EXCHANGE = 2


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
    if not sys.platform.startswith("linux"):
        return False
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):
        return False
    return rename(_AT_CWD, os.fsencode(one), _AT_CWD, os.fsencode(two), _RENAME_EXCHANGE) == 0
