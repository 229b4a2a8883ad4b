"""A tree of hashes over a list of byte strings, with short proofs that one of them is in it (RFC 6962).

What this does not prove: who published the root, or when. A proof is worth what the way in which the root
reached the reader is worth.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

_LEAF = b"\x00"
_NODE = b"\x01"
_HASH = re.compile("[0-9a-f]{64}")


def leaf_hash(leaf: bytes) -> bytes:
    """Hash a leaf: SHA-256 of a zero byte and the leaf (RFC 6962, section 2.1).

    Examples
    --------
    >>> leaf_hash(b"").hex()[:16]
    '6e340b9cffb37a98'
    """
    return hashlib.sha256(_LEAF + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees: SHA-256 of a one byte and both hashes (RFC 6962, section 2.1)."""
    return hashlib.sha256(_NODE + left + right).digest()


def root(leaves: Sequence[bytes]) -> str:
    """Give the root of the tree over the leaves (MTH of RFC 6962, section 2.1).

    Parameters
    ----------
    leaves
        The leaves in their order; without any, the root is the SHA-256 of nothing.

    Returns
    -------
    str
        64 hexadecimal digits.

    Examples
    --------
    >>> root([b"one", b"two"]) == root([b"two", b"one"])
    False
    """
    level = [leaf_hash(leaf) for leaf in leaves] or [hashlib.sha256().digest()]
    while len(level) > 1:
        level = _above(level)
    return level[0].hex()


def inclusion_path(leaves: Sequence[bytes], index: int) -> tuple[str, ...]:
    """Give the hashes that lead from one leaf to the root (PATH of RFC 6962, section 2.1.1).

    Parameters
    ----------
    leaves
        All leaves in their order.
    index
        Which leaf, counted from 0.

    Returns
    -------
    tuple of str
        Hashes of the neighbours, from the leaf upward: at most log2 of the number of leaves, rounded up.

    Raises
    ------
    IndexError
        There is no such leaf.

    Examples
    --------
    >>> leaves = [b"a", b"b", b"c"]
    >>> check_inclusion(b"c", 2, 3, inclusion_path(leaves, 2), root(leaves))
    True
    """
    if not 0 <= index < len(leaves):
        raise IndexError(f"there is no leaf {index} among {len(leaves)}")
    level, path = [leaf_hash(leaf) for leaf in leaves], []
    while len(level) > 1:
        neighbour = index ^ 1
        if neighbour < len(level):  # the last of an odd number goes up alone
            path.append(level[neighbour].hex())
        level, index = _above(level), index // 2
    return tuple(path)


def check_inclusion(leaf: bytes, index: int, size: int, path: Sequence[str], root: str) -> bool:
    """Say whether a leaf stands at an index of the tree with this size and root (RFC 9162, section 2.1.3.2).

    Parameters
    ----------
    leaf
        The leaf itself, not its hash.
    index, size
        Where the leaf stands, counted from 0, and how many leaves there are.
    path
        What `inclusion_path` gave.
    root
        The root, in hexadecimal.

    Returns
    -------
    bool
        False also where the path or the root is malformed.
    """
    if not 0 <= index < size or not all(_HASH.fullmatch(step) for step in path):
        return False
    current, steps, last = leaf_hash(leaf), list(path), size - 1
    while last:
        if index % 2 or index < last:
            if not steps:
                return False
            neighbour = bytes.fromhex(steps.pop(0))
            current = node_hash(neighbour, current) if index % 2 else node_hash(current, neighbour)
        index, last = index // 2, last // 2
    return not steps and current.hex() == root


def _above(level: list[bytes]) -> list[bytes]:
    pairs = [node_hash(*level[at : at + 2]) for at in range(0, len(level) - 1, 2)]
    return pairs + level[len(level) - len(level) % 2 :]
