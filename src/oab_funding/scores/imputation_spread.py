"""What imputation does to each site: how many pupils are imputed, how far its score moves between rounds.

In 2018 stacked imputations gave improbable effects at schools with many unregistered pupils; these figures
make that visible.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from fractions import Fraction
from math import isqrt

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from oab_funding.errors import InputError
from oab_funding.exact import round_units
from oab_funding.indicator.category_codes import UNKNOWN
from oab_funding.indicator.imputed import NO_DONOR
from oab_funding.indicator.imputed_tables import imputed_from_tables
from oab_funding.indicator.model_file import Model
from oab_funding.indicator.population import Population
from oab_funding.indicator.rounds import ScoredPart, score_parts
from oab_funding.indicator.steps import ScoringStep
from oab_funding.scores.aggregate import ScoreRule, add_up
from oab_funding.scores.children import ChildBatch
from oab_funding.scores.coded import CodedTexts
from oab_funding.scores.counted import CountedChildren
from oab_funding.scores.exclusions import left_out_sites
from oab_funding.scores.line import Survey
from oab_funding.scores.population import PUPIL
from oab_funding.tables.build import build
from oab_funding.tables.catalogue import SITE_IMPUTATION
from oab_funding.tables.step_result import Figure, StepResult

_SIX = 10**6


def imputation_per_site(
    pupils: pa.Table,
    sites: pa.Table,
    education: pa.Table,
    stay: pa.Table,
    donors: pa.Table,
    *,
    model: Model,
    rule: ScoreRule,
    lower_years_until_age: int,
    reliable_above: int,
    excluded_schools: Sequence[str],
    reference_date: date,
    scoring: ScoringStep | None = None,
) -> StepResult:
    """Compute each site's score from every round on its own, and compare.

    Parameters
    ----------
    pupils, sites
        The pupils and the register of sites.
    education, stay, donors
        What was imputed.
    model
        Coefficients and features.
    rule, lower_years_until_age, reliable_above, excluded_schools
        As for the scores of sites.
    reference_date
        The day on which lengths of stay are counted.
    scoring
        The step that scored these pupils with these tables, if it is at hand: then nothing is scored again.

    Returns
    -------
    StepResult
        Table `site_imputation`; figures: imputed pupils, the largest spread.
    """
    if scoring is None:
        everyone = Population.of(pupils, None, sites, model.specification, reference_date)
        tables = {"imputed_education": education, "imputed_stay": stay, "imputed_donors": donors}
        part = score_parts(everyone, imputed_from_tables(tables, everyone, whole=False), model)[0]
    else:
        part = scoring.check_source(pupils, sites, education, stay, donors).scored.parts[0]
    counted = part.coded.counted
    where = CodedTexts.of(part.coded.children.column("site_id"))
    present = np.bincount(where.codes[counted], minlength=len(where.texts))
    names = [site for site, count in zip(where.texts, present, strict=True) if count]
    out = left_out_sites(names, sites, excluded_schools)
    counts = counted & ~where.where(out.__contains__)
    by_site: dict[str, list[int]] = {}
    for children in _rounds(part, counts, where, rule, lower_years_until_age):
        found = add_up(children, rule)
        for site, score in zip(found.names, rule.scores(found.raw - found.thresholds), strict=True):
            by_site.setdefault(site, []).append(score)
    touched = np.bincount(where.codes[counts & _is_imputed(part)], minlength=len(where.texts))
    number = {site: position for position, site in enumerate(where.texts)}
    order = sorted(by_site)
    pupils_of, imputed_of = ([int(one[number[site]]) for site in order] for one in (present, touched))
    rows = [_compare(by_site[site]) for site in order]
    columns = {
        "site_id": order,
        "pupils": pupils_of,
        "imputed": imputed_of,
        "imputed_share": [
            round_units(Fraction(some, all_), 6) for some, all_ in zip(imputed_of, pupils_of, strict=True)
        ],
        **{
            name: [row[name] for row in rows]
            for name in ("score_mean", "score_spread", "score_low", "score_high")
        },
    }
    figures: dict[str, Figure] = {
        "imputed_pupils": int((counted & _is_imputed(part)).sum()),
        "largest_spread": Fraction(max((row["score_spread"] or 0 for row in rows), default=0), _SIX),
    }
    return StepResult({"site_imputation": build(SITE_IMPUTATION, columns)}, figures)


def _rounds(
    part: ScoredPart, counts: NDArray[np.bool_], where: CodedTexts, rule: ScoreRule, lower_until: int
) -> Iterator[CountedChildren]:
    """Give the pupils who count in each round; only their scores differ."""
    asylum = counts & part.coded.asylum_seeker
    if asylum.any() and PUPIL not in rule.asylum_kinds:
        raise InputError(
            f"{int(asylum.sum())} asylum seekers have no education score and no place by rule in the target "
            "group",
            remedy="score every child that counts",
        )
    scored = counts & ~asylum
    cells = 2 * where.codes + (part.coded.ages <= lower_until)
    ids = None
    if rule.tie_rule == "order":
        ids = part.coded.children.column("child_id").combine_chunks().filter(pa.array(scored))
    for units in part.rounds():
        batch = ChildBatch(units[scored], cells[scored], cells[asylum], ids)
        survey = Survey.of(batch.scores)
        survey.check_sums()
        yield CountedChildren(
            lambda batch=batch: [batch],  # type: ignore[misc]
            tuple(where.texts),
            survey,
            len(batch.asylum_cells),
            Counter(),
        )


def _is_imputed(part: ScoredPart) -> NDArray[np.bool_]:
    """Pupils of whom something was imputed; not asylum seekers, whose score is G whatever is known."""
    coded, imputed = part.coded, part.imputed
    found = np.zeros(len(coded), dtype=np.bool_)
    for name in imputed.codes:
        found |= coded.codes[name] == UNKNOWN
    if imputed.donors is not None:
        found |= imputed.donors != NO_DONOR
    return found & ~coded.asylum_seeker


def _compare(scores: Sequence[int]) -> dict[str, int | None]:
    """Mean and standard deviation (divisor m - 1) in millionths, lowest and highest in hundredths."""
    m, total = len(scores), sum(scores)
    spread = None
    if m > 1:
        sum_of_squares = m * sum(score * score for score in scores) - total * total
        spread = isqrt(sum_of_squares * (_SIX // 100) ** 2 // (m * (m - 1)))
    return {
        "score_mean": round_units(Fraction(total, 100 * m), 6),
        "score_spread": spread,
        "score_low": min(scores),
        "score_high": max(scores),
    }
