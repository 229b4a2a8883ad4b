"""The pictures of a run, made to fit a page: they take its letter, and its colours in light and dark."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from oab_funding.grants.totals import UNKNOWN
from oab_funding.report import figures
from oab_funding.report.document import PageSection, Picture
from oab_funding.report.figures import style
from oab_funding.report.institutions.telling import Telling
from oab_funding.run import steps

if TYPE_CHECKING:
    from markupsafe import Markup

FEWEST_BARS = 3
"""Bars fewer than this say less than the numbers do."""

_VARIABLES = {
    style.INK: "var(--ink)",
    style.MUTED: "var(--muted)",
    style.GRID: "var(--grid)",
    style.ACCENT: "var(--accent)",
    style.CONTRAST: "var(--contrast)",
}


def pictures_section(telling: Telling, source: str) -> PageSection | None:
    """Draw what the tables allow; None where they allow nothing.

    Parameters
    ----------
    telling
        The run.
    source
        Where the figures come from, for the line below each picture.
    """
    drawn = tuple(_pictures(telling, source))
    return PageSection("Pictures (afbeeldingen)", drawn) if drawn else None


def picture(svg: bytes, description: str, caption: str) -> Picture:
    """Make an SVG a picture of the page, with what it shows for those who cannot see it, and a text below."""
    return Picture(inline(svg, description), caption)


def inline(svg: bytes, description: str) -> Markup:
    """Make an SVG part of a page: described for those who cannot see it, in the colours of the page.

    Examples
    --------
    >>> inline(b'<?xml version="1.0"?><svg width="9pt" height="9pt" viewBox="0 0 9 9"></svg>', "A < B")
    Markup('<svg role="img" aria-label="A &lt; B" viewBox="0 0 9 9"></svg>')
    """
    from markupsafe import Markup, escape

    text = svg.decode("utf-8")
    head, _, body = text[text.index("<svg") :].partition(">")
    box = head[head.index("viewBox=") :].split('"')[1]
    for colour, variable in _VARIABLES.items():
        body = body.replace(colour, variable)
    opening = f'<svg role="img" aria-label="{escape(description)}" viewBox="{box}">'
    return Markup(opening + body.rstrip())


def _pictures(telling: Telling, source: str) -> Iterable[Picture]:
    bundle = telling.run
    if bundle.has("site_scores") and bundle.table("site_scores").num_rows >= FEWEST_BARS:
        scores = bundle.table("site_scores")
        yield picture(
            figures.score_distribution(scores, source),
            "Histogram of the scores above 0, per site",
            "How the scores above 0 are distributed. Each bar is as wide as a fixed ratio of scores.",
        )
        yield picture(
            figures.concentration_curve(scores, source),
            _held(telling),
            f"{_held(telling)} Sites are counted from the highest score down.",
        )
    if _placed(telling, "totals_municipality"):
        yield picture(
            figures.grants_per_municipality(bundle.table("totals_municipality"), source),
            "Bars: school grants per municipality",
            "School grants by the municipality of the site; a school's sites may lie in several.",
        )
    if _placed(telling, "totals_province"):
        total = telling.n.euros(telling.exact(steps.GRANTS_OF_SCHOOLS, "total"))
        yield picture(
            figures.grants_per_province(bundle.table("totals_province"), source),
            "Bars: school grants per province",
            f"School grants by province, {total} in all.",
        )


def _held(telling: Telling) -> str:
    shares = figures.shares_of_table(telling.run.table("site_scores"))
    parts = [
        f"the top {telling.n.percent(share)} hold {telling.n.number(held * 100, 1)}%"
        for share, held in shares
    ]
    return f"Of all score, {', '.join(parts)}." if parts else "No site has a score above 0."


def _placed(telling: Telling, name: str) -> bool:
    """Whether a register told where sites stand, in enough places for a picture."""
    if not telling.run.has(name):
        return False
    table = telling.run.table(name)
    known = [code for code in table.column(0).to_pylist() if code != UNKNOWN]
    return len(known) >= FEWEST_BARS
