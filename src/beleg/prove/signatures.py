"""Check Ed25519 signatures by the formulas of RFC 8032, with the standard library alone.

What signs (:mod:`beleg.prove.keys`) uses another library on purpose. Nothing secret is computed
here, so that it need not take the same time for every input.
"""

from __future__ import annotations

import hashlib

P = 2**255 - 19  # the field (section 5.1)
L = 2**252 + 27742317777372353535851937790883648493  # the order of the base point
D = -121665 * pow(121666, -1, P) % P  # the curve: -x^2 + y^2 = 1 + D x^2 y^2
Point = tuple[int, int, int, int]  # X, Y, Z, T with x = X/Z, y = Y/Z, x * y = T/Z


def holds_signature(public: bytes, message: bytes, signature: bytes) -> bool:
    """Check an Ed25519 signature: R = s * B - k * A (section 5.1.7)."""
    if (len(public), len(signature)) != (32, 64):
        return False
    a, s = _decode(public), int.from_bytes(signature[32:], "little")
    if a is None or s >= L:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    base = _decode((4 * pow(5, -1, P) % P).to_bytes(32, "little"))
    assert base is not None
    x, y, z, _ = _add(_times(s, base), _times(k, (-a[0] % P, a[1], 1, -a[3] % P)))
    x, y = x * pow(z, -1, P) % P, y * pow(z, -1, P) % P
    return (y | (x & 1) << 255).to_bytes(32, "little") == signature[:32]


def _decode(data: bytes) -> Point | None:
    """Read a point: y, and the sign of x in the last bit (section 5.1.3)."""
    y, sign = int.from_bytes(data, "little") % 2**255, data[-1] >> 7
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x if x * x % P == square else x * pow(2, (P - 1) // 4, P) % P
    if y >= P or x * x % P != square or (not x and sign):
        return None
    x = x if x % 2 == sign else P - x
    return x, y, 1, x * y % P


def _add(one: Point, two: Point) -> Point:
    """Add two points; complete, so that it doubles too (section 5.1.4)."""
    a, b = (one[1] - one[0]) * (two[1] - two[0]) % P, (one[1] + one[0]) * (two[1] + two[0]) % P
    c, d = 2 * one[3] * two[3] * D % P, 2 * one[2] * two[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def _times(n: int, point: Point) -> Point:
    result: Point = (0, 1, 1, 0)
    while n:
        result, point, n = _add(result, point) if n % 2 else result, _add(point, point), n // 2
    return result
