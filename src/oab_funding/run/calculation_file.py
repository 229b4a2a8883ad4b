"""The calculation file: one readable TOML file that names inputs, regulations, choices and what to compute.

It is checked as a whole before anything runs, and every mistake is reported at once with its place.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from oab_funding.exact import Rule, change, money, share
from oab_funding.exact.given import LARGEST_PRICE
from oab_funding.grants.preschool.settle import number
from oab_funding.tables.documents import checked, read_toml, spoken

NOT_STATED = "not stated"


def _as_text(what: str, example: str) -> Callable[[Any], Any]:
    """Want a number as text: TOML's own numbers are binary floats."""

    def check(value: Any) -> Any:
        if not isinstance(value, str):
            raise ValueError(f'write {what} as text, such as "{example}"')
        return value

    return check


def _gainers(value: Any) -> Any:
    return value if value in ("regulation", "solve", "solve_rounded", "none") else _whole_share(value)


_whole_share = spoken(lambda value: share(value, "share", whole=True))
_amount_text = BeforeValidator(_as_text("amounts", "559.50"))
_hours_text = BeforeValidator(_as_text("hours and weeks", "16"))
_share_text = BeforeValidator(_as_text("shares", "34.55%"))

_price = spoken(lambda value: money(value, "price", above_zero=True, below=LARGEST_PRICE))
_budget = spoken(lambda value: money(value, "budget", above_zero=True))

Price = Annotated[Decimal, BeforeValidator(_price), _amount_text]
Budget = Annotated[Decimal, BeforeValidator(_budget), _amount_text]
Euros = Annotated[Decimal, BeforeValidator(spoken(lambda value: money(value, "amount"))), _amount_text]
Hours = Annotated[Fraction, BeforeValidator(spoken(lambda value: number(value, "hours"))), _hours_text]
Share = Annotated[Fraction, BeforeValidator(_whole_share), _share_text]
Gainers = Annotated[str | Fraction, BeforeValidator(_gainers), _share_text]
Index = Annotated[Fraction, BeforeValidator(spoken(lambda value: change(value, "index"))), _share_text]


class _Part(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, arbitrary_types_allowed=True)


def _without_effect(part: BaseModel, names: tuple[str, ...], why: str) -> None:
    """Refuse what was given and would change nothing."""
    if given := [name for name in names if name in part.model_fields_set and getattr(part, name) is not None]:
        raise ValueError(f"{', '.join(f'`{name}`' for name in given)} has no effect {why}; leave it out")


class Children(_Part):
    """Children, from which the scores of sites and municipalities follow: scored, or to be scored here."""

    reference_date: date
    scored: str | None = None
    pupils: str | None = None
    toddlers: str | None = None
    sites: str | None = None
    scores_of: Literal["sites", "municipalities", "both"] = "both"
    average: Literal["child", "institution"] = "child"
    tie_rule: str | None = None
    target_size_rounding: str | None = None
    asylum_in_target_group: str | None = None

    @model_validator(mode="after")
    def _scored_or_not(self) -> Children:
        if (self.scored is None) == (self.pupils is None):
            raise ValueError("give scored children, or pupils that are to be scored")
        if self.pupils is not None and self.sites is None:
            raise ValueError("pupils need sites: a register with school_id and municipality_code")
        if self.scored is not None:
            _without_effect(self, ("toddlers", "average"), "on children that are scored already")
        return self


def _shipped_name(value: Any) -> Any:
    if isinstance(value, str) and not value.replace("-", "").isalnum():
        raise ValueError("is not the name of a shipped specification; for one of your own, give a model file")
    return value


class Indicator(_Part):
    """Where the coefficients come from: fitted by a shipped specification, or a model file.

    A model file carries its specification, so that a run bundle holds all that a replay needs.
    """

    specification: Annotated[str, BeforeValidator(_shipped_name)] = "cbs-2019"
    model: str | None = None
    label: str = "fitted with this library; not CBS's coefficients"

    @model_validator(mode="after")
    def _of_the_model(self) -> Indicator:
        if self.model is not None:
            _without_effect(self, ("specification", "label"), "beside `model`, which has its own")
        return self


class Imputation(_Part):
    """How the unknown is imputed. A file that does not say how the school enters means that it does not."""

    rounds: Annotated[int, Field(ge=1)] = 10
    seed: Annotated[int, Field(ge=0)] = 1
    school: Literal["level", "none"] = "none"


class _Priced(_Part):
    """What both streams share: a price or a budget, and its source."""

    price: Price | None = None
    budget: Budget | None = None
    source: str = NOT_STATED

    @model_validator(mode="after")
    def _price_or_budget(self) -> _Priced:
        if self.price is not None and self.budget is not None:
            raise ValueError("give a price or a budget, not both")
        return self


class Schools(_Priced):
    """Grants of schools in a period."""

    period: str
    scores: str | None = None
    sites: tuple[str, ...] = ()
    changes: str | None = None
    other_date: bool = False
    share: Share | None = None
    amount_rounding: Rule | None = None
    old_base: str | None = None
    gainers: Gainers | None = None
    missing_base: Literal["refuse", "zero", "exempt"] | None = None
    base_index: Index | None = None

    @model_validator(mode="after")
    def _every_option_counts(self) -> Schools:
        if self.old_base is None:
            _without_effect(self, ("gainers", "missing_base", "base_index"), "without `old_base`")
        if self.scores is None:
            _without_effect(self, ("changes",), "without `scores`: children are assigned to their sites")
        if self.share == 0:
            raise ValueError("a `share` of 0 pays nothing; give the share of the annual amount")
        return self


class Municipalities(_Priced):
    """Grants of municipalities in a budget year."""

    year: int
    scores: str | None = None
    previous: str
    code_map: str | None = None
    other_date: bool = False
    grants_2018: str | None = None
    gainers: Gainers | None = None
    eligibility: str | None = None
    price_rounding: str | None = None
    remainder: str | None = None
    ineligible_with_old_grant: str | None = None
    missing_base: Literal["refuse", "zero", "exempt"] | None = None

    @model_validator(mode="after")
    def _every_option_counts(self) -> Municipalities:
        if self.grants_2018 is None:
            of_transition = ("gainers", "missing_base", "ineligible_with_old_grant")
            _without_effect(self, of_transition, "without `grants_2018`")
        if self.price is not None:
            of_budget = ("price_rounding", "remainder")
            _without_effect(self, of_budget, "with `price`: each amount is rounded half up")
        if self.price_rounding == "cents":
            _without_effect(self, ("remainder",), "with a price in cents: each amount is rounded half up")
        if self.scores is not None and self.other_date:
            raise ValueError(
                "`other_date` has no effect: files of scores do not state their date; leave it out"
            )
        return self


class Preschool(_Part):
    """What preschool education costs, to hold the grants of [municipalities] against."""

    toddlers: str
    hour_price: Euros
    hbo_wage: Euros | None = None
    reach: Share | None = None
    hours: Hours | None = None
    tariff: Euros | None = None
    charged_hours: Hours | None = None
    weeks: Hours | None = None
    allowance_share: Share | None = None
    ceiling: Euros | None = None
    allowance_parents: Euros | None = None
    place_cost: Euros | None = None
    hbo_count: Literal["offered", "target"] | None = None
    below_law: bool = False

    def terms(self) -> dict[str, Any]:
        """Give what was stated, by the names of `grants.preschool.settle`."""
        return self.model_dump(exclude_none=True, exclude={"toddlers"})


class Corrects(_Part):
    """An earlier run that this one corrects: its root, and why."""

    root: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    reason: Annotated[str, Field(min_length=1, max_length=500)]

    @property
    def label(self) -> str:
        """What must be said with every output."""
        return f"corrects the run with root {self.root}: {self.reason}"


class Calculation(_Part):
    """A calculation: what to compute, from what, by which choices."""

    format: Literal[1]
    title: str
    label: str = ""
    corrects: Corrects | None = None
    children: Children | None = None
    indicator: Indicator = Indicator()
    imputation: Imputation = Imputation()
    schools: Schools | None = None
    municipalities: Municipalities | None = None
    preschool: Preschool | None = None

    @model_validator(mode="after")
    def _computes_something(self) -> Calculation:
        if self.schools is None and self.municipalities is None and self.children is None:
            raise ValueError("computes nothing: add a section [children], [schools] or [municipalities]")
        for name in ("schools", "municipalities"):
            part: Schools | Municipalities | None = getattr(self, name)
            if part is not None and part.scores is None and self.children is None:
                raise ValueError(f"{name}: give scores, or a section [children] from which they follow")
        return self

    @model_validator(mode="after")
    def _every_section_counts(self) -> Calculation:
        if self.children is None or self.children.pupils is None:
            _without_effect(self, ("indicator", "imputation"), "without pupils that are to be scored")
        if self.municipalities is None:
            _without_effect(self, ("preschool",), "without grants of [municipalities]")
        if self.children is None:
            return self
        for name, other in (("schools", "municipalities"), ("municipalities", "sites")):
            part: Schools | Municipalities | None = getattr(self, name)
            if part is not None and part.scores is None and self.children.scores_of == other:
                raise ValueError(f"[{name}] needs the scores that `scores_of` leaves out; make it both")
        return self

    def files(self) -> dict[str, str]:
        """Name every input file by its role in the calculation."""
        found: dict[str, str] = {}
        for section in ("children", "indicator", "schools", "municipalities", "preschool"):
            part = getattr(self, section)
            for name in FILES if part is not None else ():
                value = getattr(part, name, None)
                if isinstance(value, str):
                    found[f"{section}.{name}"] = value
                elif value:
                    found.update({f"{section}.{name}.{n}": file for n, file in enumerate(value, start=1)})
        return found


FILES = (
    "scored",
    "pupils",
    "toddlers",
    "model",
    "sites",
    "scores",
    "previous",
    "changes",
    "old_base",
    "grants_2018",
    "code_map",
)


def read_calculation(data: bytes, name: str = "calculation.toml") -> Calculation:
    r"""Read and check a calculation file.

    Parameters
    ----------
    data
        The bytes of the file.
    name
        Its name, for messages.

    Returns
    -------
    Calculation
        What it says; nothing has been read or computed yet.

    Raises
    ------
    InputError
        The file is no TOML, or something in it is missing, unknown or wrong; all of it is listed.

    Examples
    --------
    >>> text = b'format = 1\ntitle = "T"\n[schools]\nperiod = "2020-2021"\nscores = "s.csv"\n'
    >>> read_calculation(text).schools.period
    '2020-2021'
    """
    return check_calculation(read_toml(data, name), name)


def check_calculation(content: dict[str, Any], name: str = "calculation") -> Calculation:
    """Check the content of a calculation file; see `read_calculation`."""
    return checked(Calculation, content, name, "see the reference of the calculation file")


def text_of(calculation: BaseModel) -> bytes:
    r"""Write a calculation as the file that says the same.

    Examples
    --------
    >>> text = b'format = 1\ntitle = "T"\n[schools]\nperiod = "2023"\nscores = "s.csv"\nshare = "5/12"\n'
    >>> calculation = read_calculation(text)
    >>> read_calculation(text_of(calculation)) == calculation
    True
    """
    stated = {name: getattr(calculation, name) for name in type(calculation).model_fields}
    sections = {
        name: {key: getattr(part, key) for key in type(part).model_fields if key in part.model_fields_set}
        for name, part in stated.items()
        if isinstance(part, BaseModel) and name in calculation.model_fields_set
    }
    return calculation_text(stated["title"], sections, stated["label"])


def calculation_text(title: str, sections: Mapping[str, Mapping[str, Any]], label: str = "") -> bytes:
    """Write a calculation file; options that are None, False or empty are left out.

    Parameters
    ----------
    title
        Title of the calculation.
    sections
        The sections and their options: text, whole numbers, true, dates, exact numbers, lists of text.
    label
        What every output must say, if anything.

    Examples
    --------
    >>> print(calculation_text("T", {"schools": {"period": "2023", "price": None}}).decode())
    format = 1
    title = "T"
    <BLANKLINE>
    [schools]
    period = "2023"
    <BLANKLINE>
    """
    lines = ["format = 1", f"title = {_written(title)}"]
    lines += [f"label = {_written(label)}", ""] if label else [""]
    for name, options in sections.items():
        given = {key: value for key, value in options.items() if value not in (None, False, (), [])}
        lines += [f"[{name}]", *(f"{key} = {_written(value)}" for key, value in given.items()), ""]
    return "\n".join(lines).encode("utf-8")


def _written(value: Any) -> str:
    if isinstance(value, list | tuple):
        return f"[{', '.join(_written(item) for item in value)}]"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal | Fraction):
        value = f"{value:f}" if isinstance(value, Decimal) else str(value)
    if isinstance(value, bool | int | str):
        # A JSON string is a TOML basic string, but for DEL, which TOML wants escaped.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    raise TypeError(f"{type(value).__name__} has no form in a calculation file")
