"""From children to scored children: fit, impute, score, with frames or paths."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Any, overload

from oab_funding.api.imputed_children import ROUNDS, SEED, ImputedChildren
from oab_funding.errors import InputError, Place
from oab_funding.indicator.coding import code_children, pupils_schema
from oab_funding.indicator.fit import fit as fit_frames
from oab_funding.indicator.fitted import Solved
from oab_funding.indicator.imputation.impute import For, impute_coded
from oab_funding.indicator.model import Model, read_model
from oab_funding.indicator.pooled import PooledFit, fit_imputed
from oab_funding.indicator.population import Population
from oab_funding.indicator.results import FittedIndicator
from oab_funding.indicator.rounds import Average
from oab_funding.indicator.scale_values.alternate import Level
from oab_funding.indicator.scale_values.fit import ScaleValueFit
from oab_funding.indicator.scale_values.fit import fit_scale_values as fit_coded_values
from oab_funding.indicator.score import ScoredChildren, score_coded
from oab_funding.indicator.specification import Specification
from oab_funding.indicator.specification_file import load_specification
from oab_funding.run.calculation_file import Indicator
from oab_funding.tables.child_tables import TODDLERS
from oab_funding.tables.conform import Checked
from oab_funding.tables.duo import read_sites
from oab_funding.tables.files import read_table
from oab_funding.tables.register_tables import SITES


@overload
def fit(
    pupils: Any,
    sites: Any,
    spec: str | Path | Specification = ...,
    reference_date: date | str | None = ...,
    *,
    weights: str | None = ...,
    imputed: None = ...,
) -> FittedIndicator: ...


@overload
def fit(
    pupils: Any,
    sites: Any,
    spec: str | Path | Specification = ...,
    reference_date: date | str | None = ...,
    *,
    weights: str | None = ...,
    imputed: ImputedChildren,
) -> PooledFit: ...


def fit(
    pupils: Any,
    sites: Any,
    spec: str | Path | Specification = "cbs-2019",
    reference_date: date | str | None = None,
    *,
    weights: str | None = None,
    imputed: ImputedChildren | None = None,
) -> FittedIndicator | PooledFit:
    """Fit the indicator on a table of pupils, exactly.

    Parameters
    ----------
    pupils
        Frame or path of pupils with `site_id`, the columns of the specification, `attainment`, `ability`.
    sites
        Frame or path of sites with `municipality_code`.
    spec
        Name of a shipped specification, path of one, or a specification.
    reference_date
        The day on which lengths of stay are counted; the specification's own if left out.
    weights
        Name of a column of survey weights: whole or decimal, of at most six decimals. Who has none, or 0, is
        left out. The school means stay those of all mothers who are known.
    imputed
        What ``impute(..., for_="fit")`` gave for these very pupils: the fit is made on every round and pooled
        by Rubin's rules, and children of whom a parent's education is unknown take part.

    Returns
    -------
    FittedIndicator or PooledFit
        With the names that users of statsmodels know; standard errors are clustered by school.

    Raises
    ------
    InputError
        A table holds what it may not; nobody is left; a category has too few children; or columns depend on
        each other: they are named.

    Examples
    --------
    >>> from oab_funding.synthetic import country
    >>> made_up = country(6_000, seed=1)
    >>> fit(made_up.pupils, made_up.sites)
    <FittedIndicator cbs-2019: 31 columns, 3,969 children, R-squared 0.620>
    """
    specification = load_specification(spec)
    children = _pupils(pupils, specification, weights)
    if imputed is not None:
        imputed.check_for_fit(pupils, sites, specification, reference_date)
        coded = None
        if weights is not None:
            register = sites_of(sites)
            coded = code_children(
                children, register, specification, reference_date, for_fit=True, weights=weights
            )
        return fit_imputed(imputed.imputed, None if coded is None else coded.weights)
    return fit_frames(children, sites_of(sites), specification, reference_date, weights=weights)


def fit_scale_values(
    pupils: Any,
    sites: Any,
    spec: str | Path | Specification = "cbs-2019",
    level: Level = "ordinal",
    *,
    reference_date: date | str | None = None,
    weights: str | None = None,
    shared: bool = True,
    scale_school_mean: bool = True,
    places: int = 4,
) -> ScaleValueFit:
    """Fit the indicator with scale values for the classes of education.

    Parameters
    ----------
    pupils, sites, spec, reference_date, weights
        See `fit`.
    level
        ``"ordinal"``: scale values never descend with the class number. ``"nominal"``: they are free.
    shared
        One set of scale values for mother, father and school mean, or a set for each.
    scale_school_mean
        Whether the school mean is the mean of the mothers' scale values, or stays that of class numbers.
    places
        Decimals of the published scale values, at most six.

    Returns
    -------
    ScaleValueFit
        The scale values, and the fit that goes with them.

    Raises
    ------
    InputError
        See `fit`; or a scale value is not identified.

    Examples
    --------
    >>> from oab_funding.synthetic import country
    >>> made_up = country(6_000, seed=1)
    >>> len(fit_scale_values(made_up.pupils, made_up.sites).scale_values)
    1
    """
    specification = load_specification(spec)
    children = _pupils(pupils, specification, weights)
    coded = code_children(
        children, sites_of(sites), specification, reference_date, for_fit=True, weights=weights
    )
    return fit_coded_values(
        coded, specification, level, shared=shared, scale_school_mean=scale_school_mean, places=places
    )


def impute(
    pupils: Any,
    toddlers: Any,
    sites: Any,
    *,
    rounds: int = ROUNDS,
    seed: int = SEED,
    spec: str | Path | Specification = "cbs-2019",
    reference_date: date | str | None = None,
    for_: For = "score",
) -> ImputedChildren:
    """Impute what is not known of a population: education, length of stay, donors.

    Parameters
    ----------
    pupils, toddlers, sites
        Frames or paths; toddlers may be None.
    rounds
        Number of rounds.
    seed
        Seed of every draw; each child gets the same for any order of the rows.
    spec
        The features; those of the model it is for.
    reference_date
        The day on which ages and lengths of stay are counted; the specification's own if left out.
    for_
        ``"score"``, or ``"fit"``: then attainment and ability help to impute, as they must where a fit is
        made on what is imputed, and must not where children are scored.

    Returns
    -------
    ImputedChildren
        What `score`, or `fit`, takes as `imputed`.

    Raises
    ------
    InputError
        A table does not keep to its schema, there is nothing to learn from, or no donor.

    Examples
    --------
    >>> from oab_funding.synthetic import country
    >>> made_up = country(1_000, seed=1)
    >>> impute(made_up.pupils, made_up.toddlers, made_up.sites, rounds=2).figures
    {'rounds': 2, 'seed': 1}
    """
    specification = load_specification(spec)
    population = _population(pupils, toddlers, sites, specification, reference_date)
    done = impute_coded(population, _count(rounds, "rounds", 1), _count(seed, "seed", 0), for_=for_)
    return ImputedChildren(done, (pupils, toddlers, sites))


def score(
    pupils: Any,
    toddlers: Any,
    sites: Any,
    model: Model | Solved | PooledFit | str | Path,
    *,
    rounds: int = ROUNDS,
    seed: int = SEED,
    imputed: ImputedChildren | None = None,
    average: Average = "child",
    reference_date: date | str | None = None,
) -> ScoredChildren:
    """Score a population; what is not known is imputed first.

    Parameters
    ----------
    pupils, toddlers, sites
        Frames or paths; toddlers may be None.
    model
        What `fit`, `read_model` or `supplied_model` gave, or the path of a model file.
    rounds, seed
        How to impute; see `impute`.
    imputed
        What `impute` gave for these very children, in the place of `rounds` and `seed`.
    average
        ``"child"``: the mean over the rounds, rounded half up to six decimals, once. ``"institution"``: a row
        per child and round.
    reference_date
        The day on which ages and lengths of stay are counted; that of the model's features if left out.

    Returns
    -------
    ScoredChildren
        Without those who do not count.

    Raises
    ------
    InputError
        A table holds what it may not, a child is pupil and toddler at once, or `imputed` belongs to others.

    Examples
    --------
    >>> from oab_funding.synthetic import country
    >>> made_up = country(6_000, seed=1)
    >>> fitted = fit(made_up.pupils, made_up.sites)
    >>> score(made_up.pupils, made_up.toddlers, made_up.sites, fitted, rounds=2).labels
    ("fitted with this library; not CBS's coefficients",)
    """
    taken = model_of(model)
    if imputed is None:
        imputed = impute(
            pupils,
            toddlers,
            sites,
            rounds=rounds,
            seed=seed,
            spec=taken.specification,
            reference_date=reference_date,
        )
    else:
        imputed.check_for_score((pupils, toddlers, sites), taken, reference_date, (rounds, seed))
    return score_coded(imputed.imputed.population, imputed.imputed.parts, taken, average)


def model_of(model: Model | Solved | PooledFit | str | Path) -> Model:
    """Take a model, what a fit gave, or the path of a model file."""
    if isinstance(model, Model):
        return model
    if isinstance(model, Solved | PooledFit):
        return model.model(label=Indicator().label)
    if isinstance(model, str | os.PathLike):
        return read_model(model)
    raise InputError(f"is a {type(model).__name__}", Place(argument="model"), "give what `fit` gives")


def _population(
    pupils: Any, toddlers: Any, sites: Any, specification: Specification, day: date | str | None
) -> Population:
    young = toddlers
    if isinstance(toddlers, str | os.PathLike):
        young = Checked(read_table(Path(toddlers), TODDLERS), TODDLERS)
    return Population.of(_pupils(pupils, specification), young, sites_of(sites), specification, day)


def _pupils(pupils: Any, specification: Specification, weights: str | None = None) -> Any:
    if not isinstance(pupils, str | os.PathLike):
        return pupils
    schema = pupils_schema(specification, weights)
    return Checked(read_table(Path(pupils), schema), schema)


def sites_of(sites: Any) -> Any:
    """Take a frame of sites, or read it from its path."""
    return Checked(read_sites(Path(sites)), SITES) if isinstance(sites, str | os.PathLike) else sites


def _count(value: int, argument: str, least: int) -> int:
    if type(value) is not int or value < least:
        place = Place(value=value, argument=argument)
        raise InputError("is no number that can be taken", place, f"give a whole number from {least}")
    return value
