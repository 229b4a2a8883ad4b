"""All institutions of a run as a table to search, sort and filter in the page, each with its derivation.

What the page shows is put together from the rows that stand here; every amount of a school is computed again
before it is written down, as an explanation does.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from importlib.resources import files
from typing import Any

from markupsafe import Markup

from oab_funding.exact import round_exact, round_units, to_fraction
from oab_funding.grants.totals import UNKNOWN
from oab_funding.report.institutions.amount import new_amount, price_lines, rounding
from oab_funding.report.institutions.site import draw_sd, national_lines
from oab_funding.report.institutions.telling import Row, Telling
from oab_funding.report.printable import printable
from oab_funding.run import steps

LIBRARY = "dataTables.min.js"
"""DataTables (datatables.net, MIT licence), as its makers publish it; its licence lies beside it."""

_SAID = (
    *(f"site.{name}" for name in ("e_means", "b_means", "below_zero", "score", "score_means")),
    *("amount.amount", "amount.price", "part.part", "municipal.s_means", "municipal.a_2018"),
    *(f"transition.{name}" for name in ("a_means", "c_losers", "c_gainers", "paid", "paid_means")),
)
"""Texts that the page needs, besides those of its columns and of the listing itself."""


@dataclass(frozen=True, slots=True)
class _Column:
    """A column: its key among the texts, what it holds, and whether a narrow screen leaves it out.

    `places` is None for text; else numbers are whole units of so many decimals.
    """

    key: str
    places: int | None = None
    wide: bool = False


@dataclass(frozen=True, slots=True)
class _Kind:
    """The institutions of one kind: columns and rows; texts as numbers of the list of texts."""

    key: str
    columns: tuple[_Column, ...]
    rows: Sequence[Sequence[Any]]


@dataclass(slots=True)
class _Texts:
    """Every text once; rows have its number."""

    numbers: dict[str, int] = field(default_factory=dict)

    def __call__(self, text: str | None) -> int | None:
        return None if text is None else self.numbers.setdefault(printable(text), len(self.numbers))


@dataclass(frozen=True, slots=True)
class Listing:
    """All institutions of a run: the data of the page, the program that shows it, and the library's.

    Parameters
    ----------
    data
        JSON that can stand in a script.
    kinds
        The kinds of institutions there are, and what each is called.
    texts
        What stands around the table.
    """

    data: Markup
    kinds: Mapping[str, str]
    texts: Mapping[str, str]

    @property
    def scripts(self) -> tuple[Markup, Markup]:
        """The library, and the program of this page."""
        return _script("library", LIBRARY), _script("templates", "listing.js")


def listing(telling: Telling) -> Listing | None:
    """List all institutions; None where the run has none.

    Raises
    ------
    DamagedError
        An amount does not follow from what stands beside it.
    """
    say = _Texts()
    kinds = [
        kind
        for kind in (
            _schools(telling, say),
            _sites(telling, say),
            *(_totals(telling, say, whole) for whole in ("board", "municipality", "province")),
            _municipal(telling, say),
        )
        if kind is not None and kind.rows
    ]
    if not kinds:
        return None
    texts = {
        key: text
        for key, text in telling.t.texts.items()
        if key in _SAID or key.startswith(("column.", "listing."))
    }
    content = {
        "marks": [telling.n.thousands, telling.n.point],
        "unknown": telling.n.unknown,
        "language": telling.t.language,
        "texts": texts,
        "facts": _facts(telling),
        "strings": list(say.numbers),
        "kinds": [_plain(kind) for kind in kinds],
    }
    around = {key.removeprefix("listing."): text for key, text in texts.items() if key.startswith("listing.")}
    return Listing(
        _for_script(content), {kind.key: telling.t(f"listing.{kind.key}") for kind in kinds}, around
    )


def _plain(kind: _Kind) -> Mapping[str, Any]:
    columns = [[column.key, column.places, column.wide] for column in kind.columns]
    return {"key": kind.key, "columns": columns, "rows": kind.rows}


def _for_script(content: Mapping[str, Any]) -> Markup:
    """Write JSON so that nothing in it ends the script it stands in."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    for mark in "<>&\u2028\u2029":
        text = text.replace(mark, f"\\u{ord(mark):04x}")
    return Markup(text)


def _script(folder: str, name: str) -> Markup:
    text = files("oab_funding.report").joinpath(folder, name).read_text("utf-8")
    return Markup(text.replace("</script", "<\\/script"))


def _units(value: Decimal | int | None, places: int) -> int | None:
    if value is None:
        return None
    scaled = Decimal(value).scaleb(places)
    return whole if (whole := int(scaled)) == scaled else round_units(Fraction(value), places)


def _facts(telling: Telling) -> Mapping[str, Any]:
    """Give what is the same for all: the price, the means, the shares of the transition."""
    t, n = telling.t, telling.n
    facts: dict[str, Any] = {"national": [[line.equation, line.meaning] for line in national_lines(telling)]}
    if telling.figure(steps.GRANTS_OF_SCHOOLS, "total") is not None:
        facts["price"] = [[line.equation, line.meaning] for line in price_lines(telling)]
        facts["factors"] = 0 if telling.exact(steps.PRICE, "budget") is None else 1
        facts["amount_means"] = t("amount.amount_means", rule=t(f"rounding.{rounding(telling)}"))
        for who in ("losers", "gainers"):
            share = telling.exact(steps.GRANTS_OF_SCHOOLS, f"{who}_share")
            facts[who] = n.exact_percent(share) + (n.nearly(share) if share is not None else "")
    if (price := telling.exact(steps.GRANTS_OF_MUNICIPALITIES, "price")) is not None:
        facts["municipal_price"] = f"EUR {n.exact(price)}"
    return facts


def _schools(telling: Telling, say: _Texts) -> _Kind | None:
    if not telling.run.has("school_grants"):
        return None
    sites = _first_sites(telling)
    columns = (
        _Column("school"),
        _Column("name", wide=True),
        _Column("municipality", wide=True),
        _Column("province", wide=True),
        _Column("board", wide=True),
        _Column("score", 2),
        _Column("amount", 2),
    )
    each, rule, shares = new_amount(telling, {"score": 1}), rounding(telling), _transition_shares(telling)
    rows = []
    for row in telling.run.table("school_grants").to_pylist():
        site = sites.get(row["school_id"], {})
        exact = Fraction(row["score"]) * each
        loses = row["old_base"] is not None and row["old_base"] > exact
        again = round_exact(exact, 2, rule)
        telling.check(row["amount_new"], again, f"the amount of {row['school_id']}")
        if shares is not None and row["old_base"] is not None:
            moved = exact + (Fraction(row["old_base"]) - exact) * shares[loses]
            telling.check(row["amount"], round_exact(moved, 2, rule), f"what {row['school_id']} is paid")
        named = (row["school_id"], *(site.get(name) for name in _PLACE))
        new, paid = (_units(row[name], 2) for name in ("amount_new", "amount"))
        old, ends = _units(row["old_base"], 2), (exact * 100).denominator == 1
        rows.append(
            [
                *map(say, named),
                _units(row["score"], 2),
                paid,
                new,
                None if ends else telling.n.exact(exact),
                old,
                loses,
            ]
        )
    return _Kind("school", columns, rows)


def _transition_shares(telling: Telling) -> tuple[Fraction, Fraction] | None:
    """Give c of gainers and of losers; None where an index makes the recorded old bases rounded ones."""
    if telling.part_of_parameter(steps.GRANTS_OF_SCHOOLS, "transition", "index") not in (None, "0", "0/1"):
        return None
    gains, loses = (
        to_fraction(telling.exact(steps.GRANTS_OF_SCHOOLS, f"{who}_share") or 0)
        for who in ("gainers", "losers")
    )
    return gains, loses


_PLACE = ("name", "municipality_name", "province", "board_id")


def _first_sites(telling: Telling) -> dict[str, Row]:
    """Give the first site of each school, for its name and place."""
    found: dict[str, Row] = {}
    for row in _rows(telling, "site_grants"):
        found.setdefault(row["school_id"], row)
    return found


def _sites(telling: Telling, say: _Texts) -> _Kind | None:
    if not telling.run.has("site_scores"):
        return None
    grants = {row["site_id"]: row for row in _rows(telling, "site_grants")}
    derived = {row["site_id"]: row for row in _rows(telling, "site_derivations")}
    draws = {row["site_id"]: draw_sd(telling, row) for row in _rows(telling, "site_imputation")}
    columns = [
        _Column("site"),
        _Column("name", wide=True),
        _Column("municipality", wide=True),
        _Column("province", wide=True),
        _Column("board", wide=True),
        _Column("pupils", 0, wide=True),
        _Column("score", 2),
        *([_Column("draw_sd", 2, wide=True)] if draws else []),
        *([_Column("part", 2)] if grants else []),
    ]
    rows = []
    for row in telling.run.table("site_scores").to_pylist():
        grant, own = grants.get(row["site_id"], {}), derived.get(row["site_id"], {})
        rows.append(
            [
                say(row["site_id"]),
                *(say(grant.get(name)) for name in _PLACE),
                row.get("pupils"),
                _units(row["score"], 2),
                *([_units(draws.get(row["site_id"]), 2)] if draws else []),
                *([_units(grant.get("amount"), 2)] if grants else []),
                say(row.get("school_id") or grant.get("school_id")),
                _units(row.get("score_raw"), 2),
                _units(own.get("threshold"), 6),
                _units(own.get("difference"), 6),
                say(row.get("flags") or None),
            ]
        )
    return _Kind("site", tuple(columns), rows)


def _totals(telling: Telling, say: _Texts, whole: str) -> _Kind | None:
    code, *labels = {
        "board": ("board_id",),
        "municipality": ("municipality_code", "municipality_name", "province"),
        "province": ("province",),
    }[whole]
    columns = (
        _Column(whole if whole != "municipality" else "code"),
        *(_Column("name" if name == "municipality_name" else "province") for name in labels),
        _Column("sites", 0, wide=True),
        _Column("pupils", 0, wide=True),
        _Column("score", 2, wide=True),
        _Column("amount", 2),
    )
    rows = [
        [
            *(say(row[name]) for name in (code, *labels)),
            row["sites"],
            row["pupils"],
            *(_units(row[name], 2) for name in ("score", "amount")),
        ]
        for row in _rows(telling, f"totals_{whole}")
        if row[code] != UNKNOWN
    ]
    return _Kind(whole, columns, rows)


def _municipal(telling: Telling, say: _Texts) -> _Kind | None:
    if not telling.run.has("municipal_grants"):
        return None
    names = {
        row["municipality_code"]: row["municipality_name"] for row in _rows(telling, "totals_municipality")
    }
    columns = (
        _Column("code"),
        *([_Column("name")] if names else []),
        _Column("municipal_score", 3),
        _Column("amount_new", 2, wide=True),
        _Column("amount", 2),
    )
    rows = [
        [
            say(row["municipality_code"]),
            *([say(names.get(row["municipality_code"]))] if names else []),
            _units(row["score"], 3),
            *(_units(row[name], 2) for name in ("amount_new", "amount")),
            row["topped_up"],
            _units(row["grant_2018"], 2),
        ]
        for row in _rows(telling, "municipal_grants")
    ]
    return _Kind("municipal", columns, rows)


def _rows(telling: Telling, table: str) -> Iterable[Row]:
    rows: list[Row] = telling.run.table(table).to_pylist() if telling.run.has(table) else []
    return rows
