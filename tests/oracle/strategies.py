"""Hypothesis strategies: small made-up countries and score tables in which everything goes wrong at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from hypothesis import assume
from hypothesis import strategies as st

from .municipal_grants import MINIMUM, MunicipalRow
from .rounding import ceil, cents
from .target_group import Child

MILLIONTHS = 10**6
SITES = ("00AA00", "00AA01", "00AB00", "01BC00", "09XY00", "09XY02")
ONE_PUPIL_SITE = "31MX00"
EMPTY_SITE = "99ZZ00"
MUNICIPALITIES = ("GM0001", "GM0014", "GM0363", "GM1999")
EMPTY_MUNICIPALITY = "GM9999"
# Orders that go wrong: as numbers, by locale, or by UTF-16 units instead of code points.
ID_STARTS = ("a", "B", "Z", "9", "10", "é", "～", "😀")


@dataclass(frozen=True)
class Country:
    """Pupils and toddlers; every site and municipality there is, also those without a child."""

    children: tuple[Child, ...]
    sites: tuple[str, ...]
    municipalities: tuple[str, ...]

    @property
    def pupils(self) -> tuple[Child, ...]:
        """The children who go to school."""
        return tuple(child for child in self.children if child.site is not None)


@dataclass(frozen=True)
class MunicipalCase:
    """Scores on two dates, a budget in cents, and what the case was made to be."""

    kind: str
    rows: tuple[MunicipalRow, ...]
    budget: Fraction


@dataclass(frozen=True)
class SchoolCase:
    """Scores of sites, a price, the share of the period, and old bases (some may be missing or left over)."""

    site_scores: dict[str, Fraction]
    price: Fraction
    share: Fraction
    old: dict[str, Fraction]
    loser_share: Fraction


def _fraction(units: int, per: int) -> Fraction:
    return Fraction(units, per)


def fractions(low: int, high: int, per: int) -> st.SearchStrategy[Fraction]:
    """Whole numbers of 1/per, from low/per up to high/per."""
    return st.builds(_fraction, st.integers(low, high), st.just(per))


fine_scores = fractions(505 * MILLIONTHS, 550 * MILLIONTHS, MILLIONTHS)
"""Education scores on the grid of 10^-6: hardly any ties."""

near_scores = fractions(530 * MILLIONTHS, 530 * MILLIONTHS + 3, MILLIONTHS)
"""Scores that differ by a few millionths: ties, and near ties that a float would call ties."""

coarse_scores = st.sampled_from(
    [Fraction(520), Fraction(525), Fraction(1061, 2), Fraction(535), Fraction(550)]
)
"""Five scores for everyone: many ties at the line."""

score_grids: st.SearchStrategy[st.SearchStrategy[Fraction]] = st.sampled_from(
    [fine_scores, near_scores, coarse_scores, st.just(Fraction(535))]
)


@st.composite
def countries(draw: st.DrawFn, max_children: int = 40) -> Country:
    """Any small country: ties, asylum seekers, toddlers, a one-pupil site, places without children."""
    grid = draw(score_grids)
    count = draw(st.integers(1, max_children))
    asylum_seekers = draw(st.integers(0, 4))
    lives_in = {site: draw(st.sampled_from(MUNICIPALITIES)) for site in (*SITES, ONE_PUPIL_SITE)}
    goes_to = st.sampled_from((*SITES, None))
    children = []
    for number in range(count):
        site = ONE_PUPIL_SITE if number == 0 else draw(goes_to)
        asylum = number >= count - asylum_seekers
        children.append(
            Child(
                child_id=f"{draw(st.sampled_from(ID_STARTS))}{number}",
                score=None if asylum and draw(st.booleans()) else draw(grid),
                asylum=asylum,
                site=site,
                municipality=lives_in[site] if site else draw(st.sampled_from(MUNICIPALITIES)),
                age=draw(st.integers(4, 12)) if site else draw(st.integers(2, 3)),
            )
        )
    return Country(
        children=tuple(draw(st.permutations(children))),
        sites=(*SITES, ONE_PUPIL_SITE, EMPTY_SITE),
        municipalities=(*MUNICIPALITIES, EMPTY_MUNICIPALITY),
    )


def _class(site: str, municipality: str, asylum_seekers: int, scores: Sequence[Fraction]) -> list[Child]:
    """A site with so many asylum seekers, and a pupil for each score; ages run from 4 to 12."""
    known: list[Fraction | None] = [*([None] * asylum_seekers), *scores]
    return [
        Child(f"{site}-{number}", score, score is None, site, municipality, 4 + number % 9)
        for number, score in enumerate(known)
    ]


@st.composite
def threshold_countries(draw: st.DrawFn) -> Country:
    """Sites and a municipality exactly at the threshold, and just beside it.

    Asylum seekers count C - G each. So with 3 of them and nobody else of the group, a site has A = 3 (C - G)
    and B = E x 0.12 (C - G): equal at E = 25, A above B at E = 24, below at E = 26. A municipality with 1 of
    them has A = B at E = 20. Whoever else is in the group goes to the site 99TT00.
    """
    high = draw(fractions(536 * 2, 550 * 2, 2))
    low = draw(st.lists(fractions(510 * 2, 530 * 2, 2), min_size=6, max_size=12))
    more_high = draw(st.integers(0, 10))
    children = [
        *_class("25AT00", "GM0025", 3, [high] * 22),
        *_class("24UP00", "GM0024", 3, [high] * 21),
        *_class("26DN00", "GM0026", 3, [high] * 23),
        *_class("20GM00", "GM0020", 1, [high] * 19),
        *_class("99TT00", "GM0099", 0, [*low, *[high] * more_high]),
    ]
    assume(ceil(Fraction(15, 100) * len(children)) - 10 <= len(low))
    return _whole_country(draw, children)


@st.composite
def half_cent_countries(draw: st.DrawFn) -> Country:
    """A site whose A - B is an odd number of half cents exactly, so that its score is rounded from a tie.

    100 pupils, T = 15, the 20 lowest at g and 80 at h = g + 0.00625 x odd. So G = g and C - G = 0.8 (h - g)
    is odd / 200. The site 04HC00 has 25 pupils, 4 of them asylum seekers and 21 at h: A - B = (4 - 3)(C - G).
    """
    odd = 2 * draw(st.integers(0, 1000)) + 1
    low = draw(fractions(510 * 100, 530 * 100, 100))
    high = low + Fraction(625, 100_000) * odd
    more_asylum = draw(st.integers(0, 5))
    children = [
        *_class("04HC00", "GM0004", 4, [high] * 21),
        *_class("04HC01", "GM0005", more_asylum, [*[low] * (16 - more_asylum), *[high] * 59]),
    ]
    return _whole_country(draw, children)


@st.composite
def outlier_countries(draw: st.DrawFn) -> Country:
    """The line lies above the national mean, so that some raw scores are negative.

    A few children (fewer than the places) score very low and everyone else the same h. The last places go to
    children at h, and h is above the mean: C - h < 0. At 01HI00 everyone scores h, so that A <= 0.
    """
    high = draw(fractions(535 * 100, 550 * 100, 100))
    low = draw(st.lists(fractions(505 * 100, 510 * 100, 100), min_size=1, max_size=2))
    everyone_else = draw(st.integers(14, 30))
    at_home = draw(st.integers(1, everyone_else))
    children = [
        *_class("01HI00", "GM0001", 0, [high] * at_home),
        *_class("02LO00", "GM0002", 0, [*low, *[high] * (everyone_else - at_home)]),
    ]
    return _whole_country(draw, children)


def _whole_country(draw: st.DrawFn, children: list[Child]) -> Country:
    return Country(
        children=tuple(draw(st.permutations(children))),
        sites=(*sorted({child.site for child in children if child.site}), EMPTY_SITE),
        municipalities=(*sorted({child.municipality for child in children}), EMPTY_MUNICIPALITY),
    )


@st.composite
def refused_countries(draw: st.DrawFn) -> Country:
    """No outcome: nobody at all, or asylum seekers fill the 15% to the last place, or more than fill it."""
    others = draw(st.integers(0, 20))
    asylum_seekers = (
        draw(st.integers(ceil(Fraction(15, 85) * others), 12)) if others else draw(st.integers(0, 3))
    )
    scores = draw(st.lists(coarse_scores, min_size=others, max_size=others))
    return _whole_country(draw, _class("00AA00", "GM0001", asylum_seekers, scores))


solvable_countries = st.one_of(countries(), threshold_countries(), half_cent_countries(), outlier_countries())
"""Countries with an outcome, mostly: `countries` and the tie rule `exclude` may still be refused."""

nasty_countries = st.one_of(solvable_countries, refused_countries())


two_decimals = fractions(0, 200_000, 100)


@st.composite
def municipal_rows(draw: st.DrawFn, max_rows: int = 12) -> tuple[MunicipalRow, ...]:
    """Municipalities on two dates: nothing, raw but no net score, one date only, odd cents, ties."""
    equal = draw(two_decimals)
    nothing = (Fraction(0), Fraction(0))
    one_date = st.one_of(
        st.just(nothing),
        st.tuples(fractions(1, 5000, 100), st.just(Fraction(0))),
        st.builds(lambda net, below: (net + below, net), two_decimals, fractions(0, 5000, 100)),
        st.builds(lambda net, below: (net + below, net), fractions(0, 2000, 100), fractions(0, 500, 100)),
        st.just((equal, equal)),
    )
    codes = draw(st.lists(st.integers(0, 9999), min_size=1, max_size=max_rows, unique=True))
    return tuple(MunicipalRow(f"GM{code:04d}", *draw(one_date), *draw(one_date)) for code in codes)


@st.composite
def municipal_cases(draw: st.DrawFn) -> MunicipalCase:
    """Scores with a budget made to fit a kind; the oracle, not the kind, says what comes out.

    refused         less than the minimums cost
    just enough     exactly what the minimums cost
    nearly all      a little more, so that hardly anyone stays above the minimum
    none topped up  enough to lift the smallest score to the minimum
    at the minimum  one municipality gets exactly 64,000: s = 128 at a price of 500
    any             any price
    """
    rows = draw(municipal_rows())
    kind = draw(
        st.sampled_from(["refused", "just enough", "nearly all", "none topped up", "at the minimum", "any"])
    )
    if kind == "at the minimum":
        at = Fraction(128)
        rows = (*(row for row in rows if row.code != "GM0128"), MunicipalRow("GM0128", at, at, at, at))
    if kind == "none topped up":
        rows = tuple(row for row in rows if row.s > 0 or not row.eligible("minimum"))
        assume(rows)
    eligible = [row for row in rows if row.eligible("minimum")]
    return MunicipalCase(kind, rows, _budget(draw, kind, eligible))


def _budget(draw: st.DrawFn, kind: str, eligible: Sequence[MunicipalRow]) -> Fraction:
    cost = MINIMUM * len(eligible)
    above_zero = [row.s for row in eligible if row.s > 0]
    if kind == "refused":
        return max(Fraction(0), cost - draw(fractions(1, 10**7, 100)))
    if kind == "just enough":
        return cost
    if kind == "nearly all":
        return cost + draw(fractions(1, 10**6, 100))
    if kind == "none topped up":
        dearest = MINIMUM / min(above_zero, default=Fraction(1))
        extra = draw(fractions(0, 10**6, 100))
        return Fraction(ceil(100 * dearest * sum(above_zero, Fraction(0))), 100) + extra
    price = Fraction(500) if kind == "at the minimum" else draw(fractions(100, 100_000, 100))
    return cents(sum((max(MINIMUM, price * row.s) for row in eligible), Fraction(0)))


@st.composite
def school_cases(draw: st.DrawFn) -> SchoolCase:
    """Schools of several sites, prices that make half cents, a share, bases missing or left over."""
    sites = draw(st.lists(st.sampled_from(_SITE_POOL), min_size=1, max_size=12, unique=True))
    scores = {site: draw(st.one_of(st.just(Fraction(0)), fractions(0, 50_000, 100))) for site in sites}
    price = draw(st.one_of(fractions(1, 2000, 2), fractions(1, 100_000, 100), st.just(Fraction("559.50"))))
    share = draw(st.sampled_from([Fraction(1), Fraction("0.3455"), Fraction(5, 12)]))
    schools = sorted({site[:4] for site in sites} | {"99QQ"})
    with_base = draw(st.lists(st.sampled_from(schools), unique=True))
    old = {school: draw(fractions(0, 40_000_000, 100)) for school in with_base}
    loser_share = draw(st.sampled_from([Fraction(3, 4), Fraction(1, 2), Fraction(1, 4), Fraction(0)]))
    return SchoolCase(scores, price, share, old, loser_share)


_SITE_POOL = tuple(
    f"{school}{number:02d}" for school in ("00AA", "00AB", "13EK", "31MX") for number in range(4)
)
