"""Text from outside as it may be shown: nothing in it steers a terminal or turns text around."""

from __future__ import annotations


def printable(text: str) -> str:
    r"""Write what would steer a terminal, or turn its text around, as an escape; line ends and tabs stay.

    Examples
    --------
    >>> printable("a\x1b[2Jb\n"), printable("\u202egnirts")
    ('a\\x1b[2Jb\n', '\\u202egnirts')
    """
    if text.isprintable():
        return text
    return "".join(
        letter if letter.isprintable() or letter in "\n\t\u00a0" else letter.encode("unicode_escape").decode()
        for letter in text
    )
