"""Writing a calculation file for a calculation that was given as options."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any


def calculation_text(title: str, sections: Mapping[str, Mapping[str, Any]]) -> bytes:
    """Write a calculation file; options that are None, False or empty are left out.

    Parameters
    ----------
    title
        Title of the calculation.
    sections
        The sections and their options: text, whole numbers, true, dates, lists of text.

    Examples
    --------
    >>> print(calculation_text("T", {"schools": {"period": "2023", "price": None}}).decode())
    format = 1
    title = "T"
    <BLANKLINE>
    [schools]
    period = "2023"
    <BLANKLINE>
    """
    lines = ["format = 1", f"title = {_written(title)}", ""]
    for name, options in sections.items():
        given = {key: value for key, value in options.items() if value not in (None, False, (), [])}
        lines += [f"[{name}]", *(f"{key} = {_written(value)}" for key, value in given.items()), ""]
    return "\n".join(lines).encode("utf-8")


def _written(value: Any) -> str:
    if isinstance(value, list | tuple):
        return f"[{', '.join(_written(item) for item in value)}]"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool | int | str):
        # A JSON string is a TOML basic string, but for DEL, which TOML wants escaped.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    raise TypeError(f"{type(value).__name__} has no form in a calculation file")
