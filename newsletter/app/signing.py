"""DKIM keys on disk: made, checked, and the DNS record each needs (RFC 6376, 3.6.1; RFC 8463, 4)."""

from __future__ import annotations

import os
import stat
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from newsletter import config
from newsletter.config.technical import Dkim
from newsletter.deliver import dkim
from newsletter.errors import ConfigError, Conflict
from newsletter.models import Send

if TYPE_CHECKING:
    from newsletter.config import Settings

#: Bits of a new RSA key: what RFC 8301 asks for, and what one DNS reply over UDP still carries.
BITS = 2048

#: Characters of one string in a TXT record (RFC 1035, 3.3).
_STRING = 255


@dataclass(frozen=True, slots=True)
class Record:
    """What is to be published for a key."""

    #: The record's name, without the last dot.
    name: str
    #: The TXT record's whole value.
    value: str
    #: Of the private key.
    file: Path
    domain: str
    selector: str

    @property
    def zone_line(self) -> str:
        """As a line of a zone file: strings of at most 255 characters, which a resolver joins."""
        strings = [f'"{self.value[at : at + _STRING]}"' for at in range(0, len(self.value), _STRING)]
        return f"{self.name}. IN TXT ( {' '.join(strings)} )"

    @property
    def table(self) -> str:
        """The table for newsletter.toml."""
        return f'[[dkim]]\ndomain = "{self.domain}"\nselector = "{self.selector}"\nkey_file = "{self.file}"'


def create(folder: Path, domain: str, selector: str, *, ed25519: bool = False) -> Record:
    """Make a key file for the workspace in `folder`, readable by its owner only.

    Raises ConfigError for a domain or selector that can't be one, Conflict where the file is there: a key that is
    published must never be replaced by mistake.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    try:
        table = Dkim(domain=domain.lower().rstrip("."), selector=selector, key_file="-")
    except ValidationError as error:
        key = str(error.errors()[0]["loc"][0])
        raise ConfigError("dkim", key, repr({"domain": domain}.get(key, selector)), "a name in the DNS") from None
    private = Ed25519PrivateKey.generate() if ed25519 else generate_private_key(65537, BITS)
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file = Path(f"dkim.{table.domain}.{table.selector}.pem")
    try:
        handle = os.open(folder / file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise Conflict(f"{folder / file} is there already; choose another --selector for a new key") from None
    with os.fdopen(handle, "wb") as out:
        out.write(pem)
        out.flush()
        os.fsync(out.fileno())
    return _record(table.domain, table.selector, file, pem.decode())


def keys(settings: Settings, folder: Path) -> list[dkim.Key]:
    """The keys of [[dkim]], read and checked. Raises ConfigError."""
    found = []
    for at, table in enumerate(settings.dkim):
        pem = _read(folder / table.key_file, f"dkim.{at}.key_file", folder)
        dkim.parse(pem, str(folder / table.key_file))
        expire = int(table.expire.total_seconds()) if table.expire is not None else None
        found.append(dkim.Key(table.domain, table.selector, pem, expire))
    return found


def lasting(key: dkim.Key, send: Send, now: datetime) -> dkim.Key:
    """The key for a send: its signatures hold for `expire` after the last attempt that may be made.

    That is the send's deadline, however late in it an attempt is made, and for as long as the relay keeps trying after;
    for what goes out later still (a send that was paused, or resent by a person), now.
    """
    if key.expire is None:
        return key
    last = max(send.deadline, now) - (send.begun or send.created)
    return replace(key, expire=key.expire + 1 + ceil(last.total_seconds()))  # t= is cut to whole seconds


def records(settings: Settings, folder: Path) -> list[Record]:
    """What is to be published for the keys of [[dkim]]. Raises ConfigError."""
    pairs = zip(settings.dkim, keys(settings, folder), strict=True)
    return [_record(table.domain, table.selector, Path(table.key_file), key.pem) for table, key in pairs]


def aligned(settings: Settings, sender_domain: str) -> Sequence[str]:
    """The domains of [[dkim]] that the From domain is, or is below of (DMARC's relaxed alignment, RFC 7489, 3.1.1)."""
    return [d.domain for d in settings.dkim if f".{sender_domain}".endswith(f".{d.domain}")]


def _read(path: Path, key: str, folder: Path) -> str:
    where = str(folder / config.FILE)
    try:
        mode = path.stat().st_mode
        pem = path.read_text(encoding="ascii")
    except FileNotFoundError:
        raise ConfigError(where, key, f"no file {path}", "a private key (`newsletter dkim new` makes one)") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(where, key, f"{path}, which can't be read ({type(error).__name__})", "a PEM file") from None
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        found = f"{path} with mode {stat.S_IMODE(mode):04o}"
        raise ConfigError(where, key, found, f"a key that only its owner may read (`chmod 600 {path}`)")
    return pem


def _record(domain: str, selector: str, file: Path, pem: str) -> Record:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    private = dkim.parse(pem, str(file))
    if isinstance(private, Ed25519PrivateKey):
        kind, raw = "ed25519", private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    else:
        kind, raw = "rsa", private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    value = f"v=DKIM1; k={kind}; p={b64encode(raw).decode()}"
    return Record(f"{selector}._domainkey.{domain}", value, file, domain, selector)
