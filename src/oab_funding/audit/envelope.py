"""Signed statements: Ed25519 (RFC 8032) in an envelope that other tools read (DSSE, in-toto Statement v1).

What this does not prove: whose the key is. A signature is worth what the way in which the public key reached
the reader is worth.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import ConfigDict, Field, JsonValue, TypeAdapter, ValidationError

from oab_funding.audit.exact_json import canonical, parse
from oab_funding.audit.manifest import MANIFEST
from oab_funding.audit.record import Hash, first_fault
from oab_funding.errors import InputError, Place

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

PAYLOAD_TYPE: Literal["application/vnd.in-toto+json"] = "application/vnd.in-toto+json"
STATEMENT_TYPE: Literal["https://in-toto.io/Statement/v1"] = "https://in-toto.io/Statement/v1"

PASSWORD = "OAB_FUNDING_KEY_PASSWORD"
"""Environment variable with the password of a private key that has one."""

ENVELOPE_LIMIT = 1 << 20
"""Bytes of the largest envelope, and of the largest key, that is read."""

_CONFIG = ConfigDict(strict=True, extra="forbid")
_LINES = ConfigDict(strict=True, extra="ignore")


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature in base64, and the name of its key."""

    __pydantic_config__ = _CONFIG

    keyid: str
    sig: str


@dataclass(frozen=True, slots=True)
class Envelope:
    """A DSSE envelope: a statement in base64, its type, and who signed both."""

    __pydantic_config__ = _CONFIG

    payload: str
    payloadType: Literal["application/vnd.in-toto+json"]  # noqa: N815 - the standard's name
    signatures: Annotated[tuple[Signature, ...], Field(min_length=1, max_length=16)]

    def to_bytes(self) -> bytes:
        """Give the bytes of the file: canonical JSON."""
        return canonical(self)


@dataclass(frozen=True, slots=True)
class Subject:
    """What a statement is about: the manifest, by the SHA-256 of its bytes."""

    __pydantic_config__ = _CONFIG

    name: Literal["manifest.json"]
    digest: Mapping[Literal["sha256"], Hash]


@dataclass(frozen=True, slots=True)
class Statement:
    """An in-toto statement about one bundle."""

    __pydantic_config__ = _LINES

    subject: Annotated[tuple[Subject, ...], Field(min_length=1, max_length=1)]
    predicateType: str  # noqa: N815 - the standard's name
    predicate: Mapping[str, JsonValue]


def pre_authentication(payload_type: str, payload: bytes) -> bytes:
    """Give the bytes that are signed (PAE of DSSE v1): the type stands in them, so none is taken for another.

    Examples
    --------
    >>> pre_authentication("http://example.com/HelloWorld", b"hello world")
    b'DSSEv1 29 http://example.com/HelloWorld 11 hello world'
    """
    kind = payload_type.encode()
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)


def sign_statement(
    manifest: bytes, predicate_type: str, predicate: Mapping[str, object], key: Ed25519PrivateKey
) -> Envelope:
    """Sign a statement about a bundle.

    Parameters
    ----------
    manifest
        The bytes of its manifest.
    predicate_type, predicate
        What is said of it.
    key
        What `private_key` gave.
    """
    payload = canonical(
        {
            "_type": STATEMENT_TYPE,
            "subject": [{"name": MANIFEST, "digest": {"sha256": hashlib.sha256(manifest).hexdigest()}}],
            "predicateType": predicate_type,
            "predicate": predicate,
        }
    )
    signature = key.sign(pre_authentication(PAYLOAD_TYPE, payload))
    return Envelope(
        base64.b64encode(payload).decode(),
        PAYLOAD_TYPE,
        (Signature(key_id(key.public_key()), base64.b64encode(signature).decode()),),
    )


def read_envelope(data: bytes, name: str = "signature") -> Envelope:
    """Read an envelope.

    Raises
    ------
    InputError
        It is none, or not in the one form that this program writes.
    """
    try:
        if len(data) > ENVELOPE_LIMIT:
            raise ValueError(f"has more than {ENVELOPE_LIMIT} bytes")
        parse(data)
        return _ENVELOPE.validate_json(data)
    except (ValueError, RecursionError) as error:
        said = first_fault(error) if isinstance(error, ValidationError) else error
        raise InputError(
            f"is no signed statement ({said})", Place(name), "give the file as written"
        ) from error


def statement_of(envelope: Envelope) -> Statement:
    """Read the statement in an envelope; who signed it is for `is_signed_by`.

    Raises
    ------
    ValueError
        It is none about a bundle; said as the end of a sentence.
    """
    payload = _decoded(envelope.payload)
    value = parse(payload)
    if not isinstance(value, dict) or value.get("_type") != STATEMENT_TYPE:
        raise ValueError("is of another type of statement")
    try:
        return _STATEMENT.validate_json(payload)
    except ValidationError as error:
        raise ValueError(f"is no statement about a bundle ({first_fault(error)})") from error


def is_signed_by(envelope: Envelope, key: Ed25519PublicKey) -> bool:
    """Say whether one of the signatures was made with a key; the names of keys count for nothing."""
    from cryptography.exceptions import InvalidSignature

    try:
        signed = pre_authentication(envelope.payloadType, _decoded(envelope.payload))
        signatures = [_decoded(one.sig) for one in envelope.signatures]
    except ValueError:
        return False
    for signature in signatures:
        try:
            key.verify(signature, signed)
        except InvalidSignature:
            continue
        return True
    return False


def key_id(key: Ed25519PublicKey) -> str:
    """Name a key: the SHA-256 of its SubjectPublicKeyInfo (RFC 8410)."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()


def pem_of(key: Ed25519PublicKey) -> str:
    """Write a public key as PEM."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def private_key(path: str | Path) -> Ed25519PrivateKey:
    """Read a private key of Ed25519 as PEM (PKCS 8); its password stands in the environment, if it has one.

    Raises
    ------
    InputError
        It cannot be read, or is another kind of key.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    password = os.environ.get(PASSWORD)
    try:
        key = load_pem_private_key(_bytes(path), password.encode() if password else None)
    except (ValueError, TypeError) as error:
        remedy = f"make one with `openssl genpkey -algorithm ed25519`; a password goes into {PASSWORD}"
        raise InputError("is no private key that can be read", Place(str(path)), remedy) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise InputError("is a key of another kind", Place(str(path)), "give a key of Ed25519")
    return key


def public_key(source: str | Path) -> Ed25519PublicKey:
    """Read a public key of Ed25519 from a file with PEM.

    Raises
    ------
    InputError
        It cannot be read, or is another kind of key.
    """
    return public_key_of(_bytes(source), str(source))


def public_key_of(pem: bytes, name: str) -> Ed25519PublicKey:
    """Read a public key from its text; see `public_key`."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    try:
        key = load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm) as error:
        remedy = "give the public key, as `openssl pkey -pubout` writes it"
        raise InputError("is no public key", Place(name), remedy) from error
    if not isinstance(key, Ed25519PublicKey):
        raise InputError("is a key of another kind", Place(name), "give a key of Ed25519")
    return key


def _bytes(path: str | Path) -> bytes:
    try:
        with Path(path).open("rb") as file:
            return file.read(ENVELOPE_LIMIT)
    except (OSError, ValueError) as error:
        said = getattr(error, "strerror", None) or error
        raise InputError(f"cannot be read ({said})", Place(str(path)), "check the path") from error


def read_file(path: str | Path) -> Envelope:
    """Read an envelope from a file; see `read_envelope`."""
    return read_envelope(_bytes(path), str(path))


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError("is not in base64") from error


_ENVELOPE = TypeAdapter(Envelope)
_STATEMENT = TypeAdapter(Statement)
