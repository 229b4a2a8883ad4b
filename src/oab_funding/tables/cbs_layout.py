"""The layout of the workbooks in which CBS publishes disadvantage scores, shared by reader and writer.

Source: CBS, "Achterstandsscores basisscholen, 2019" (February 2020) and its sheets.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Final

MONTHS: Final = (
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
)
SITE_HEADER: Final = "School (BRIN vestiging)"
PUPILS_HEADER: Final = "Aantal bekostigde leerlingen"
SCORE_HEADER: Final = "Achterstandsscore"
RAW_HEADER: Final = "Achterstandsscore zonder drempel"
LOWER_HEADER: Final = f"{RAW_HEADER} \n(onderbouw)"
UPPER_HEADER: Final = f"{RAW_HEADER} \n(bovenbouw)"
LABEL_MARK: Final = "Let op: "
"""What this library puts before a label such as "verzonnen gegevens" in the workbooks it writes."""
UNKNOWN_SIGN: Final = "."
"""CBS's sign for a figure that is unknown, not reliable enough or secret."""

_MONTH = "|".join(MONTHS)
_DATE = re.compile(rf"\b([0-9]{{1,2}}) ({_MONTH}) ([0-9]{{4}})\b")
_ISSUED = re.compile(rf"(?:[0-9]{{1,2}} )?(?:{_MONTH}) [0-9]{{4}}", re.IGNORECASE)
# From the letter to its value: no digits but those of a year, and not past the other letter.
_CONSTANT = (
    r"\b{letter}\b(?:(?!\b[CG]\b)[^0-9]|\b(?:19|20)[0-9]{{2}}\b(?![.,][0-9]))*?\b([0-9]{{3}}[.,][0-9]+)\b"
)


def words(cell: object) -> str:
    r"""Give a cell as lower-case words with single spaces.

    Examples
    --------
    >>> words(" School\xa0(BRIN \n vestiging)")
    'school (brin vestiging)'
    """
    return " ".join(str(cell).split()).casefold()


def column_of(cell: object) -> str | None:
    """Name the column that stands under a header cell, by the key words in it; None if it is none of ours.

    Examples
    --------
    >>> column_of("School (BRIN vestiging)"), column_of("Aantal bekostigde leerlingen")
    ('site_id', 'pupils')
    >>> column_of("Achterstandsscore zonder drempel (onderbouw)"), column_of("Achterstandsscore")
    ('score_raw_lower', 'score')
    """
    if not isinstance(cell, str):
        return None
    text = words(cell)
    if "achterstand" in text and "score" in text:
        for word, name in (
            ("betrouwbaar", "flags"),
            ("onderbouw", "score_raw_lower"),
            ("bovenbouw", "score_raw_upper"),
            ("zonder drempel", "score_raw"),
        ):
            if word in text:
                return name
        return "score"
    for word, name in (
        ("leerlingen", "pupils"),
        ("brin", "site_id"),
        ("betrouwbaar", "flags"),
        ("opmerking", "flags"),
    ):
        if word in text:
            return name
    return None


def date_in(text: str) -> date | None:
    """Find a date with a Dutch month name in a title.

    Examples
    --------
    >>> date_in("Achterstandsscore per basisschoolvestiging, 1 oktober 2019")
    datetime.date(2019, 10, 1)
    """
    found = _DATE.search(words(text))
    if not found:
        return None
    try:
        return date(int(found[3]), MONTHS.index(found[2]) + 1, int(found[1]))
    except ValueError:
        return None


def date_in_dutch(day: date) -> str:
    """Write a date with the Dutch name of its month.

    Examples
    --------
    >>> date_in_dutch(date(2019, 10, 1))
    '1 oktober 2019'
    """
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def issued_in(text: str) -> str | None:
    """Give a text that is a month and a year, as on a cover, with single spaces; None if it is not.

    Examples
    --------
    >>> issued_in("Februari 2020"), issued_in("CBS, team Onderwijs")
    ('Februari 2020', None)
    """
    text = " ".join(text.split())
    return text if _ISSUED.fullmatch(text) else None


def constants_in(text: str, letter: str) -> set[Decimal]:
    """Find the values that a text gives for the letter C or G.

    Examples
    --------
    >>> text = "De waardes van C en G: in 2019 was de waarde van C 535,26. G bedroeg in 2019 529,46."
    >>> constants_in(text, "C"), constants_in(text, "G")
    ({Decimal('535.26')}, {Decimal('529.46')})
    """
    found = re.finditer(_CONSTANT.format(letter=letter), " ".join(text.split()))
    return {Decimal(match[1].replace(",", ".")) for match in found}


def constants_sentence(year: int, c: Decimal, g: Decimal) -> str:
    """Write C and G in the form in which CBS gives them.

    Examples
    --------
    >>> constants_sentence(2019, Decimal("535.26"), Decimal("529.46"))
    'In 2019 was de waarde van C 535,26. G bedroeg in 2019 529,46.'
    """
    first, second = (format(value, "f").replace(".", ",") for value in (c, g))
    return f"In {year} was de waarde van C {first}. G bedroeg in {year} {second}."
