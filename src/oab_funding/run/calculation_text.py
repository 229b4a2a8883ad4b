"""Writing a calculation file for a calculation that was given as options."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from pydantic import BaseModel


def text_of(calculation: BaseModel) -> bytes:
    r"""Write a calculation as the file that says the same.

    Examples
    --------
    >>> from oab_funding.run.calculation_file import read_calculation
    >>> text = b'format = 1\ntitle = "T"\n[schools]\nperiod = "2023"\nscores = "s.csv"\nshare = "5/12"\n'
    >>> calculation = read_calculation(text)
    >>> read_calculation(text_of(calculation)) == calculation
    True
    """
    stated = {name: getattr(calculation, name) for name in type(calculation).model_fields}
    sections = {
        name: {key: getattr(part, key) for key in type(part).model_fields if key in part.model_fields_set}
        for name, part in stated.items()
        if isinstance(part, BaseModel) and name in calculation.model_fields_set
    }
    return calculation_text(stated["title"], sections, stated["label"])


def calculation_text(title: str, sections: Mapping[str, Mapping[str, Any]], label: str = "") -> bytes:
    """Write a calculation file; options that are None, False or empty are left out.

    Parameters
    ----------
    title
        Title of the calculation.
    sections
        The sections and their options: text, whole numbers, true, dates, exact numbers, lists of text.
    label
        What every output must say, if anything.

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
    lines = ["format = 1", f"title = {_written(title)}"]
    lines += [f"label = {_written(label)}", ""] if label else [""]
    for name, options in sections.items():
        given = {key: value for key, value in options.items() if value not in (None, False, (), [])}
        lines += [f"[{name}]", *(f"{key} = {_written(value)}" for key, value in given.items()), ""]
    return "\n".join(lines).encode("utf-8")


def _written(value: Any) -> str:
    if isinstance(value, list | tuple):
        return f"[{', '.join(_written(item) for item in value)}]"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal | Fraction):
        value = f"{value:f}" if isinstance(value, Decimal) else str(value)
    if isinstance(value, bool | int | str):
        # A JSON string is a TOML basic string, but for DEL, which TOML wants escaped.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    raise TypeError(f"{type(value).__name__} has no form in a calculation file")
