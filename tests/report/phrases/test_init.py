import re
import string
from datetime import date
from pathlib import Path

import pytest

import oab_funding.report
import oab_funding.web
from oab_funding.errors import InputError
from oab_funding.report.phrases import LANGUAGES, read_phrases

ROOMS = (oab_funding.report, oab_funding.web)
SOURCES = "\n".join(
    path.read_text("utf-8") for room in ROOMS for path in Path(room.__path__[0]).rglob("*.py")
)

# Keys that the code puts together, by what they begin with.
COMPOSED = ("rounding.", "flag.", "version.", "column.", "label.", "language.", "transition.c_", "part.by_")
COMPOSED += ("municipal.c_", "municipal.paid_", "municipal.eligible_", "municipal.not_eligible_")
COMPOSED += (
    "web.school",
    "web.municipality",
    "web.board",
    "preschool.",
    "listing.",
    "municipal.j_",
    "municipal.price_",
    "municipal.exempt",
)
COMPOSED += ("letter.transition_", "letter.municipality_")
COMPOSED_WITH_LETTER = re.compile(r"site\.[cg]_(means|computed)")


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_all_languages_have_the_same_keys_and_placeholders() -> None:
    first, *others = (read_phrases(language).texts for language in LANGUAGES)
    assert others
    for other in others:
        assert other.keys() == first.keys()
        assert {key: placeholders(other[key]) for key in first} == {
            key: placeholders(first[key]) for key in first
        }


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_says_something(language: str) -> None:
    assert all(text.strip() == text and text for text in read_phrases(language).texts.values())


def test_every_key_is_used() -> None:
    known = read_phrases("nl").texts
    unused = [
        key
        for key in known
        if f'"{key}"' not in SOURCES
        and f"'{key}'" not in SOURCES
        and not key.startswith(COMPOSED)
        and not COMPOSED_WITH_LETTER.fullmatch(key)
    ]
    assert unused == []


def test_every_key_that_is_used_exists() -> None:
    known = read_phrases("nl").texts
    used = set(re.findall(r"""\bt\(\s*["']([a-z_]+\.[a-z_]+)["']""", SOURCES))
    assert len(used) > 40
    assert used <= known.keys()


def test_texts_are_filled_in() -> None:
    assert read_phrases("en")("site.title", site="00AP00") == "Site 00AP00"
    with pytest.raises(KeyError):
        read_phrases("en")("site.title")


@pytest.mark.parametrize(("language", "text"), [("nl", "1 oktober 2019"), ("en", "1 October 2019")])
def test_dates(language: str, text: str) -> None:
    assert read_phrases(language).day(date(2019, 10, 1)) == text


@pytest.mark.parametrize("month", range(1, 13))
def test_every_month_has_its_name(month: int) -> None:
    names = {read_phrases(language).day(date(2020, month, 5)).split()[1] for language in LANGUAGES}
    assert all(
        name[:2].lower() in {"ja", "fe", "ma", "me", "ap", "ju", "au", "se", "oc", "ok", "no", "de"}
        for name in names
    )


def test_known_labels_are_said_in_the_language() -> None:
    dutch = read_phrases("nl")
    assert dutch.label("before transition").startswith("vóór de overgangsregeling")
    assert dutch.label("estimate") == dutch.label("estimate from published scores")
    given = "what-if: scores of 2020-10-01 instead of 2019-10-01"
    assert dutch.label(given) == "wat-als: scores van 1 oktober 2020 in plaats van 1 oktober 2019"


@pytest.mark.parametrize("label", ["verzonnen gegevens", "what-if: a price of 600", "x {y}"])
def test_other_labels_stay_as_they_are(label: str) -> None:
    assert read_phrases("nl").label(label) == label


def test_a_what_if_without_dates_stays_readable() -> None:
    assert (
        read_phrases("en").label("what-if: scores of A instead of B") == "what-if: scores of A instead of B"
    )


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(InputError, match="choose nl or en"):
        read_phrases("fr")
