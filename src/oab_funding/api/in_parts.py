"""Children who do not fit into memory, or lie on several machines: fit, impute and score in parts."""

from __future__ import annotations

from concurrent.futures import Executor
from datetime import date
from pathlib import Path
from typing import Any, Literal

from oab_funding.api.indicator import model_of, sites_of
from oab_funding.errors import InputError, Place
from oab_funding.indicator.fitted import Solved
from oab_funding.indicator.imputation.impute import ImputationRule, School
from oab_funding.indicator.model import Model
from oab_funding.indicator.parts import population
from oab_funding.indicator.parts.population import ScoredParts
from oab_funding.indicator.parts.sources import Each, in_turn, with_dask, with_executor
from oab_funding.indicator.pooled import PooledFit
from oab_funding.indicator.results import FittedIndicator
from oab_funding.indicator.specification import Specification

Workers = Executor | Literal["dask"] | None
"""Who works on the parts: a pool, the cluster of the present Dask client, or this process."""


def fit_in_parts(
    pupils: Any,
    sites: Any,
    spec: str | Path | Specification = "cbs-2019",
    reference_date: date | str | None = None,
    *,
    workers: Workers = None,
) -> FittedIndicator:
    """Fit the indicator on pupils in parts: the same bits as of the table as a whole.

    Parameters
    ----------
    pupils
        A dataset of pyarrow (a part is a row group, or a file) or the path of one, a file or a folder; a Dask
        frame (a part is a partition); or a list of frames, or of functions that give one.
    sites, spec, reference_date
        See `fit`.
    workers
        A pool of processes or threads, or ``"dask"``: the cluster of the present client. Default: one part
        after the other, in this process.

    Returns
    -------
    FittedIndicator
        Standard errors other than the classical ones need the pupils at hand and are not to be had.

    Raises
    ------
    InputError
        See `fit`; or `pupils` is none of these.

    Examples
    --------
    >>> from oab_funding.synthetic import country
    >>> made_up = country(6_000, seed=1)
    >>> fit_in_parts(made_up.pupils.to_batches(max_chunksize=2_000), made_up.sites).nobs
    3969
    """
    return population.fit_in_parts(pupils, sites_of(sites), spec, reference_date, _each(workers))


def score_in_parts(
    pupils: Any,
    toddlers: Any,
    sites: Any,
    model: Model | Solved | PooledFit | str | Path,
    out: str | Path,
    *,
    rounds: int = 10,
    seed: int = 1,
    school: School = "level",
    reference_date: date | str | None = None,
    workers: Workers = None,
) -> ScoredParts:
    """Impute and score a population in parts: the same bits as of the tables as a whole.

    Parameters
    ----------
    pupils, toddlers
        See `fit_in_parts`; toddlers may be None. They are gone through several times.
    sites, model, reference_date
        See `score`.
    out
        Folder that is not there yet; it gets a Parquet file per part. All workers must reach it.
    rounds, seed
        How to impute; see `impute`. The rounds are averaged per child, and what is imputed is not kept.
    school
        How the school helps to impute education: ``"level"`` or ``"none"``.
    workers
        See `fit_in_parts`.

    Returns
    -------
    ScoredParts
        ``dataset()`` gives the scored children.

    Raises
    ------
    InputError
        See `score`; a child stands in two parts; or `out` is taken.

    Examples
    --------
    >>> import tempfile
    >>> from oab_funding.synthetic import country
    >>> made_up = country(6_000, seed=1)
    >>> batches = made_up.pupils.to_batches(max_chunksize=2_000)
    >>> fitted = fit_in_parts(batches, made_up.sites)
    >>> out = Path(tempfile.mkdtemp()) / "scored"
    >>> score_in_parts(batches, None, made_up.sites, fitted, out, rounds=2).dataset().count_rows()
    5391
    """
    rule = ImputationRule(rounds, seed, school)
    return population.score_in_parts(
        pupils,
        toddlers,
        sites_of(sites),
        model_of(model),
        out,
        rule=rule,
        reference_date=reference_date,
        each=_each(workers),
    )


def _each(workers: Workers) -> Each:
    if workers is None:
        return in_turn
    if workers == "dask":
        return with_dask
    if isinstance(workers, Executor):
        return with_executor(workers)
    raise InputError(
        "is no one to work on the parts", Place(argument="workers", value=workers), "give a pool, or dask"
    )
