"""The tree of RFC 6962 against known roots, its own definition, and broken proofs."""

import hashlib

import pytest
from hypothesis import given, strategies as st

from beleg.prove.merkle import build_levels, holds_inclusion, prove_inclusion, root_of

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
