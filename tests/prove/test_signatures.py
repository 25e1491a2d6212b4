"""Ed25519 against the vectors of RFC 8032, against another library, and against forgeries."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, strategies as st

from beleg.prove.signatures import L, P, holds_signature

# RFC 8032, section 7.1, tests 1 to 3: secret, public, message, signature.
VECTORS = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e3970"
            "1cf9b46bd25bf5f0595bbe24655141438e7a100b"
        ),
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        (
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613"
            "d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        ),
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        (
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760"
            "984dc6594a7c15e9716ed28dc027beceea1ec40a"
        ),
    ),
]


@pytest.mark.parametrize("vector", VECTORS)
def test_the_vectors_of_the_rfc(vector):
    secret, public, message, signature = map(bytes.fromhex, vector)
    assert holds_signature(public, message, signature)
    assert Ed25519PrivateKey.from_private_bytes(secret).sign(message) == signature
    assert not holds_signature(public, message + b"x", signature)
    for bit in range(0, 512, 37):
        broken = bytearray(signature)
        broken[bit // 8] ^= 1 << bit % 8
        assert not holds_signature(public, message, bytes(broken))


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=99), st.binary(max_size=99))
def test_equals_the_library_that_signs(secret, message, other):
    key = Ed25519PrivateKey.from_private_bytes(secret)
    public, signature = key.public_key().public_bytes_raw(), key.sign(message)
    assert holds_signature(public, message, signature)
    assert holds_signature(public, other, signature) == (other == message)


def test_a_second_spelling_of_a_signature_is_refused():
    # s + L gives the same point: it would be a second signature of the same words.
    _, public, message, signature = map(bytes.fromhex, VECTORS[1])
    s = int.from_bytes(signature[32:], "little") + L
    assert not holds_signature(public, message, signature[:32] + s.to_bytes(32, "little"))


@pytest.mark.parametrize(
    "public",
    [b"", bytes(31), bytes(33), (P + 1).to_bytes(32, "little"), (2).to_bytes(32, "little")],
)
def test_what_is_no_key_signs_nothing(public):
    assert not holds_signature(public, b"", bytes(64))


@pytest.mark.parametrize("signature", [b"", bytes(63), bytes(65)])
def test_what_is_no_signature_does_not_hold(signature):
    assert not holds_signature(bytes.fromhex(VECTORS[0][1]), b"", signature)
