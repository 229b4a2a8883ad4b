"""`oab-funding preschool` and `forecast`: what a grant must buy, and what next year will bring."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from oab_funding.cli.app import Budget, Out, Overwrite, Price, Source, app
from oab_funding.cli.euros import show_results
from oab_funding.cli.terminal import show, show_figures, show_labels

if TYPE_CHECKING:
    from oab_funding.preschool.outcome import Outcome

forecast = typer.Typer(
    no_args_is_help=True, help="What next year will bring, labelled as a forecast.", rich_markup_mode=None
)
app.add_typer(forecast, name="forecast")

Last = Annotated[
    Path | None,
    typer.Option("--last", help="Last year's grants, a run or a table: splits the change by cause."),
]
LastPrice = Annotated[
    str | None, typer.Option("--last-price", help="Price per unit of the last year, in euros.")
]
Explain = Annotated[
    str | None, typer.Option("--explain", help="Also print the explanation of this code.", metavar="CODE")
]
Lang = Annotated[str, typer.Option("--lang", help="Language of the explanation: nl or en.")]


@app.command("preschool")
def preschool(
    grants: Annotated[Path, typer.Option("--grants", help="municipality_code, amount: a table or a run.")],
    toddlers: Annotated[
        Path,
        typer.Option("--toddlers", help="municipality_code, toddlers and, where known, toddlers_1_january."),
    ],
    year: Annotated[int, typer.Option("--year", help="Calendar year, from 2019 on.")],
    hour_price: Annotated[
        list[str],
        typer.Option("--hour-price", help="Euros for an hour of one toddler; repeatable, for a what-if."),
    ],
    out: Out,
    hbo_wage: Annotated[
        str | None,
        typer.Option("--hbo-wage", help="Hourly wage of the higher-educated worker; needed from 2022 on."),
    ] = None,
    reach: Annotated[
        list[str] | None,
        typer.Option(
            "--reach", help="Share of the target toddlers who take part, by default all; repeatable."
        ),
    ] = None,
    hours: Annotated[
        list[str] | None,
        typer.Option("--hours", help="Hours a year per toddler, by default the law's; repeatable."),
    ] = None,
    tariff: Annotated[
        list[str] | None, typer.Option("--tariff", help="What parents pay an hour, by default 0; repeatable.")
    ] = None,
    charged_hours: Annotated[
        str, typer.Option("--charged-hours", help="Hours a week that parents pay for.")
    ] = "0",
    weeks: Annotated[
        str | None, typer.Option("--weeks", help="Weeks a year that parents pay for; by default 40.")
    ] = None,
    allowance_share: Annotated[
        str, typer.Option("--allowance-share", help="Share of the hours under childcare allowance.")
    ] = "0%",
    ceiling: Annotated[
        str | None,
        typer.Option("--ceiling", help="Maximum hourly price of the allowance; by default published."),
    ] = None,
    allowance_parents: Annotated[
        str | None,
        typer.Option("--allowance-parents", help="What parents under the allowance pay themselves an hour."),
    ] = None,
    place_cost: Annotated[
        str, typer.Option("--place-cost", help="What a place costs a year besides its hours.")
    ] = "0",
    hbo_count: Annotated[
        str, typer.Option("--hbo-count", help="Whose number sets the worker's hours: offered or target.")
    ] = "offered",
    below_law: Annotated[
        bool, typer.Option("--below-law", help="Allow fewer hours than the law asks for.")
    ] = False,
    explain: Explain = None,
    lang: Lang = "nl",
    overwrite: Overwrite = False,
) -> None:
    """Hold municipal grants against what preschool education for target toddlers costs: a comparison."""
    from oab_funding.preschool.door import preschool as compared

    ask = partial(
        compared,
        grants,
        toddlers,
        year=year,
        hour_price=hour_price,
        hbo_wage=hbo_wage,
        reach=reach or 1,
        hours=hours or None,
        tariff=tariff or 0,
        charged_hours=charged_hours,
        weeks=weeks,
        allowance_share=allowance_share,
        ceiling=ceiling,
        allowance_parents=allowance_parents,
        place_cost=place_cost,
        hbo_count=hbo_count,
        below_law=below_law,
    )
    _answer(ask, out, overwrite, explain, lang)


@app.command("week-plan")
def week_plan(
    hours: Annotated[str, typer.Option("--hours", help="Hours from Monday on, such as '5.5 0 5.5 5'.")],
    on: Annotated[
        str | None, typer.Option("--on", help="Day whose law applies; needed without a birth date.")
    ] = None,
    weeks: Annotated[str | None, typer.Option("--weeks", help="Weeks a year; by default 40.")] = None,
    starts_at_months: Annotated[
        str | None, typer.Option("--starts-at-months", help="Age at which the child starts; by default 30.")
    ] = None,
    birth_date: Annotated[
        str | None, typer.Option("--birth-date", help="Birth date: days are counted one by one.")
    ] = None,
    starts_on: Annotated[
        str | None, typer.Option("--starts-on", help="First day of a child that starts later.")
    ] = None,
    closed: Annotated[
        list[str] | None,
        typer.Option("--closed", help="Holidays, such as 2024-07-13:2024-08-25; repeatable."),
    ] = None,
) -> None:
    """Check that a week plan gives a toddler the hours of the law from 2.5 to 4."""
    from oab_funding.errors import InputError, Place
    from oab_funding.preschool.week_plan import week_plan as checked

    spans = [tuple(span.split(":")) for span in closed or []]
    if any(len(span) != 2 for span in spans):
        raise InputError("is no span of days", Place(argument="closed"), "write it as 2024-07-13:2024-08-25")
    plan = checked(
        hours.split(),
        on=on,
        weeks=weeks,
        starts_at_months=starts_at_months,
        birth_date=birth_date,
        starts_on=starts_on,
        closed=[(span[0], span[1]) for span in spans],
    )
    figures = {name: getattr(plan, name) for name in plan.__dataclass_fields__}
    show_figures({name: value for name, value in figures.items() if value is not None})


@forecast.command("municipalities")
def municipalities(
    scores: Annotated[Path, typer.Option("--scores", help="Provisional scores on the later date.")],
    previous: Annotated[Path, typer.Option("--previous", help="Scores on the earlier date.")],
    year: Annotated[int, typer.Option("--year", help="Budget year.")],
    out: Out,
    budget: Budget = None,
    price: Price = None,
    source: Source = "not stated",
    last: Last = None,
    last_price: LastPrice = None,
    explain: Explain = None,
    lang: Lang = "nl",
    overwrite: Overwrite = False,
) -> None:
    """Forecast the grants of municipalities from provisional scores and an assumed budget or price."""
    from oab_funding.preschool.forecast import forecast_municipalities

    ask = partial(
        forecast_municipalities,
        scores,
        previous,
        year=year,
        budget=budget,
        price=price,
        source=source,
        last=last,
        last_price=last_price,
    )
    _answer(ask, out, overwrite, explain, lang)


@forecast.command("schools")
def schools(
    scores: Annotated[Path, typer.Option("--scores", help="Provisional scores of sites, or a CBS workbook.")],
    period: Annotated[str, typer.Option("--period", help="Period, such as 2026 or a later year.")],
    price: Annotated[str, typer.Option("--price", help="Assumed price per unit in euros.")],
    out: Out,
    source: Source = "not stated",
    share: Annotated[
        str | None, typer.Option("--share", help="Share of the annual amount, where it is disputed.")
    ] = None,
    last: Last = None,
    last_price: LastPrice = None,
    explain: Explain = None,
    lang: Lang = "nl",
    overwrite: Overwrite = False,
) -> None:
    """Forecast the grants of schools from provisional scores and an assumed price."""
    from oab_funding.preschool.schools import forecast_schools

    ask = partial(
        forecast_schools,
        scores,
        period=period,
        price=price,
        source=source,
        share=share,
        last=last,
        last_price=last_price,
    )
    _answer(ask, out, overwrite, explain, lang)


@forecast.command("municipality")
def municipality(
    score: Annotated[str, typer.Option("--score", help="Its score on the later date.")],
    previous_score: Annotated[str, typer.Option("--previous-score", help="Its score on the earlier date.")],
    price: Annotated[str, typer.Option("--price", help="Price per unit in euros.")],
    year: Annotated[int, typer.Option("--year", help="Budget year.")],
    code: Annotated[str, typer.Option("--code", help="Its code.")] = "GM0000",
    raw_above_zero: Annotated[
        bool | None,
        typer.Option(
            "--raw-above-zero/--raw-not-above-zero",
            help="Where both scores are 0: is the score without threshold above 0?",
        ),
    ] = None,
    toddlers: Annotated[int | None, typer.Option("--toddlers", help="Target toddlers.")] = None,
    hour_price: Annotated[
        str | None, typer.Option("--hour-price", help="Euros for an hour of one toddler.")
    ] = None,
    hbo_wage: Annotated[
        str | None, typer.Option("--hbo-wage", help="Hourly wage of the higher-educated worker.")
    ] = None,
    lang: Lang = "nl",
) -> None:
    """From two scores and a price: the grant, the next one, and what it buys of preschool education."""
    from oab_funding.preschool.outlook import municipal_outlook

    outlook = municipal_outlook(
        score,
        previous_score,
        price=price,
        year=year,
        code=code,
        raw_above_zero=raw_above_zero,
        toddlers=toddlers,
        hour_price=hour_price,
        hbo_wage=hbo_wage,
    )
    texts = [
        answer.explain(code, lang=lang) for answer in (outlook.grant, outlook.next_year, outlook.preschool)
    ]
    show_labels(outlook.labels)
    for text in texts:
        show()
        show(text)


def _answer(ask: Callable[[], Outcome], out: Path, overwrite: bool, explain: str | None, lang: str) -> None:
    """Ask, write the answer, and show it; a path that is taken is said before the work."""
    from oab_funding.tables.output import check_table_path

    check_table_path(out, overwrite)
    outcome = ask()
    told = None if explain is None else outcome.explain(explain, lang)
    outcome.save(out, overwrite=overwrite)
    show_labels(outcome.labels)
    show_results(outcome.figures)
    if told is not None:
        show()
        show(told)
