"""How certain is it: the allocation had everything been known, as far as the data leave it open."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

import pyarrow as pa

from oab_funding.analysis.uncertainty import intervals
from oab_funding.analysis.uncertainty.making import Made, Plan
from oab_funding.api.analysis import Compared, run_of
from oab_funding.api.results import Format, Language
from oab_funding.errors import InputError, Place
from oab_funding.exact import share
from oab_funding.indicator.imputation.draws import check_seed
from oab_funding.indicator.parts.sources import Each, in_turn, with_dask, with_executor
from oab_funding.run.opened import damage_said
from oab_funding.tables.display import Displayed, in_words
from oab_funding.tables.step_result import Figure

if TYPE_CHECKING:
    import pandas as pd

Coefficients = Literal["schools", "model", "given"]
"""How coefficients are drawn: schools of the fit anew, by the covariance of a supplied model, or not."""


@dataclass(frozen=True, repr=False)
class Uncertainty(Displayed):
    """How certain the scores and grants of a run are.

    Parameters
    ----------
    title
        The title of the run.
    tables
        Table `uncertainty`, a row per institution of every level; and `nation`, the national figures.
    figures
        Replicates, seed, hash of all replicates, and how many euros lie within the noise.
    labels
        What must be said with it: the labels of the run, and what is estimated.
    made
        The replicates by stream: `names`, and `score["all"]` in hundredths, (replicates, institutions).
    """

    title: str
    tables: Mapping[str, pa.Table]
    figures: Mapping[str, Figure]
    labels: tuple[str, ...]
    made: Mapping[str, Made]

    @property
    def table(self) -> pa.Table:
        """Table `uncertainty`."""
        return self.tables["uncertainty"]

    @property
    def sha256(self) -> str:
        """SHA-256 of all replicates: the same however the work was divided."""
        return str(self.figures["sha256"])

    def replicates(self, stream: str = "schools") -> pd.DataFrame:
        """Give the scores of every replicate: a row each, a column per site or municipality.

        Raises
        ------
        InputError
            There is no such stream.
        """
        import pandas as pd

        if stream not in self.made:
            known = f"choose {' or '.join(self.made)}"
            raise InputError("is no stream of this run", Place(value=stream, argument="stream"), known)
        one = self.made[stream]
        return pd.DataFrame(one.score["all"] / 100, columns=list(one.names))

    def explain(self, code: str, lang: Language = "nl", format: Format = "text") -> str:  # noqa: A002
        """Say how certain the score and the amount of one institution are.

        Parameters
        ----------
        code
            A site, school, board or municipality.
        lang
            Language.
        format
            Text for a terminal, or a page.

        Raises
        ------
        InputError
            It has no score in this run, or there are no texts in that language.
        """
        from oab_funding.report.uncertainty import of_institution, rendered

        return rendered(of_institution(self, code, lang), format)

    def page(self, lang: Language = "nl", format: Format = "html") -> str:  # noqa: A002
        """Give the whole as a page of its own, with pictures."""
        from oab_funding.report.uncertainty import of_all, rendered

        return rendered(of_all(self, lang), format)

    def _title(self) -> str:
        return f"uncertainty of {self.title}"

    def _highlights(self) -> list[str]:
        return [
            f"{stream} EUR {in_words(Fraction(str(self.figures[name])))} within the noise"
            for stream in ("schools", "municipalities")
            if (name := f"{stream}: euros within the noise") in self.figures
        ]


def uncertainty(
    run: Compared,
    *,
    replicates: int = 1000,
    parts: int = 50,
    seed: int = 1,
    level: str | Decimal | Fraction = "95%",
    coefficients: Coefficients | None = None,
    earlier: Compared | None = None,
    executor: Executor | Literal["dask"] | None = None,
    on_step: Callable[[str], None] | None = None,
) -> Uncertainty:
    """Find out how certain the scores and grants of a run are.

    Each replicate is one allocation under the law that the data leave possible, had everything been known:
    what is not known of the children is drawn once, from the model that the run imputed with, and the
    coefficients as another cohort of schools would have given them. An interval holds the ideal allocation
    with the stated probability, given the model. **It corrects no amount and entitles nobody.**

    Parameters
    ----------
    run
        A result, a run, or the folder of a run bundle that imputed and scored children.
    replicates
        How many; at least 39 for a level of 95%.
    parts
        Replicates for each source of doubt by itself (the seed of the draws, what is not known, the
        coefficients), or 0 for no such parts. Those of the seed cost as much as the run has rounds.
    seed
        Of all draws; the same seed gives the same bits.
    level
        Probability of the intervals.
    coefficients
        ``"schools"``: schools of the fit drawn with replacement; ``"model"``: by the covariance that came
        with a supplied model; ``"given"``: not drawn. Without it, the first of these that the run allows.
    earlier
        The run of the children on the earlier date of the municipal formula, scored with the same
        coefficients; without it the scores of that date are taken as they are.
    executor
        Any `concurrent.futures.Executor`, or ``"dask"``: the cluster of the present client, or its threads.
        The result has the same bits.
    on_step
        Called with how far the work is.

    Returns
    -------
    Uncertainty
        Table `uncertainty`: by stream, level and institution the score and amount as computed, the median
        and the ends of the interval, the share of replicates with a score above 0, and the standard
        deviation in all and by source; `nation`; `explain(code)`, `page()`.

    Raises
    ------
    InputError
        The run did not impute and score children, settles ties by identifiers, or a choice is not possible.
    DamagedError
        A bundle is not whole.

    Notes
    -----
    The register is a census, so children are not drawn: the interval is about the ideal allocation under the
    law, and about no larger population. Rubin, "Multiple Imputation for Nonresponse in Surveys" (1987);
    Cameron, Gelbach and Miller, "Bootstrap-based improvements for inference with clustered errors" (2008).
    Ends are order statistics.

    Examples
    --------
    >>> from oab_funding.api.runs import run
    >>> from oab_funding.synthetic import country
    >>> from oab_funding.api.calculation import Calculation
    >>> made_up = country(2_000, seed=1)
    >>> children = {"reference_date": "2019-10-01", "pupils": made_up.pupils, "sites": made_up.sites}
    >>> done = run(Calculation(title="Made up", children=children | {"scores_of": "sites"}))
    >>> found = uncertainty(done, replicates=39, parts=0)
    >>> found.table.num_rows, found.figures["coefficients"]
    (10, 'schools of the fit drawn with replacement, and fitted anew')
    """
    taken = run_of(run, "run")
    before = None if earlier is None else run_of(earlier, "earlier")
    counts = _whole(replicates, "replicates"), _whole(parts, "parts")
    plan = Plan(*counts, check_seed(_whole(seed, "seed")), share(level, "level"))
    with damage_said("run"):
        found = intervals.find(taken, plan, coefficients, before, _each(executor), on_step)
    return Uncertainty(taken.calculation.title, found.tables, found.figures, found.labels, found.made)


def _whole(value: int, argument: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise InputError("is no whole number", Place(value=value, argument=argument), "give one such as 1000")
    return value


def _each(executor: Executor | Literal["dask"] | None) -> Each:
    if executor is None:
        return in_turn
    if executor == "dask":
        return with_dask
    if isinstance(executor, Executor):
        return with_executor(executor)
    place = Place(value=executor, argument="executor")
    raise InputError("cannot carry out work", place, "give a concurrent.futures.Executor, or dask")
