"""The Merkle tree of RFC 6962: a root that stands for a list of entries, and short proofs.

Source: RFC 6962, section 2.1. Leaves are hashed behind a byte 0x00 and nodes behind 0x01, so that
no node can pass for a leaf. The tree over n > 1 entries has the largest power of 2 below n on its
left; pairing neighbours level by level, the odd one out going up unchanged, builds the same tree.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence


def hash_leaf(entry: bytes) -> bytes:
    """Hash one entry."""
    return hashlib.sha256(b"\x00" + entry).digest()


def hash_node(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees into one."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def build_levels(entries: Sequence[bytes]) -> list[list[bytes]]:
    """Build the tree from its leaves (first level) to its root (last level, one hash).

    The tree of no entries has the hash of the empty string as its root.
    """
    level = [hash_leaf(entry) for entry in entries] or [hashlib.sha256(b"").digest()]
    levels = [level]
    while len(level) > 1:
        pairs = [hash_node(*level[at : at + 2]) for at in range(0, len(level) - 1, 2)]
        level = pairs + level[len(pairs) * 2 :]
        levels.append(level)
    return levels


def root_of(entries: Sequence[bytes]) -> bytes:
    """Hash a list of entries into the tree's root."""
    return build_levels(entries)[-1][0]


def prove_inclusion(levels: Sequence[Sequence[bytes]], index: int) -> list[bytes]:
    """List the hashes that lead from one leaf to the root, from the bottom up.

    Args:
        levels: As :func:`build_levels` gives them.
        index: 0-based place of the entry.

    Raises:
        ValueError: The tree has no such entry.
    """
    if not 0 <= index < len(levels[0]):
        raise ValueError(f"index == {index}, must be >= 0 and < {len(levels[0])}.")
    path = []
    for level in levels[:-1]:
        beside = index ^ 1
        if beside < len(level):
            path.append(level[beside])
        index //= 2
    return path


def holds_inclusion(
    entry: bytes, index: int, size: int, path: Sequence[bytes], root: bytes
) -> bool:
    """Check that an entry stands at a place of the tree with a root.

    Args:
        entry: The entry's bytes.
        index: 0-based place.
        size: Number of entries of the tree.
        path: As :func:`prove_inclusion` gives it.
        root: The root that is trusted.
    """
    if not 0 <= index < size:
        return False
    node, left = hash_leaf(entry), list(path)
    while size > 1:
        if index % 2 or index + 1 < size:
            if not left:
                return False
            beside = left.pop(0)
            node = hash_node(beside, node) if index % 2 else hash_node(node, beside)
        index, size = index // 2, (size + 1) // 2
    return not left and node == root


def prove_consistency(levels: Sequence[Sequence[bytes]], first: int) -> list[bytes]:
    """List the hashes that show that the first entries of a tree are those of an earlier one.

    The largest whole subtree that ends where the earlier tree ends comes first (unless it is all
    of the earlier tree), then what stands beside its way up to the root.

    Source: RFC 6962, section 2.1.2.

    Args:
        levels: Of the later tree, as :func:`build_levels` gives them.
        first: Size of the earlier tree.

    Raises:
        ValueError: The earlier tree has no entry, or more than the later one.
    """
    if not 0 < first <= len(levels[0]):
        raise ValueError(f"first == {first}, must be > 0 and <= {len(levels[0])}.")
    if first == len(levels[0]):
        return []
    height, index = 0, first - 1
    while index % 2:
        height, index = height + 1, index // 2
    path = [levels[height][index]] if index else []
    for level in levels[height:-1]:
        beside = index ^ 1
        if beside < len(level):
            path.append(level[beside])
        index //= 2
    return path


def holds_consistency(
    sizes: tuple[int, int], roots: tuple[bytes, bytes], path: Sequence[bytes]
) -> bool:
    """Check that the tree of the second size and root goes on from that of the first.

    Source: RFC 9162, section 2.1.4.2, which checks the proofs of RFC 6962.

    Args:
        sizes: Of the earlier and of the later tree.
        roots: Their roots.
        path: As :func:`prove_consistency` gives it.
    """
    first, second = sizes
    if not 0 < first <= second:
        return False
    if first == second:
        return not path and roots[0] == roots[1]
    # A whole subtree as earlier tree is not told twice.
    hashes = [roots[0], *path] if first & (first - 1) == 0 else list(path)
    if not hashes:
        return False
    at, last = first - 1, second - 1
    while at % 2:
        at, last = at // 2, last // 2
    old = new = hashes[0]
    for beside in hashes[1:]:
        if not last:
            return False
        if at % 2 or at == last:
            old, new = hash_node(beside, old), hash_node(beside, new)
            while at and not at % 2:
                at, last = at // 2, last // 2
        else:
            new = hash_node(new, beside)
        at, last = at // 2, last // 2
    return not last and (old, new) == roots
