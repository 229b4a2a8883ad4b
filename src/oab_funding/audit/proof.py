"""The proof of one institution's rows: they belong to the run with a published root (RFC 6962).

A proof holds the rows of one institution, the record of the step that gave its amount, the labels of the run,
and for each a short path of hashes to the root. Of the others it holds hashes only, which salts keep from
being guessed; see `rows`.

What this does not prove: that the amount is right. It shows that it is the one in the run that was published
under the root; computing the run again shows the rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, JsonValue, TypeAdapter, ValidationError

from oab_funding.audit.exact_json import canonical, parse
from oab_funding.audit.record import Hash, first_fault
from oab_funding.errors import InputError, Place

PROOF_FORMAT: Literal["oab-funding/proof/1"] = "oab-funding/proof/1"
"""The form of proofs that is written and read."""

PROOF_LIMIT = 1 << 20
"""Bytes of the largest proof that is read."""

PLAIN_MEMBERS = ("format", "journal_tree", "labels")
"""Members of the manifest that every proof holds, besides the entries of its tables."""

_CONFIG = ConfigDict(strict=True, extra="forbid")
_Count = Annotated[int, Field(ge=0)]


@dataclass(frozen=True, slots=True)
class Included:
    """A leaf, where it stands in its tree, and the hashes from it to the root of the tree."""

    __pydantic_config__ = _CONFIG

    leaf: Mapping[str, JsonValue]
    index: _Count
    path: tuple[Hash, ...]


@dataclass(frozen=True, slots=True)
class Proof:
    """A proof as it is written.

    Parameters
    ----------
    format
        `FORMAT`.
    about
        The column and the code of the institution.
    root, leaves
        The root of the run, for display, and the number of leaves of its tree.
    members
        Leaves of the manifest: its format, labels, tree of the journal, and the entries of the tables.
    rows
        Rows of the institution; the first one holds its amount.
    records
        Records of the journal.
    confirmation
        What a second person signed, if anything; see `confirmation`.
    """

    __pydantic_config__ = _CONFIG

    format: Literal["oab-funding/proof/1"]
    about: Mapping[str, str]
    root: Hash
    leaves: _Count
    members: tuple[Included, ...]
    rows: tuple[Included, ...]
    records: tuple[Included, ...]
    confirmation: Mapping[str, JsonValue] | None = None

    def to_bytes(self) -> bytes:
        """Give the bytes of the file: canonical JSON."""
        members = {name: getattr(self, name) for name in self.__slots__}
        if self.confirmation is None:
            del members["confirmation"]
        return canonical(members)


def read_proof(data: bytes) -> Proof:
    """Read a proof.

    Raises
    ------
    InputError
        It is none: too large, not in its canonical form, or a member is absent, unknown or of the wrong type.

    Examples
    --------
    >>> read_proof(b"{}")
    Traceback (most recent call last):
    ...
    oab_funding.errors.InputError: proof: is no proof (format: Field required); give the file as ...
    """
    try:
        if len(data) > PROOF_LIMIT:
            raise ValueError(f"has more than {PROOF_LIMIT} bytes")
        parse(data)
        return _PROOF.validate_json(data)
    except (ValueError, RecursionError) as error:
        said = f"({first_fault(error)})" if isinstance(error, ValidationError) else f"({error})"
        raise InputError(f"is no proof {said}", Place("proof"), "give the file as it was written") from error


_PROOF = TypeAdapter(Proof)
