"""Addresses as the wire wants them: A-label domains, quoted local parts, and senders that name the delivery (VERP).

RFC 5321, 4.1.2 (mailbox), RFC 5890 (A-labels), RFC 6531 (SMTPUTF8: only a local part beyond ASCII needs it).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from newsletter.errors import AddressError

_ATEXT = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\-\u0080-\U0010ffff]+"
_DOT_ATOM = re.compile(rf"{_ATEXT}(\.{_ATEXT})*")
_QUOTED = re.compile(r'"(?:[^"\\\x00-\x1f\x7f]|\\[ -~])*"')
_DOMAIN = re.compile(
    r"(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9])?)(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9])?)*|\[[A-Za-z0-9.:-]+\]"
)


@dataclass(frozen=True, slots=True)
class Mailbox:
    """An address that can go on the wire as it is."""

    local: str
    #: Lower-case A-labels, or an address literal.
    domain: str

    def __str__(self) -> str:
        return f"{self.local}@{self.domain}"

    @property
    def smtputf8(self) -> bool:
        """Whether the relay must know RFC 6531."""
        return not self.local.isascii()

    def tagged(self, tag: str) -> str:
        """This address with `+tag` (RFC 5233's subaddress)."""
        if self.local.startswith('"'):
            return f'{self.local[:-1]}+{tag}"@{self.domain}'
        return f"{self.local}+{tag}@{self.domain}"


def mailbox(address: str) -> Mailbox:
    """The address for the wire.

    Raises AddressError for anything that could not stand between angle brackets in a command: what has no domain,
    holds control characters, or has no A-label form.
    """
    local, at, domain = address.rpartition("@")
    if not at or not local or not domain:
        raise AddressError(address, "found no local part and domain around an @")
    if len(local.encode("utf-8", "replace")) > 64:
        raise AddressError(address, "the part before the @ is longer than 64 bytes (RFC 5321, 4.5.3.1.1)")
    if not (_DOT_ATOM.fullmatch(local) or _QUOTED.fullmatch(local)) or not _encodable(local):
        raise AddressError(address, "the part before the @ has characters that need quotes, or may not be there")
    return Mailbox(local, _a_labels(domain, address))


def _encodable(local: str) -> bool:
    return local.isascii() or all(c.isprintable() and not c.isspace() for c in local)


def _a_labels(domain: str, address: str) -> str:
    if not domain.isascii():
        import idna  # its tables are not needed for most lists

        try:
            domain = idna.encode(domain, uts46=True).decode("ascii")
        except idna.IDNAError as error:
            raise AddressError(address, f"the domain is no valid international name ({error})") from error
    domain = domain.lower()
    if len(domain) > 253 or not _DOMAIN.fullmatch(domain):
        raise AddressError(address, "the domain is not one that mail can be sent to")
    return domain
