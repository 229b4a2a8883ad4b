"""Bringing published municipality scores to another division: pure mergers only.

Scores of merged municipalities are estimates: each was rounded on its own, and where one was floored they do
not add up at all; then the merged score follows from A, E and the threshold per child. A municipality that
was split cannot be mapped: that needs the children.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import pyarrow as pa

from oab_funding.errors import InputError, Place
from oab_funding.exact import round_units
from oab_funding.tables.columns import build, texts, units
from oab_funding.tables.score_tables import MUNICIPALITY_SCORES
from oab_funding.tables.step_result import Figure, StepResult

_PLACES = 2


@dataclass(frozen=True, slots=True)
class _Score:
    """A municipality's E (None where not known), A and score, the latter two in hundredths."""

    children: int | None
    raw: int
    score: int


def map_codes(scores: pa.Table, code_map: pa.Table | None, k: Fraction | None) -> StepResult:
    """Merge municipalities by a code map.

    Parameters
    ----------
    scores
        Table with `municipality_code`, `score_raw`, `score` and where known `children`.
    code_map
        Table with `municipality_code` and `new_code`; municipalities that are not in it stay as they are.
        None maps nothing.
    k
        The threshold per child F x (C - G); needed where one of the parts has score 0.

    Returns
    -------
    StepResult
        Table `municipality_scores` by ascending code; figures: municipalities, those merged (all estimates),
        those of which a part was floored, codes of the map that have no score, and a label.

    Raises
    ------
    InputError
        A code is mapped to one that is itself mapped away, or a merged score cannot be found for want of
        `children` or `k`.

    Examples
    --------
    >>> from oab_funding.tables.register_tables import CODE_MAP
    >>> columns = {"municipality_code": ["GM0001", "GM0002"], "score_raw": [500, 300], "score": [200, 100]}
    >>> joined = build(CODE_MAP, {"municipality_code": ["GM0001"], "new_code": ["GM0002"]})
    >>> map_codes(build(MUNICIPALITY_SCORES, columns), joined, None).table.column("score").to_pylist()
    [Decimal('3.00')]
    """
    mapped = _mapping(code_map)
    parts: dict[str, list[_Score]] = {}
    for code, score in sorted(_by_code(scores).items()):
        parts.setdefault(mapped.get(code, code), []).append(score)
    merged = {code: _merge(code, parts[code], k) for code in sorted(parts)}
    mergers = [found for found in parts.values() if len(found) > 1]
    figures: dict[str, Figure] = {
        "municipalities": len(merged),
        "merged": len(mergers),
        "merged_with_a_floored_part": sum(map(_some_floored, mergers)),
        "codes_without_a_score": ", ".join(sorted(mapped.keys() - set(texts(scores, "municipality_code")))),
        "label": "estimate from published scores" if mergers else "no estimates",
    }
    return StepResult({"municipality_scores": _table(merged)}, figures)


def _mapping(code_map: pa.Table | None) -> dict[str, str]:
    if code_map is None:
        return {}
    mapped = dict(zip(texts(code_map, "municipality_code"), texts(code_map, "new_code"), strict=True))
    for code, new in mapped.items():
        if mapped.get(new, new) != new:
            raise InputError(
                f"maps {code} to {new}, which is itself mapped to {mapped[new]}",
                Place("code map", value=code),
                "map every code to the code of the budget year at once",
            )
    return mapped


def _by_code(scores: pa.Table) -> dict[str, _Score]:
    rows = scores.num_rows
    children = scores.column("children").to_pylist() if "children" in scores.column_names else [None] * rows
    cells = map(_Score, children, units(scores, "score_raw", 2), units(scores, "score", 2))
    return dict(zip(texts(scores, "municipality_code"), cells, strict=True))


def _some_floored(parts: Sequence[_Score]) -> bool:
    return any(part.score == 0 for part in parts)


def _merge(code: str, parts: Sequence[_Score], k: Fraction | None) -> _Score:
    if len(parts) == 1:
        return parts[0]
    known = [part.children for part in parts if part.children is not None]
    children = sum(known) if len(known) == len(parts) else None
    raw = sum(part.raw for part in parts)
    score = _from_raw(code, raw, children, k) if _some_floored(parts) else sum(part.score for part in parts)
    return _Score(children, raw, score)


def _from_raw(code: str, raw: int, children: int | None, k: Fraction | None) -> int:
    if children is None or k is None:
        raise InputError(
            f"the score of the merged municipality {code} does not follow from floored scores",
            remedy="give scores with children, score_raw and score, or compute from the children",
        )
    return max(0, round_units(Fraction(raw, 10**_PLACES) - k * children, _PLACES))


def _table(scores: Mapping[str, _Score]) -> pa.Table:
    columns = {
        "municipality_code": list(scores),
        "children": [score.children for score in scores.values()],
        "score_raw": [score.raw for score in scores.values()],
        "score": [score.score for score in scores.values()],
    }
    return build(MUNICIPALITY_SCORES, columns)
