"""The page itself, made with Shiny: what is asked on the left, the answer beside it."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any, cast

import oab_funding as oab
from oab_funding.errors import InputError, OabError, Place
from oab_funding.extras import load
from oab_funding.report.phrases import Phrases, read_phrases
from oab_funding.web.lookup import Change, Institution, Kind, Lookup

HOST = "127.0.0.1"
"""Nobody but whoever sits at this machine is served."""

_LISTED = 10

_HEAD = """
.derivation { width: 100%; border: 0; min-height: 20rem; display: block; }
.amounts { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(13rem, 1fr)); margin: 0; }
.amounts div {
  padding: .7rem 1rem; border-left: 4px solid var(--bs-primary); background: var(--bs-tertiary-bg);
}
.amounts dt { font-weight: 400; }
.amounts dd { font-size: 1.4rem; margin: 0; font-variant-numeric: tabular-nums; }
.lists { display: grid; gap: 1.5rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); }
.lists td:last-child, .lists th:last-child { text-align: right; white-space: nowrap; }
.lists table { font-variant-numeric: tabular-nums; } .lists td { overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 1.5rem; } main { max-width: 70rem; }
"""

_SCHEME = """
const dark = matchMedia('(prefers-color-scheme: dark)');
const follow = () => { document.documentElement.dataset.bsTheme = dark.matches ? 'dark' : 'light'; };
dark.addEventListener('change', follow); follow();
"""
"""The page is light or dark as the system is; the derivation in it, a page of its own, does the same."""

_AS_TALL = "this.style.height = this.contentDocument.documentElement.scrollHeight + 24 + 'px'"


def serve(lookup: Lookup, port: int, lang: str, announce: Callable[[str], None]) -> None:
    """Serve the page to this machine until it is stopped.

    Parameters
    ----------
    lookup
        What it looks up.
    port
        Port of 127.0.0.1.
    lang
        "nl" or "en".
    announce
        Told the address when all is ready.

    Raises
    ------
    InputError
        Shiny is not installed, there is no such language, or the port is taken.
    """
    made = page(lookup, lang)
    _check_port(port)
    announce(f"http://{HOST}:{port}")
    _shiny().run_app(made, host=HOST, port=port, log_level="warning", dev_mode=False)


def page(lookup: Lookup, lang: str = "nl") -> Any:
    """Make the page.

    Parameters
    ----------
    lookup, lang
        See `serve`.

    Returns
    -------
    shiny.App

    Raises
    ------
    InputError
        Shiny is not installed, or there is no such language.
    """
    t = read_phrases(lang)
    return _shiny().App(_layout(lookup, t), _server(lookup, t))


def _shiny() -> Any:
    return load("shiny", "the page")


def _check_port(port: int) -> None:
    with socket.socket() as probe:
        try:
            probe.bind((HOST, port))
        except (OSError, OverflowError) as error:
            place = Place(argument="port", value=port)
            raise InputError("cannot be served on", place, "give another, such as 8766") from error


def _layout(lookup: Lookup, t: Phrases) -> Any:
    ui = _shiny().ui
    kinds = {kind: t(f"web.{kind}") for kind in lookup.kinds}
    asked = ui.sidebar(
        ui.input_radio_buttons("kind", t("web.kind"), kinds),
        _search(t),
        ui.input_text("price", t("web.price", now=t.numbers.number(lookup.price))),
        ui.input_text("threshold", t("web.threshold", now=t.numbers.number(lookup.threshold))),
        ui.input_checkbox("same_total", t("web.same_total")),
        ui.input_action_button("ask", t("web.ask"), class_="btn-primary"),
        ui.input_action_button("reset", t("web.reset")),
        open={"desktop": "open", "mobile": "always-above"},
        width="20rem",
    )
    return ui.page_sidebar(
        asked,
        ui.tags.head(ui.tags.style(_HEAD), ui.tags.script(_SCHEME)),
        ui.h1(t("web.title")),
        ui.output_ui("problem"),
        ui.div(ui.output_ui("answer"), aria_live="polite"),
        ui.tags.footer(ui.p(_rests_on(lookup, t), class_="text-body-secondary mt-4")),
        window_title=t("web.title"),
        lang=t.language,
    )


def _search(t: Phrases) -> Any:
    """Give a field that offers what there is while one types, by the browser's own list."""
    ui = _shiny().ui
    field = ui.tags.input(
        id="which",
        type="text",
        class_="shiny-input-text form-control",
        list="institutions",
        autocomplete="off",
        onfocus="this.select()",
    )
    label = ui.tags.label(t("web.which"), for_="which", class_="control-label")
    return ui.div(label, field, ui.output_ui("offered"), class_="form-group shiny-input-container")


def _rests_on(lookup: Lookup, t: Phrases) -> str:
    return t("web.rests_on", file=lookup.scores.name, period=lookup.options["period"])


def _server(lookup: Lookup, t: Phrases) -> Any:
    shiny = _shiny()
    ui, reactive, render = shiny.ui, shiny.reactive, shiny.render

    def server(input: Any, output: Any, session: Any) -> None:  # noqa: A002 - names that Shiny gives them
        asked: Any = reactive.value(None)
        problem = reactive.value("")

        def begin() -> None:
            ui.update_text("which", value=str(lookup.institutions(input.kind())[0]))

        def offered() -> Any:
            every = [ui.tags.option(value=str(one)) for one in lookup.institutions(input.kind())]
            return ui.tags.datalist(every, id="institutions")

        def ask() -> None:
            try:
                asked.set(lookup.asked(input.price(), input.threshold(), input.same_total()))
                problem.set("")
            except OabError as error:
                problem.set(str(error))

        def reset() -> None:
            asked.set(None)
            problem.set("")
            ui.update_text("price", value="")
            ui.update_text("threshold", value="")
            ui.update_checkbox("same_total", value=False)

        def refused() -> Any:
            return ui.div(problem(), class_="alert alert-danger", role="alert") if problem() else None

        def answer() -> Any:
            kind, found = cast(Kind, input.kind()), lookup.find(input.kind(), input.which())
            return answered(lookup, asked(), kind, found[0].code, t) if len(found) == 1 else several(found, t)

        reactive.effect(begin)
        reactive.effect(reactive.event(input.ask)(ask))
        reactive.effect(reactive.event(input.reset)(reset))
        output(render.ui(offered), id="offered")
        output(render.ui(refused), id="problem")
        output(render.ui(answer), id="answer")

    return server


def several(found: list[Institution], t: Phrases) -> Any:
    """Say what a search found where that is not one institution.

    Parameters
    ----------
    found
        Institutions that come near.
    t
        The texts of a language.
    """
    ui = _shiny().ui
    near = [ui.tags.li(str(one)) for one in found[:_LISTED]]
    return ui.TagList(ui.p(t("web.found", number=t.numbers.number(len(found)))), ui.tags.ul(near))


def answered(lookup: Lookup, asked: oab.SchoolGrants | None, kind: Kind, code: str, t: Phrases) -> Any:
    """Give the answer about one institution: amounts, who gains and loses, and the derivation.

    Parameters
    ----------
    lookup
        What is looked up.
    asked
        The grants under what was asked; None where nothing was.
    kind, code
        The institution.
    t
        The texts of a language.
    """
    ui = _shiny().ui
    shown = asked or lookup.in_force
    changes = lookup.compared(kind, shown)
    own = next(one for one in changes if one.institution.code == code)
    whose: dict[str, Any] = {kind: code}
    told = oab.explain(shown, lang=cast(Any, t.language), format="html", **whose)
    return ui.TagList(
        ui.h2(str(own.institution)),
        ui.tags.ul([ui.tags.li(t.label(label)) for label in shown.labels], class_="alert alert-warning ps-5"),
        _amounts([(t("web.in_force"), own.before)], t) if asked is None else _compared(own, changes, t),
        ui.h2(t("web.derivation" if asked is None else "web.derivation_asked")),
        ui.tags.iframe(
            srcdoc=told,
            title=t("web.derivation"),
            class_="derivation",
            onload=_AS_TALL,
            sandbox="allow-same-origin",
        ),
    )


def _compared(own: Change, changes: list[Change], t: Phrases) -> Any:
    """Give an institution's amounts side by side, and who gains and who loses most."""
    ui = _shiny().ui
    gainers = sorted((c for c in changes if c.difference > 0), key=lambda c: -c.difference)
    losers = sorted((c for c in changes if c.difference < 0), key=lambda c: c.difference)
    amounts = [
        (t("web.in_force"), own.before),
        (t("web.asked"), own.after),
        (t("web.difference"), own.difference),
        (t("web.total_difference"), sum((c.difference for c in changes), own.before * 0)),
    ]
    return ui.TagList(
        _amounts(amounts, t),
        ui.div(_most(gainers, "web.gainers", t), _most(losers, "web.losers", t), class_="lists mt-4"),
    )


def _amounts(amounts: list[tuple[str, Any]], t: Phrases) -> Any:
    ui = _shiny().ui
    return ui.tags.dl(
        [ui.div(ui.tags.dt(name), ui.tags.dd(t.numbers.euros(value))) for name, value in amounts],
        class_="amounts",
    )


def _most(changes: list[Change], title: str, t: Phrases) -> Any:
    tags = _shiny().ui.tags
    total = t.numbers.euros(sum((c.difference for c in changes), 0))
    rows = [
        tags.tr(tags.td(str(c.institution)), tags.td(t.numbers.euros(c.difference)))
        for c in changes[:_LISTED]
    ]
    number = t.numbers.number(len(changes))
    return tags.table(
        tags.caption(t(title, number=number, total=total)), tags.tbody(rows), class_="table caption-top"
    )
