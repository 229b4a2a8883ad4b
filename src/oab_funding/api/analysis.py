"""Why did it change, and what if: calculations compared, and computed under changed parameters."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Literal, TypeAlias

import pyarrow as pa

from oab_funding.analysis import difference
from oab_funding.analysis.diff import diff as _diff
from oab_funding.analysis.scenario import scenarios as _scenarios
from oab_funding.api.results import Format, Language, Result
from oab_funding.api.runs import open_run
from oab_funding.errors import InputError, Place
from oab_funding.run.opened import damage_said
from oab_funding.run.run import Run
from oab_funding.tables.display import Displayed
from oab_funding.tables.step_result import Figure

Compared: TypeAlias = str | Path | Run | Result
"""A calculation that was carried out: the folder of a run bundle, a run, or a result."""


class Difference(difference.Difference):
    """Who gained and who lost between two calculations, and why.

    Attributes
    ----------
    tables
        Table `difference`, a row per institution and cause (euros); and `institutions`, what each got.
    figures
        Totals by stream: both amounts, the difference, what changed hands, gainers and losers.
    labels
        What must be said with it: the labels of both runs, and what cannot be known.
    equal
        Whether no institution at any level gets another amount.
    """

    def explain(self, code: str, lang: Language = "nl", format: Format = "text") -> str:  # noqa: A002
        """Explain why one institution got another amount.

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
            It is in neither run, or there are no texts in that language.
        """
        from oab_funding.report.difference import of_institution, rendered

        return rendered(of_institution(self, code, lang), format)

    def page(self, lang: Language = "nl", format: Format = "html") -> str:  # noqa: A002
        """Give the whole difference as a page of its own."""
        from oab_funding.report.difference import of_all, rendered

        return rendered(of_all(self, lang), format)


def diff(
    first: Compared,
    second: Compared,
    *,
    causes: Sequence[str] | None = None,
    order: Sequence[str] | None = None,
    on_step: Callable[[str], None] | None = None,
) -> Difference:
    """Compare two calculations: who gained and lost, and why, cause by cause, adding up to the cent.

    Provisional and final, before and after a correction, year on year, or a what-if. What a cause adds is its
    average over all orders of the causes that keep a group of causes together (the Owen value); beside it
    stand the lowest and the highest over these orders, and whether the sign depends on the order.

    Parameters
    ----------
    first, second
        Results with grants, folders of run bundles, or opened ones; a difference is second less first.
    causes
        Names of the causes to be told apart; the others of a group are taken together. Without it the seven
        that move most are.
    order
        The causes in a sequence, for a sequential decomposition instead of the average over orders.
    on_step
        Called with what is computed, before it is.

    Returns
    -------
    Difference
        Tables `difference` (a row per institution and cause, euros) and `institutions`; `explain(code)` for
        one institution, `page()` for all; `equal`.

    Raises
    ------
    InputError
        One has no grants, they have none of the same kind, or a cause is not one that differs.
    CheckError
        The amounts of one do not follow from what it holds.
    DamagedError
        A bundle is not whole.

    Notes
    -----
    The value is the cents of a site's part of its school's grant, or a municipality's amount; higher levels
    are sums. Rounding and floor belong to it and are no causes. Owen, "Values of games with a priori unions"
    (1977); Shorrocks, "Decomposition procedures for distributional analysis" (2013).

    Examples
    --------
    >>> from oab_funding.api.grants import school_grants
    >>> scores = {"site_id": ["00AP00", "00AR00"], "score": ["33.02", "10.00"]}
    >>> one = school_grants(scores, period="2020-2021")
    >>> other = school_grants(scores, period="2020-2021", price="600.00")
    >>> diff(one, other).to_frame().query("level == 'school'")[["institution", "cause", "amount"]]
      institution  cause   amount
    2        00AP  price  1337.31
    3        00AR  price   405.00
    """
    with damage_said("run"):
        found = _diff(run_of(first, "first"), run_of(second, "second"), causes, order, on_step)
    return Difference(**{one.name: getattr(found, one.name) for one in fields(found)})


def run_of(value: Any, argument: str) -> Run:
    """Take a calculation that was carried out."""
    if isinstance(value, str | os.PathLike):
        return open_run(Path(value))
    if isinstance(value, Result):
        return value.run
    if isinstance(value, Run):
        return value
    remedy = "give a result such as `school_grants` gives, or the folder of a run"
    raise InputError(f"is a {type(value).__name__}", Place(argument=argument), remedy)


def scenario(
    run: Compared,
    *,
    stream: Literal["schools", "municipalities"] | None = None,
    on_step: Callable[[str], None] | None = None,
    **settings: Any,
) -> Scenarios:
    """Compute the grants of a run under changed parameters: one value, or several for a grid.

    Parameters
    ----------
    run
        A result with grants, the folder of a run bundle, or a run.
    stream
        Whose grants, where the run has both; those of schools if left out.
    on_step
        Called with the settings, before they are computed.
    **settings
        One value or several for `threshold_share`, `target_share`, `tie_rule`, `target_size_rounding`,
        `average` (of rounds of imputation), `model` (path of a model file), `price`, `budget`, and of
        municipalities `minimum`; every combination is a scenario.

    Returns
    -------
    Scenarios
        Table `scenarios`, with number 0 the rule in force; `winners_and_losers`, `shares` by size, board,
        municipality and province, and `lorenz`. From scored children where the run has them; else a changed
        threshold is an estimate, with the euros by which a school can be off in `largest_error`.

    Raises
    ------
    InputError
        A name or a value is refused, or the run cannot say what the scores would be.

    Examples
    --------
    >>> from oab_funding.api.grants import school_grants
    >>> scores = {"site_id": ["00AP00", "00AR00"], "score": ["33.02", "10.00"]}
    >>> found = scenario(school_grants(scores, period="2020-2021"), price=["600.00", "700.00"])
    >>> found.to_frame()[["settings", "total", "gainers"]]
             settings     total  gainers
    0        in force  24069.69        0
    1  price = 600.00  25812.00        2
    2  price = 700.00  30114.00        2
    """
    taken = run_of(run, "run")
    grid = {name: [str(one) for one in _several(name, value)] for name, value in settings.items()}
    which = stream or ("schools" if taken.has("school_grants") else "municipalities")
    if which not in ("schools", "municipalities"):
        remedy = "choose schools or municipalities"
        raise InputError("is no stream of grants", Place(value=which, argument="stream"), remedy)
    with damage_said("run"):
        found = _scenarios(taken, which, grid, on_step)
    said = "; ".join(f"{name} = {', '.join(values)}" for name, values in grid.items())
    return Scenarios(found.tables, found.figures, (*taken.labels, f"what-if: {said}"))


def _several(name: str, value: Any) -> list[Any]:
    values = list(value) if isinstance(value, list | tuple) else [value]
    if any(isinstance(one, float) for one in values):
        place = Place(value=value, argument=name)
        raise InputError("is a float, which is not what it looks like", place, "give text")
    return values


@dataclass(frozen=True, repr=False)
class Scenarios(Displayed):
    """The grants of a run under changed parameters, beside those in force.

    Parameters
    ----------
    tables
        Tables `scenarios`, `winners_and_losers`, `shares` and `lorenz`.
    figures
        How many scenarios, and what scores come from.
    labels
        The labels of the run, and that this is a what-if.
    """

    tables: Mapping[str, pa.Table]
    figures: Mapping[str, Figure]
    labels: tuple[str, ...]

    @property
    def table(self) -> pa.Table:
        """Table `scenarios`."""
        return self.tables["scenarios"]

    def page(self, lang: Language = "nl") -> str:
        """Give the scenarios as a page of its own: totals, winners and losers, concentration, shares.

        Raises
        ------
        InputError
            There are no texts in that language.
        """
        from oab_funding.report.scenarios import scenarios_page

        return scenarios_page(self.tables, self.labels, lang)
