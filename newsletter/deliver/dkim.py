"""DKIM signatures (RFC 6376, relaxed/relaxed; RSA by RFC 8301, Ed25519 by RFC 8463), made as messages are cut.

What is the same for everybody is canonicalised and hashed once (`Plan`): the body up to its first slot, the fixed
headers, all of the signature's field but two hashes. A message costs the hash of the rest of its body, that of its few
personal headers, and the signature itself (RSA-2048: a quarter of a millisecond; Ed25519: a tenth of that).

Why canonicalising piece by piece gives what a verifier gets from the whole (3.4.4): `mime` ends every piece and every
slot's value with a line end, writes a space before a line end as an escape, and ends the body with its last boundary.
So no run of white space crosses two pieces, none stands at a line's end, and no empty line at the body's end. What is
left to do is runs of spaces inside a line.

Signed are the headers that 5.4.1 names and that are there, and the list's own (RFC 8058 demands both List-Unsubscribe
fields). Those a reader sees are named once more than they occur, so that nobody can add another one (8.15). There is no
l= (8.2). t= is the send's date: an attempt that is repeated is the same message, for both algorithms are deterministic.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from newsletter.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

#: RFC 8301, 3.2: signers use at least 1024 bits.
MIN_BITS = 1024

#: Signed wherever they occur, in this order of names.
_SIGNED = frozenset(
    b"from reply-to to cc subject date message-id mime-version content-type list-id list-archive list-unsubscribe"
    b" list-unsubscribe-post feedback-id auto-submitted precedence".split()
)
#: Named once more than they occur, also where they don't.
_SEALED = (b"from", b"reply-to", b"to", b"cc", b"subject", b"date", b"mime-version", b"content-type")
#: … and these where they do: a provider may be asked to add them to mail that has none.
_SEALED_IF_THERE = frozenset((b"message-id", b"list-unsubscribe", b"list-unsubscribe-post"))

_SPACES = re.compile(rb"[ \t]+")
_FOLD = re.compile(rb"\r\n(?=[ \t])")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]*[a-z0-9])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9])?)*", re.IGNORECASE)
#: Characters of a line of the signature's field.
_WIDTH = 72


@dataclass(frozen=True, slots=True)
class Key:
    """A key to sign with, as it comes out of a file."""

    #: In A-labels; the From domain, or one above it (DMARC's relaxed alignment).
    domain: str
    selector: str
    #: PKCS #8 in PEM, not encrypted.
    pem: str = field(repr=False)
    #: Seconds after the send's date that a verifier may trust it; None for no end.
    expire: int | None = None


class Signer:
    """A key, ready to sign. Raises ConfigError for one that is not RSA of 1024 bits or more, or Ed25519."""

    def __init__(self, key: Key) -> None:
        for what, name in (("domain", key.domain), ("selector", key.selector)):
            if not _LABEL.fullmatch(name):
                raise ConfigError("newsletter.toml", f"dkim.{what}", name, "a name in the DNS (letters, digits, - .)")
        self.domain, self.selector, self.expire = key.domain.lower(), key.selector, key.expire
        #: Bits of an RSA key; None for one of another kind.
        self.bits: int | None
        self.algorithm, self.bits, self._sign = _loaded(key)

    def sign(self, digest: bytes) -> bytes:
        """The signature over a SHA-256 hash; safe in any thread, the same for the same hash."""
        return self._sign(digest)


def _loaded(key: Key) -> tuple[str, int | None, Callable[[bytes], bytes]]:
    """The algorithm's name (RFC 6376, 3.3; RFC 8463, 3), an RSA key's bits, and the function that signs a hash."""
    # Not needed by who sends without: seven megabytes.
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import padding
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

    private = parse(key.pem, f"the DKIM key of {key.selector}._domainkey.{key.domain}")
    if isinstance(private, Ed25519PrivateKey):
        return "ed25519-sha256", None, private.sign
    scheme, hashed = padding.PKCS1v15(), Prehashed(hashes.SHA256())
    return "rsa-sha256", private.key_size, lambda digest: private.sign(digest, scheme, hashed)


def parse(pem: str, where: str) -> RSAPrivateKey | Ed25519PrivateKey:
    """A private key. Raises ConfigError; what is wrong is said of `where`, and nothing of the key."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    expected = "an RSA or Ed25519 private key in PEM, not encrypted (`newsletter dkim new` makes one)"
    try:
        private = load_pem_private_key(pem.encode(), None)
    except TypeError:
        raise ConfigError(where, "", "an encrypted key", expected) from None
    except (ValueError, UnsupportedAlgorithm):
        raise ConfigError(where, "", "no private key that can be read", expected) from None
    if isinstance(private, RSAPrivateKey):
        if private.key_size < MIN_BITS:
            raise ConfigError(where, "", f"an RSA key of {private.key_size} bits", "2048 bits (RFC 8301)")
        return private
    if isinstance(private, Ed25519PrivateKey):
        return private
    raise ConfigError(where, "", f"a key of another kind ({type(private).__name__})", expected)


class Plan:
    """How the messages of one program are signed. `head` and `tail` are the headers around the personal ones;
    `pieces` the body in its order, b"" where a slot stands. `date` is the send's, in seconds since 1970."""

    def __init__(self, signers: Sequence[Signer], head: bytes, tail: bytes, pieces: Sequence[bytes], date: int) -> None:
        self._signers, self._date = tuple(signers), date
        self._fixed = [one for one in fields(head + tail) if one[0] in _SIGNED]
        self._head = hashlib.sha256(b"".join(line for _, line in self._fixed))
        first = next((at for at, piece in enumerate(pieces) if not piece), len(pieces))
        self._body = hashlib.sha256(b"".join(relaxed(piece) for piece in pieces[:first]))
        #: Where the pieces that are hashed for each message begin.
        self.first = first
        #: Of those, where slots stand, and the fixed ones whose canonical form is another one.
        self._slots = [at for at, piece in enumerate(pieces[first:]) if not piece]
        self._changed = [(at, relaxed(p)) for at, p in enumerate(pieces[first:]) if relaxed(p) != p]
        self._forms: dict[tuple[bytes, ...], list[tuple[bytes, bytes]]] = {}

    @property
    def is_slow(self) -> bool:
        """Whether a signature is RSA's: some 250 µs, where Ed25519 takes 30."""
        return any(signer.bits for signer in self._signers)

    def sign(self, personal: bytes, pieces: list[bytes]) -> bytes:
        """The signature fields of one message: `personal` are its own headers, `pieces` its body's, all filled."""
        rest = pieces[self.first :]
        for at, piece in self._changed:
            rest[at] = piece
        for at in self._slots:
            rest[at] = relaxed(rest[at])
        body = self._body.copy()
        body.update(b"".join(rest))
        hashed = b64encode(body.digest())
        named = [one for one in fields(personal) if one[0] in _SIGNED]
        names = tuple([name for name, _ in named])
        forms = self._forms.get(names)
        if forms is None:
            forms = self._forms[names] = [self._form(signer, names) for signer in self._signers]
        head = self._head.copy()
        head.update(b"".join([line for _, line in named]))
        signed = []
        for signer, (written, canonical) in zip(self._signers, forms, strict=True):
            whole = head.copy()
            whole.update(canonical % hashed)
            signed.append(written % (hashed, _folded(b64encode(signer.sign(whole.digest())))))
        return b"".join(signed)

    def _form(self, signer: Signer, names: tuple[bytes, ...]) -> tuple[bytes, bytes]:
        """The signature's field with room for both hashes, and its canonical form with room for the first."""
        found = [name for name, _ in self._fixed] + list(names)
        found += [name for name in _SEALED if name not in found]
        found += [name for name in dict.fromkeys(found) if name in _SEALED_IF_THERE]
        found += [name for name in _SEALED if name in (*(name for name, _ in self._fixed), *names)]
        until = f" x={self._date + signer.expire};" if signer.expire else ""
        lines = [
            f"v=1; a={signer.algorithm}; c=relaxed/relaxed;".encode(),
            f"d={signer.domain};".encode(),
            f"s={signer.selector}; t={self._date};{until}".encode(),
            *_names(found),
            b"bh=%s;",
        ]
        start = b"DKIM-Signature: " + b"\r\n\t".join(lines) + b"\r\n\tb="
        return start + b"%s\r\n", b"dkim-signature:" + b" ".join(lines) + b" b="


def _names(names: Sequence[bytes]) -> list[bytes]:
    """The h= tag in lines; a line may end after a colon (3.5)."""
    lines, line = [], b"h="
    for at, name in enumerate(names):
        item = name + (b";" if at == len(names) - 1 else b":")
        if len(line) + len(item) > _WIDTH:
            lines.append(line)
            line = b""
        line += item
    return [*lines, line]


def _folded(signature: bytes) -> bytes:
    return b"\r\n\t".join([signature[at : at + _WIDTH] for at in range(0, len(signature), _WIDTH)])


def relaxed(piece: bytes) -> bytes:
    """A piece of a body in its canonical form (3.4.4); see the module's docstring for what that leaves to do."""
    return _SPACES.sub(b" ", piece) if b"  " in piece or b"\t" in piece else piece


def fields(head: bytes) -> list[tuple[bytes, bytes]]:
    """Header fields as (lower-case name, canonical line) (3.4.2)."""
    found = []
    for one in (_FOLD.sub(b"", head) if b"\r\n " in head or b"\r\n\t" in head else head).split(b"\r\n"):
        if one:
            name, _, value = one.partition(b":")
            name = name.rstrip(b" \t").lower()
            value = (_SPACES.sub(b" ", value) if b"  " in value or b"\t" in value else value).strip(b" \t")
            found.append((name, name + b":" + value + b"\r\n"))
    return found
