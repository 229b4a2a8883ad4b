"""What is signed about a bundle: that somebody stands for it, and that a second person computed it again.

What this does not prove: that the signer looked. A confirmation holds nothing that the bundle does not hold
too, so that it shows a replay only where its signer is trusted to have made one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

import pyarrow as pa
from pydantic import ConfigDict, Field, JsonValue, TypeAdapter, ValidationError

from oab_funding.audit.code_identity import CodeIdentity
from oab_funding.audit.envelope import (
    Envelope,
    is_signed_by,
    key_id,
    public_key_of,
    statement_of,
)
from oab_funding.audit.exact_json import canonical, plain
from oab_funding.audit.manifest import MANIFEST, MANIFEST_LIMIT
from oab_funding.audit.record import Hash, first_fault
from oab_funding.audit.sealed import Sealed
from oab_funding.errors import CheckError, InputError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

SIGNED = "urn:oab-funding:run:1"
"""Type of what `sign` says: this is the run that the signer stands for."""

CONFIRMED = "urn:oab-funding:confirmation:1"
"""Type of what `confirm` says: the signer computed the run again, and it is identical."""

DRAFT = "draft: valid only with a confirmation of the root of this run"
"""Label of a run that waits for the confirmation of a second person."""

_CONFIG = ConfigDict(strict=True, extra="forbid")


@dataclass(frozen=True, slots=True)
class Stated:
    """Where something was computed, as it is stated."""

    __pydantic_config__ = _CONFIG

    code: CodeIdentity
    environment: Mapping[str, str]
    machine: str


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What a second person signs.

    Parameters
    ----------
    root, journal_head
        Of which run.
    verdict
        That everything that was compared is identical.
    steps, files, not_compared
        How much was compared, and what could not be.
    made, replayed
        Where it was computed first, and again.
    same_machine
        Whether that was, or may have been, one machine.
    time
        When, by the clock of whoever confirms.
    public_key
        The key, as PEM; that it is the second person's must be known from elsewhere.
    """

    __pydantic_config__ = _CONFIG

    root: Hash
    journal_head: Hash
    verdict: Literal["identical"]
    steps: Annotated[int, Field(ge=1)]
    files: Annotated[int, Field(ge=1)]
    not_compared: tuple[str, ...]
    made: Stated
    replayed: Stated
    same_machine: bool
    time: Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")]
    public_key: Annotated[str, Field(max_length=1000)]


def run_predicate(sealed: Sealed) -> dict[str, JsonValue]:
    """Give what `sign` says of a bundle."""
    said = {"root": sealed.root, "journal_head": sealed.manifest.journal_head, **sealed.manifest.labels}
    value = plain(said)
    assert isinstance(value, dict)
    return value


def manifest_bytes(sealed: Sealed) -> bytes:
    """Give the bytes of a bundle's manifest."""
    return sealed.folder.read(MANIFEST, MANIFEST_LIMIT)


def signature_problem(sealed: Sealed, envelope: Envelope, key: Ed25519PublicKey) -> str | None:
    """Say why an envelope is not the signature of a bundle by a key; None where it is."""
    if not is_signed_by(envelope, key):
        return "the signature was not made with this key"
    try:
        statement = statement_of(envelope)
    except ValueError as error:
        return f"what was signed {error}"
    if statement.predicateType != SIGNED:
        return "what was signed says something else than that somebody stands for a run"
    if statement.subject[0].digest != {"sha256": hashlib.sha256(manifest_bytes(sealed)).hexdigest()}:
        return "another run was signed: the SHA-256 of its manifest is not that of this one"
    return None if statement.predicate == run_predicate(sealed) else "what was signed says another root"


def check_confirmation(
    envelope: Envelope, root: str, key: Ed25519PublicKey | None, manifest: bytes | None = None
) -> Confirmation:
    """Check that a run was confirmed.

    Parameters
    ----------
    envelope
        What was signed.
    root
        The root of the run, computed anew.
    key
        The second person's public key; without one, the key in the statement counts, whosever it is.
    manifest
        The bytes of the manifest, where they are at hand.

    Raises
    ------
    CheckError
        It confirms another run, or the signature does not hold.
    """
    try:
        statement = statement_of(envelope)
        found = _CONFIRMATION.validate_json(canonical(statement.predicate))
        own = public_key_of(found.public_key.encode(), "public_key")
    except (ValueError, ValidationError, InputError) as error:
        said = first_fault(error) if isinstance(error, ValidationError) else error
        raise CheckError(f"the confirmation is in no form that is known: {said}") from error
    problems = []
    if statement.predicateType != CONFIRMED:
        problems.append("what was signed is no confirmation")
    if found.root != root:
        problems.append(f"the root {found.root} was confirmed, not {root}")
    if manifest is not None and statement.subject[0].digest != {
        "sha256": hashlib.sha256(manifest).hexdigest()
    }:
        problems.append("the SHA-256 of the manifest that was confirmed is another")
    if not is_signed_by(envelope, own if key is None else key):
        problems.append("the confirmation was not signed with this key")
    if problems:
        raise CheckError("the confirmation does not hold", problems)
    return found


def labels_said(
    labels: tuple[str, ...], root: str | None, found: Confirmation | None, key_known: bool
) -> tuple[str, ...]:
    """Give the labels that go with an output: a draft says of which root it waits for a confirmation.

    Parameters
    ----------
    labels
        The labels of the run.
    root
        Its root, where it is known.
    found
        What `check_confirmation` gave, if a confirmation was given.
    key_known
        Whether it was held against a key that the reader gave.

    Examples
    --------
    >>> labels_said((DRAFT, "made-up data"), "ab", None, False)
    ('draft: valid only with a confirmation of root ab', 'made-up data')
    """
    if DRAFT not in labels or (root is None and found is None):
        return labels
    if found is None:
        instead = [f"draft: valid only with a confirmation of root {root}"]
    else:
        own = key_id(public_key_of(found.public_key.encode(), "public_key"))
        unknown = f"confirmed with the key {own[:16]}, which was held against no key of the second person"
        same = "confirmed on the machine that computed it, or on one that cannot be told from it"
        instead = [said for said, so in ((unknown, not key_known), (same, found.same_machine)) if so]
    at = labels.index(DRAFT)
    return (*labels[:at], *instead, *labels[at + 1 :])


def marked(table: pa.Table, labels: Sequence[str]) -> pa.Table:
    """Give a table for a file without a place for labels; that of a draft says so in every row.

    Examples
    --------
    >>> marked(pa.table({"n": [1]}), ["made-up data"]).column_names, marked(pa.table({"n": [1]}), [DRAFT])
    (['n'], pyarrow.Table
    n: int64
    standing: string
    ----
    n: [[1]]
    standing: [["draft: valid only with a confirmation of the root of this run"]])
    """
    draft = next((label for label in labels if label.startswith(_DRAFT)), None)
    return (
        table
        if draft is None
        else table.append_column("standing", pa.array([draft] * table.num_rows, pa.string()))
    )


_DRAFT = "draft: "
_CONFIRMATION = TypeAdapter(Confirmation)
