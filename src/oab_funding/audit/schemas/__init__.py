"""The forms of manifest, journal and proof, published as JSON Schema (draft 2020-12).

What they do not prove: a file in its form may say anything; `verify` and `check_proof` look further.
"""

from __future__ import annotations

from importlib.resources import files

FORMS = ("manifest-3", "journal-3", "proof-1")
"""Names of the schemas."""


def schema_text(name: str) -> str:
    """Give the text of a schema.

    Examples
    --------
    >>> "journal_head" in schema_text("manifest-3")
    True
    """
    return (files(__package__) / f"{name}.schema.json").read_text(encoding="utf-8")
