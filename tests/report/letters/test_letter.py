"""Letters: what stands in them, what they refuse, and that the page says what the text says."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from oab_funding.errors import DamagedError, InputError
from oab_funding.report.letters.letter import Letterhead, letter
from report.municipal_runs import both_streams, municipal_run, priced_run
from report.pages import read_page
from report.runs import bare_run, small_run, table_of, with_transition

ASKED: list[tuple[Any, dict[str, str]]] = [
    (small_run, {"site": "00AP00"}),
    (small_run, {"school": "00AP"}),
    (small_run, {"board": "41646"}),
    (with_transition, {"school": "00AZ"}),
    (bare_run, {"school": "00AP"}),
    (municipal_run, {"municipality": "GM0637"}),
    (priced_run, {"municipality": "GM0363"}),
    (both_streams, {"municipality": "GM0637"}),
]
HEAD = Letterhead("Bestuur Voorbeeld\nStraat 1", "School De Proef", date(2020, 5, 1), "2020-17")


def words(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize(("run", "asked"), ASKED, ids=lambda value: getattr(value, "__name__", str(value)))
@pytest.mark.parametrize("lang", ["nl", "en"])
def test_the_page_says_what_the_text_says(run: Any, asked: dict[str, str], lang: str) -> None:
    text = letter(run(), lang=lang, head=HEAD, **asked)  # type: ignore[arg-type]
    said, problems = read_page(letter(run(), lang=lang, format="html", head=HEAD, **asked))  # type: ignore[arg-type]
    assert problems == []
    numbers = {word.rstrip(":") for word in text.split() if any(character.isdigit() for character in word)}
    assert len(numbers) > 8
    assert numbers - {word.rstrip(":") for word in said.split()} == set()
    assert max(map(len, text.splitlines())) <= 80


def test_nothing_stands_above_it_but_what_is_given() -> None:
    bare = letter(small_run(), school="00AP")
    assert bare.startswith("Onderwerp: het geld tegen onderwijsachterstanden voor De <Proef> & Co (00AP)")
    full = letter(small_run(), school="00AP", head=HEAD)
    assert full.startswith(
        "Bestuur Voorbeeld\nStraat 1\n\nSchool De Proef\n\n1 mei 2020\n\nKenmerk: 2020-17\n\nOnderwerp:"
    )
    assert full.endswith(bare)


def test_a_draft_is_marked_in_text_and_page_and_a_confirmed_one_is_not() -> None:
    root = "0" * 64
    drafted = small_run(labels=(f"draft: valid only with a confirmation of root {root}",))
    assert letter(drafted, school="00AP").startswith("CONCEPT\n")
    assert '<p class="mark">DRAFT</p>' in letter(drafted, school="00AP", lang="en", format="html")
    assert "CONCEPT" not in letter(small_run(labels=()), school="00AP", format="html")


@pytest.mark.parametrize("form", ["text", "html"])
@pytest.mark.parametrize("asked", [{"site": "00AP00"}, {"school": "00AP"}, {"board": "41646"}])
def test_every_label_stands_above_the_first_amount(form: str, asked: dict[str, str]) -> None:
    run = small_run(labels=("fitted on synthetic data",))
    text = letter(run, format=form, **asked)  # type: ignore[arg-type]
    assert "fitted on synthetic data" in text[: text.index("18.474,69")]


@pytest.mark.parametrize(
    ("asked", "place", "changes"),
    [
        ({"school": "00AP"}, 0, {"amount_new": "18474.70", "amount": "18474.70"}),
        ({"school": "00AP"}, 0, {"score": "33.03"}),
        ({"board": "41646"}, 0, {"amount": "18474.70"}),
        ({"school": "00AP"}, 2, {"amount": "37094.86", "amount_new": "37094.86"}),
    ],
)
def test_a_letter_with_a_number_that_does_not_follow_is_refused(
    asked: dict[str, str], place: int, changes: dict[str, str]
) -> None:
    run = small_run()
    rows = run.table("site_grants").to_pylist()
    rows[place] |= changes
    changed = replace(run, tables={**run.tables, "site_grants": table_of("site_grants", rows)})
    letter(run, **asked)  # type: ignore[arg-type]
    with pytest.raises(DamagedError, match="is recorded as"):
        letter(changed, **asked)  # type: ignore[arg-type]


def test_an_earlier_run_says_what_changed() -> None:
    text = letter(with_transition(), school="00AP", earlier=small_run(), lang="en")
    assert "What changed" in text
    assert "amount with the transition" in text
    assert "+ EUR 762.66" in text  # 19,237.35 against 18,474.69
    assert "What changed" not in letter(with_transition(), school="00AP", lang="en")


@pytest.mark.parametrize("wrong", [{"lang": "fr"}, {"format": "pdf"}, {"minimum": 0}])
def test_what_does_not_exist_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        letter(small_run(), school="00AP", **wrong)


def test_a_name_cannot_write_the_page() -> None:
    page = letter(small_run(), school="00AP", format="html", head=Letterhead("<script>x</script>"))
    assert "<script>" not in page
    assert "De &lt;Proef&gt; &amp; Co" in page
