"""Letters to a municipality: its own grant, and apart from it what the schools in it get."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from oab_funding.exact import to_fraction
from oab_funding.grants.schools import BEFORE_TRANSITION, ESTIMATE
from oab_funding.regulation import MunicipalityGrantProvision
from oab_funding.report.document import (
    Block,
    Column,
    Document,
    Grid,
    Paragraph,
    Section,
    without_empty_columns,
)
from oab_funding.report.institutions.law import sources_section
from oab_funding.report.institutions.municipal_grant import has_budget, municipal_exact, municipal_figure
from oab_funding.report.institutions.municipality import explain_municipality
from oab_funding.report.institutions.score_dates import ScoreDate, merged_parts, score_dates
from oab_funding.report.institutions.telling import Row, Telling
from oab_funding.report.letters.told import (
    Compared,
    children_told,
    closing_section,
    compared_section,
    numbered,
    rounded,
    threshold_told,
    values_of,
    whole_country,
)
from oab_funding.run import steps

_PERCENT = 2


def municipality_letter(telling: Telling, code: str, earlier: Telling | None = None) -> Document:
    """Write to a municipality: its grant, its scores on both dates, what changed, and its schools.

    Raises
    ------
    InputError
        The municipality is not in the run.
    DamagedError
        A number does not follow from what the run holds.
    """
    explain_municipality(
        telling, code
    )  # refuses what is not in the run, and every number that does not follow
    total = telling.row("totals_municipality", "municipality_code", code)
    grant = telling.row("municipal_grants", "municipality_code", code)
    who = f"{total['municipality_name']} ({code})" if total and total["municipality_name"] else code
    law, days = telling.municipal_law, score_dates(telling)
    sections = [
        None if law is None or grant is None else _amount_section(telling, law, who, grant),
        _steps_section(telling, law, days, code, grant) if days else None,
        None if total is None else _schools_section(telling, code, total),
        None if earlier is None or grant is None else _changed(telling, earlier, code),
        closing_section(telling),
        sources_section(telling, schools=total is not None, municipal=bool(days)),
    ]
    merged = any(merged_parts(telling, day, code) for day in days)
    subject = telling.t("letter.about_municipality", who=who, year=_year(telling))
    return telling.document(subject, "", sections, (ESTIMATE,) if merged else ())


def _year(telling: Telling) -> str:
    law = telling.municipal_law
    if law is not None:
        return str(law.year.year)
    return telling.grant_law.period.period if telling.grant_law is not None else telling.n.unknown


def _amount_section(telling: Telling, law: MunicipalityGrantProvision, who: str, grant: Row) -> Section:
    t, n = telling.t, telling.n
    said = "letter.municipality_gets" if grant["amount"] else "letter.municipality_gets_nothing"
    gets = t(said, who=who, amount=n.euros(grant["amount"]), year=law.year.year)
    blocks = [Paragraph(gets)]
    if municipal_figure(telling, "transition") == BEFORE_TRANSITION:
        blocks.append(Paragraph(t("letter.before_transition")))
    country = t("letter.municipalities_in_all", **whole_country(telling, "municipal_grants"))
    blocks.append(Paragraph(f"{t('letter.purpose_municipality')} {country}"))
    return Section(t("letter.amount_title"), tuple(blocks))


def _steps_section(
    telling: Telling,
    law: MunicipalityGrantProvision | None,
    days: Sequence[ScoreDate],
    code: str,
    grant: Row | None,
) -> Section:
    t, formula = telling.t, days[0].law.formula
    blocks: list[Block] = list(
        children_told(telling, steps.MUNICIPALITIES, formula.target_share, toddlers=True)
    )
    known = telling.exact(steps.MUNICIPALITIES, "C_minus_G")
    threshold = threshold_told(telling, formula.threshold_share, known, t("letter.of_municipality"))
    said = [t("letter.distance_municipality"), f"{threshold} {t('letter.floor')}"]
    if law is not None and grant is not None:
        said += _money(telling, law, grant)
    blocks += numbered(said, len(blocks) + 1)
    blocks.append(_dates_grid(telling, days, code, grant))
    return Section(t("letter.steps_title"), tuple(blocks))


def _dates_grid(telling: Telling, days: Sequence[ScoreDate], code: str, grant: Row | None) -> Grid:
    t, n = telling.t, telling.n
    names = ("children", "raw", "threshold", "score")
    columns = (
        Column(t("letter.reference_date")),
        *(Column(t(f"column.{name}"), numeric=True) for name in names),
    )

    def cells(day: ScoreDate) -> tuple[str, ...]:
        row = telling.row(day.table, "municipality_code", code)
        if row is None:
            return t.day(day.day), "", "", "", n.unknown
        derived = (
            telling.row("municipality_derivations", "municipality_code", code) if day.from_children else None
        )
        threshold = (derived or {}).get("threshold")
        return (
            t.day(day.day),
            "" if row["children"] is None else n.number(row["children"]),
            n.number(row["score_raw"]),
            "" if threshold is None else rounded(telling, threshold),
            n.number(row["score"]),
        )

    half = None if grant is None else (t("letter.half_of_both"), "", "", "", n.number(grant["score"]))
    grid = Grid(t("letter.dates_caption"), columns, tuple(map(cells, days)), half)
    return without_empty_columns(grid)


def _money(telling: Telling, law: MunicipalityGrantProvision, grant: Row) -> Iterable[str]:
    """Tell price, minimum and transition."""
    t, n = telling.t, telling.n
    yield t("letter.half", score=n.number(grant["score"]))
    price = to_fraction(municipal_exact(telling, "price") or 0)
    shown = n.euros(values_of(price))
    budget = municipal_exact(telling, "budget")
    how = t("letter.price_shared", budget=n.euros(budget)) if has_budget(telling) else ""
    product = price * to_fraction(grant["score"])
    times = t("letter.times_price", score=n.number(grant["score"]), price=shown, amount=n.euros(product))
    yield " ".join(filter(None, (t("letter.price", price=shown), how, times)))
    minimum = n.euros(str(telling.part_of_parameter(steps.GRANTS_OF_MUNICIPALITIES, "rule", "minimum")))
    if grant["topped_up"]:
        yield t("letter.raised", minimum=minimum)
    elif not grant["eligible"]:
        yield t("letter.not_eligible", minimum=minimum)
    yield from _transition(telling, law, grant)


def _transition(telling: Telling, law: MunicipalityGrantProvision, grant: Row) -> Iterable[str]:
    t, n = telling.t, telling.n
    if law.year.transition is None or municipal_figure(telling, "transition") == BEFORE_TRANSITION:
        return
    old, new, paid = grant["grant_2018"], grant["amount_new"], grant["amount"]
    if old is None:
        yield t("letter.municipality_exempt")
        return
    who = "losers" if old > new else "gainers"
    share = n.number(to_fraction(municipal_exact(telling, f"{who}_share") or 0) * 100, _PERCENT)
    values = {
        "old": n.euros(old),
        "new": n.euros(new),
        "paid": n.euros(paid),
        "moved": n.euros(abs(paid - new)),
    }
    way = "loses" if old > new else "gains" if old < new else "keeps"
    yield t(f"letter.municipality_{way}", share=f"{share}%", **values)


def _schools_section(telling: Telling, code: str, total: Row) -> Section:
    t, n = telling.t, telling.n
    sites = telling.rows("site_grants", "municipality_code", code)
    values = {
        "sites": n.number(len(sites)),
        "schools": n.number(len({site["school_id"] for site in sites})),
        "amount": n.euros(total["amount"]),
    }
    said = (t("letter.schools_get", **values), t("municipality.not_its_own"))
    return Section(t("letter.schools_title"), tuple(map(Paragraph, said)))


def _changed(telling: Telling, earlier: Telling, code: str) -> Section:
    t, runs = telling.t, (earlier, telling)
    years = [_year(one) for one in runs]
    then, now = (one.row("municipal_grants", "municipality_code", code) for one in runs)
    if then is None or now is None:
        return compared_section(telling, years, ())
    price_then, price_now = (municipal_exact(one, "price") for one in runs)
    rows = (
        Compared(t("column.municipal_score"), then["score"], now["score"]),
        Compared(t("letter.price_name"), price_then, price_now, money=True),
        Compared(t("column.amount_new"), then["amount_new"], now["amount_new"], money=True),
        Compared(t("letter.paid_name"), then["amount"], now["amount"], money=True),
    )
    return compared_section(telling, years, rows)
