"""Signing a run, and confirming it as a second person who computed it again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from oab_funding.audit import code_identity, environment, plain
from oab_funding.audit.crate import ATTESTATIONS
from oab_funding.audit.envelope import (
    ENVELOPE_LIMIT,
    Envelope,
    is_signed_by,
    key_id,
    pem_of,
    private_key,
    public_key,
    read_envelope,
    read_file,
    sign_statement,
)
from oab_funding.audit.machine import machine_mark
from oab_funding.audit.sealed import Sealed
from oab_funding.audit.statements import (
    CONFIRMED,
    SIGNED,
    Confirmation,
    Stated,
    check_confirmation,
    labels_said,
    manifest_bytes,
    run_predicate,
    signature_problem,
)
from oab_funding.audit.verify import Verification, verify_sealed
from oab_funding.audit.zipped import Zipped
from oab_funding.errors import CheckError, InputError, Place
from oab_funding.run.opened import open_run
from oab_funding.run.run import Run
from oab_funding.tables.whole import check_free, output_file

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from oab_funding.api.replaying import Replay


ZIPPED_SIGNATURE = f"{ATTESTATIONS}signature.dsse.json"
"""Where the signature of a run stands in a zip."""


def signature_path(run: str | Path) -> Path:
    """Give the place of a run's signature: beside its folder, since a bundle never changes."""
    folder = Path(run).resolve()
    return folder.with_name(f"{folder.name}.dsse.json")


def sign(
    run: str | Path, key: str | Path, *, out: str | Path | None = None, overwrite: bool = False
) -> Envelope:
    """Sign a run: the statement names the SHA-256 of its manifest, its root, head, title and labels.

    Parameters
    ----------
    run
        Folder of a run bundle, which is left as it is.
    key
        File of a private key of Ed25519 (PEM).
    out
        File to write the envelope to; beside the folder, if left out.
    overwrite
        Replace a file that is there.

    Returns
    -------
    Envelope
        A DSSE envelope with an in-toto statement, which other tools can check.

    Raises
    ------
    InputError
        The key or the folder cannot be read, or the file cannot be written.
    CheckError
        The bundle is not whole: nobody should sign it.
    """
    place = check_free(signature_path(run) if out is None else out, overwrite)
    own = private_key(key)
    sealed = _whole(run)
    envelope = sign_statement(manifest_bytes(sealed), SIGNED, run_predicate(sealed), own)
    _write(place, envelope, overwrite)
    return envelope


def verify_signed(
    run: str | Path,
    root: str | None = None,
    *,
    public_key_file: str | Path,
    signature: str | Path | None = None,
    ignore_desktop_files: bool = False,
) -> Verification:
    """Verify a run as `verify` does, and that it was signed with a key.

    Parameters
    ----------
    run, root, ignore_desktop_files
        See `verify`.
    public_key_file
        The signer's public key (PEM).
    signature
        File of the envelope; beside the folder, if left out.

    Raises
    ------
    InputError
        A file cannot be read, or the signature is none.
    """
    key = public_key(public_key_file)
    found, sealed = verify_sealed(run, root, ignore_desktop_files=ignore_desktop_files)
    if sealed is None:
        return found
    envelope = _signature(sealed, run) if signature is None else read_file(signature)
    if envelope is None:
        problem: str | None = f"there is no signature at {signature_path(run)}"
    else:
        problem = signature_problem(sealed, envelope, key)
    return found if problem is None else Verification((*found.problems, problem), found.root, found.claimed)


def confirm(
    run: str | Path,
    key: str | Path,
    out: str | Path,
    *,
    same_machine: bool = False,
    inputs: str | Path | None = None,
    overwrite: bool = False,
    on_step: Callable[[str], None] | None = None,
) -> Confirmation:
    """Compute a run again as a second person, and sign that everything compared is identical.

    Parameters
    ----------
    run
        Folder of a run bundle, which is left as it is.
    key
        File of the second person's private key of Ed25519 (PEM).
    out
        File to write the confirmation to.
    same_machine
        Confirm also on the machine that computed the run, or on one that cannot be told from it; the
        statement says so.
    inputs
        Folder with the inputs that the bundle lacks; see `replay`.
    overwrite
        Replace a file that is there.
    on_step
        Called with the name of each step before it starts.

    Raises
    ------
    InputError
        This may be the machine that computed the run, the key is that of the run's signature, or a file
        cannot be read or written.
    CheckError
        The run is not identical; nothing is written.
    """
    place = check_free(out, overwrite)
    own = private_key(key)
    opened = open_run(run)
    assert opened.sealed is not None  # it was opened from a bundle
    same = _same_machine(opened.sealed, same_machine)
    _another_key(run, own)
    from oab_funding.api.replaying import replay

    found = replay(run, on_step, inputs=inputs)
    if not found.ok:
        said = [*found.problems, *([str(found.difference)] if found.difference else [])]
        raise CheckError("the run is not identical when it is computed again", said)
    if found.taken:
        raise CheckError("not every step could be computed again: inputs are absent", found.absent)
    statement = _confirmation(opened.sealed, found, same, pem_of(own.public_key()))
    envelope = sign_statement(manifest_bytes(opened.sealed), CONFIRMED, _members(statement), own)
    _write(place, envelope, overwrite)
    return statement


def confirmed(
    run: Run, confirmation: str | Path | None, public_key_file: str | Path | None = None
) -> tuple[str, ...]:
    """Give the labels of a run with its confirmation: checked, it takes the mark of a draft away.

    Raises
    ------
    CheckError
        It confirms another run, or the signature does not hold.
    """
    if confirmation is None:
        if public_key_file is not None:
            raise InputError("there is no confirmation to hold against the key", Place(argument="public_key"))
        return run.labels
    assert run.sealed is not None  # it was opened from a bundle
    key = None if public_key_file is None else public_key(public_key_file)
    manifest = manifest_bytes(run.sealed)
    found = check_confirmation(read_file(confirmation), run.sealed.root, key, manifest)
    labels: object = run.manifest.labels["labels"]
    assert isinstance(labels, list)  # `open_run` has looked
    return labels_said(tuple(map(str, labels)), run.root, found, key is not None)


def _signature(sealed: Sealed, run: str | Path) -> Envelope | None:
    """Read the signature that stands beside a folder, or that came along in a zip."""
    if isinstance(sealed.folder, Zipped) and ZIPPED_SIGNATURE in sealed.folder.beside:
        return read_envelope(sealed.folder.read_beside(ZIPPED_SIGNATURE, ENVELOPE_LIMIT))
    place = signature_path(run)
    return read_file(place) if place.is_file() else None


def _whole(run: str | Path) -> Sealed:
    found, sealed = verify_sealed(run)
    if not found.ok or sealed is None:
        raise CheckError("the bundle is not whole", found.problems)
    return sealed


def _same_machine(sealed: Sealed, said: bool) -> bool:
    made, here = sealed.manifest.machine or "", machine_mark(sealed.manifest.journal_head)
    if made and here and made != here:
        return False
    if not said:
        what = "is the machine that computed the run" if made and made == here else "cannot be told from it"
        raise InputError(
            f"the machine here {what}",
            Place(argument="same_machine"),
            "confirm on another machine, or say that it is the same",
        )
    return True


def _another_key(run: str | Path, own: Ed25519PrivateKey) -> None:
    place = signature_path(run)
    if place.is_file() and is_signed_by(read_file(place), own.public_key()):
        raise InputError(
            "the key is the one that signed the run",
            Place(argument="key"),
            "let a second person confirm with a key of their own",
        )


def _confirmation(sealed: Sealed, found: Replay, same: bool, pem: str) -> Confirmation:
    manifest = sealed.manifest
    return Confirmation(
        root=sealed.root,
        journal_head=manifest.journal_head,
        verdict="identical",
        steps=found.steps,
        files=found.files,
        not_compared=found.not_compared,
        made=Stated(manifest.code, manifest.environment, manifest.machine or ""),
        replayed=Stated(code_identity(), environment(), machine_mark(manifest.journal_head)),
        same_machine=same,
        time=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        public_key=pem,
    )


def _members(statement: Confirmation) -> dict[str, object]:
    members = plain(statement)
    assert isinstance(members, dict)  # a dataclass becomes one
    return dict(members)


def _write(place: Path, envelope: Envelope, overwrite: bool) -> None:
    with output_file(place, overwrite) as temporary:
        temporary.write_bytes(envelope.to_bytes())


__all__ = ["confirm", "confirmed", "key_id", "sign", "signature_path", "verify_signed"]
