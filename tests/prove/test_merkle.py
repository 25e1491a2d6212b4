"""The tree of RFC 6962 against known roots, its own definition, and broken proofs."""

import hashlib

import pytest
from hypothesis import given, strategies as st

from beleg.prove.merkle import (
    build_levels,
    hash_node,
    holds_consistency,
    holds_inclusion,
    prove_consistency,
    prove_inclusion,
    root_of,
)

# The test tree of the Certificate Transparency project (its MerkleTree tests for RFC 6962).
LEAVES = [
    bytes.fromhex(leaf)
    for leaf in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
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
# The paths and consistency proofs of the same tests: (leaf counted from 1, size) and two sizes.
_A, _B, _C = (
    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
)
_D = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
_E = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
_F = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
PATHS = {
    (1, 1): [],
    (1, 8): [_A, _B, _C],
    (6, 8): [_D, _E, ROOTS[4]],
    (3, 3): [ROOTS[2]],
    (2, 5): [ROOTS[1], _B, _D],
}
CONSISTENT = {
    (1, 1): [],
    (1, 8): [_A, _B, _C],
    (6, 8): [_F, _E, ROOTS[4]],
    (2, 5): [_B, _D],
}
ENTRIES = st.lists(st.binary(max_size=8), min_size=1, max_size=40)


def defined(entries):
    """MTH as section 2.1 writes it."""
    if len(entries) == 1:
        return hashlib.sha256(b"\x00" + entries[0]).digest()
    cut = 1
    while cut * 2 < len(entries):
        cut *= 2
    return hashlib.sha256(b"\x01" + defined(entries[:cut]) + defined(entries[cut:])).digest()


@pytest.mark.parametrize("size", range(9))
def test_known_roots(size):
    assert root_of(LEAVES[:size]).hex() == ROOTS[size]


def test_known_path():
    # Section 2.1.3: with 7 leaves, the proof of d0 is [b, h, l]: d1, d2..d3, d4..d6.
    path = prove_inclusion(build_levels(LEAVES[:7]), 0)
    parts = (LEAVES[1:2], LEAVES[2:4], LEAVES[4:7])
    assert path == [defined(part) for part in parts]
    # The proof of d6 is [i, k]: d4..d5, then d0..d3.
    path = prove_inclusion(build_levels(LEAVES[:7]), 6)
    assert path == [defined(LEAVES[4:6]), defined(LEAVES[:4])]


@given(ENTRIES)
def test_equals_the_definition(entries):
    assert root_of(entries) == defined(entries)


@given(ENTRIES, st.data())
def test_every_entry_is_proved(entries, data):
    levels, n = build_levels(entries), len(entries)
    index = data.draw(st.integers(0, n - 1))
    path = prove_inclusion(levels, index)
    root = levels[-1][0]
    assert holds_inclusion(entries[index], index, n, path, root)
    assert not holds_inclusion(entries[index] + b"x", index, n, path, root)
    assert not holds_inclusion(entries[index], index, n, [*path, root], root)
    assert not holds_inclusion(entries[index], n, n, path, root)
    if path:
        broken = [bytes(32), *path[1:]]
        assert not holds_inclusion(entries[index], index, n, broken, root)
        assert not holds_inclusion(entries[index], index, n, path[1:], root)
        other = index ^ 1 if index ^ 1 < n else index - 1
        assert entries[other] == entries[index] or not holds_inclusion(
            entries[index], other, n, path, root
        )


@pytest.mark.parametrize("index", [-1, 3])
def test_there_is_no_such_entry(index):
    with pytest.raises(ValueError, match=f"index == {index}, must be"):
        prove_inclusion(build_levels([b"a", b"b", b"c"]), index)


@pytest.mark.parametrize("place", PATHS)
def test_published_paths(place):
    leaf, size = place
    path = prove_inclusion(build_levels(LEAVES[:size]), leaf - 1)
    assert [one.hex() for one in path] == PATHS[place]
    root = bytes.fromhex(ROOTS[size])
    assert holds_inclusion(LEAVES[leaf - 1], leaf - 1, size, path, root)


@pytest.mark.parametrize("sizes", CONSISTENT)
def test_published_consistency(sizes):
    path = prove_consistency(build_levels(LEAVES[: sizes[1]]), sizes[0])
    assert [one.hex() for one in path] == CONSISTENT[sizes]
    assert holds_consistency(sizes, tuple(bytes.fromhex(ROOTS[size]) for size in sizes), path)


def subproof(first, entries, known):
    """SUBPROOF as section 2.1.2 writes it."""
    if first == len(entries):
        return [] if known else [defined(entries)]
    cut = 1
    while cut * 2 < len(entries):
        cut *= 2
    if first <= cut:
        return [*subproof(first, entries[:cut], known), defined(entries[cut:])]
    return [*subproof(first - cut, entries[cut:], known=False), defined(entries[:cut])]


@given(ENTRIES, st.data())
def test_consistency_equals_the_definition_and_holds(entries, data):
    first = data.draw(st.integers(1, len(entries)))
    levels, sizes = build_levels(entries), (first, len(entries))
    path = prove_consistency(levels, first)
    assert path == subproof(first, entries, known=True)
    roots = (root_of(entries[:first]), levels[-1][0])
    assert holds_consistency(sizes, roots, path)
    assert not holds_consistency(sizes, (bytes(32), roots[1]), path)
    assert not holds_consistency(sizes, (roots[0], bytes(32)), path)
    assert not holds_consistency(sizes, roots, [*path, bytes(32)])
    if path:
        at = data.draw(st.integers(0, len(path) - 1))
        assert not holds_consistency(sizes, roots, [*path[:at], *path[at + 1 :]])
        broken = [*path[:at], bytes(32), *path[at + 1 :]]
        assert not holds_consistency(sizes, roots, broken)


@given(ENTRIES, st.data())
def test_a_rewritten_entry_is_not_consistent(entries, data):
    first = data.draw(st.integers(1, len(entries)))
    at = data.draw(st.integers(0, first - 1))
    forged = [*entries[:at], entries[at] + b"x", *entries[at + 1 :]]
    levels, old = build_levels(forged), root_of(entries[:first])
    path = prove_consistency(levels, first)
    assert not holds_consistency((first, len(forged)), (old, levels[-1][0]), path)


@pytest.mark.parametrize("first", [0, 4, -1])
def test_there_is_no_such_earlier_tree(first):
    with pytest.raises(ValueError, match=f"first == {first}, must be"):
        prove_consistency(build_levels([b"a", b"b", b"c"]), first)
    assert not holds_consistency((first, 3), (hash_node(b"", b""), hash_node(b"", b"")), [])
