"""Published against made-up, figure by figure: how near the made-up country comes to CBS's tables of 2019.

The figures of the made-up country come out of the whole calculation: fit, impute, score, aggregate.

    python benchmarks/calibration.py [--pupils N] [--seed K] [--markdown]

Exit code 1 when a figure with a tolerance lies outside it.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from dataclasses import dataclass

import numpy as np
from calibration_figures import FIGURES, Published
from calibration_pipeline import Outcome, run_pipeline

from oab_funding.synthetic import DEFAULT_SEED, Country, country
from oab_funding.synthetic.shape import PUPILS_NATIONAL

QUANTILES = {
    "p5": 0.05, "p10": 0.1, "p25": 0.25, "p50": 0.5, "p75": 0.75,
    "p90": 0.9, "p95": 0.95, "p99": 0.99, "max": 1.0,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """A published figure beside the made-up one; `passes` is none where the figure is only shown."""

    published: Published
    made_up: float

    @property
    def passes(self) -> bool | None:
        """Whether the difference stays within the tolerance."""
        limit = self.published.tolerance
        return None if limit is None else abs(self.made_up - self.published.value) <= limit


def calibration(made: Country, outcome: Outcome) -> list[Row]:
    """Compare a country with the published figures, totals in proportion to its size."""
    measured, part = measure(outcome), made.pupils.num_rows / PUPILS_NATIONAL
    return [Row(figure.for_size(part), measured[figure.name]) for figure in FIGURES]


def measure(outcome: Outcome) -> dict[str, float]:
    """Compute every figure of `FIGURES` for a made-up country."""
    table, national = outcome.sites, outcome.national
    pupils, raw, score = (
        np.asarray(table[name].cast("float64")) for name in ("pupils", "score_raw", "score")
    )
    names = {"lower": "score_raw_lower", "upper": "score_raw_upper"}
    parts = {part: float(np.asarray(table[name].cast("float64")).sum()) for part, name in names.items()}
    positive, ordered = score[score > 0], np.sort(score)[::-1]
    counted = set(table["site_id"].to_pylist())
    flags = [set(text.split(", ")) for text in table["flags"].to_pylist()]
    within, between = _spreads(outcome)
    return {
        "sites": table.num_rows,
        "schools": len({site[:4] for site in counted}),
        "pupils": pupils.sum(),
        "C": national["C"],
        "C - G": national["C_minus_G"],
        "C - line": national["C"] - national["line"],
        "sum of A": raw.sum(),
        **{f"sum of A, {part} years": total for part, total in parts.items()},
        "sum of scores": score.sum(),
        "share of sites above 0": float((score > 0).mean()),
        "share of sites with A above 0": float((raw > 0).mean()),
        **{
            f"share of the top {percent}% of sites": ordered[: score.size * percent // 100].sum()
            / score.sum()
            for percent in (1, 5, 10, 20)
        },
        **_quantiles("A per pupil", raw / pupils),
        **_quantiles("positive scores", positive),
        **_quantiles("pupils per site", pupils),
        "positive scores, mean": positive.mean(),
        "pupils per site, mean": pupils.mean(),
        "pupils per site, SD": pupils.std(),
        "A per pupil, pupil-weighted SD": float(
            np.sqrt(np.average((raw / pupils - raw.sum() / pupils.sum()) ** 2, weights=pupils))
        ),
        "largest score": score.max(),
        **{f"sites with flag {flag}": sum(flag in marks for marks in flags) for flag in "abc"},
        "SD of education scores within sites": within,
        "SD of education scores between sites": between,
    }


def _quantiles(name: str, values: np.ndarray) -> dict[str, float]:
    return {f"{name}, {label}": float(np.quantile(values, share)) for label, share in QUANTILES.items()}


def _spreads(outcome: Outcome) -> tuple[float, float]:
    count = np.bincount(outcome.site)
    mean = np.bincount(outcome.site, weights=outcome.score) / np.maximum(count, 1)
    within = np.sqrt(np.mean((outcome.score - mean[outcome.site]) ** 2))
    between = np.sqrt(np.mean((mean[outcome.site] - outcome.score.mean()) ** 2))
    return float(within), float(between)


def as_text(rows: list[Row], markdown: bool = False) -> str:
    """Lay out the comparison for a terminal, or as a Markdown table."""
    lines = [("figure", "published", "made up", "difference", "tolerance", "")]
    for row in rows:
        value, limit = row.published.value, row.published.tolerance
        lines.append(
            (
                row.published.name,
                _number(value),
                _number(row.made_up),
                f"{(row.made_up / value - 1) * 100:+.1f}%"
                if row.published.distance is None
                else f"{row.made_up - value:+.2f}",
                "shown" if limit is None else _tolerance(row.published),
                {None: "", True: "ok", False: "OUTSIDE"}[row.passes],
            )
        )
    if markdown:
        body = ["| " + " | ".join(line) + " |" for line in lines]
        return "\n".join([body[0], "|---|---:|---:|---:|---:|---|", *body[1:]])
    widths = [max(len(line[place]) for line in lines) for place in range(len(lines[0]))]
    return "\n".join(
        "  ".join(
            [
                line[0].ljust(widths[0]),
                *(cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True)),
            ]
        )
        for line in lines
    )


def _tolerance(figure: Published) -> str:
    return f"{figure.part:.0%}" if figure.part is not None else f"{figure.distance}"


def _number(value: float) -> str:
    return (
        f"{value:,.0f}" if abs(value) >= 10_000 else f"{value:,.2f}" if abs(value) >= 10 else f"{value:.3f}"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--pupils", type=int, default=PUPILS_NATIONAL)
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED)
    parser.add_argument("--markdown", action="store_true", help="print a Markdown table")
    wished = parser.parse_args()
    start = time.perf_counter()
    made = country(wished.pupils, seed=wished.seed)
    drawn = time.perf_counter() - start
    outcome = run_pipeline(made)
    rows = calibration(made, outcome)
    print(as_text(rows, wished.markdown))
    steps = ", ".join(
        f"{step} {seconds:.1f} s" for step, seconds in {"synth": drawn, **outcome.seconds}.items()
    )
    print(f"\n{steps}; peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB")
    outside = [row.published.name for row in rows if row.passes is False]
    print(f"outside: {', '.join(outside)}" if outside else "every figure with a tolerance lies within it")
    return 1 if outside else 0


if __name__ == "__main__":
    sys.exit(main())
