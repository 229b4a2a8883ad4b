"""The disadvantage score of a school site, and of a school.

    score = A - B, rounded to two decimals, and 0 where it is negative
    A = sum of (C - D) over the pupils of the site in the lowest 15% of the country
    B = E x F x (C - G), with E the number of pupils of the site and F = 12%

A site without pupils has A = B = 0. The raw score A is never floored.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from .refusal import RefusedError
from .rounding import half_up
from .target_group import Child, TargetGroup

SITE_THRESHOLD = Fraction(12, 100)
OLDEST_IN_LOWER_YEARS = 7
TOO_FEW_TO_BE_RELIABLE = 40


@dataclass(frozen=True)
class SiteScore:
    """A site's figures, exact but for `score`."""

    site: str
    pupils: int
    pupils_lower: int
    pupils_upper: int
    raw: Fraction
    raw_lower: Fraction
    raw_upper: Fraction
    threshold: Fraction
    score: Fraction
    flags: str

    @property
    def published(self) -> tuple[Fraction, Fraction, Fraction]:
        """A, its lower and its upper years, each rounded on its own: the parts need not add up."""
        return half_up(self.raw, 2), half_up(self.raw_lower, 2), half_up(self.raw_upper, 2)


def raw_score(children: Iterable[Child], group: TargetGroup) -> Fraction:
    """A: how far the children of the group lie below the national mean, each times its weight."""
    return sum(
        (group.weights[child.child_id] * (group.mean - group.scores[child.child_id]) for child in children),
        Fraction(0),
    )


def threshold(children: int, part: Fraction, group: TargetGroup) -> Fraction:
    """B = E x F x (C - G), with C and G unrounded."""
    return children * part * group.distance


def net_score(raw: Fraction, line: Fraction) -> Fraction:
    """A - B in two decimals, at least 0."""
    return max(Fraction(0), half_up(raw - line, 2))


def flags(lower: int, upper: int) -> str:
    """Which figures rest on 40 pupils or fewer: a the site, b its lower years, c its upper years."""
    small = {"a": lower + upper, "b": lower, "c": upper}
    return ", ".join(letter for letter, count in small.items() if count <= TOO_FEW_TO_BE_RELIABLE)


def site_scores(
    pupils: Sequence[Child],
    group: TargetGroup,
    *,
    sites: Iterable[str] = (),
    part: Fraction = SITE_THRESHOLD,
) -> dict[str, SiteScore]:
    """Every site of the pupils, and every site in `sites` even if nobody goes there, by ascending code."""
    by_site: dict[str, list[Child]] = {site: [] for site in sites}
    for pupil in pupils:
        if pupil.site is None:
            raise RefusedError("a pupil without a site", child_id=pupil.child_id)
        by_site.setdefault(pupil.site, []).append(pupil)
    return {site: _site_score(site, by_site[site], group, part) for site in sorted(by_site)}


def _site_score(site: str, pupils: Sequence[Child], group: TargetGroup, part: Fraction) -> SiteScore:
    lower = [pupil for pupil in pupils if pupil.age <= OLDEST_IN_LOWER_YEARS]
    upper = [pupil for pupil in pupils if pupil.age > OLDEST_IN_LOWER_YEARS]
    raw = raw_score(pupils, group)
    b = threshold(len(pupils), part, group)
    return SiteScore(
        site=site,
        pupils=len(pupils),
        pupils_lower=len(lower),
        pupils_upper=len(upper),
        raw=raw,
        raw_lower=raw_score(lower, group),
        raw_upper=raw_score(upper, group),
        threshold=b,
        score=net_score(raw, b),
        flags=flags(len(lower), len(upper)),
    )


def school_of(site: str) -> str:
    """A site's school: its first four characters."""
    return site[:4]


def school_scores(scores: Mapping[str, Fraction]) -> dict[str, Fraction]:
    """The score of each school: the rounded scores of its sites, added up."""
    total: dict[str, Fraction] = {}
    for site in sorted(scores):
        total[school_of(site)] = total.get(school_of(site), Fraction(0)) + scores[site]
    return total
