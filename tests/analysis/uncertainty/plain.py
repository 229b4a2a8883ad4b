"""A replicate in plain code: child by child, with fractions and a full sort.

It shares with the library the coding of children, the fitted model of education and the random words, and
nothing that lays children out together, tabulates, prunes or rounds.
"""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from functools import reduce
from math import floor
from operator import add
from typing import Any

import numpy as np

import oab_funding as oab
from oab_funding.analysis.child_rows import coded_by
from oab_funding.analysis.rescored import model_of
from oab_funding.indicator.imputation.counts import count_education
from oab_funding.indicator.imputation.draws import Purpose
from oab_funding.indicator.imputation.education import draw_class, draw_given_father
from oab_funding.indicator.imputation.impute import education_input, social_categories, stay_input
from oab_funding.indicator.imputation.joint import Odds
from oab_funding.indicator.imputation.parents_model import fit_parents
from oab_funding.indicator.imputation.school_level import SchoolLevels

MOTHER, FATHER, STAY, ORIGIN = "education_mother", "education_father", "stay", "origin"


class Plain:
    """The children of a run, and replicates of them."""

    def __init__(self, run: oab.Run) -> None:
        self.run, self.model = run, model_of(run)
        self.population = coded_by(run, self.model.specification)
        parts, specification = self.population.parts, self.population.specification
        self.social = sorted(set().union(*map(social_categories, parts)))
        levels = SchoolLevels.of(parts)
        self.inputs = [education_input(part, specification, self.social, levels) for part in parts]
        self.parents = fit_parents(reduce(add, map(count_education, self.inputs)))

    def drawn(
        self, seed: int, number: int, together: int
    ) -> list[tuple[list[dict[str, int]], dict[int, int]]]:
        """Give every child's categories, and the donor of each child that has one; per kind."""
        return [self._part(at, seed, number, number - number % together) for at in range(len(self.inputs))]

    def _part(
        self, at: int, seed: int, number: int, parameters: int
    ) -> tuple[list[dict[str, int]], dict[int, int]]:
        coded, children = self.population.parts[at], self.inputs[at]
        n = len(coded)
        codes = [{name: int(values[row]) for name, values in coded.codes.items()} for row in range(n)]
        keys = [int(key) for key in children.child_key]
        eligible = coded.eligible.tolist()
        stay = stay_input(coded, children.child_key)
        lacks_stay = [
            bool(stay.eligible[row] and stay.born_abroad[row] and codes[row][STAY] < 0) for row in range(n)
        ]
        fixed = []
        for row in range(n):
            cell = 0
            for predictor in children.predictors:
                cell = cell * predictor.levels + (0 if predictor.in_round else int(predictor.codes[row]))
            fixed.append(cell)
        kinds = {}
        for row in range(n):
            mother, father = (eligible[row] and codes[row][name] < 0 for name in (MOTHER, FATHER))
            kind = (
                0 if mother and father else 1 if mother else 2 if father else 3 if lacks_stay[row] else None
            )
            if kind is not None:
                kinds[row] = kind
        order = sorted(kinds, key=lambda row: (kinds[row], fixed[row], keys[row]))
        educated = [row for row in order if kinds[row] < 3]
        stays = [row for row in order if lacks_stay[row]]
        wants = [
            row
            for row in range(n)
            if coded.counted[row]
            and not coded.asylum_seeker[row]
            and (
                not coded.in_register[row] or self._stays_unknown(codes[row], eligible[row], lacks_stay[row])
            )
        ]
        wants.sort(key=keys.__getitem__)
        key = np.array([seed, int(Purpose.REPLICATE) << 32 | number], dtype=np.uint64)
        counter = np.array([0, 0, 0, at], dtype=np.uint64)
        words = [
            int(w)
            for w in np.random.Philox(counter=counter, key=key).random_raw(
                len(educated) + len(stays) + len(wants)
            )
        ]
        self._educate(children, codes, educated, kinds, words, seed, number, parameters)
        self._stay(coded, stay, codes, stays, words[len(educated) :], lacks_stay)
        donors = self._donors(coded, codes, keys, wants, words[len(educated) + len(stays) :])
        return codes, donors

    def _stays_unknown(self, codes: dict[str, int], eligible: bool, lacks_stay: bool) -> bool:
        drawn = {MOTHER: eligible, FATHER: eligible, STAY: lacks_stay}
        return any(value < 0 and not drawn.get(name) for name, value in codes.items())

    def _educate(self, children: Any, codes: Any, rows: Any, kinds: Any, words: Any, *draw: int) -> None:
        seed, number, parameters = draw
        columns = [
            p.codes[rows] if p.in_round is None else p.in_round(seed, number, np.array(rows, dtype=np.int64))
            for p in children.predictors
        ]
        odds = Odds.of(self.parents.draw(seed, parameters), self.parents.design(np.stack(columns, axis=1)))
        for at, row in enumerate(rows):
            high = np.array([words[at] >> 32 << 32], dtype=np.uint64)
            low = np.array([(words[at] & 0xFFFFFFFF) << 32], dtype=np.uint64)
            of_mother, of_father = odds.mother[:, at : at + 1], odds.father[:, at : at + 1]
            if kinds[row] == 0:
                codes[row][MOTHER] = int(draw_class(of_mother, high)[0])
            if kinds[row] == 1:
                given = of_father[:, None, :] * odds.partner[:, :, None]
                codes[row][MOTHER] = int(draw_given_father(of_mother, given, codes[row][FATHER], high)[0])
            else:
                beside = of_father * odds.partner[:, codes[row][MOTHER]][:, None]
                codes[row][FATHER] = int(draw_class(beside, low)[0])

    def _stay(self, coded: Any, given: Any, codes: Any, takers: Any, words: Any, lacks: Any) -> None:
        donors = [
            row
            for row in range(len(coded))
            if given.eligible[row] and given.born_abroad[row] and not lacks[row]
        ]

        def classes(row: int) -> list[Any]:
            age, origin = (int(group[row]) for group in given.groups)
            own = (age, codes[row][MOTHER]) if age >= 0 else None
            return [own, age if age >= 0 else None, origin if origin >= 0 else None, "all"]

        holds: list[dict[Any, list[int]]] = [defaultdict(list) for _ in range(4)]
        for row in donors:
            for rung, one in enumerate(classes(row)):
                holds[rung][one].append(codes[row][STAY])
        for row, word in zip(takers, words, strict=False):
            for rung, one in enumerate(classes(row)):
                found = sorted(holds[rung].get(one, [])) if one is not None else []
                if len(found) >= (20 if rung < 3 else 1):
                    codes[row][STAY] = found[(word >> 32) * len(found) >> 32]
                    break

    def _donors(self, coded: Any, codes: Any, keys: Any, wants: Any, words: Any) -> dict[int, int]:
        asked = set(wants)
        givers = sorted(
            (
                row
                for row in range(len(coded))
                if coded.eligible[row] and coded.counted[row] and row not in asked
            ),
            key=keys.__getitem__,
        )
        table = coded.children.to_pydict()

        def classes(row: int) -> list[Any]:
            home = str(table["municipality_code"][row])
            social = table["socioeconomic_category"][row] if "socioeconomic_category" in table else None
            both = None if social is None else (home, social)
            site = [str(table["site_id"][row])] if coded.kind == "pupil" else []
            return [*site, both, home, "all"]

        holds: dict[Any, list[int]] = defaultdict(list)
        for row in givers:
            for rung, one in enumerate(classes(row)):
                holds[rung, one].append(row)
        found = {}
        for row, word in zip(wants, words, strict=True):
            ladder = classes(row)
            for rung, one in enumerate(ladder):
                donors = holds.get((rung, one), []) if one is not None else []
                if len(donors) >= (5 if rung < len(ladder) - 1 else 1):
                    found[row] = donors[(word >> 32) * len(donors) >> 32]
                    break
        return found

    def scores(self, units: dict[str, int], drawn: Any, stream: str) -> dict[str, tuple[int, int, int]]:
        """Give E, A and the score in hundredths by institution, by the letter of the law."""
        children = self._children(units, drawn)
        day, statutes = self.population.reference_date, self.run.statutes
        of_schools = stream == "schools"
        law = (statutes.school_score(day) if of_schools else statutes.municipality_score(day)).formula
        inside = [one for one in children if stream == "municipalities" or one[0] == "pupil"]
        where = 1 if stream == "schools" else 2
        asylum = [one for one in inside if one[3] is None]
        scored = sorted(one[3] for one in inside if one[3] is not None)
        places = -floor(-law.target_share * len(inside)) - len(asylum)
        line = scored[places - 1]
        below = [score for score in scored if score < line]
        tied = sum(score == line for score in scored)
        weight = Fraction(places - len(below), tied)
        mean_group = Fraction(sum(below) + (places - len(below)) * line, places)
        mean = (sum(scored) + len(asylum) * mean_group) / len(inside)
        found: dict[str, list[Fraction]] = defaultdict(lambda: [Fraction(0), Fraction(0)])
        for one in inside:
            entry = found[one[where]]
            entry[0] += 1
            if one[3] is None:
                entry[1] += mean - mean_group
            elif one[3] < line:
                entry[1] += mean - one[3]
            elif one[3] == line:
                entry[1] += weight * (mean - line)
        lowered = law.threshold_share * (mean - mean_group)
        return {
            name: (int(count), half_up(raw / 10**4), max(0, half_up((raw - count * lowered) / 10**4)))
            for name, (count, raw) in found.items()
        }

    def _children(self, units: dict[str, int], drawn: Any) -> list[tuple[str, str, str, int | None]]:
        """Give kind, site, municipality and score of every child who counts."""
        mothers: dict[Any, list[int]] = defaultdict(list)
        pupils = self.population.pupils
        numbers = self.model.specification.class_numbers
        for row, codes in enumerate(drawn[0][0]):
            school, home = pupils.places[int(pupils.place[row])]
            if pupils.counted[row] and codes[MOTHER] >= 0:
                mothers[school, home].append(numbers[codes[MOTHER]])
                mothers["", home].append(numbers[codes[MOTHER]])
        found = []
        for coded, (codes, donors) in zip(self.population.parts, drawn, strict=True):
            own = [
                self._score(units, codes[row], mothers.get(coded.places[int(coded.place[row])]))
                for row in range(len(coded))
            ]
            table = coded.children
            for row in np.flatnonzero(coded.counted).tolist():
                home = coded.places[int(coded.place[row])][1]
                site = table["site_id"][row].as_py() if coded.kind == "pupil" else ""
                score = None if coded.asylum_seeker[row] else own[donors.get(row, row)]
                assert score is not None or coded.asylum_seeker[row]
                found.append((coded.kind, site, home, score))
        return found

    def _score(self, units: dict[str, int], codes: dict[str, int], mothers: list[int] | None) -> int | None:
        if min(codes.values()) < 0 or not mothers:
            return None
        total = units["start"]
        for name, code in codes.items():
            category = self.model.specification.categories(name)[code]
            if category != self.model.specification.reference(name):
                total += units[f"{name}[{category}]"]
        mean = half_up(Fraction(sum(mothers), len(mothers)) * 10**6)
        return total + half_up(Fraction(units["school_mean"] * mean, 10**6))


def half_up(value: Fraction) -> int:
    return floor(value + Fraction(1, 2))
