"""The record of a calculation: canonical form and hashes, journal, run bundle, verification.

The package knows tables and steps, not schools or municipalities. Each module says what it does not prove.
"""

from oab_funding.audit.bundle import Made, make_bundle, write_bundle
from oab_funding.audit.code_identity import CodeIdentity, code_identity, environment
from oab_funding.audit.compare import Difference, first_difference
from oab_funding.audit.content import content_hash
from oab_funding.audit.ends import CLOSING, OPENING, between
from oab_funding.audit.exact_json import canonical, parse, plain
from oab_funding.audit.folder import Folder, readable
from oab_funding.audit.journal import Figure, Journal, StepResult
from oab_funding.audit.manifest import Manifest, manifest_leaves, manifest_root, read_manifest
from oab_funding.audit.place import check_bundle_place
from oab_funding.audit.provable import provable_tables
from oab_funding.audit.record import Output, Record, check_chain, read_journal
from oab_funding.audit.rows import row_leaves, rows_root
from oab_funding.audit.sealed import Sealed
from oab_funding.audit.verify import Verification, verify

__all__ = [
    "CLOSING",
    "OPENING",
    "CodeIdentity",
    "Difference",
    "Figure",
    "Folder",
    "Journal",
    "Made",
    "Manifest",
    "Output",
    "Record",
    "Sealed",
    "StepResult",
    "Verification",
    "between",
    "canonical",
    "check_bundle_place",
    "check_chain",
    "code_identity",
    "content_hash",
    "environment",
    "first_difference",
    "make_bundle",
    "manifest_leaves",
    "manifest_root",
    "parse",
    "plain",
    "provable_tables",
    "read_journal",
    "read_manifest",
    "readable",
    "row_leaves",
    "rows_root",
    "verify",
    "write_bundle",
]
