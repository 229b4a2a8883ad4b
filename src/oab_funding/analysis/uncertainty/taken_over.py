"""What is taken over from others in a replicate: lengths of stay, and whole scores.

The classes of donors are those of imputation, and so is the chance of each donor. A length of stay depends on
its donor's alone, so that it is drawn by how many donors of the class have each.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oab_funding.errors import InputError
from oab_funding.indicator.category_codes import UNKNOWN, Codes
from oab_funding.indicator.coding import CodedChildren
from oab_funding.indicator.imputation.counts import CLASSES, EducationInput
from oab_funding.indicator.imputation.donors import STAY_MINIMUM, DonorPool, StayInput
from oab_funding.indicator.imputation.draws import Keys
from oab_funding.indicator.imputation.impute import FATHER, MOTHER, STAY, score_ladder, wants_donor

Whole = NDArray[np.int64]

_HALF = np.uint64(32)


@dataclass(frozen=True, slots=True, eq=False)
class Stays:
    """Lengths of stay that are drawn: by their shares among the donors of the narrowest class with enough.

    Parameters
    ----------
    takers, group, wider
        Who takes (positions among the drawn children), their first class without the mother's education, and
        the row of `wide` for those whom that does not serve.
    fixed
        Donors by class, mother's education and stay, as far as these are known; shape (groups, 8, stays).
    givers, cell
        Donors whose mother's education is drawn (positions), and their class and stay as one number.
    wide
        Donors of wider classes by stay, shape (rows, stays).
    """

    takers: Whole
    group: Whole
    wider: Whole
    fixed: Whole
    givers: Whole
    cell: Whole
    wide: Whole

    def drawn(self, mother: Codes, bits: Keys) -> Codes:
        """Draw the stays of the takers, given the mothers' education of all drawn children."""
        groups, _, stays = self.fixed.shape
        at = (self.cell // stays * CLASSES + mother[self.givers]) * stays + self.cell % stays
        counts = self.fixed.reshape(-1, stays) + np.bincount(at, minlength=groups * CLASSES * stays).reshape(
            -1, stays
        )
        known = self.group >= 0
        own = counts[np.where(known, self.group, 0) * CLASSES + mother[self.takers]]
        serves = known & (own.sum(axis=1) >= STAY_MINIMUM)
        cumulative = np.cumsum(np.where(serves[:, None], own, self.wide[self.wider]), axis=1)
        place = ((bits >> _HALF) * cumulative[:, -1].astype(np.uint64)) >> _HALF
        found: Codes = (place.astype(np.int64)[:, None] >= cumulative[:, :-1]).sum(axis=1).astype(np.int8)
        return found


@dataclass(frozen=True, slots=True, eq=False)
class ScoreDonors:
    """Who takes over another child's score: the takers, and where the donors of each stand in `members`."""

    takers: Whole
    start: Whole
    count: Whole
    members: Whole

    def chosen(self, bits: Keys) -> Whole:
        """Choose a donor for each taker."""
        place = ((bits >> _HALF) * self.count.astype(np.uint64)) >> _HALF
        found: Whole = self.members[self.start + place.astype(np.int64)]
        return found


def stays_of(coded: CodedChildren, given: StayInput, lacks: NDArray[np.bool_], rows: Whole) -> Stays | None:
    """Lay out who takes a length of stay and who gives one; None where nobody takes.

    Parameters
    ----------
    coded, given
        All children of a kind, and as the imputation of stays sees them.
    lacks
        Who takes.
    rows
        The drawn children; positions are among them.

    Raises
    ------
    InputError
        Nobody can give.
    """
    takes_part = given.eligible & given.born_abroad
    donors, takers = np.flatnonzero(takes_part & ~lacks), rows[lacks[rows]]  # in the order of the drawn
    if not len(takers):
        return None
    if not len(donors):
        raise InputError(
            "no mother born abroad has a known stay", "stay", "give one date of arrival at least"
        )
    position = np.full(len(lacks), UNKNOWN, dtype=np.int64)
    position[rows] = np.arange(len(rows))
    stays = int(given.stay[donors].max()) + 1
    group = given.groups[0].astype(np.int64)
    groups = int(group.max(initial=0)) + 1
    cell = group * stays + given.stay
    mother = coded.codes[MOTHER]
    classed = donors[group[donors] >= 0]
    known = classed[mother[classed] != UNKNOWN]
    number = (group[known] * CLASSES + mother[known]) * stays + given.stay[known]
    fixed = np.bincount(number, minlength=groups * CLASSES * stays).reshape(groups, CLASSES, stays)
    drawn = classed[mother[classed] == UNKNOWN]
    pool = DonorPool(given.child_key[donors], [codes[donors] for codes in given.groups], STAY_MINIMUM)
    served = pool.served([codes[takers] for codes in given.groups], len(takers))
    classes, wider = np.unique(
        np.stack([served.rung, served.start, served.count]), axis=1, return_inverse=True
    )
    of_donors = given.stay[donors]
    wide = np.array(
        [np.bincount(of_donors[pool.members(*one)], minlength=stays) for one in classes.T.tolist()]
    )
    return Stays(position[takers], group[takers], wider.ravel(), fixed, position[drawn], cell[drawn], wide)


def score_donors_of(coded: CodedChildren, children: EducationInput, social: list[str]) -> ScoreDonors | None:
    """Lay out who takes a score, in the order of keys, and who gives one; None where nobody takes."""
    wants = wants_donor(coded, _completed(coded))
    takers, givers = (
        np.flatnonzero(wants & coded.counted),
        np.flatnonzero(coded.eligible & coded.counted & ~wants),
    )
    if not len(takers):
        return None
    takers = takers[np.argsort(children.child_key[takers], kind="stable")]
    ladder = score_ladder(coded, social)
    pool = DonorPool(children.child_key[givers], [codes[givers] for codes in ladder])
    served = pool.served([codes[takers] for codes in ladder], len(takers))
    classes, at = np.unique(np.stack([served.rung, served.start, served.count]), axis=1, return_inverse=True)
    members = [pool.members(*one) for one in classes.T.tolist()]
    start = np.cumsum([0, *map(len, members)])[:-1]
    return ScoreDonors(takers, start[at.ravel()], served.count, givers[np.concatenate(members)])


def _completed(coded: CodedChildren) -> Mapping[str, Codes]:
    """Give the categories that imputation completes, one round of them, with 0 for whatever is drawn."""
    found = {}
    for name in (MOTHER, FATHER, STAY):
        codes, drawn = coded.codes[name], coded.eligible & (coded.codes[name] == UNKNOWN)
        if name == STAY:
            drawn &= ~coded.mother_born_here
        found[name] = np.where(drawn, 0, codes)[None]
    return found
