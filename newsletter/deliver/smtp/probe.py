"""One connection to a relay, made to see what it is: nothing is sent but EHLO, STARTTLS, a login and QUIT."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from newsletter.deliver.relay import Relay
from newsletter.deliver.smtp.session import open_session
from newsletter.errors import DeliveryError, RelayLoginError


@dataclass(frozen=True, slots=True)
class Probe:
    """What a relay showed of itself."""

    #: Why it can't be used; None when it can.
    error: DeliveryError | None
    #: The IP address that answered; None when none did.
    address: str | None = None
    #: "TLSv1.3"; None without encryption.
    tls: str | None = None
    #: When its certificate ends; None where there is none.
    expires: datetime | None = None
    #: EHLO keywords in capitals, with their parameters, as offered once encrypted.
    capabilities: Mapping[str, str] = field(default_factory=dict)
    #: Whether a login was tried and taken.
    logged_in: bool = False


def probe(relay: Relay) -> Probe:
    """Look at a relay; raises nothing that a relay may be to blame for. Takes as long as `relay.timeouts` allow."""
    try:
        return asyncio.run(_look(relay))
    except RelayLoginError as error:
        try:
            return replace(asyncio.run(_look(replace(relay, username=None))), error=error)
        except DeliveryError:
            return Probe(error)
    except DeliveryError as error:
        return Probe(error)


async def _look(relay: Relay) -> Probe:
    session = await open_session(relay)
    try:
        link = session.link
        certificate: Mapping[str, Any] = link.certificate or {}
        end = certificate.get("notAfter")
        return Probe(
            None,
            link.peer,
            link.tls_version,
            datetime.fromtimestamp(ssl.cert_time_to_seconds(end), UTC) if isinstance(end, str) else None,
            dict(session.capabilities),
            logged_in=relay.username is not None,
        )
    finally:
        await session.close()
