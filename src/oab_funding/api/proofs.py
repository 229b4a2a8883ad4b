"""Proofs of one institution's rows: drawing them up from a run, and checking them against its root."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from pydantic import JsonValue

from oab_funding.api.signing import confirmed
from oab_funding.audit.envelope import public_key as read_public_key
from oab_funding.audit.envelope import read_envelope, read_file
from oab_funding.audit.exact_json import canonical, plain
from oab_funding.audit.proof import PROOF_LIMIT, Proof, read_proof
from oab_funding.audit.proof_check import ProofCheck
from oab_funding.audit.proof_check import check_proof as check
from oab_funding.audit.proving import Wanted, make_proof
from oab_funding.audit.sealed import Sealed
from oab_funding.audit.statements import check_confirmation, labels_said
from oab_funding.errors import InputError, Place
from oab_funding.run.opened import damage_said, open_run
from oab_funding.run.run import Run
from oab_funding.tables.whole import check_free, output_file

SCHOOL, MUNICIPALITY, SITE = "school_id", "municipality_code", "site_id"
_OF_SCHOOL = ("school_grants", "schools", "site_grants")
_OF_SITES = ("site_scores", "site_derivations")
_OF_MUNICIPALITY = (
    "municipal_grants",
    "municipality_scores",
    "municipality_derivations",
    "earlier_municipality_scores",
)


def prove(
    run: str | Path | Run,
    *,
    school: str | None = None,
    municipality: str | None = None,
    confirmation: str | Path | None = None,
    public_key: str | Path | None = None,
    out: str | Path | None = None,
    overwrite: bool = False,
) -> Proof:
    """Draw up the proof that one institution's amount and derivation belong to a run.

    Parameters
    ----------
    run
        Folder of a run bundle, or a bundle that was opened.
    school, municipality
        Code of the institution; exactly one.
    confirmation, public_key
        What a second person signed, to go along with the proof, and their public key; see `open_run`.
    out
        File to write the proof to, as JSON.
    overwrite
        Replace a file that is there.

    Returns
    -------
    Proof
        The rows of the institution, the record of the step that gave its amount and the labels of the run,
        each with a path of hashes to the root; of other institutions nothing.

    Raises
    ------
    InputError
        Not one institution is named, it is not in the run, the bundle is of an earlier format, or the file
        cannot be written.
    DamagedError
        The bundle is not whole.
    """
    if (school is None) == (municipality is None):
        raise InputError("names no institution, or two", remedy="name one school or one municipality")
    if out is not None:
        check_free(out, overwrite)
    opened = run if isinstance(run, Run) else open_run(run)
    column, code = (SCHOOL, school) if school is not None else (MUNICIPALITY, municipality)
    about = {column: str(code).strip().upper()}
    with damage_said():
        confirmed(opened, confirmation, public_key)
        wanted, along = list(_wanted(opened, column, about[column])), _envelope(confirmation)
        proof = make_proof(_sealed(opened), about, wanted, along)
    if out is not None:
        with output_file(out, overwrite) as temporary:
            temporary.write_bytes(proof.to_bytes())
    return proof


def check_proof(
    proof: str | Path | bytes | Proof, root: str, *, public_key: str | Path | None = None
) -> ProofCheck:
    """Check the proof of an institution's rows against the root under which the run was published.

    Parameters
    ----------
    proof
        File of the proof, its bytes, or what `prove` gave.
    root
        The root, from where whoever made the proof could not change it.
    public_key
        The public key of whoever confirmed the run (PEM).

    Returns
    -------
    ProofCheck
        Whether the rows belong to that run, and what is proved: rows, records, labels.

    Raises
    ------
    InputError
        It is no proof, or cannot be read.
    CheckError
        The confirmation that goes along does not hold.

    Examples
    --------
    >>> check_proof(b"{}", "0" * 64)
    Traceback (most recent call last):
    ...
    oab_funding.errors.InputError: proof: is no proof (format: Field required); give the file as ...
    """
    if isinstance(proof, str | Path):
        proof = _read(Path(proof))
    proof = read_proof(proof) if isinstance(proof, bytes) else proof
    found = check(proof, root)
    if not found.ok:
        return found
    key = None if public_key is None else read_public_key(public_key)
    along = None
    if proof.confirmation is not None:
        along = check_confirmation(
            read_envelope(canonical(proof.confirmation), "confirmation"), proof.root, key
        )
    return replace(found, labels=labels_said(found.labels, proof.root, along, key is not None))


def _envelope(confirmation: str | Path | None) -> dict[str, JsonValue] | None:
    if confirmation is None:
        return None
    members = plain(read_file(confirmation))
    assert isinstance(members, dict)  # an envelope is one
    return members


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(PROOF_LIMIT + 1)
    except (OSError, ValueError) as error:
        said = getattr(error, "strerror", None) or error
        raise InputError(f"cannot be read ({said})", Place(str(path)), "check the path") from error


def _sealed(run: Run) -> Sealed:
    if run.sealed is None:
        raise InputError("the run was not opened from a bundle", remedy="open it with `open_run`")
    return run.sealed


def _wanted(opened: Run, column: str, code: str) -> Iterator[Wanted]:
    """Say which rows are about an institution, those with its amount first."""
    own = _OF_SCHOOL if column == SCHOOL else _OF_MUNICIPALITY
    for table in own:
        if opened.has(table):
            yield Wanted(table, column, frozenset({code}))
    if column == SCHOOL:
        sites = _sites(opened, code)
        for table in _OF_SITES:
            if opened.has(table):
                yield Wanted(table, SITE, sites)


def _sites(opened: Run, school: str) -> frozenset[str]:
    """Give the sites of a school: as its amount was divided, or else as the scores say, or by their codes."""
    table = next((name for name in ("site_grants", "site_scores") if opened.has(name)), None)
    if table is None:
        return frozenset()
    rows = opened.table(table)
    schools: Mapping[str, object] = (
        dict(zip(rows.column(SITE).to_pylist(), rows.column(SCHOOL).to_pylist(), strict=True))
        if SCHOOL in rows.column_names
        else {}
    )
    sites = rows.column(SITE).to_pylist()
    return frozenset(site for site in sites if (schools.get(site) or site[: len(school)]) == school)
