"""The record of a calculation: canonical form and hashes, journal, run bundle, verification.

The package knows tables and steps, not schools or municipalities. Each module says what it does not prove.
"""

from oab_funding.audit.bundle import write_bundle
from oab_funding.audit.chain import check_chain, read_journal
from oab_funding.audit.code_identity import CodeIdentity, code_identity, environment
from oab_funding.audit.compare import Difference, first_difference
from oab_funding.audit.content import content_hash
from oab_funding.audit.exact_json import canonical, parse, plain
from oab_funding.audit.journal import Figure, Journal, StepResult
from oab_funding.audit.manifest import Manifest, manifest_leaves, manifest_root, read_manifest
from oab_funding.audit.record import Output, Record
from oab_funding.audit.rows import row_leaves, rows_root
from oab_funding.audit.verify import Verification, verify

__all__ = [
    "CodeIdentity",
    "Difference",
    "Figure",
    "Journal",
    "Manifest",
    "Output",
    "Record",
    "StepResult",
    "Verification",
    "canonical",
    "check_chain",
    "code_identity",
    "content_hash",
    "environment",
    "first_difference",
    "manifest_leaves",
    "manifest_root",
    "parse",
    "plain",
    "read_journal",
    "read_manifest",
    "row_leaves",
    "rows_root",
    "verify",
    "write_bundle",
]
