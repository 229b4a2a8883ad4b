"""The Dutch education-disadvantage money, calculated exactly, openly and replayably.

Everything public can be reached from here; heavy libraries load when what needs them is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from oab_funding._version import __version__
from oab_funding.errors import CheckError, DamagedError, InputError, Place

if TYPE_CHECKING:
    from oab_funding import exact
    from oab_funding.api import explain
    from oab_funding.audit.verify import verify
    from oab_funding.grants.municipalities import municipal_grants
    from oab_funding.grants.schools import school_grants
    from oab_funding.indicator.fit import fit
    from oab_funding.indicator.inference.infer import infer
    from oab_funding.indicator.inference.monitor import monitor
    from oab_funding.indicator.model_file import read_model, supplied_model, write_model
    from oab_funding.indicator.scale_values.fit import fit_scale_values
    from oab_funding.indicator.score import score
    from oab_funding.inputs import read_site_scores
    from oab_funding.opened import open_run
    from oab_funding.preschool.account import spending_account
    from oab_funding.preschool.door import preschool
    from oab_funding.preschool.forecast import forecast_municipalities
    from oab_funding.preschool.outlook import municipal_outlook
    from oab_funding.preschool.schools import forecast_schools
    from oab_funding.preschool.week_plan import week_plan
    from oab_funding.regulation.lookup import regulation
    from oab_funding.replaying import replay
    from oab_funding.running import run
    from oab_funding.scores.municipalities import municipality_scores
    from oab_funding.scores.schools import school_scores
    from oab_funding.scores.sites import site_scores
    from oab_funding.tables.cbs_workbook import read_cbs_workbook
    from oab_funding.tables.cbs_workbook_writer import write_cbs_workbook

_HOMES = {
    "explain": "oab_funding.api",
    "fit": "oab_funding.indicator.fit",
    "fit_scale_values": "oab_funding.indicator.scale_values.fit",
    "forecast_municipalities": "oab_funding.preschool.forecast",
    "forecast_schools": "oab_funding.preschool.schools",
    "infer": "oab_funding.indicator.inference.infer",
    "monitor": "oab_funding.indicator.inference.monitor",
    "municipal_grants": "oab_funding.grants.municipalities",
    "municipal_outlook": "oab_funding.preschool.outlook",
    "municipality_scores": "oab_funding.scores.municipalities",
    "open_run": "oab_funding.opened",
    "read_cbs_workbook": "oab_funding.tables.cbs_workbook",
    "read_model": "oab_funding.indicator.model_file",
    "read_site_scores": "oab_funding.inputs",
    "replay": "oab_funding.replaying",
    "run": "oab_funding.running",
    "score": "oab_funding.indicator.score",
    "supplied_model": "oab_funding.indicator.model_file",
    "write_model": "oab_funding.indicator.model_file",
    "school_grants": "oab_funding.grants.schools",
    "school_scores": "oab_funding.scores.schools",
    "site_scores": "oab_funding.scores.sites",
    "spending_account": "oab_funding.preschool.account",
    "verify": "oab_funding.audit.verify",
    "week_plan": "oab_funding.preschool.week_plan",
    "write_cbs_workbook": "oab_funding.tables.cbs_workbook_writer",
}

_MODULES = ("exact", "preschool", "regulation")
"""Public modules; `preschool` and `regulation` can be called as well."""

__all__ = [
    "CheckError",
    "DamagedError",
    "InputError",
    "Place",
    "__version__",
    "exact",
    "explain",
    "fit",
    "fit_scale_values",
    "forecast_municipalities",
    "forecast_schools",
    "infer",
    "monitor",
    "municipal_grants",
    "municipal_outlook",
    "municipality_scores",
    "open_run",
    "preschool",
    "read_cbs_workbook",
    "read_model",
    "read_site_scores",
    "regulation",
    "replay",
    "run",
    "school_grants",
    "school_scores",
    "score",
    "site_scores",
    "spending_account",
    "supplied_model",
    "verify",
    "week_plan",
    "write_cbs_workbook",
    "write_model",
]


def __getattr__(name: str) -> object:
    if name in _MODULES:
        return import_module(f"oab_funding.{name}")
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
