"""A bundle for other tools and archives: one zip with a description that they read."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from oab_funding.api.signing import ZIPPED_SIGNATURE, confirmed, signature_path
from oab_funding.audit.crate import ATTESTATIONS, BUNDLE, CRATE, crate_metadata
from oab_funding.audit.envelope import read_file
from oab_funding.audit.sealed import Sealed
from oab_funding.audit.verify import verify_sealed
from oab_funding.audit.withheld import WITHHELD, Keep, withheld_paths, withheld_text
from oab_funding.errors import CheckError, InputError, Place
from oab_funding.run.opened import open_run
from oab_funding.tables.whole import check_free, output_file

SIGNATURE = ZIPPED_SIGNATURE.removeprefix(ATTESTATIONS)
CONFIRMATION = "confirmation.dsse.json"
_EARLIEST = (1980, 1, 1, 0, 0, 0)


def export(
    run: str | Path,
    out: str | Path,
    *,
    confirmation: str | Path | None = None,
    public_key: str | Path | None = None,
    licence: str = "",
    date: str | None = None,
    keep: Keep = "all",
    overwrite: bool = False,
) -> tuple[str, ...]:
    """Write a bundle as a Workflow Run RO-Crate in a zip, which `verify` takes as it is.

    Parameters
    ----------
    run
        Folder of a run bundle.
    out
        File to write: .zip.
    confirmation, public_key
        What a second person signed, to go along, and their public key; see `open_run`. A signature that
        stands beside the folder goes along too.
    licence
        Address of the licence under which the crate is given.
    date
        Day of the export, ISO 8601; today, if left out.
    keep
        What stands in the copy; see `run`. The root stays that of the whole.
    overwrite
        Replace a file that is there.

    Returns
    -------
    tuple of str
        What must be said with the run.

    Raises
    ------
    InputError
        A file cannot be read or written, or is no zip.
    CheckError
        The bundle is not whole, or the confirmation does not hold.
    """
    place = _place(out, overwrite)
    if licence and not re.fullmatch(r"https?://[!-~]+", licence):
        raise InputError("is no address", Place(argument="licence", value=licence), "give http(s)://...")
    found, sealed = verify_sealed(run)
    if not found.ok or sealed is None:
        raise CheckError("the bundle is not whole", found.problems)
    labels = confirmed(open_run(run), confirmation, public_key)
    attested = dict(_attestations(run, confirmation))
    day = datetime.now(UTC).date().isoformat() if date is None else date
    described = crate_metadata(sealed, day, licence, sorted(attested))
    with output_file(place, overwrite) as temporary, zipfile.ZipFile(temporary, "w") as whole:
        _put(whole, CRATE, described)
        for name, data in sorted(attested.items()):
            _put(whole, f"{ATTESTATIONS}{name}", data)
        withheld = withheld_paths(sealed.manifest.files, keep) | sealed.withheld
        for name in sorted(sealed.folder.files.keys() - withheld - {WITHHELD}):
            _copy(whole, sealed, name)
        if withheld:
            _put(whole, f"{BUNDLE}{WITHHELD}", withheld_text(withheld))
    return labels


def _place(out: str | Path, overwrite: bool) -> Path:
    place = check_free(out, overwrite)
    if place.suffix.lower() != ".zip":
        raise InputError("is no name of a zip", Place(str(place)), "let it end in .zip")
    return place


def _attestations(run: str | Path, confirmation: str | Path | None) -> Iterator[tuple[str, bytes]]:
    if (signature := signature_path(run)).is_file():
        yield SIGNATURE, read_file(signature).to_bytes()
    if confirmation is not None:
        yield CONFIRMATION, read_file(confirmation).to_bytes()


def _put(whole: zipfile.ZipFile, name: str, data: bytes) -> None:
    whole.writestr(_entry(name), data, zipfile.ZIP_DEFLATED)


def _copy(whole: zipfile.ZipFile, sealed: Sealed, name: str) -> None:
    entry = _entry(f"{BUNDLE}{name}")
    entry.file_size = sealed.folder.files[name]
    with whole.open(entry, "w") as file:
        for piece in sealed.folder.pieces(name):
            file.write(piece)


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _EARLIEST)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o100644 << 16
    return entry
