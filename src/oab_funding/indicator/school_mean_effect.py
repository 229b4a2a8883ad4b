"""What it does to scores that the school mean is taken over other mothers in scoring than in the fit.

The fit knows the mothers whose education is given. Scoring takes the mothers of all pupils who count, known
or imputed, in every round. Where the unknown ones are lower educated, the mean of scoring is lower.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from oab_funding.errors import InputError
from oab_funding.exact import round_exact, total
from oab_funding.indicator.collect import count_mothers
from oab_funding.indicator.model import Model
from oab_funding.indicator.school_mean import SchoolMeanEffect
from oab_funding.indicator.score import ScoredChildren
from oab_funding.indicator.scoring import check_coded, known_scores, place_units
from oab_funding.indicator.specification import SCORE_PLACES


def school_mean_effect(scored: ScoredChildren, model: Model) -> SchoolMeanEffect:
    """Measure the difference between the two definitions of the school mean on the pupils that were scored.

    Parameters
    ----------
    scored
        What `score` gave.
    model
        The model it was scored with.

    Returns
    -------
    SchoolMeanEffect
        In points of score: the mean over the rounds by the definition of scoring less that by the fit's. It
        can be given to `Model.card`.

    Raises
    ------
    InputError
        The model has no school mean or is another one.

    Examples
    --------
    >>> import oab_funding as oab
    >>> from oab_funding.synthetic import country
    >>> made_up = country(6_000, seed=1)
    >>> model = oab.fit(made_up.pupils, made_up.sites).model()
    >>> scored = oab.score(made_up.pupils, None, made_up.sites, model, rounds=2)
    >>> school_mean_effect(scored, model).pupils
    5391
    """
    if model.specification.school_mean is None:
        raise InputError("the model has no school mean", remedy="this concerns models with one")
    part = scored.parts[0]
    check_coded(part.coded, model)
    of_fit = place_units(model, model.school_means(count_mothers(part.coded, model.specification)))
    pupils = np.bincount(part.coded.place[part.coded.counted], minlength=len(of_fit)).astype(np.int64)
    both = known_scores(of_fit) & np.all(known_scores(part.of_place), axis=0) & (pupils > 0)
    rounds = len(part.of_place)
    # Sums over the rounds, so that nothing is rounded before the end.
    differences = (part.of_place - of_fit).sum(axis=0)[both]
    weights, count = pupils[both], int(pupils[both].sum())
    unit = Fraction(1, max(count, 1) * rounds * 10**SCORE_PLACES)
    largest = int(np.abs(differences).max(initial=0))
    return SchoolMeanEffect(
        pupils=count,
        without=int(pupils.sum()) - count,
        mean=round_exact(total(differences * weights) * unit, 4),
        mean_absolute=round_exact(total(np.abs(differences) * weights) * unit, 4),
        largest=round_exact(Fraction(largest, rounds * 10**SCORE_PLACES), 4),
    )
