"""What relays made of a send, as `status` and the end of a run print it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from newsletter.cli import output

if TYPE_CHECKING:
    from newsletter.models import Reason

#: Reasons that are shown.
_REASONS = 20


def print_relays(found: Mapping[str, Mapping[str, int]]) -> None:
    """What each relay made of those it was given, where there is more than one, or one that did not take all."""
    if len(found) > 1 or any(set(states) - {"accepted"} for states in found.values()):
        columns = ["accepted", "deferred", "failed", "uncertain", "pending"]
        rows = [(relay, *(states.get(state, 0) for state in columns)) for relay, states in found.items()]
        output.table(["relay", *columns], rows, empty="")


def print_reasons(found: Sequence[Reason]) -> None:
    """Why deliveries were not taken: how many, which reply, which relay, and whom it concerns."""
    shown = found[:_REASONS]
    if not shown:
        return
    rows = [
        (
            one.count,
            one.state,
            " ".join(str(code) for code in (one.reply_code, one.enhanced_code) if code),
            one.reply,
            one.relay,
            ", ".join(one.recipients[:2]) + (" …" if one.count > len(one.recipients[:2]) else ""),
            f"{one.suppressed} suppressed" if one.suppressed else "",
        )
        for one in shown
    ]
    output.table(["count", "state", "code", "reply", "relay", "recipients", "address"], rows, empty="")
    if len(found) > len(shown):
        output.note(f"{len(found) - len(shown)} rarer reasons are left out; --json has them all")


def relay_notes(relay: Mapping[str, Any]) -> Iterator[str]:
    """How a relay stood at the end, where it did not do all it could."""
    name = f"relay {relay['relay']}"
    if relay["aside"]:
        yield f"{name} was put aside: {relay['aside']}"
    if relay["slowed"]:
        yield f"{name} was slowed to {relay['slowed']:g} a second: it says that more is too fast"
    for domain, rate in (relay["domains"] or {}).items():
        yield f"{name} was slowed to {rate:g} a second for {domain}"
    if relay["spent"] and relay["spent"] > 1:
        yield f"{name} has had its messages of the hour or the day; the next in {span(relay['spent'])}"


def span(seconds: float) -> str:
    """A length of time as a person says it."""
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"
