"""Letters on the money of schools: to a school, for one of its sites, and to a board."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import cast

from oab_funding.exact import to_fraction
from oab_funding.exact.fraction import Exact
from oab_funding.grants.schools import ESTIMATE
from oab_funding.grants.totals import UNKNOWN
from oab_funding.report.document import (
    Block,
    Column,
    Document,
    Grid,
    Paragraph,
    Section,
    without_empty_columns,
)
from oab_funding.report.institutions.amount import amount_line, covers_whole_year, share_of_year
from oab_funding.report.institutions.amount import transition_section as transition_of
from oab_funding.report.institutions.board import explain_board
from oab_funding.report.institutions.groups import municipality
from oab_funding.report.institutions.law import is_before_transition, sources_section
from oab_funding.report.institutions.school import explain_school
from oab_funding.report.institutions.site import explain_site, national_difference, threshold_share
from oab_funding.report.institutions.telling import Row, Telling
from oab_funding.report.letters.told import (
    Compared,
    children_told,
    closing_section,
    compared_section,
    numbered,
    rounded,
    score_told,
    threshold_told,
    whole_country,
)
from oab_funding.run import steps


def school_letter(telling: Telling, school: str, earlier: Telling | None = None) -> Document:
    """Write to a school: its amount, its sites, its municipality and board, and what changed.

    Raises
    ------
    InputError
        The school is not in the run.
    DamagedError
        A number does not follow from what the run holds.
    """
    explain_school(telling, school)  # refuses what is not in the run, and every number that does not follow
    row = _row(telling, "school_grants", "school_id", school)
    sites = telling.rows("site_grants", "school_id", school)
    for site in sites:
        explain_site(telling, site["site_id"])
    name = next((site["name"] for site in sites if site["name"]), None)
    who = f"{name} ({school})" if name else telling.t("letter.school", code=school)
    sections = [
        _amount_section(telling, who, row),
        _steps_section(telling, row, sites),
        _years_section(telling, row),
        _place_section(telling, sites),
        None if earlier is None else _changed(telling, earlier, "school_grants", "school_id", school),
        _sure_section(telling, sites),
        closing_section(telling),
        sources_section(telling),
    ]
    labels = (ESTIMATE,) if ESTIMATE in (row["flags"] or "").split("; ") else ()
    return telling.document(_subject(telling, who), "", sections, labels)


def site_letter(telling: Telling, site: str, earlier: Telling | None = None) -> Document:
    """Write about one site: its score, and its part of its school's amount; see `school_letter`."""
    explain_site(telling, site)
    grant = telling.row("site_grants", "site_id", site)
    row = _row(telling, "site_scores", "site_id", site)
    who = f"{grant['name']} ({site})" if grant and grant["name"] else telling.t("letter.site", code=site)
    part = None
    if grant is not None:
        school = _row(telling, "school_grants", "school_id", grant["school_id"])
        values = {"who": who, "amount": telling.n.euros(grant["amount"]), "school": grant["school_id"]}
        part = Section(
            telling.t("letter.amount_title"),
            (
                Paragraph(telling.t("letter.part", period=_period(telling), **values)),
                *_warned(telling, school),
            ),
        )
    said = [*_children(telling), *numbered(_of_site(telling, row), 3)]
    sections = [
        part,
        Section(telling.t("letter.score_title"), tuple(said)),
        None if grant is None else _place_section(telling, [grant]),
        None if earlier is None else _changed(telling, earlier, "site_grants", "site_id", site),
        _sure_section(telling, [row]),
        closing_section(telling),
        sources_section(telling),
    ]
    labels = (ESTIMATE,) if row.get("estimated") else ()
    return telling.document(_subject(telling, who), "", sections, labels)


def board_letter(telling: Telling, board: str, earlier: Telling | None = None) -> Document:
    """Write to a board: its schools and what they get together; see `school_letter`."""
    t, n = telling.t, telling.n
    explain_board(telling, board)
    total = _row(telling, "totals_board", "board_id", board)
    sites = telling.rows("site_grants", "board_id", board)
    who = t("letter.board", code=board)
    columns = (
        *(Column(t(f"column.{name}")) for name in ("school", "name", "municipality")),
        *(Column(t(f"column.{name}"), numeric=True) for name in ("pupils", "score", "amount")),
    )
    rows = tuple(
        (
            site["site_id"],
            site["name"] or "",
            municipality(site),
            n.number(site["pupils"]),
            n.number(site["score"]),
            n.euros(site["amount"]),
        )
        for site in sites
    )
    sums = (n.number(total["pupils"]), n.number(total["score"]), n.euros(total["amount"]))
    grid = Grid(t("letter.board_caption"), columns, rows, (t("column.total"), "", "", *sums))
    sections = [
        _amount_section(telling, who, total),
        Section(t("letter.schools_title"), (without_empty_columns(grid),)),
        Section(t("letter.steps_title"), (*_children(telling), *numbered(_in_general(telling), 3))),
        None if earlier is None else _changed(telling, earlier, "totals_board", "board_id", board),
        closing_section(telling),
        sources_section(telling),
    ]
    return telling.document(_subject(telling, who), "", sections)


def _row(telling: Telling, table: str, column: str, code: str) -> Row:
    return telling.row(table, column, code) or {}


def _period(telling: Telling) -> str:
    law = telling.grant_law
    return law.period.period if law is not None else telling.n.unknown


def _subject(telling: Telling, who: str) -> str:
    return telling.t("letter.about_school", who=who, period=_period(telling))


def _amount_section(telling: Telling, who: str, row: Row) -> Section:
    t = telling.t
    said = "letter.gets" if row["amount"] else "letter.gets_nothing"
    gets = t(said, who=who, amount=telling.n.euros(row["amount"]), period=_period(telling))
    country = t("letter.schools_in_all", **whole_country(telling, "school_grants"))
    purpose = Paragraph(f"{t('letter.purpose_school')} {country}")
    return Section(t("letter.amount_title"), (Paragraph(gets), *_warned(telling, row), purpose))


def _warned(telling: Telling, row: Row) -> Iterable[Paragraph]:
    """Say that the amount is not the one paid out, where the transition is not in it."""
    if is_before_transition(telling):
        yield Paragraph(telling.t("letter.before_transition"))
    elif row["amount"] != row["amount_new"]:
        yield Paragraph(telling.t("letter.with_transition", new=telling.n.euros(row["amount_new"])))


def _children(telling: Telling) -> list[Paragraph]:
    law = telling.score_law
    return children_told(telling, steps.SITES, law.formula.target_share if law else None)


def _steps_section(telling: Telling, school: Row, sites: Sequence[Row]) -> Section:
    t = telling.t
    blocks: list[Block] = list(_children(telling))
    rows = [_row(telling, "site_scores", "site_id", site["site_id"]) for site in sites]
    if len(rows) == 1:
        said = _of_site(telling, rows[0])
    else:
        said = [*_of_sites(telling), t("letter.sites_together", score=telling.n.number(school["score"]))]
    said = [*said, _price(telling, school), *_transition(telling, school)]
    blocks += numbered(said, len(blocks) + 1)
    if len(rows) != 1:
        blocks.append(_sites_grid(telling, school, sites, rows))
    return Section(t("letter.steps_title"), tuple(blocks))


def _of_site(telling: Telling, row: Row) -> list[str]:
    """Tell how the score of one site comes about."""
    t, derived = telling.t, telling.row("site_derivations", "site_id", row["site_id"])
    if row.get("estimated"):
        return [t("letter.merged", score=telling.n.number(row["score"]))]
    if derived is None or derived.get("threshold") is None:
        return [t("letter.score_given", score=telling.n.number(row["score"]))]
    distance = t("letter.distance", raw=telling.n.number(row["score_raw"]), mean=_mean(telling))
    taken = t(
        "letter.site_threshold",
        pupils=telling.n.number(row["pupils"]),
        threshold=rounded(telling, derived["threshold"]),
    )
    return [distance, f"{_threshold(telling)} {taken}", score_told(telling, derived, row["score"])]


def _of_sites(telling: Telling) -> list[str]:
    """Tell how the scores of several sites come about, whose figures stand in a table."""
    t = telling.t
    return [t("letter.distance_each", mean=_mean(telling)), f"{_threshold(telling)} {t('letter.floor')}"]


def _in_general(telling: Telling) -> list[str]:
    price = telling.n.euros(telling.exact(steps.PRICE, "price"))
    return [*_of_sites(telling), telling.t("letter.price_each", price=price)]


def _mean(telling: Telling) -> str:
    t = telling.t
    known = telling.exact(steps.SITES, "C")
    known = cast(Exact | None, telling.parameter(steps.CHECK_SITES, "c")) if known is None else known
    return "" if known is None else " " + t("letter.of_mean", mean=rounded(telling, str(known)))


def _threshold(telling: Telling) -> str:
    unit = telling.t("letter.of_site")
    return threshold_told(telling, threshold_share(telling), national_difference(telling), unit)


def _price(telling: Telling, school: Row) -> str:
    t, n = telling.t, telling.n
    amount_line(telling, school)
    price = telling.exact(steps.PRICE, "price")
    budget = telling.exact(steps.PRICE, "budget")
    said = t("letter.price", price=n.euros(price))
    if budget is not None:
        said += " " + t("letter.price_of_budget", budget=n.euros(budget))
    factors = [n.number(school["score"]), n.euros(price)]
    if not covers_whole_year(telling):
        factors.append(n.exact_percent(share_of_year(telling)))
        said += " " + t("letter.part_of_year", share=n.exact_percent(share_of_year(telling)))
    product = f"{' x '.join(factors)} = {n.euros(school['amount_new'])}"
    return f"{said} {product}."


def _transition(telling: Telling, school: Row) -> Iterable[str]:
    t, n, section = telling.t, telling.n, transition_of(telling, school)
    old = school["old_base"]
    if section is None or is_before_transition(telling):
        return
    if old is None:
        yield t("letter.exempt")
        return
    new, paid = school["amount_new"], school["amount"]
    share = telling.exact(steps.GRANTS_OF_SCHOOLS, "losers_share" if old > new else "gainers_share")
    values = {
        "old": n.euros(old),
        "new": n.euros(new),
        "paid": n.euros(paid),
        "moved": n.euros(abs(paid - new)),
    }
    written = n.number(to_fraction(share or 0) * 100, _PERCENT)
    way = "loses" if old > new else "gains" if old < new else "keeps"
    yield t(f"letter.transition_{way}", share=f"{written}%", **values)


_PERCENT = 2
"""Decimals of a share in a letter, which may have been solved and have no end."""


def _sites_grid(telling: Telling, school: Row, sites: Sequence[Row], scores: Sequence[Row]) -> Grid:
    t, n = telling.t, telling.n
    numeric = ("pupils", "raw", "threshold", "score", "part")
    columns = tuple(Column(t(f"column.{name}")) for name in ("site", "name", "municipality"))
    columns += tuple(Column(t(f"column.{name}"), numeric=True) for name in numeric)

    def cells(site: Row, score: Row) -> tuple[str, ...]:
        derived = telling.row("site_derivations", "site_id", site["site_id"]) or {}
        raw, threshold = derived.get("score_raw"), derived.get("threshold")
        return (
            site["site_id"],
            site["name"] or "",
            municipality(site),
            "" if site["pupils"] is None else n.number(site["pupils"]),
            "" if raw is None else rounded(telling, raw),
            "" if threshold is None else rounded(telling, threshold),
            n.number(score["score"]),
            n.euros(site["amount"]),
        )

    rows = tuple(cells(site, score) for site, score in zip(sites, scores, strict=True))
    pupils = [site["pupils"] for site in sites]
    counted = "" if None in pupils else n.number(sum(pupils))
    total = (t("column.total"), "", "", counted, "", "", n.number(school["score"]), n.euros(school["amount"]))
    return without_empty_columns(Grid(t("letter.sites_caption"), columns, rows, total))


def _years_section(telling: Telling, school: Row) -> Section | None:
    t, n = telling.t, telling.n
    years = telling.rows("school_calendar", "school_id", school["school_id"])
    if not years:
        return None
    names = ("year", "accrued", "paid")
    columns = tuple(Column(t(f"column.{name}"), numeric=name != "year") for name in names)
    rows = tuple((str(year["year"]), n.euros(year["accrued"]), n.euros(year["paid"])) for year in years)
    total = (t("column.total"), *(n.euros(school["amount"]) for _ in names[1:]))
    return Section(t("letter.years_title"), (Grid(t("letter.years_caption"), columns, rows, total),))


def _place_section(telling: Telling, sites: Sequence[Row]) -> Section | None:
    """Say in which municipality and under which board a school is, and what all schools there get."""
    said = [*_municipalities(telling, sites), *_boards(telling, sites)]
    return Section(telling.t("letter.place_title"), tuple(map(Paragraph, said))) if said else None


def _municipalities(telling: Telling, sites: Sequence[Row]) -> Iterable[str]:
    t, n = telling.t, telling.n
    for code in dict.fromkeys(site["municipality_code"] for site in sites if site["municipality_code"]):
        total = telling.row("totals_municipality", "municipality_code", code)
        there = telling.rows("site_grants", "municipality_code", code)
        if total is None:
            continue
        telling.check_sum(total["amount"], (site["amount"] for site in there), f"the amount of {code}")
        yield t(
            "letter.municipality",
            municipality=municipality(total),
            sites=n.number(len(there)),
            schools=n.number(len({site["school_id"] for site in there})),
            amount=n.euros(total["amount"]),
        )


def _boards(telling: Telling, sites: Sequence[Row]) -> Iterable[str]:
    for board in dict.fromkeys(site["board_id"] for site in sites if site["board_id"]):
        total = telling.row("totals_board", "board_id", board)
        if total is None or board == UNKNOWN:
            continue
        there = telling.rows("site_grants", "board_id", board)
        telling.check_sum(total["amount"], (site["amount"] for site in there), f"the amount of {board}")
        schools = telling.n.number(len({site["school_id"] for site in there}))
        amount = telling.n.euros(total["amount"])
        yield telling.t("letter.board_gets", board=board, schools=schools, amount=amount)


def _sure_section(telling: Telling, sites: Sequence[Row]) -> Section | None:
    t = telling.t
    said = list(_doubts(telling, sites))
    return Section(t("letter.sure_title"), tuple(map(Paragraph, said))) if said else None


def _doubts(telling: Telling, sites: Sequence[Row]) -> Iterable[str]:
    t, n, law = telling.t, telling.n, telling.score_law
    for code in (site["site_id"] for site in sites):
        row = _row(telling, "site_scores", "site_id", code)
        flags = (row.get("flags") or "").split(", ")
        if "a" in flags and law is not None:
            yield t("letter.few", site=code, limit=law.formula.reliable_above)
        if row.get("estimated"):
            yield t("letter.estimate", site=code)
        imputed = telling.row("site_imputation", "site_id", code)
        if imputed is not None and imputed["imputed"]:
            yield t(
                "letter.imputed",
                site=code,
                imputed=telling.counted(imputed["imputed"]),
                pupils=n.number(imputed["pupils"]),
            )


def _changed(telling: Telling, earlier: Telling, table: str, column: str, code: str) -> Section:
    """Compare with an earlier run."""
    t, runs = telling.t, (earlier, telling)
    periods = [_period(one) for one in runs]
    then, now = (one.row(table, column, code) for one in runs)
    if then is None or now is None:
        return compared_section(telling, periods, ())
    price_then, price_now = (one.exact(steps.PRICE, "price") for one in runs)
    pupils_then, pupils_now = (_pupils(one, column, code) for one in runs)
    rows = (
        Compared(t("column.pupils"), pupils_then, pupils_now),
        Compared(t("column.score"), then["score"], now["score"]),
        Compared(t("letter.price_name"), price_then, price_now, money=True),
        Compared(t("column.amount_new"), then["amount_new"], now["amount_new"], money=True),
        Compared(t("letter.paid_name"), then["amount"], now["amount"], money=True),
    )
    return compared_section(telling, periods, rows)


def _pupils(telling: Telling, column: str, code: str) -> int | None:
    counts = [site["pupils"] for site in telling.rows("site_grants", column, code)]
    return None if None in counts or not counts else sum(counts)
