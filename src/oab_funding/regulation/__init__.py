"""The law as data: one file per regulation and start date, and the look-up of what applies."""

from oab_funding.regulation.provision import (
    MunicipalityGrantProvision,
    MunicipalityScoreProvision,
    Provision,
    SchoolGrantProvision,
    SchoolScoreProvision,
)
from oab_funding.regulation.statutes import Statutes
from oab_funding.regulation.values import Gap, Stream

__all__ = [
    "Gap",
    "MunicipalityGrantProvision",
    "MunicipalityScoreProvision",
    "Provision",
    "SchoolGrantProvision",
    "SchoolScoreProvision",
    "Statutes",
    "Stream",
]
