"""How each relay stands, in what people are shown while a send runs and at its end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from newsletter.deliver.routing import Lane


@dataclass(frozen=True, slots=True)
class Standing:
    """How a relay stands, for people. Empty but for the name when all is well."""

    relay: str
    #: Why it is put aside.
    aside: str | None = None
    #: Messages a second, where it complained and was slowed.
    slowed: float | None = None
    #: Recipient domains that were slowed, with theirs.
    domains: Mapping[str, float] | None = None
    #: Seconds until its hourly or daily limit lets the next message pass.
    spent: float | None = None


def standing_of(lane: Lane, now: float) -> Standing:
    """The lane's relay at the moment `now`."""
    domains = {name: round(gate.rate or 0.0, 2) for name, gate in lane.gates.items() if gate.slowed}
    return Standing(
        lane.relay.name,
        aside=lane.error.reason if lane.error and lane.aside_until > now else None,
        slowed=round(lane.pace.rate, 2) if lane.pace.slowed and lane.pace.rate else None,
        domains=domains or None,
        spent=round(lane.quota.wait(now), 1) or None,
    )
