"""The law as data: one file per regulation and start date, and the look-up of what applies.

The module can be called: `oab_funding.regulation("school-grant", "2020-2021")` is `lookup.regulation`.
"""

import sys
from inspect import signature
from types import ModuleType

from oab_funding.regulation.lookup import regulation
from oab_funding.regulation.provision import (
    ChildcarePriceProvision,
    MunicipalityGrantProvision,
    MunicipalityScoreProvision,
    PreschoolProvision,
    Provision,
    SchoolGrantProvision,
    SchoolScoreProvision,
)
from oab_funding.regulation.statutes import Statutes
from oab_funding.regulation.values import Gap, Stream

__all__ = [
    "ChildcarePriceProvision",
    "Gap",
    "MunicipalityGrantProvision",
    "MunicipalityScoreProvision",
    "PreschoolProvision",
    "Provision",
    "SchoolGrantProvision",
    "SchoolScoreProvision",
    "Statutes",
    "Stream",
    "regulation",
]

__signature__ = signature(regulation)


class _CallableModule(ModuleType):
    """Lets the public look-up and the package that holds the law go by one name."""

    __call__ = staticmethod(regulation)


sys.modules[__name__].__class__ = _CallableModule
