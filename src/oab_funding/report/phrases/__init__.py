"""The texts of explanations, per language, as data: one TOML file per language with the same keys."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from oab_funding.errors import InputError
from oab_funding.report.numbers import Numbers
from oab_funding.report.said import said_in

LANGUAGES = ("nl", "en")
"""Languages in which an explanation can be given."""

_DRAFT = re.compile("draft: valid only with a confirmation of root (?P<root>[0-9a-f]{64})")
_CODE_PAGE = re.compile(
    "read in the code page of Windows: (?P<file>.+), column (?P<column>.+), "
    r'row (?P<row>\d+) holds "(?P<letters>.+)"'
)
_WHAT_IF = re.compile(r"what-if: scores of (?P<given>\S+) instead of (?P<expected>\S+)")


@dataclass(frozen=True, slots=True)
class Phrases:
    """The texts of one language, and its numbers and dates.

    Parameters
    ----------
    language
        "nl" or "en".
    texts
        Texts by key; `{names}` in them are filled in.
    numbers
        How numbers are written.

    Examples
    --------
    >>> read_phrases("nl")("site.title", site="00AP00")
    'Vestiging 00AP00'
    """

    language: str
    texts: Mapping[str, str]
    numbers: Numbers

    def __call__(self, key: str, /, **values: object) -> str:
        """Give a text with its values filled in."""
        return self.texts[key].format(**values)

    def day(self, day: date) -> str:
        """Write a date in full.

        Examples
        --------
        >>> read_phrases("en").day(date(2019, 10, 1))
        '1 October 2019'
        """
        return f"{day.day} {self.texts['language.months'].split()[day.month - 1]} {day.year}"

    def label(self, label: str) -> str:
        """Say a label of a run in this language; a label that somebody wrote himself stays as it is.

        Examples
        --------
        >>> read_phrases("nl").label("before transition").split(":")[0]
        'vóór de overgangsregeling'
        """
        known = f"label.{label.replace(' ', '_')}"
        if known in self.texts:
            return self.texts[known]
        if match := _DRAFT.fullmatch(label):
            return self("label.draft", root=match["root"])
        if match := _WHAT_IF.fullmatch(label):
            days = {name: self._iso(text) for name, text in match.groupdict().items()}
            return self("label.what_if", **days)
        if match := _CODE_PAGE.fullmatch(label):
            return self("label.code_page", **match.groupdict())
        return said_in(self.language)(label, turned=True)

    def _iso(self, text: str) -> str:
        try:
            return self.day(date.fromisoformat(text))
        except ValueError:
            return text


@cache
def read_phrases(language: str) -> Phrases:
    """Read the texts of a language.

    Raises
    ------
    InputError
        There are no texts in that language.

    Examples
    --------
    >>> read_phrases("fr")
    Traceback (most recent call last):
    ...
    oab_funding.errors.InputError: there are no texts in the language 'fr'; choose nl or en
    """
    if language not in LANGUAGES:
        raise InputError(
            f"there are no texts in the language {language!r}", remedy=f"choose {' or '.join(LANGUAGES)}"
        )
    content = files(__package__).joinpath(f"{language}.toml").read_text("utf-8")
    texts = dict(_flat(tomllib.loads(content)))
    marks = (texts[f"language.{name}"] for name in ("thousands", "point", "unknown"))
    return Phrases(language, texts, Numbers(*marks))


@cache
def read_texts(part: str, language: str) -> Mapping[str, str]:
    """Read the texts of a part that has files of its own: `difference` or `preschool`.

    Examples
    --------
    >>> read_texts("preschool", "nl")["gaps"]
    'Wat de wet openlaat'
    """
    return tomllib.loads(files(__package__).joinpath(f"{part}.{language}.toml").read_text("utf-8"))


def _flat(content: Mapping[str, Any], before: str = "") -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for key, value in content.items():
        found += (
            _flat(value, f"{before}{key}.") if isinstance(value, Mapping) else [(f"{before}{key}", value)]
        )
    return found
