"""Reconciling a run bundle with decided amounts, of schools or of municipalities."""

from __future__ import annotations

from pathlib import Path

from oab_funding.errors import InputError, Place
from oab_funding.opened import OpenedRun
from oab_funding.reconciliation.municipalities import reconcile_municipalities
from oab_funding.reconciliation.schools import reconcile_schools
from oab_funding.tables.files import SourceFile, column_names, read_source
from oab_funding.tables.step_result import StepResult

__all__ = ["reconcile_run"]
