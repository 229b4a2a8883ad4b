"""The texts of this room, per language, as data: one TOML file per language with the same keys."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files


@cache
def read_texts(language: str) -> Mapping[str, str]:
    """Read the texts of a language, "nl" or "en"."""
    return tomllib.loads(files(__package__).joinpath(f"{language}.toml").read_text("utf-8"))
