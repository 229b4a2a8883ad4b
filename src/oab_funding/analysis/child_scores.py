"""Scores of sites and municipalities from the children of two runs, for the streams of grants."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from oab_funding.analysis.children import (
    ChildMixtures,
    Institution,
    ScoresAsTheyAre,
    both_of,
    scored_children,
)
from oab_funding.analysis.municipalities import Score
from oab_funding.analysis.rescored import Rescored, can_be_rescored
from oab_funding.analysis.school_money import SiteColumns
from oab_funding.analysis.school_scores import Switched
from oab_funding.run.choices import MunicipalChoices, SchoolChoices, children_rule
from oab_funding.run.run import Run

AS_THEY_ARE = (
    "scores of children are compared as they were computed: which part of a change is due to coefficients, "
    "to features, to imputation or to the mothers' mean of the school is not told apart"
)


class _OfChildren:
    """What the scores of sites and of municipalities have in common."""

    unsplit: frozenset[str] = frozenset()

    def __init__(
        self,
        runs: tuple[Run, Run],
        choices: tuple[SchoolChoices | MunicipalChoices, SchoolChoices | MunicipalChoices],
        institution: Institution,
    ) -> None:
        laws = (choices[0].score_law, choices[1].score_law)
        parts = (runs[0].calculation.children, runs[1].calculation.children)
        assert parts[0] is not None
        assert parts[1] is not None
        excluded = (laws[0].formula.excluded_schools, laws[1].formula.excluded_schools)
        both = both_of(runs, institution, excluded)
        rules = (children_rule(laws[0], parts[0]), children_rule(laws[1], parts[1]))
        scorer = Rescored(both, runs) if can_be_rescored(runs) else ScoresAsTheyAre(both)
        self._mixtures = ChildMixtures(both, institution, rules, scorer)
        self.keys = self._mixtures.keys
        self.notes = (AS_THEY_ARE,) if "child scores" in self.keys else ()


class SiteScoresOfChildren(_OfChildren):
    """Scores of sites; see `SiteScoreSource`.

    Parameters
    ----------
    runs
        Two runs with scored children.
    sites
        The sites of either, ascending.
    choices
        Their laws.
    """

    def __init__(
        self, runs: tuple[Run, Run], sites: tuple[str, ...], choices: tuple[SchoolChoices, SchoolChoices]
    ) -> None:
        super().__init__(runs, choices, "site_id")
        number = {name: at for at, name in enumerate(self._mixtures.names)}
        self._at = np.array([number[site] for site in sites], dtype=np.int64)

    def scores(self, own: Switched, elsewhere: Switched) -> SiteColumns:
        """Give the scores of a mixture."""
        found = self._mixtures.scored(own, elsewhere)
        return SiteColumns(found.present[self._at], found.score[self._at], found.children[self._at])


class MunicipalScoresOfChildren(_OfChildren):
    """Scores of municipalities on the later date; see `MunicipalScoreSource`."""

    def __init__(self, runs: tuple[Run, Run], choices: tuple[MunicipalChoices, MunicipalChoices]) -> None:
        super().__init__(runs, choices, "municipality_code")

    def scores(self, own: Switched, elsewhere: Switched) -> Mapping[str, Score]:
        """Give the scores of a mixture."""
        found = self._mixtures.scored(own, elsewhere)
        rows = zip(
            self._mixtures.names,
            found.present.tolist(),
            found.raw.tolist(),
            found.score.tolist(),
            strict=True,
        )
        return {name: (raw, score) for name, there, raw, score in rows if there}


def have_children(runs: tuple[Run, Run], stream: str) -> bool:
    """Say whether both runs scored the children of a stream, one score per child."""
    for run in runs:
        part, children = getattr(run.calculation, stream), run.calculation.children
        if part.scores is not None or children is None or scored_children(run) is None:
            return False
        if children.tie_rule == "order":
            return False
    return True
