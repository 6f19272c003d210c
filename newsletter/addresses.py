"""One person's e-mail address: is it one, what does mail to it need, and what is it unique by.

In goes what a person typed; out comes an `Address`, or an `AddressError` in words an editor understands. The syntax is
email-validator's (RFC 5321, 5322, 6531; IDNA 2008 by UTS #46); nothing is looked up in the DNS. Beyond it:

- The key is NFC, the domain in A-labels, the local part case-folded. Dots and "+tags" are kept: what they mean is the
  receiving server's business, and folding them would make one person of two.
- Names kept for trials and intranets (RFC 2606, 6761: example, test, localhost; RFC 6762: local) pass, so that a demo
  has somebody to mail to; "invalid", "onion" and "arpa" can never get mail and do not pass.
- Quoted local parts, bracketed IP addresses, line breaks and control characters never pass.

Importing this costs next to nothing, and `key`, `wire` and the plain ASCII addresses that nearly everybody has need no
other library: the sending process and imports of a million rows use it. email-validator comes in for the rest.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from unicodedata import category, normalize

from newsletter.errors import AddressError

#: Octets an address may have (RFC 3696, erratum 1690).
MAX_OCTETS = 254

_ATEXT = r"[A-Za-z0-9_!#$%&'*+\-/=?^`{|}~]+"
_LABEL = r"(?!..--)[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
#: What most addresses are. A test holds it to email-validator's own verdict; whatever does not match is asked there.
_PLAIN = re.compile(rf"{_ATEXT}(?:\.{_ATEXT})*@(?:{_LABEL}\.)+(?!..--)[A-Za-z](?:[A-Za-z0-9-]{{0,61}}[A-Za-z])?")

#: What may surround an address that was pasted from somewhere; a line break may not.
_BLANK = " \t\u00a0\u3000\u200b\u2060\ufeff"

#: Special-use names that pass although email-validator refuses them.
_TRIAL = ("test", "localhost", "local")
#: Special-use names that can't get mail.
_NEVER = ("invalid", "onion", "arpa")


@dataclass(frozen=True, slots=True)
class Address:
    """An address that mail can be sent to."""

    #: As given, without surrounding space; NFC.
    email: str
    #: What stands before the @, as given; NFC.
    local: str
    #: Lower case, A-labels: "xn--bcher-kva.example".
    domain: str
    #: What the address is unique by.
    key: str

    @property
    def wire(self) -> str:
        """As it stands in SMTP commands and headers: the domain always in A-labels."""
        return f"{self.local}@{self.domain}"


def parse(value: str) -> Address:
    """The address in `value`, surrounding blanks ignored. Raises AddressError."""
    text = value.strip(_BLANK)
    if len(text) <= MAX_OCTETS and _PLAIN.fullmatch(text):
        local, _, domain = text.partition("@")
        domain = domain.lower()
        if domain.rpartition(".")[2] not in (*_TRIAL, *_NEVER):
            return Address(text, local, domain, f"{local.lower()}@{domain}")
    reason = _obvious_fault(text)
    if reason:
        raise AddressError(_shown(value), reason)
    return _validated(normalize("NFC", text), value)


def key(email: str) -> str:
    """What an address is unique by; for every valid address the same as `parse(email).key`.

    Raises AddressError for what has no domain, or one that has no A-label form.
    """
    local, domain = _split(email)
    return f"{_fold(local)}@{domain}"


def wire(email: str) -> str:
    """A valid address as it stands in SMTP commands and headers: the domain in A-labels. Raises as `key` does."""
    local, domain = _split(email)
    return f"{local}@{domain}"


def keyed_hash(address_key: str, secret: bytes) -> str:
    """HMAC-SHA256 (hex) of an address's key: recognises an erased address again without keeping it."""
    if not secret:
        raise ValueError("the secret for suppression hashes is empty")
    return hmac.digest(secret, address_key.encode(), hashlib.sha256).hex()


def mailbox(value: str) -> tuple[str | None, Address]:
    """'Name <a@b>', '"Name, First" <a@b>' or 'a@b': the name (None where there is none) and the address.

    Raises AddressError, also for a line break or control character in the name.
    """
    text = value.strip(_BLANK)
    if not text.endswith(">"):
        return None, parse(text)
    before, bracket, inside = text[:-1].rpartition("<")
    if not bracket:
        raise AddressError(_shown(value), "there is a > without a <; write it as Name <name@example.org>")
    name = before.strip()
    if any(category(character) in ("Cc", "Cs", "Zl", "Zp") for character in name):
        raise AddressError(_shown(value), "the name has a line break or control character in it")
    if len(name) > 1 and name[0] == name[-1] == '"':
        name = re.sub(r"\\(.)", r"\1", name[1:-1]).strip()
    return normalize("NFC", name) or None, parse(inside)


def _split(email: str) -> tuple[str, str]:
    """Local part (NFC) and domain (A-label)."""
    local, _, domain = normalize("NFC", email.strip(_BLANK)).rpartition("@")
    if not local.isprintable() or not domain.isprintable():
        raise AddressError(_shown(email), "it has a line break or control character in it")
    if not local or not domain:
        raise AddressError(_shown(email), "an address needs something before and after its @")
    if domain.isascii():
        return local, domain.lower()
    import idna  # only for domains outside ASCII

    try:
        return local, idna.encode(domain, uts46=True, std3_rules=False).decode("ascii").lower()
    except (idna.IDNAError, UnicodeError) as error:
        raise AddressError(_shown(email), f"the domain after the @ is not valid ({error})") from error


def _fold(local: str) -> str:
    """Case-folded and NFC; the inner NFD makes folding stable (Unicode 3.13, D145)."""
    return local.lower() if local.isascii() else normalize("NFC", normalize("NFD", local).casefold())


def _validated(text: str, value: str) -> Address:
    from email_validator import EmailNotValidError, validate_email

    # email-validator refuses special-use names, whatever its options; it judges the rest under "example".
    local, _, domain = text.rpartition("@")
    trial = domain.lower().rpartition(".")[2] in _TRIAL
    try:
        found = validate_email(text + ".example" if trial else text, check_deliverability=False)
    except EmailNotValidError as error:
        reason = str(error).rstrip(".")
        raise AddressError(_shown(value), reason[:1].lower() + reason[1:]) from error
    except UnicodeError as error:
        raise AddressError(_shown(value), "it has characters that are not text") from error
    ascii_domain = found.ascii_domain.removesuffix(".example") if trial else found.ascii_domain
    return Address(text, local, ascii_domain, f"{_fold(local)}@{ascii_domain}")


def _obvious_fault(text: str) -> str | None:
    """The faults people really make, in their words; None leaves the verdict to email-validator."""
    if len(text) > MAX_OCTETS:
        return f"it is longer than {MAX_OCTETS} bytes"
    local, _, domain = text.rpartition("@")
    faults = {
        "it is empty": not text,
        "it has a line break or control character in it": any(category(c) in ("Cc", "Cs", "Zl", "Zp") for c in text),
        "there is no @ in it": "@" not in text,
        "there is nothing before the @": "@" in text and not local,
        "there is nothing after the @": "@" in text and not domain,
        "there is more than one address in it": text.count("@") > 1 and any(c in text for c in ",; "),
        "there is a name around it; only the address belongs here": text.endswith(">"),
        "there is a space in it": any(c.isspace() for c in text),
        "there is a comma in the domain, where a dot may be meant": "," in domain,
        "mail can't be sent to a domain of this kind": domain.lower().rpartition(".")[2] in _NEVER,
    }
    return next((reason for reason, found in faults.items() if found), None)


def _shown(value: str) -> str:
    return value if len(value) <= 100 else value[:99] + "…"
