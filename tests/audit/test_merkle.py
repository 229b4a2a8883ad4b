import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oab_funding.audit.merkle import check_inclusion, inclusion_path, leaf_hash, node_hash, root

LEAVES = [
    *map(bytes.fromhex, ["", "00", "10", "2021", "3031", "40414243"]),
    *map(bytes.fromhex, ["5051525354555657", "606162636465666768696a6b6c6d6e6f"]),
]
"""Leaves and roots of the reference tests of Certificate Transparency (merkletree/merkle_tree_test.cc)."""

ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]

PATHS = {
    (1, 0): [],
    (8, 0): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (8, 5): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (3, 2): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
    (5, 1): [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}


def recursive_root(leaves):
    """MTH as RFC 6962 writes it, split at the largest power of two."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\0" + leaves[0]).digest()
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\1" + recursive_root(leaves[:split]) + recursive_root(leaves[split:])).digest()


@pytest.mark.parametrize("size", range(9))
def test_reference_roots(size):
    assert root(LEAVES[:size]) == ROOTS[size]


@pytest.mark.parametrize(("size", "index"), PATHS)
def test_reference_paths(size, index):
    assert list(inclusion_path(LEAVES[:size], index)) == PATHS[size, index]


def test_hashes_carry_their_prefixes():
    assert leaf_hash(b"x") == hashlib.sha256(b"\x00x").digest()
    assert node_hash(b"a" * 32, b"b" * 32) == hashlib.sha256(b"\x01" + b"a" * 32 + b"b" * 32).digest()


@given(st.lists(st.binary(max_size=3), max_size=70))
def test_root_is_that_of_the_rfc(leaves):
    assert root(leaves) == recursive_root(leaves).hex()


@pytest.mark.parametrize("size", range(1, 34))
def test_every_leaf_of_every_size_is_proved_at_its_place_only(size):
    leaves = [bytes([number]) for number in range(size)]
    top = root(leaves)
    for index, leaf in enumerate(leaves):
        path = inclusion_path(leaves, index)
        assert len(path) <= (size - 1).bit_length()
        places = [(at, of) for of in range(size + 3) for at in range(-1, of + 1)]
        proved = [(at, of) for at, of in places if check_inclusion(leaf, at, of, path, top)]
        assert (index, size) in proved
        assert all(at == index or of != size for at, of in proved)


@given(st.lists(st.binary(max_size=4), min_size=1, max_size=40), st.data())
def test_a_forged_proof_does_not_hold(leaves, data):
    index = data.draw(st.integers(0, len(leaves) - 1))
    top, path, size = root(leaves), list(inclusion_path(leaves, index)), len(leaves)
    leaf = leaves[index]
    assert check_inclusion(leaf, index, size, path, top)
    assert not check_inclusion(leaf + b"x", index, size, path, top)
    assert not check_inclusion(leaf, index, size, path, "0" * 64)
    assert not check_inclusion(leaf, index, size, [*path, "0" * 64], top)
    if path:
        at = data.draw(st.integers(0, len(path) - 1))
        assert not check_inclusion(leaf, index, size, path[:at] + path[at + 1 :], top)
        other = "f" * 64 if path[at] != "f" * 64 else "0" * 64
        assert not check_inclusion(leaf, index, size, [*path[:at], other, *path[at + 1 :]], top)


@pytest.mark.parametrize("step", ["", "xyz", "0" * 63, "0" * 65, "A" * 64, " " + "0" * 63])
def test_a_malformed_proof_does_not_hold(step):
    assert not check_inclusion(b"", 0, 2, [step], root(LEAVES[:2]))


def test_an_inner_node_is_no_leaf():
    """The prefixes keep a node from being shown as a leaf (RFC 6962, section 2.1)."""
    left, right = leaf_hash(LEAVES[0]), leaf_hash(LEAVES[1])
    assert root([left + right]) != root(LEAVES[:2])


@pytest.mark.parametrize(("size", "index"), [(0, 0), (3, 3), (3, -1)])
def test_there_is_no_path_to_a_leaf_that_is_not_there(size, index):
    with pytest.raises(IndexError, match="there is no leaf"):
        inclusion_path(LEAVES[:size], index)
