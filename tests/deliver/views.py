"""What a test sees of a ledger and of a server."""

from __future__ import annotations

from typing import Any

from newsletter.deliver.memory import MemoryDeliveries


def states(deliveries: MemoryDeliveries) -> dict[str, int]:
    tally = deliveries.tally()
    names = ("pending", "claimed", "deferred", "accepted", "failed", "skipped", "uncertain")
    return {name: count for name in names if (count := getattr(tally, name))}


def recipients(server: Any) -> list[str]:
    return [line[9:-1] for line in server.lines if line.startswith("RCPT TO:<")]
