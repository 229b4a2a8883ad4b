"""The yearly analysis of plausibility: one call, one page, and its tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from oab_funding.analysis.plausibility.plausibility import plausibility as _plausibility
from oab_funding.api.analysis import Compared, run_of
from oab_funding.api.results import Language
from oab_funding.errors import InputError, Place
from oab_funding.run.opened import damage_said
from oab_funding.run.run import Run
from oab_funding.tables.display import Displayed
from oab_funding.tables.step_result import Figure

PROVISIONAL = "provisional"


@dataclass(frozen=True, repr=False)
class Plausibility(Displayed):
    """The figures of several dates beside each other.

    Parameters
    ----------
    tables
        Tables `national`, `frequencies`, `scores`, `movers`, `matched_children` and `leverage`.
    figures
        How many dates and pairs.
    labels
        The labels of the runs.
    """

    tables: Mapping[str, pa.Table]
    figures: Mapping[str, Figure]
    labels: tuple[str, ...]

    @property
    def table(self) -> pa.Table:
        """Table `national`."""
        return self.tables["national"]

    def page(self, lang: Language = "nl") -> str:
        """Give the analysis as a page of its own: pictures and tables, nothing from elsewhere.

        Raises
        ------
        InputError
            There are no texts in that language.
        """
        from oab_funding.report.plausibility import plausibility_page

        return plausibility_page(self.tables, self.labels, lang)


def plausibility(
    runs: Sequence[Compared] | Mapping[str, Compared],
    *,
    provisional: Compared | None = None,
    causes: bool = True,
    on_step: Callable[[str], None] | None = None,
) -> Plausibility:
    """Hold the figures of several dates beside each other, as CBS does every year before it publishes.

    Parameters
    ----------
    runs
        The calculations in order of their dates: results, runs, or folders of run bundles; by name, or named
        by their reference date or title.
    provisional
        The provisional calculation of the last date, held against the final one.
    causes
        Whether to tell the causes of the changes in money apart, where children are at hand (see `diff`).
    on_step
        Called with what is computed, before it is.

    Returns
    -------
    Plausibility
        `national`: totals by date. `frequencies`: every category of every feature, education scores and
        classes of scores, by date. `scores`: E, A and the score of each institution on two dates. `movers`:
        who rose and fell most, with causes. `matched_children`: who stayed, came, left, moved, and the mean
        change of their score. `leverage`: which schools move C, G and the 15% line. `page()` shows all.

    Raises
    ------
    InputError
        There is no run, or two have one name.
    DamagedError
        A bundle is not whole.

    Examples
    --------
    >>> from oab_funding.api.grants import school_grants
    >>> before = school_grants({"site_id": ["00AP00"], "score": ["33.02"]}, period="2020-2021")
    >>> now = school_grants({"site_id": ["00AP00"], "score": ["40.00"]}, period="2020-2021")
    >>> found = plausibility({"2018": before, "2019": now})
    >>> found.to_frame("movers")[["institution", "rank", "difference"]]
      institution  rank difference
    0      00AP00     1       6.98
    """
    named = _named(runs)
    with damage_said("run"):
        first = None if provisional is None else run_of(provisional, PROVISIONAL)
        found = _plausibility(named, first, causes=causes, on_step=on_step)
    every = [*named.values(), *([] if first is None else [first])]
    return Plausibility(
        found.tables, found.figures, tuple(dict.fromkeys(label for run in every for label in run.labels))
    )


def _named(runs: Sequence[Compared] | Mapping[str, Compared]) -> dict[str, Run]:
    if isinstance(runs, Mapping):
        taken = [(str(name), run_of(run, "runs")) for name, run in runs.items()]
    elif isinstance(runs, list | tuple):
        taken = [(_name(run), run) for run in (run_of(one, "runs") for one in runs)]
    else:
        remedy = "give a list of them, or a mapping by name"
        raise InputError("are no runs", Place(value=type(runs).__name__, argument="runs"), remedy)
    found = dict(taken)
    if not found or len(found) < len(taken) or PROVISIONAL in found:
        said = ", ".join(name for name, _ in taken) or "none"
        remedy = "give at least one, each with a name of its own"
        raise InputError("cannot be told apart", Place(value=said, argument="runs"), remedy)
    return found


def _name(run: Run) -> str:
    children = run.calculation.children
    return run.calculation.title if children is None else children.reference_date.isoformat()
