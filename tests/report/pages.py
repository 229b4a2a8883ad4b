"""What must hold of every page, whatever is on it."""

from __future__ import annotations

import json
import re
from collections import Counter
from html.parser import HTMLParser
from importlib.resources import files

from oab_funding.report.listing import LIBRARY

_VOID = {"meta", "br", "link", "img", "hr", "input", "wbr"}
_BREAK = "\N{ZERO WIDTH SPACE}"
_LOADING = {"src", "srcset", "data", "poster"}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.problems: list[str] = []
        self.tags: Counter[str] = Counter()
        self.ids: Counter[str] = Counter()
        self.links: list[str] = []
        self.text: list[str] = []
        self.scripts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        known = dict(attrs)
        self.ids.update([known["id"] or ""] if "id" in known else [])
        self.problems += [f"loads {name}={known[name]}" for name in _LOADING & known.keys()]
        if tag == "wbr":
            self.text.append(_BREAK)
        if tag == "script":
            self.scripts.append("")
        if tag == "a":
            self.links.append(known.get("href") or "")
        if tag == "svg" and not (known.get("role") == "img" and known.get("aria-label")):
            self.problems.append("a picture without a description")
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID:
            return
        if not self.open or self.open[-1] != tag:
            self.problems.append(f"</{tag}> closes {self.open[-1:]}")
        else:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if self.open[-1:] == ["script"]:
            self.scripts[-1] += data
        if "style" not in self.open and "script" not in self.open:
            self.text.append(data)


def _of_scripts(scripts: list[str]) -> list[str]:
    """What is wrong with the scripts: only the data of the listing, the library and its program may stand."""
    if not scripts:
        return []
    data, *programs = scripts
    report = files("oab_funding.report")
    known = [report.joinpath("library", LIBRARY), report.joinpath("templates", "listing.js")]
    wrong = [] if programs == [file.read_text("utf-8") for file in known] else ["other scripts"]
    return wrong if json.loads(data)["kinds"] else [*wrong, "a listing of nothing"]


def read_page(page: str) -> tuple[str, list[str]]:
    """The text of a page, and what is wrong with it."""
    reader = _Reader()
    reader.feed(page)
    problems = [*reader.problems, *(f"<{tag}> is not closed" for tag in reader.open)]
    problems += [f"the id {name} stands {times} times" for name, times in reader.ids.items() if times > 1]
    problems += [f"{reader.tags[tag]} of <{tag}>" for tag in ("h1", "title", "main") if reader.tags[tag] != 1]
    problems += [f"<{tag}>" for tag in ("iframe", "img", "link") if reader.tags[tag]]
    problems += [
        f"no such part: {link}" for link in reader.links if link[:1] == "#" and link[1:] not in reader.ids
    ]
    problems += [f"a link to {link}" for link in reader.links if not link.startswith(("#", "https://"))]
    styles = re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)
    problems += ["loads from a style sheet"] if re.search(r"@import|url\((?!#)", styles) else []
    problems += _of_scripts(reader.scripts)
    return " ".join(
        " ".join(reader.text).replace(f" {_BREAK} ", "").replace("\N{NO-BREAK SPACE}", " ").split()
    ), problems
