"""Donors: a child about whom nothing is known takes over what a similar child has.

Children not in the population register get the (averaged) education score of a random donor, once the scores
of the others are there. A donor class is a rung of a ladder from narrow to wide, for instance the site; then
municipality, socio-economic category and asylum cohort together; then municipality and socio-economic
category; and everyone at the end. The first rung with enough donors serves; who has no class on a rung
(`UNKNOWN`) neither gives nor takes there. Asylum-seeking pupils need no
donor: they get G.

Within a class donors stand in the order of their keys and the recipient's own draw picks one, so that neither
the order of the rows nor chunks of recipients matter. CBS has not published its donor classes: ladder and
minimum are gaps.

How long a mother born abroad has been here, where her date of arrival is unknown, comes from a donor too:
a random donor among the mothers born abroad with a known stay, in the narrowest class with enough of them:
the caller's groups (such as origin and age) with the mother's education of that round, then the groups alone,
one by one from narrow to wide, then everyone. The shares of the stay classes are thus those among the donors.
It comes after education, in whose model "stay unknown" is a level of its own, and is drawn anew each round.
That CBS does so is not known: the whole of it is a gap. The shares themselves are not drawn, so the spread
between rounds is slightly too small where donors are few.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from oab_funding.errors import InputError
from oab_funding.indicator.category_codes import UNKNOWN, Codes
from oab_funding.indicator.imputation.counts import CLASSES
from oab_funding.indicator.imputation.draws import Keys, Purpose, draw_below

Classes = Sequence[NDArray[np.integer]]
MINIMUM = 5
"""Donors that a class must have by default before it serves (a gap)."""


@dataclass(frozen=True, slots=True)
class DonorChoice:
    """Who gives to whom.

    Parameters
    ----------
    donor
        Row of the chosen donor in the pool, one per recipient.
    rung
        Rung of the ladder that served, from 0; the number of rungs stands for "everyone".
    """

    donor: NDArray[np.int64]
    rung: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Served:
    """The class that serves each recipient: its rung, where it begins on it, and how many donors it holds."""

    rung: NDArray[np.int64]
    start: NDArray[np.int64]
    count: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Rung:
    """Donors in order of class and key; where each class begins: class c at ``start[c + 1]``."""

    order: NDArray[np.int64]
    start: NDArray[np.int64]

    @classmethod
    def of(cls, by_key: NDArray[np.int64], classes: NDArray[np.integer]) -> _Rung:
        """Sort donors, who stand in order of their keys, by class: a stable sort keeps the keys in order."""
        largest = int(classes.max(initial=UNKNOWN))
        # Numbers of 16 bits are sorted by radix, in one pass over the donors.
        short = classes[by_key].astype(np.int16 if largest < 2**15 else np.int64)
        start = np.concatenate([[0], np.cumsum(np.bincount(classes + 1, minlength=largest + 2))])
        return cls(by_key[np.argsort(short, kind="stable")], start)

    def find(self, wanted: NDArray[np.integer]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Where the class of each recipient begins, and how many donors it holds."""
        last = len(self.start) - 1
        low = np.minimum(wanted + 1, last)
        start, stop = self.start[low], self.start[np.minimum(low + 1, last)]
        return start, stop - start


@dataclass(frozen=True, slots=True)
class DonorPool:
    """Children who can give.

    Parameters
    ----------
    key
        Key of each donor, from `child_keys`.
    classes
        Per rung, from narrow to wide, the class code of each donor, or `UNKNOWN`.
    minimum
        Donors that a class must have before it serves; the last resort, everyone, needs one.

    Raises
    ------
    InputError
        There is no donor, or lengths differ.

    Examples
    --------
    Two sites in one municipality; the first has two donors, the second none.

    >>> site, municipality = np.array([1, 1, 3]), np.array([1, 1, 1])
    >>> pool = DonorPool(np.array([7, 8, 9], dtype=np.uint64), [site, municipality], minimum=2)
    >>> choice = pool.choose(np.array([4, 5], dtype=np.uint64), [np.array([1, 2]), np.array([1, 1])], seed=1)
    >>> choice.rung.tolist(), choice.donor.tolist()
    ([0, 1], [0, 1])
    """

    key: Keys
    classes: Classes
    minimum: int = MINIMUM
    _by_key: NDArray[np.int64] = field(init=False, repr=False)
    _rungs: dict[int, _Rung] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        if len(self.key) == 0:
            raise InputError("there is no donor", "donors", "give children with a score of their own")
        if self.minimum < 1:
            raise InputError(f"a minimum of {self.minimum} is too small", "donors", "give 1 or more")
        _check_lengths(self.classes, len(self.key), "donors")
        object.__setattr__(self, "_by_key", np.argsort(self.key, kind="stable"))

    def with_first(self, classes: NDArray[np.integer]) -> DonorPool:
        """Give the pool another first rung; what is known of the others stays."""
        other = copy(self)
        object.__setattr__(other, "classes", [classes, *self.classes[1:]])
        kept = {rung: known for rung, known in self._rungs.items() if rung > 0}
        object.__setattr__(other, "_rungs", kept)
        return other

    def choose(
        self, key: Keys, classes: Classes, seed: int, round_: int = 1, purpose: Purpose = Purpose.DONOR
    ) -> DonorChoice:
        """Choose a donor for each recipient.

        Parameters
        ----------
        key, classes
            Keys and class codes of the recipients, coded as the donors' are.
        seed
            Seed of the calculation.
        round_
            Round of the draw. Donors carry the averaged score, so one round is enough by default.
        purpose
            What the draw is for.

        Raises
        ------
        InputError
            Another number of rungs than the donors', or lengths differ.
        """
        served = self.served(classes, len(key))
        place = served.start + draw_below(key, served.count, seed, round_, purpose)
        choice = DonorChoice(np.zeros(len(key), np.int64), served.rung)
        for rung in np.unique(served.rung).tolist():
            rows = served.rung == rung
            choice.donor[rows] = self._rung(rung).order[place[rows]]
        return choice

    def served(self, classes: Classes, recipients: int) -> Served:
        """Find the class that serves each recipient; see `choose`."""
        if len(classes) != len(self.classes):
            raise InputError(
                f"recipients have {len(classes)} rungs, donors {len(self.classes)}",
                "donors",
                "code both alike",
            )
        _check_lengths(classes, recipients, "recipients")
        found = Served(*(np.zeros(recipients, np.int64) for _ in range(3)))
        waiting = np.arange(recipients)
        for rung in range(len(classes) + 1):
            if not len(waiting):
                break
            everyone = rung == len(classes)
            wanted = np.zeros(len(waiting), np.int64) if everyone else classes[rung][waiting]
            start, count = self._rung(rung).find(wanted)
            serves = (count >= (1 if everyone else self.minimum)) & (wanted != UNKNOWN)
            rows = waiting[serves]
            found.rung[rows], found.start[rows], found.count[rows] = rung, start[serves], count[serves]
            waiting = waiting[~serves]
        return found

    def members(self, rung: int, start: int, count: int) -> NDArray[np.int64]:
        """Give the donors of a class, in the order of their keys."""
        return self._rung(rung).order[start : start + count]

    def _rung(self, number: int) -> _Rung:
        """Sort a rung when it is first asked for; after the last comes everyone."""
        if number not in self._rungs:
            everyone = number == len(self.classes)
            classes = np.zeros(len(self.key), np.int64) if everyone else self.classes[number]
            self._rungs[number] = _Rung.of(self._by_key, classes)
        return self._rungs[number]


def class_codes(columns: Classes, levels: Sequence[int]) -> NDArray[np.int64]:
    """Put several categories into one class code; `UNKNOWN` where one of them is below 0.

    Examples
    --------
    >>> class_codes([np.array([1, 0, -1]), np.array([2, 1, 0])], levels=(2, 3)).tolist()
    [5, 1, -1]
    """
    code = np.zeros(len(columns[0]), dtype=np.int64)
    known = np.ones(len(code), dtype=bool)
    for column, size in zip(columns, levels, strict=True):
        if len(column) and column.max() >= size:
            raise InputError(
                f"a code of {column.max()} is not below {size}", "donor classes", "count the levels again"
            )
        known &= column >= 0
        code = code * size + column.astype(np.int64)
    return np.where(known, code, UNKNOWN)


def _check_lengths(classes: Classes, children: int, who: str) -> None:
    for rung, codes in enumerate(classes):
        if codes.shape != (children,):
            raise InputError(
                f"rung {rung} has shape {codes.shape}, not ({children},)", who, "give one code per child"
            )


STAY_MINIMUM = 20
"""Donors that a class must have by default before it serves for a length of stay (a gap)."""


@dataclass(frozen=True, slots=True)
class StayInput:
    """Children whose mother's stay is known or to be imputed, as plain arrays of n rows.

    Parameters
    ----------
    child_key
        From `child_keys`.
    stay
        Class of stay from 0, or `UNKNOWN`.
    born_abroad
        Whether the mother was born abroad: only those give and take.
    eligible
        Whether the child takes part, as in `EducationInput`.
    groups
        Class codes from narrow to wide, below 0 where unknown.
    """

    child_key: Keys
    stay: NDArray[np.integer]
    born_abroad: NDArray[np.bool_]
    eligible: NDArray[np.bool_]
    groups: Classes


@dataclass(frozen=True, slots=True)
class ImputedStay:
    """Stay class in every round, observed or imputed.

    Parameters
    ----------
    rounds
        Number of rounds m.
    stay
        ``int8`` of shape (m, n): class from 0, or `UNKNOWN` where not to be imputed.
    imputed
        Boolean of shape (n,).
    rung
        Shape (m, imputed children): rung of the ladder that served, for the imputed children in their order.
    seed
        Seed of the draws.
    """

    rounds: int
    stay: Codes
    imputed: NDArray[np.bool_]
    rung: NDArray[np.int64]
    seed: int


def impute_stay(children: StayInput, mother: Codes, seed: int, minimum: int = STAY_MINIMUM) -> ImputedStay:
    """Impute the unknown stay classes in every round.

    Parameters
    ----------
    children
        All children.
    mother
        Mother's education of every round, shape (m, n), from `ImputedEducation`; known of all who take part.
    seed
        Seed of the calculation.
    minimum
        Donors that a class must have before it serves.

    Raises
    ------
    InputError
        No mother born abroad has a known stay while one is to be imputed.

    Examples
    --------
    >>> keys = np.arange(4, dtype=np.uint64)
    >>> abroad = np.array([True, True, True, False])
    >>> everyone, all_alike = np.ones(4, dtype=bool), [np.zeros(4, dtype=int)]
    >>> children = StayInput(keys, np.array([1, 1, -1, 2]), abroad, everyone, all_alike)
    >>> impute_stay(children, np.full((2, 4), 4, dtype=np.int8), seed=1).stay.tolist()
    [[1, 1, 1, 2], [1, 1, 1, 2]]
    """
    taking_part = children.eligible & children.born_abroad
    lacks = taking_part & (children.stay == UNKNOWN)
    donors, takers = np.flatnonzero(taking_part & ~lacks), np.flatnonzero(lacks)
    rounds = len(mother)
    stay = np.tile(children.stay.astype(np.int8), (rounds, 1))
    rung = np.zeros((rounds, len(takers)), dtype=np.int64)
    if len(takers) and not len(donors):
        raise InputError(
            "no mother born abroad has a known stay", "stay", "give one date of arrival at least"
        )
    if not len(takers):
        return ImputedStay(rounds, stay, lacks, rung, seed)
    fixed = [codes[donors] for codes in children.groups]
    wider = [codes[takers] for codes in children.groups]
    pool = DonorPool(children.child_key[donors], [fixed[0], *fixed], minimum)
    for index in range(rounds):
        # Only the first rung depends on the round.
        pool = pool.with_first(_with_education(fixed[0], mother[index, donors]))
        wanted = [_with_education(wider[0], mother[index, takers]), *wider]
        choice = pool.choose(children.child_key[takers], wanted, seed, index + 1, Purpose.STAY)
        stay[index, takers], rung[index] = children.stay[donors][choice.donor], choice.rung
    return ImputedStay(rounds, stay, lacks, rung, seed)


def _with_education(group: NDArray[np.integer], mother: Codes) -> NDArray[np.int64]:
    return class_codes([group, mother], (int(group.max(initial=0)) + 1, CLASSES))
