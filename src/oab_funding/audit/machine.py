"""Which machine this is, without saying which: a salted hash of the number that the system has for itself.

What this does not prove: that two hashes are of two machines, or one of one. A copied disk has its twin's
number, and who runs the program can have it say another one.
"""

from __future__ import annotations

import hashlib
import platform
import re
import subprocess
from pathlib import Path

_LINUX = (Path("/etc/machine-id"), Path("/var/lib/dbus/machine-id"))
_MAC = re.compile(r'"IOPlatformUUID" = "([^"]+)"')


def machine_mark(salt: str, number: str | None = None) -> str:
    """Hash the machine's number with a salt, so that machines can be told apart within one run only.

    Parameters
    ----------
    salt
        What the mark is for: the head of a journal.
    number
        The number; None asks the system.

    Returns
    -------
    str
        SHA-256 in hexadecimal, or nothing where the system has no number.

    Examples
    --------
    >>> machine_mark("a", "1") == machine_mark("b", "1")
    False
    """
    number = machine_number() if number is None else number
    return hashlib.sha256(f"oab-funding machine 1\n{salt}\n{number}".encode()).hexdigest() if number else ""


def machine_number() -> str:
    """Give the number that the system has for this machine; nothing where it has none."""
    try:
        return {"Linux": _linux, "Darwin": _mac, "Windows": _windows}.get(platform.system(), str)()
    except (OSError, ValueError, subprocess.SubprocessError):
        return ""


def _linux() -> str:
    return next((found for path in _LINUX if path.is_file() and (found := path.read_text().strip())), "")


def _mac() -> str:
    asked = ["/usr/sbin/ioreg", "-rd1", "-c", "IOPlatformExpertDevice"]
    said = subprocess.run(asked, capture_output=True, text=True, check=True, timeout=10).stdout
    found = _MAC.search(said)
    return found[1] if found else ""


def _windows() -> str:
    asked = ["reg", "query", r"HKLM\SOFTWARE\Microsoft\Cryptography", "/v", "MachineGuid"]
    said = subprocess.run(asked, capture_output=True, text=True, check=True, timeout=10).stdout
    return said.split()[-1] if said.split() else ""
