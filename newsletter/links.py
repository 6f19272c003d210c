"""Signed links: what a person may do with a link from a mail, without a login.

A token carries a few whole numbers (subscriber and list, an edition, …) and a MAC that binds them to one purpose: a
link for viewing can't unsubscribe anybody. It holds nothing secret or personal, and can't be forged or altered. The
first key signs and all of them verify, so keys are rotated by putting a new one in front.

    token = base64url( varint(id) … ‖ HMAC-SHA256(key, "newsletter link 1" ‖ purpose ‖ ids)[:16] )

A token of two small ids is 24 to 27 characters, and ends in a letter or digit, because mail programs that find links in
plain text leave "-" and "_" off the end. Pure: no clock, no store. RFC 2104 (HMAC), RFC 4648 section 5 (base64url).
"""

from __future__ import annotations

import binascii
import hashlib
import hmac
from base64 import urlsafe_b64decode
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Literal

from newsletter.errors import LinkError

#: What a link may be for, and the numbers it carries.
Purpose = Literal[
    "unsubscribe",  # subscriber, list (subscriber 0: a test copy)
    "confirm",  # subscriber, list
    "preferences",  # subscriber
    "view",  # edition
    "click",  # edition, link
    "approve",  # issue, editor
]

#: Octets a key must have; a shorter one is somebody's typing, and could be guessed.
MIN_KEY = 16

_MAC = 16
_LONGEST = 256
_MAX_ID = 2**63 - 1
_URL_SAFE = bytes.maketrans(b"+/", b"-_")
#: Put after a token that would end in "-" or "_". Its length is then 1 modulo 4, which no base64 has.
_STOP = "0"


class Links:
    """Signs and verifies tokens with a list of keys, the newest first. Safe to share between threads."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        if not keys:
            raise ValueError("there is no key to sign links with")
        if any(len(key) < MIN_KEY for key in keys):
            raise ValueError(f"a key for links needs at least {MIN_KEY} bytes")
        self._keys = tuple(keys)

    def __repr__(self) -> str:
        return f"Links({len(self._keys)} keys)"

    def sign(self, purpose: Purpose, *ids: int) -> str:
        """A URL-safe token for `ids` (each 0 to 2⁶³-1). The same input gives the same token."""
        payload = _pack(ids)
        raw = payload + _mac(self._keys[0], purpose, payload)
        return _encode(raw)

    def verify(self, token: str, purpose: Purpose) -> tuple[int, ...]:
        """The ids that were signed. Raises LinkError, and nothing else, for whatever else `token` may be."""
        raw = _decode(token)
        payload, mac = raw[:-_MAC], raw[-_MAC:]
        if not any(hmac.compare_digest(mac, _mac(key, purpose, payload)) for key in self._keys):
            raise LinkError("this link is not one of ours, or it was altered on its way")
        return _unpack(payload)


def _mac(key: bytes, purpose: str, payload: bytes) -> bytes:
    inner, outer = _started(key, purpose)
    inner, outer = inner.copy(), outer.copy()
    inner.update(payload)
    outer.update(inner.digest())
    return outer.digest()[:_MAC]


@lru_cache(maxsize=64)
def _started(key: bytes, purpose: str) -> tuple[hashlib._Hash, hashlib._Hash]:
    """RFC 2104's two hashes with all in them that is the same for every link: a link costs the rest (measured: 0.6 µs
    for hmac.digest's 1.4, and 17 beside a busy thread, for it lets others run meanwhile)."""
    block = (key if len(key) <= 64 else hashlib.sha256(key).digest()).ljust(64, b"\0")
    inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in block))
    inner.update(b"newsletter link 1\0" + purpose.encode() + b"\0")
    return inner, hashlib.sha256(bytes(byte ^ 0x5C for byte in block))


def _encode(raw: bytes) -> str:
    token = binascii.b2a_base64(raw, newline=False).translate(_URL_SAFE, b"=").decode("ascii")
    return token + _STOP if token[-1] in "-_" else token


def _decode(token: str) -> bytes:
    """The octets of a token spelt exactly as `_encode` spells them; at least a MAC."""
    if len(token) <= _LONGEST and token.isascii():
        text = token[:-1] if len(token) % 4 == 1 else token
        try:
            raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
        except binascii.Error:
            raw = b""
        if len(raw) >= _MAC and _encode(raw) == token:
            return raw
    raise LinkError("this link is incomplete; copy it whole from the mail, or click it there")


def _pack(ids: Iterable[int]) -> bytes:
    """LEB128: seven bits an octet, the least significant first, the high bit set on all but the last."""
    out = bytearray()
    for number in ids:
        if not 0 <= number <= _MAX_ID:
            raise ValueError(f"a link can't carry {number}")
        rest = number
        while rest > 0x7F:
            out.append(rest & 0x7F | 0x80)
            rest >>= 7
        out.append(rest)
    return bytes(out)


def _unpack(payload: bytes) -> tuple[int, ...]:
    """What `_pack` packed; only called on octets that we signed."""
    ids, number, shift = [], 0, 0
    for octet in payload:
        number |= (octet & 0x7F) << shift
        shift += 7
        if octet < 0x80:
            ids.append(number)
            number = shift = 0
    return tuple(ids)
