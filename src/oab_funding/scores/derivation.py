"""How each site's score comes about, in the letters of the law: score = A - B, B = E x F x (C - G)."""

from __future__ import annotations

from fractions import Fraction

import pyarrow as pa

from oab_funding.exact import round_units
from oab_funding.tables.columns import build, units
from oab_funding.tables.score_tables import SITE_DERIVATIONS
from oab_funding.tables.step_result import StepResult

_RAW_UNITS = 100
_SIX = 6


def derivations(site_scores: pa.Table, threshold_share: Fraction, k: Fraction | None) -> StepResult:
    """Lay out A, B and A - B of every site beside its score.

    From a published table A is known to two decimals only, and C - G is inferred from the table; so A - B can
    differ from the published score by a hundredth. Which it is stands in the figure `basis`.

    Parameters
    ----------
    site_scores
        Table with `site_id` and `score`, and where known `pupils` (E) and `score_raw` (A).
    threshold_share
        F.
    k
        The threshold per pupil F x (C - G), or None where it is not identified.

    Returns
    -------
    StepResult
        Table `site_derivations`: `site_id`, `pupils`, `score_raw`, `threshold` (B, six decimals),
        `difference` (A - B, six decimals), `score`; figures: F, k, C - G.

    Notes
    -----
    Besluit bekostiging WPO art. 27; Besluit bekostiging WPO 2022 art. 18.

    Examples
    --------
    >>> from decimal import Decimal
    >>> from oab_funding.tables.score_tables import SITE_SCORES
    >>> from oab_funding.tables.conform import conform
    >>> row = {"site_id": "00AP00", "pupils": 100, "score_raw": Decimal("102.62"), "score": Decimal("33.02")}
    >>> sites = conform(pa.Table.from_pylist([row]), SITE_SCORES)
    >>> derivations(sites, Fraction(12, 100), Fraction("0.696048236")).table.column("threshold").to_pylist()
    [Decimal('69.604824')]
    """
    names = site_scores.column_names
    none = [None] * site_scores.num_rows
    pupils = site_scores.column("pupils").to_pylist() if "pupils" in names else none
    raw = units(site_scores, "score_raw", 2) if "score_raw" in names else none
    thresholds = [None if k is None or e is None else k * e for e in pupils]
    columns = {
        "site_id": site_scores.column("site_id"),
        "pupils": pupils,
        "score_raw": raw,
        "threshold": [None if b is None else round_units(b, _SIX) for b in thresholds],
        "difference": [_difference(a, b) for a, b in zip(raw, thresholds, strict=True)],
        "score": units(site_scores, "score", 2),
        "target_children": none,
        "target_sum": none,
    }
    figures = {
        "threshold_share": threshold_share,
        "threshold_per_pupil": k,
        "c_minus_g": None if k is None else k / threshold_share,
        "basis": "not identified" if k is None else "inferred from the published table",
    }
    return StepResult({"site_derivations": build(SITE_DERIVATIONS, columns)}, figures)


def _difference(raw: int | None, threshold: Fraction | None) -> int | None:
    """Give A - B in millionths, from A in hundredths."""
    return (
        None if raw is None or threshold is None else round_units(Fraction(raw, _RAW_UNITS) - threshold, _SIX)
    )
