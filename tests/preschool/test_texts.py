import string

from oab_funding.report.phrases import read_texts


def names(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_both_languages_have_the_same_keys_and_names() -> None:
    dutch, english = read_texts("preschool", "nl"), read_texts("preschool", "en")
    assert {key: names(text) for key, text in dutch.items()} == {key: names(t) for key, t in english.items()}
