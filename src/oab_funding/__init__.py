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
    from oab_funding.api.explain import explain
    from oab_funding.api.grants import municipal_grants, school_grants
    from oab_funding.api.scores import municipality_scores, school_scores, site_scores
    from oab_funding.audit.verify import verify
    from oab_funding.indicator.fit import fit
    from oab_funding.indicator.inference.infer import infer
    from oab_funding.indicator.inference.monitor import monitor
    from oab_funding.indicator.model_file import read_model, supplied_model, write_model
    from oab_funding.indicator.scale_values.fit import fit_scale_values
    from oab_funding.indicator.score import score
    from oab_funding.inputs import read_site_scores
    from oab_funding.opened import open_run
    from oab_funding.regulation.lookup import regulation
    from oab_funding.replaying import replay
    from oab_funding.running import run
    from oab_funding.tables.cbs_workbook import read_cbs_workbook
    from oab_funding.tables.cbs_workbook_writer import write_cbs_workbook

_HOMES = {
    "explain": "oab_funding.api.explain",
    "fit": "oab_funding.indicator.fit",
    "fit_scale_values": "oab_funding.indicator.scale_values.fit",
    "infer": "oab_funding.indicator.inference.infer",
    "monitor": "oab_funding.indicator.inference.monitor",
    "municipal_grants": "oab_funding.api.grants",
    "municipality_scores": "oab_funding.api.scores",
    "open_run": "oab_funding.opened",
    "read_cbs_workbook": "oab_funding.tables.cbs_workbook",
    "read_model": "oab_funding.indicator.model_file",
    "read_site_scores": "oab_funding.inputs",
    "replay": "oab_funding.replaying",
    "run": "oab_funding.running",
    "score": "oab_funding.indicator.score",
    "supplied_model": "oab_funding.indicator.model_file",
    "write_model": "oab_funding.indicator.model_file",
    "school_grants": "oab_funding.api.grants",
    "school_scores": "oab_funding.api.scores",
    "site_scores": "oab_funding.api.scores",
    "verify": "oab_funding.audit.verify",
    "write_cbs_workbook": "oab_funding.tables.cbs_workbook_writer",
}

_MODULES = ("exact", "regulation")
"""Public modules; `regulation` can be called as well."""

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
    "infer",
    "monitor",
    "municipal_grants",
    "municipality_scores",
    "open_run",
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
    "supplied_model",
    "verify",
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
