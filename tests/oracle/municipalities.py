"""The disadvantage score of a municipality: that of a site, with F = 5%, over toddlers and pupils together.

The group is drawn over all toddlers and all pupils of the country, so it is not the group of the sites. A
toddler belongs to the municipality of residence, a pupil to the municipality of the school site.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from .rounding import half_up
from .sites import net_score, raw_score, threshold
from .target_group import Child, TargetGroup

MUNICIPAL_THRESHOLD = Fraction(5, 100)


@dataclass(frozen=True)
class MunicipalityScore:
    """A municipality's figures, exact but for `score`."""

    municipality: str
    children: int
    raw: Fraction
    threshold: Fraction
    score: Fraction

    @property
    def published_raw(self) -> Fraction:
        """A in two decimals."""
        return half_up(self.raw, 2)


def municipality_scores(
    children: Sequence[Child],
    group: TargetGroup,
    *,
    municipalities: Iterable[str] = (),
    part: Fraction = MUNICIPAL_THRESHOLD,
) -> dict[str, MunicipalityScore]:
    """Every municipality of the children, and every one in `municipalities` even if it has none."""
    by_code: dict[str, list[Child]] = {code: [] for code in municipalities}
    for child in children:
        by_code.setdefault(child.municipality, []).append(child)
    return {code: _score(code, by_code[code], group, part) for code in sorted(by_code)}


def _score(code: str, children: Sequence[Child], group: TargetGroup, part: Fraction) -> MunicipalityScore:
    raw = raw_score(children, group)
    b = threshold(len(children), part, group)
    return MunicipalityScore(code, len(children), raw, b, net_score(raw, b))
