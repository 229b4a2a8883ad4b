"""The lowest 15% of all children: who belongs to it, and the national figures C and G.

    T = 15% of the number of children, made whole (up, half up or down)
    C = the mean score of all children
    G = the mean score of the children in the group
    line = the score of the last child admitted who does not seek asylum

Asylum seekers always belong to the group and count with the score G. They take n of the T places; the other
T - n places go to the lowest of the other children. Then G is the mean of those others, because adding
children at G leaves a mean where it is, and C is the mean of all children with the asylum seekers at G.

Ties at the line. Let b be the score at the last of the T - n places, m the others who score exactly b, and
r >= 1 the places left after everyone below b. If m = r all fit, and every rule gives the same. Otherwise:

    share    each of the m counts for r/m: the group holds exactly T children, in weight
    include  all m belong: the group holds m - r children more than T
    exclude  none of the m belongs: the group holds r children fewer than T, and the line lies lower than b
    order    the first r of the m by child_id, in code-point order: the group holds exactly T children

A child with weight w counts w times, everywhere: G = sum(w D) / sum(w) over the others in the group, and a
site's A = sum(w (C - D)). G is always the mean of the group as it is, not of a group of T. C does not depend
on weights, except through the G at which asylum seekers count. Over the whole country the sum of A is always
(weight of the group) x (C - G); under `share` and `order` that weight is T.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from .refusal import RefusedError
from .rounding import SizeRule, whole

TieRule = Literal["share", "include", "exclude", "order"]
TIE_RULES: tuple[TieRule, ...] = ("share", "include", "exclude", "order")


@dataclass(frozen=True)
class Child:
    """One counted child. A toddler has no site; an asylum seeker needs no score."""

    child_id: str
    score: Fraction | None
    asylum: bool = False
    site: str | None = None
    municipality: str = "GM0000"
    age: int = 8


@dataclass(frozen=True)
class TargetGroup:
    """Who counts for how much, and the national figures; nothing is rounded."""

    children: int
    places: int
    asylum_seekers: int
    weights: dict[str, Fraction]
    scores: dict[str, Fraction]
    mean: Fraction
    group_mean: Fraction
    line: Fraction
    group_size: Fraction

    @property
    def distance(self) -> Fraction:
        """C - G."""
        return self.mean - self.group_mean


def target_group(
    children: Sequence[Child],
    *,
    part: Fraction = Fraction(15, 100),
    size_rule: SizeRule = "up",
    tie_rule: TieRule = "share",
    asylum_at_group_mean: bool = True,
) -> TargetGroup:
    """Draw the line through all children of the country.

    With `asylum_at_group_mean` false an asylum seeker is a child like any other, and needs a score.

    Refused: `present twice`; `no score`; `no places` (15% of the children is nobody); `only asylum seekers`
    (they fill all places); `nobody below the line` (excluding the tied children leaves no other child).
    """
    _refuse_doubles(children)
    places = whole(part * len(children), size_rule)
    if places == 0:
        raise RefusedError("no places", children=len(children))
    asylum = [child for child in children if child.asylum and asylum_at_group_mean]
    if len(asylum) >= places:
        raise RefusedError("only asylum seekers", asylum_seekers=len(asylum), places=places)
    others = {
        child.child_id: _own_score(child) for child in children if not (child.asylum and asylum_at_group_mean)
    }

    other_weights = _admit(others, places - len(asylum), tie_rule)
    admitted = [child_id for child_id, weight in other_weights.items() if weight > 0]
    if not admitted:
        raise RefusedError("nobody below the line", places=places, tie_rule=tie_rule)
    weight_of_others = sum(other_weights.values(), Fraction(0))
    group_mean = sum((other_weights[i] * others[i] for i in others), Fraction(0)) / weight_of_others

    scores = others | {child.child_id: group_mean for child in asylum}
    weights = other_weights | {child.child_id: Fraction(1) for child in asylum}
    return TargetGroup(
        children=len(children),
        places=places,
        asylum_seekers=len(asylum),
        weights=weights,
        scores=scores,
        mean=sum(scores.values(), Fraction(0)) / len(scores),
        group_mean=group_mean,
        line=max(others[child_id] for child_id in admitted),
        group_size=weight_of_others + len(asylum),
    )


def _refuse_doubles(children: Iterable[Child]) -> None:
    seen: set[str] = set()
    for child in children:
        if child.child_id in seen:
            raise RefusedError("present twice", child_id=child.child_id)
        seen.add(child.child_id)


def _own_score(child: Child) -> Fraction:
    if child.score is None:
        raise RefusedError("no score", child_id=child.child_id)
    return child.score


def _admit(scores: dict[str, Fraction], places: int, tie_rule: TieRule) -> dict[str, Fraction]:
    """Weight of each child when the lowest `places` are let in."""
    if places > len(scores):
        raise RefusedError("more places than children", places=places, children=len(scores))
    boundary = sorted(scores.values())[places - 1]
    below = [child_id for child_id, score in scores.items() if score < boundary]
    tied = sorted(child_id for child_id, score in scores.items() if score == boundary)
    room = places - len(below)

    weights = dict.fromkeys(scores, Fraction(0)) | dict.fromkeys(below, Fraction(1))
    if room == len(tied) or tie_rule == "include":
        return weights | dict.fromkeys(tied, Fraction(1))
    if tie_rule == "exclude":
        return weights
    if tie_rule == "order":
        return weights | dict.fromkeys(tied[:room], Fraction(1))
    return weights | dict.fromkeys(tied, Fraction(room, len(tied)))
