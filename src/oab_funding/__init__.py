"""The Dutch education-disadvantage money, calculated exactly, openly and replayably.

Everything public can be reached from here; heavy libraries load when what needs them is first used.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

from oab_funding._version import __version__
from oab_funding.errors import CheckError, DamagedError, InputError, OabError, Place

if TYPE_CHECKING:
    from oab_funding import exact as exact
    from oab_funding.api.analysis import Difference as Difference
    from oab_funding.api.analysis import Scenarios as Scenarios
    from oab_funding.api.analysis import diff as diff
    from oab_funding.api.analysis import scenario as scenario
    from oab_funding.api.calculation import Calculation as Calculation
    from oab_funding.api.disclosure import Disclosure as Disclosure
    from oab_funding.api.disclosure import disclose as disclose
    from oab_funding.api.exporting import export as export
    from oab_funding.api.grants import municipal_grants as municipal_grants
    from oab_funding.api.grants import school_grants as school_grants
    from oab_funding.api.imputed_children import ImputedChildren as ImputedChildren
    from oab_funding.api.in_parts import fit_in_parts as fit_in_parts
    from oab_funding.api.in_parts import score_in_parts as score_in_parts
    from oab_funding.api.indicator import (
        fit as fit,
    )
    from oab_funding.api.indicator import (
        fit_scale_values as fit_scale_values,
    )
    from oab_funding.api.indicator import (
        impute as impute,
    )
    from oab_funding.api.indicator import (
        score as score,
    )
    from oab_funding.api.letters import letter as letter
    from oab_funding.api.minimising import minimise as minimise
    from oab_funding.api.plausibility import Plausibility as Plausibility
    from oab_funding.api.plausibility import plausibility as plausibility
    from oab_funding.api.proofs import check_proof as check_proof
    from oab_funding.api.proofs import prove as prove
    from oab_funding.api.reading import read_scores as read_scores
    from oab_funding.api.reading import read_sites as read_sites
    from oab_funding.api.replaying import Replay as Replay
    from oab_funding.api.replaying import replay as replay
    from oab_funding.api.results import (
        MunicipalGrants as MunicipalGrants,
    )
    from oab_funding.api.results import (
        MunicipalityScores as MunicipalityScores,
    )
    from oab_funding.api.results import (
        Result as Result,
    )
    from oab_funding.api.results import (
        SchoolGrants as SchoolGrants,
    )
    from oab_funding.api.results import (
        SchoolScores as SchoolScores,
    )
    from oab_funding.api.results import (
        SiteScores as SiteScores,
    )
    from oab_funding.api.results import (
        TableResult as TableResult,
    )
    from oab_funding.api.runs import (
        Run as Run,
    )
    from oab_funding.api.runs import (
        explain as explain,
    )
    from oab_funding.api.runs import (
        open_run as open_run,
    )
    from oab_funding.api.runs import (
        reconcile as reconcile,
    )
    from oab_funding.api.runs import (
        run as run,
    )
    from oab_funding.api.scores import (
        municipality_scores as municipality_scores,
    )
    from oab_funding.api.scores import (
        school_scores as school_scores,
    )
    from oab_funding.api.scores import (
        site_scores as site_scores,
    )
    from oab_funding.api.signing import confirm as confirm
    from oab_funding.api.signing import sign as sign
    from oab_funding.api.signing import verify_signed as verify_signed
    from oab_funding.api.uncertainty import Uncertainty as Uncertainty
    from oab_funding.api.uncertainty import uncertainty as uncertainty
    from oab_funding.audit.envelope import Envelope as Envelope
    from oab_funding.audit.proof import Proof as Proof
    from oab_funding.audit.proof_check import ProofCheck as ProofCheck
    from oab_funding.audit.statements import Confirmation as Confirmation
    from oab_funding.audit.verify import Verification as Verification
    from oab_funding.audit.verify import verify as verify
    from oab_funding.indicator.fitted import Solved as Solved
    from oab_funding.indicator.imputation.pooling import Pooled as Pooled
    from oab_funding.indicator.imputation.pooling import PooledVector as PooledVector
    from oab_funding.indicator.imputation.pooling import pool as pool
    from oab_funding.indicator.imputation.pooling import pool_vector as pool_vector
    from oab_funding.indicator.inference.infer import infer as infer
    from oab_funding.indicator.inference.inference import Inference as Inference
    from oab_funding.indicator.inference.influence import SchoolInfluence as SchoolInfluence
    from oab_funding.indicator.inference.influence import school_influence as school_influence
    from oab_funding.indicator.inference.monitor import Monitor as Monitor
    from oab_funding.indicator.inference.monitor import monitor as monitor
    from oab_funding.indicator.inference.multilevel import MultilevelCheck as MultilevelCheck
    from oab_funding.indicator.inference.multilevel import multilevel_check as multilevel_check
    from oab_funding.indicator.model import (
        Model as Model,
    )
    from oab_funding.indicator.model import (
        read_model as read_model,
    )
    from oab_funding.indicator.model import (
        supplied_model as supplied_model,
    )
    from oab_funding.indicator.model import (
        write_model as write_model,
    )
    from oab_funding.indicator.parts.population import ScoredParts as ScoredParts
    from oab_funding.indicator.pooled import PooledFit as PooledFit
    from oab_funding.indicator.results import FittedIndicator as FittedIndicator
    from oab_funding.indicator.scale_values.bootstrap import ScaleValueBootstrap as ScaleValueBootstrap
    from oab_funding.indicator.scale_values.bootstrap import bootstrap_scale_values as bootstrap_scale_values
    from oab_funding.indicator.scale_values.fit import ScaleValueFit as ScaleValueFit
    from oab_funding.indicator.scale_values.values import ScaleValues as ScaleValues
    from oab_funding.indicator.school_mean import SchoolMeanEffect as SchoolMeanEffect
    from oab_funding.indicator.score import ScoredChildren as ScoredChildren
    from oab_funding.indicator.score import school_mean_effect as school_mean_effect
    from oab_funding.indicator.specification import Specification as Specification
    from oab_funding.indicator.specification_file import Specifications as Specifications
    from oab_funding.preschool.account import spending_account as spending_account
    from oab_funding.preschool.door import preschool as preschool
    from oab_funding.preschool.forecast import forecast_municipalities as forecast_municipalities
    from oab_funding.preschool.outcome import Outcome as Outcome
    from oab_funding.preschool.outlook import Outlook as Outlook
    from oab_funding.preschool.outlook import municipal_outlook as municipal_outlook
    from oab_funding.preschool.schools import forecast_schools as forecast_schools
    from oab_funding.preschool.week_plan import WeekPlan as WeekPlan
    from oab_funding.preschool.week_plan import week_plan as week_plan
    from oab_funding.regulation.lookup import regulation as regulation
    from oab_funding.regulation.provision import (
        ChildcarePriceProvision as ChildcarePriceProvision,
    )
    from oab_funding.regulation.provision import (
        MunicipalityGrantProvision as MunicipalityGrantProvision,
    )
    from oab_funding.regulation.provision import (
        MunicipalityScoreProvision as MunicipalityScoreProvision,
    )
    from oab_funding.regulation.provision import (
        PreschoolProvision as PreschoolProvision,
    )
    from oab_funding.regulation.provision import (
        SchoolGrantProvision as SchoolGrantProvision,
    )
    from oab_funding.regulation.provision import (
        SchoolScoreProvision as SchoolScoreProvision,
    )
    from oab_funding.run.figures import Figures as Figures
    from oab_funding.run.inputs import SiteScoreFile as SiteScoreFile
    from oab_funding.run.inputs import read_site_scores as read_site_scores
    from oab_funding.tables.cbs_workbook import (
        PublishedScores as PublishedScores,
    )
    from oab_funding.tables.cbs_workbook import (
        read_cbs_workbook as read_cbs_workbook,
    )
    from oab_funding.tables.cbs_workbook_writer import write_cbs_workbook as write_cbs_workbook
    from oab_funding.tables.source import SourceFile as SourceFile
    from oab_funding.tables.step_result import StepResult as StepResult

_PUBLIC = {
    "oab_funding.api.analysis": ("Difference", "Scenarios", "diff", "scenario"),
    "oab_funding.api.calculation": ("Calculation",),
    "oab_funding.api.grants": ("municipal_grants", "school_grants"),
    "oab_funding.api.imputed_children": ("ImputedChildren",),
    "oab_funding.api.indicator": ("fit", "fit_scale_values", "impute", "score"),
    "oab_funding.api.disclosure": ("Disclosure", "disclose"),
    "oab_funding.api.exporting": ("export",),
    "oab_funding.api.in_parts": ("fit_in_parts", "score_in_parts"),
    "oab_funding.api.letters": ("letter",),
    "oab_funding.api.minimising": ("minimise",),
    "oab_funding.api.plausibility": ("Plausibility", "plausibility"),
    "oab_funding.api.proofs": ("check_proof", "prove"),
    "oab_funding.api.reading": ("read_scores", "read_sites"),
    "oab_funding.api.results": (
        "MunicipalGrants",
        "MunicipalityScores",
        "Result",
        "SchoolGrants",
        "SchoolScores",
        "SiteScores",
        "TableResult",
    ),
    "oab_funding.api.runs": ("Run", "explain", "open_run", "reconcile", "run"),
    "oab_funding.api.scores": ("municipality_scores", "school_scores", "site_scores"),
    "oab_funding.api.signing": ("confirm", "sign", "verify_signed"),
    "oab_funding.api.uncertainty": ("Uncertainty", "uncertainty"),
    "oab_funding.audit.envelope": ("Envelope",),
    "oab_funding.audit.proof": ("Proof",),
    "oab_funding.audit.proof_check": ("ProofCheck",),
    "oab_funding.audit.statements": ("Confirmation",),
    "oab_funding.audit.verify": ("Verification", "verify"),
    "oab_funding.indicator.imputation.pooling": (
        "Pooled",
        "PooledVector",
        "pool",
        "pool_vector",
    ),
    "oab_funding.indicator.fitted": ("Solved",),
    "oab_funding.indicator.inference.influence": (
        "SchoolInfluence",
        "school_influence",
    ),
    "oab_funding.indicator.inference.multilevel": (
        "MultilevelCheck",
        "multilevel_check",
    ),
    "oab_funding.indicator.parts.population": ("ScoredParts",),
    "oab_funding.indicator.pooled": ("PooledFit",),
    "oab_funding.indicator.inference.infer": ("infer",),
    "oab_funding.indicator.inference.monitor": ("Monitor", "monitor"),
    "oab_funding.indicator.inference.inference": ("Inference",),
    "oab_funding.indicator.model": ("Model", "read_model", "supplied_model", "write_model"),
    "oab_funding.indicator.results": ("FittedIndicator",),
    "oab_funding.indicator.scale_values.bootstrap": (
        "ScaleValueBootstrap",
        "bootstrap_scale_values",
    ),
    "oab_funding.indicator.scale_values.fit": ("ScaleValueFit",),
    "oab_funding.indicator.school_mean": ("SchoolMeanEffect",),
    "oab_funding.indicator.score": ("ScoredChildren", "school_mean_effect"),
    "oab_funding.indicator.scale_values.values": ("ScaleValues",),
    "oab_funding.indicator.specification": ("Specification",),
    "oab_funding.indicator.specification_file": ("Specifications",),
    "oab_funding.run.inputs": ("SiteScoreFile", "read_site_scores"),
    "oab_funding.run.figures": ("Figures",),
    "oab_funding.preschool.account": ("spending_account",),
    "oab_funding.preschool.forecast": ("forecast_municipalities",),
    "oab_funding.preschool.outcome": ("Outcome",),
    "oab_funding.preschool.outlook": ("Outlook", "municipal_outlook"),
    "oab_funding.preschool.schools": ("forecast_schools",),
    "oab_funding.preschool.week_plan": ("WeekPlan", "week_plan"),
    "oab_funding.regulation.provision": (
        "ChildcarePriceProvision",
        "MunicipalityGrantProvision",
        "MunicipalityScoreProvision",
        "PreschoolProvision",
        "SchoolGrantProvision",
        "SchoolScoreProvision",
    ),
    "oab_funding.api.replaying": ("Replay", "replay"),
    "oab_funding.tables.cbs_workbook": ("PublishedScores", "read_cbs_workbook"),
    "oab_funding.tables.cbs_workbook_writer": ("write_cbs_workbook",),
    "oab_funding.tables.source": ("SourceFile",),
    "oab_funding.tables.step_result": ("StepResult",),
}
"""Public names by the module that is their home; the type checker reads the same above."""

_HOMES = {name: home for home, names in _PUBLIC.items() for name in names}
_MODULES = ("exact", "preschool", "regulation")
"""Public modules; `preschool` and `regulation` can be called as well."""

__all__ = ["CheckError", "DamagedError", "InputError", "OabError", "Place", "__version__"]
__all__ += [*_MODULES, *_HOMES]


def __getattr__(name: str) -> object:
    if name in _MODULES:
        return import_module(f"oab_funding.{name}")
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)


class _FrontDoor(ModuleType):
    """Lets `oab_funding.run` stay the public function when the room `run/` is imported."""

    @property
    def run(self) -> object:
        return import_module("oab_funding.api.runs").run

    @run.setter
    def run(self, room: ModuleType) -> None:
        """Python binds a package that is imported to its parent; this one is reached by `from ... import`."""


sys.modules[__name__].__class__ = _FrontDoor
