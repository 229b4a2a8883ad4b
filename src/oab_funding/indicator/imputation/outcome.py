"""What a child achieves, for an imputation that a fit is made on.

A fit on imputed education finds effects that are too small where the imputation did not know attainment and
ability: what is drawn then has nothing to do with them (X.-L. Meng 1994, Multiple-imputation inferences with
uncongenial sources of input, Statistical Science 9, 538-558). Scoring must not know them: money would follow
from test results.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from oab_funding.indicator.coding import CodedChildren
from oab_funding.indicator.imputation.counts import Predictor
from oab_funding.indicator.imputation.school_level import level_cuts

OUTCOME_CLASSES = 10
"""Classes of attainment and of ability, of about as many children each; unknown is one more."""


def outcome_predictors(parts: Sequence[CodedChildren]) -> list[tuple[Predictor, ...]]:
    """Give each part's children their classes of attainment and ability.

    Parameters
    ----------
    parts
        Pupils, and toddlers if there are any, of whom neither is known.

    Returns
    -------
    list
        Per part two predictors; the cuts are the same for all, and for any order of the rows.
    """
    cuts = {name: _cuts([_known(part, name) for part in parts]) for name in ("attainment", "ability")}
    return [
        tuple(Predictor(name, _classes(part, name, own), len(own) + 2) for name, own in cuts.items())
        for part in parts
    ]


def _known(coded: CodedChildren, name: str) -> NDArray[np.int64]:
    known = coded.attainment_known if name == "attainment" else coded.ability_known
    values: NDArray[np.int64] = getattr(coded, name)[known & coded.eligible].astype(np.int64)
    return values


def _cuts(values: Sequence[NDArray[np.int64]]) -> NDArray[np.int64]:
    whole = np.concatenate(values)
    if not whole.size:
        return np.zeros(0, dtype=np.int64)
    lowest = int(whole.min())
    return level_cuts(np.bincount(whole - lowest), OUTCOME_CLASSES) + lowest


def _classes(coded: CodedChildren, name: str, cuts: NDArray[np.int64]) -> NDArray[np.int64]:
    known = coded.attainment_known if name == "attainment" else coded.ability_known
    classes = np.searchsorted(cuts, getattr(coded, name), side="left")
    return np.where(known, classes, len(cuts) + 1)
