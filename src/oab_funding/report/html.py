"""An explanation as a page of its own, and the making of pages from templates."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from oab_funding.report.document import Document, PageSection
from oab_funding.report.phrases import read_phrases
from oab_funding.report.printable import printable

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

_MAY_BREAK = re.compile(r"_(?=\w)|[0-9a-f]{16}(?=[0-9a-f])")
"""Where a word may break: after an underscore, and after every 16 digits of a hash."""


def render_html(document: Document, more: Sequence[PageSection] = ()) -> str:
    """Give an explanation as a page: without anything from elsewhere, in light and dark, fit for printing.

    After its own sections come more, such as pictures.

    Examples
    --------
    >>> page = render_html(Document("en", "Site 00AP00", "", "T", ("before transition",), ()))
    >>> "<h1>Site 00AP00</h1>" in page, "<li>before transition</li>" in page
    (True, True)
    """
    phrases = read_phrases(document.language)
    return fill_template(
        "explanation.html.j2",
        language=document.language,
        title=document.title,
        subtitle=document.subtitle,
        run=phrases("text.run", run=document.run),
        warnings_title=phrases("page.warnings"),
        warnings=document.warnings,
        sections=(*document.sections, *more),
        headings={"equation": phrases("page.equation"), "meaning": phrases("page.meaning")},
        made=phrases("page.made") if document.recorded else "",
    )


def fill_template(name: str, **values: object) -> str:
    """Fill in a template of this package; every value is escaped, a value that is missing is an error."""
    return _environment().get_template(name).render(**values)


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("oab_funding.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=_shown,
    )
    environment.filters["kept"] = _kept_together
    environment.globals["kind_of"] = lambda block: type(block).__name__
    return environment


def _shown(value: object) -> object:
    """Write text so that nothing in it turns the text around; a picture is taken as it is."""
    return printable(value) if type(value) is str else value


def _kept_together(text: str) -> Markup:
    """Keep an amount on one line, and let a word that is none, such as a hash, break into lines."""
    from markupsafe import Markup, escape

    kept = printable(text).replace("EUR ", "EUR\N{NO-BREAK SPACE}")
    return Markup("<wbr>").join(map(escape, _MAY_BREAK.sub("\\g<0>\0", kept).split("\0")))
